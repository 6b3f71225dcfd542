// Commands: 0 send a byte on the pin, 1 wait tenths of a bit, 2 set the bit of the sender in picoseconds,
// 3 send with the transmitter, 4 synchronise, 5 set the level of the pin, 6 send a byte with a stop bit of 0.
// The clock has a period of 10,000 ps; the listener's bit is fixed by the parameter of the compilation.
module bench;
   reg clock = 0;
   reg rx = 1;
   wire rx_valid, tx, ready;
   wire [7:0] rx_data;
   reg tx_valid = 0;
   reg [7:0] tx_data = 0;
   real bit_time, listen;
   integer operation, argument, got, i, j;
   reg [9:0] bits, heard;
   reg sampling = 0;

   receiver r (.clock(clock), .rx(rx), .valid(rx_valid), .data(rx_data));
   transmitter t (.clock(clock), .valid(tx_valid), .data(tx_data), .ready(ready), .tx(tx));

   always #5000 clock = ~clock;
   always @(posedge clock) if (rx_valid) $display("b %h", rx_data);
   always @(posedge clock) if (tx_valid & ready) tx_valid <= 0;
   initial if (tx !== 1'b1) begin #1 if (tx !== 1'b1) $display("x 0"); end

   // The listener takes the time from the edge of the start bit.
   always @(negedge tx) if (!sampling) begin
      sampling = 1;
      #(listen / 2);
      for (j = 0; j < 10; j = j + 1) begin
         heard[j] = tx;
         if (j < 9) #(listen);
      end
      $display("t %h", {heard[9], heard[0], heard[8:1]});
      sampling = 0;
   end

   initial begin
      bit_time = `BIT;
      listen = `BIT;
      #2000000;
      while (1) begin
         got = $fscanf(32'h8000_0000, "%d %d", operation, argument);
         if (got != 2) $finish;
         case (operation)
            0, 6: begin
               bits = {operation == 0, argument[7:0], 1'b0};
               for (i = 0; i < 10; i = i + 1) begin
                  rx = bits[i];
                  #(bit_time);
               end
               rx = 1;
            end
            1: #(bit_time * argument / 10.0);
            2: bit_time = argument;
            3: begin
               @(negedge clock);
               tx_data = argument;
               tx_valid = 1;
               while (tx_valid) @(negedge clock);
            end
            4: begin
               #(bit_time * 12);
               $display("d 0");
               $fflush;
            end
            5: rx = argument;
            default: $finish;
         endcase
      end
   end
endmodule
