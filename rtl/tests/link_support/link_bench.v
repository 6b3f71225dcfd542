// Commands: 0 send a byte, 1 run clocks, 2 set the mode (1 consume, 2 put back what is consumed,
// 4 the wire out is blocked), 3 put a byte, 4 synchronise, 6 send a byte in a single clock, as a UART does.
module bench;
   reg clock = 0;
   reg in_valid = 0, put_now = 0;
   reg [7:0] in_data = 0, put_byte = 0;
   reg consume = 0, loop_back = 0, blocked = 0;
   wire in_ready, out_valid, stream_valid, put_ready, connect;
   wire [7:0] out_data, stream_data;
   wire [6:0] status_index;
   reg [7:0] status_data = 0;
   wire link_error, status_read;
   reg [31:0] link_errors = 0;
   reg [3:0] reading = 0;
   wire stream_ready = consume & (~loop_back | put_ready);
   wire put_valid = loop_back ? (stream_valid & consume) : put_now;
   wire [7:0] put_data = loop_back ? stream_data : put_byte;
   integer operation, argument, got, clocks;
   reg moved;

   link uut (.clock(clock), .in_valid(in_valid), .in_data(in_data), .in_ready(in_ready),
      .out_valid(out_valid), .out_data(out_data), .out_ready(~blocked),
      .stream_valid(stream_valid), .stream_data(stream_data), .stream_ready(stream_ready),
      .put_valid(put_valid), .put_data(put_data), .put_ready(put_ready), .connect(connect),
      .status_index(status_index), .status_data(status_data), .status_read(status_read), .link_error(link_error));

   // The status block has its bytes only when `status_read` came 8 clocks before.
   always @(posedge clock) begin
      reading <= !status_read ? 4'd0 : reading == 4'd8 ? 4'd8 : reading + 4'd1;
      status_data <= (reading != 4'd8) ? 8'hee : (status_index % 7 == 3) ? 8'd0 : status_index + 8'd1;
      link_errors <= connect ? 32'd0 : link_errors + link_error;
   end

   task tick;
      begin
         #4;
         moved = (in_valid & in_ready) | (~in_valid & put_now & put_ready);
         if (^{in_ready, out_valid, stream_valid, put_ready, connect, status_read, link_error} === 1'bx) $display("x 0");
         if (out_valid & ~blocked) $display("o %h", out_data);
         if (stream_valid & stream_ready) $display("s %h", stream_data);
         if (connect) $display("c %h", stream_valid);
         clocks = clocks + 1;
         clock = 1;
         #5;
         clock = 0;
         #1;
      end
   endtask

   initial begin
      clocks = 0;
      while (1) begin
         got = $fscanf(32'h8000_0000, "%d %d", operation, argument);
         if (got != 2) $finish;
         case (operation)
            0: begin
               in_data = argument;
               in_valid = 1;
               moved = 0;
               while (!moved) tick;
               in_valid = 0;
            end
            1: repeat (argument) tick;
            2: {blocked, loop_back, consume} = argument;
            3: begin
               put_byte = argument;
               put_now = 1;
               tick;
               if (!moved) $display("r 0");
               put_now = 0;
            end
            4: begin
               $display("n %h", clocks);
               $display("e %h", link_errors);
               $display("d 0");
               $fflush;
            end
            6: begin
               in_data = argument;
               in_valid = 1;
               tick;
               in_valid = 0;
               in_data = 8'hxx;
               repeat (79) tick;
            end
            default: $finish;
         endcase
      end
   end
endmodule
