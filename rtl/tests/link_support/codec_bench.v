// Commands: 0 append a byte to the frame, 1 end the frame, 2 give a byte to the decoder, 4 synchronise,
// 5 shift the CRC down by a nibble.
module bench;
   reg clock = 0;
   reg clear = 0, put = 0, finish = 0, take = 0, crc_step = 0, crc_shift = 0;
   reg [7:0] data = 0, wire_byte = 0;
   reg [3:0] nibble = 0;
   wire busy, out_valid, payload_valid, end_of_frame, error;
   wire [7:0] out_data, payload;
   wire [31:0] value;
   reg ready = 0;
   integer operation, argument, got;

   encoder e (.clock(clock), .clear(clear), .put(put), .data(data), .finish(finish), .busy(busy),
      .out_valid(out_valid), .out_ready(ready), .out_data(out_data));
   decoder d (.clock(clock), .take(take), .data(wire_byte), .payload_valid(payload_valid),
      .payload(payload), .end_of_frame(end_of_frame), .error(error));
   check c (.clock(clock), .clear(clear), .step(crc_step), .nibble(nibble), .shift(crc_shift), .value(value));

   task tick;
      begin
         #4;
         if (out_valid & ready) $display("o %h", out_data);
         if (payload_valid) $display("p %h", payload);
         if (end_of_frame) $display("f %h", error);
         clock = 1;
         #5;
         clock = 0;
         #1;
      end
   endtask

   initial begin
      clear = 1;
      tick;
      clear = 0;
      while (1) begin
         got = $fscanf(32'h8000_0000, "%d %d", operation, argument);
         if (got != 2) $finish;
         case (operation)
            0: begin
               data = argument;
               put = 1;
               crc_step = 1;
               nibble = data[3:0];
               tick;
               put = 0;
               nibble = data[7:4];
               tick;
               crc_step = 0;
            end
            1: begin
               $display("v %h", value);
               finish = 1;
               tick;
               finish = 0;
               while (busy) begin
                  ready = argument ? $random : 1;
                  tick;
               end
               ready = 0;
               clear = 1;
               tick;
               clear = 0;
            end
            2: begin
               wire_byte = argument;
               take = 1;
               tick;
               take = 0;
               if (argument == 0) tick;
            end
            4: begin
               tick;
               $display("v %h", value);
               $display("d 0");
               $fflush;
            end
            5: begin
               crc_step = 1;
               crc_shift = 1;
               tick;
               crc_step = 0;
               crc_shift = 0;
            end
            default: $finish;
         endcase
      end
   end
endmodule
