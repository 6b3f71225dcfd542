// The emitted COBS decoder behind a writer of anything that COBS can say: groups of any length with any bytes,
// ended between two groups (a frame) or inside one (an error), or nothing between two end marks.
//
// Proved for ever, by induction: bytes, ends and errors are those of the frames written, one clock later.
module cobs_decoder_proof (
    input wire clock,
    input wire take,
    input wire [7:0] data
);
   wire payload_valid, end_of_frame, error;
   wire [7:0] payload;
   cobs_decoder dut (
      .clock(clock), .take(take), .data(data),
      .payload_valid(payload_valid), .payload(payload), .end_of_frame(end_of_frame), .error(error)
   );

   // What the bytes mean: where the group ends, and whether a zero follows it.
   reg begun = 0;            // a group has begun since the last end mark
   reg [8:0] place = 0;      // bytes of the group so far, its code with them
   reg [8:0] code = 0;       // its code: the group's length with it
   wire between = ~begun | place == code;
   reg want_valid = 0, want_end = 0, want_error = 0;
   reg [7:0] want = 0;
   always @(posedge clock) begin
      want_valid <= 0;
      want_end <= 0;
      if (take & data == 0) begin
         begun <= 0;
         want_end <= begun;
         want_error <= ~between;
      end else if (take & between) begin
         begun <= 1;
         place <= 1;
         code <= data;
         want_valid <= begun & code != 255;
         want <= 0;
      end else if (take) begin
         place <= place + 1;
         want_valid <= 1;
         want <= data;
      end
      assert(payload_valid == want_valid);
      assert(~want_valid | payload == want);
      assert(end_of_frame == want_end);
      assert(~want_end | error == want_error);
   end

   // Inside the emitted module.
   (* probe = "dut.left_q" *) wire [7:0] dut_left;
   (* probe = "dut.begun_q" *) wire dut_begun;
   (* probe = "dut.zero_due_q" *) wire dut_zero_due;

`ifdef INDUCTION
   // What makes it inductive.
   always @(posedge clock) begin
      assert(dut_begun == begun);
      assert(dut_left == (begun ? code - place : 0));
      assert(dut_zero_due == (begun & code != 255));
      assert(~begun | (place >= 1 & place <= code & code <= 255));
   end
`endif
endmodule
