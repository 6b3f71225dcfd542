// The emitted COBS encoder with any frame of up to 253 bytes, put in with any pauses, and a taker that takes when it
// likes.
//
// Proved for ever, by induction, for a place A of the frame that may be any: place 0 is the code byte before the first
// byte put, place n that of the n-th. A byte that is not 0 leaves as it was, at its place; place 0 and a byte that is
// 0 leave as the distance to the next zero, or to the frame's end. A 0 follows the last place, and nothing else
// comes. That is COBS of a frame in which no group is full; what takes it apart is proved in cobs_decoder.v.
module cobs_encoder_proof (
    input wire clock,
    input wire clear,
    input wire put,
    input wire [7:0] data,
    input wire finish,
    input wire out_ready,
    input wire [7:0] any_place
);
   wire busy, out_valid;
   wire [7:0] out_data;
   cobs_encoder dut (
      .clock(clock), .clear(clear), .put(put), .data(data), .finish(finish), .busy(busy),
      .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
   );

   // The place that is looked at: chosen with each frame.
   reg [7:0] place = 0;
   reg open = 0;               // a frame is being put
   reg sending = 0;            // it leaves
   reg [7:0] count = 0;        // its bytes
   reg have = 0;               // the place is there
   reg is_code = 0;            // it leaves as a distance
   reg [7:0] value = 0;        // as this, otherwise
   reg known = 0;              // the distance is known
   reg [7:0] distance = 0;
   reg [7:0] last_code = 0;    // the last place that leaves as a distance
   reg [7:0] sent = 0;         // bytes taken
   reg [2:0] waited = 0;       // clocks since the end without a byte
   wire takes = out_valid & out_ready;
   always @(posedge clock) begin
      if (busy) assume(~clear & ~put & ~finish);
      if (~open) assume(~put & ~finish);
      assume(~(put & finish) & ~(clear & put) & ~(clear & finish));
      if (count == 253) assume(~put);

      if (clear) begin
         open <= 1;
         place <= any_place;
         count <= 0;
         have <= any_place == 0;
         is_code <= any_place == 0;
         known <= 0;
         last_code <= 0;
      end
      if (put) begin
         count <= count + 1;
         if (data == 0) last_code <= count + 1;
         if (place == count + 1) begin
            have <= 1;
            is_code <= data == 0;
            value <= data;
            known <= 0;
         end else if (have & is_code & ~known & data == 0) begin
            known <= 1;
            distance <= count + 1 - place;
         end
      end
      if (finish) begin
         open <= 0;
         sending <= 1;
         sent <= 0;
         waited <= 0;
         if (have & is_code & ~known) begin
            known <= 1;
            distance <= count + 1 - place;
         end
      end
      if (sending & ~out_valid) waited <= waited + 1;
      if (takes) sent <= sent + 1;
      if (takes & sent == count + 1) sending <= 0;

      assert(busy == sending);
      assert(~out_valid | sending);
      assert(~sending | out_valid | waited < 4);
      if (out_valid) begin
         assert(sent <= count + 1);
         if (sent == count + 1) assert(out_data == 0);
         if (have & sent == place) begin
            assert(out_data == (is_code ? distance : value));
            assert(out_data != 0);
         end
      end
   end

   // Inside the emitted module.
   (* probe = "dut.write_at_q" *) wire [7:0] dut_write_at;
   (* probe = "dut.code_at_q" *) wire [7:0] dut_code_at;
   (* probe = "dut.position_q" *) wire [7:0] dut_position;
   (* probe = "dut.state_q" *) wire [2:0] dut_state;

`ifdef INDUCTION
   (* probe_memory = "dut.memory.memory" *) wire [8*256-1:0] words;
   localparam FILL = 0, LAST_CODE = 1, END_MARK = 2, FETCH = 3, DRAIN = 4;
   wire [7:0] word = words[8*place +: 8];
   wire leaves = dut_state == FETCH | dut_state == DRAIN;

   // What makes it inductive.
   always @(posedge clock) begin
      assert(~(open & sending));
      assert(dut_state <= DRAIN);
      assert(sending == (dut_state != FILL));
      assert(count <= 253);
      if (open | sending) begin
         assert(have == (place <= count));
         assert(last_code <= count);
         assert(dut_write_at == count + (leaves ? 2 : 1));
         if (~leaves & dut_state != END_MARK) assert(dut_code_at == last_code);
         if (have & is_code) begin
            assert(last_code >= place);
            assert(known == (sending | last_code > place));
            if (known) begin
               assert(distance != 0);
               if (last_code == place) assert(distance == count + 1 - place);
               if (last_code > place | leaves | dut_state == END_MARK) assert(word == distance);
            end
         end
         if (have & ~is_code) assert(value != 0 & word == value);
         if (have & place == last_code) assert(is_code);
      end
      if (leaves) assert(words[8*(count + 1) +: 8] == 0);
      if (dut_state == LAST_CODE) assert(waited == 0 & sent == 0);
      if (dut_state == END_MARK) assert(waited == 1 & sent == 0);
      if (dut_state == FETCH) assert(waited == 2 & sent == 0 & dut_position == 0);
      if (dut_state == DRAIN) begin
         assert(sent <= count + 1);
         assert(dut_position == sent + 1);
         assert(out_data == words[8*sent +: 8]);
      end
   end
`endif
endmodule
