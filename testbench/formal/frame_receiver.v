// The emitted frame receiver with any bytes from the wire, and a taker of its stream that takes when it likes.
//
// Proved for ever, by induction:
// * only a whole frame (10 to 250 bytes, no error of the encoding) whose CRC register has the residue does
//   anything, and what it does is what docs/protocol.md, section 1, says of its kind; every other is an error;
// * the ring neither overflows nor underflows: no byte that waits is overwritten, none is given twice or before
//   it was accepted;
// * bytes leave it in order and unchanged: a position PLACE is looked at, which may be any.
module frame_receiver_proof #(parameter [15:0] DEPTH = 256, parameter BITS = 8) (
    input wire clock,
    input wire in_valid,
    input wire [7:0] in_data,
    input wire stream_ready,
    input wire limit_sent,
    input wire [15:0] any_place
);
   wire in_ready, stream_valid, connect, connected, limit_changed, limit_moved, acknowledge_low, acknowledge_high;
   wire heard, owe_data, owe_status, rewind, link_error;
   wire [7:0] stream_data, connection, acknowledge_byte;
   wire [15:0] expected, limit;
   frame_receiver dut (
      .clock(clock), .in_valid(in_valid), .in_data(in_data), .in_ready(in_ready),
      .stream_valid(stream_valid), .stream_data(stream_data), .stream_ready(stream_ready),
      .connect(connect), .connected(connected), .connection(connection), .expected(expected), .limit(limit),
      .limit_changed(limit_changed), .limit_moved(limit_moved), .limit_sent(limit_sent), .heard(heard), .acknowledge_byte(acknowledge_byte),
      .acknowledge_low(acknowledge_low), .acknowledge_high(acknowledge_high), .owe_data(owe_data),
      .owe_status(owe_status), .rewind(rewind), .link_error(link_error)
   );
   // What the decoder says, which has a proof of its own.
   (* probe = "dut.decoder.payload_valid" *) wire byte_valid;
   (* probe = "dut.decoder.payload" *) wire [7:0] incoming;
   (* probe = "dut.decoder.end_of_frame" *) wire frame_ends;
   (* probe = "dut.decoder.error" *) wire frame_broken;

   // The frame so far.
   function [31:0] crc_of(input [31:0] crc, input [7:0] data, input integer count);
      integer i;
      begin
         for (i = 0; i < count; i = i + 1)
            crc = (crc >> 1) ^ ((crc[0] ^ data[i]) ? 32'hEDB88320 : 32'd0);
         crc_of = crc;
      end
   endfunction
   reg [9:0] size = 0;                    // 511: that or more
   reg [31:0] crc = 32'hFFFFFFFF;         // of all its bytes
   reg [31:0] crc_before = 32'hFFFFFFFF;  // of all but the last
   reg [7:0] kind = 0, number = 0, letter0 = 0, letter1 = 0;
   reg [15:0] position = 0;
   reg [7:0] last = 0;
   always @(posedge clock) begin
      if (frame_ends) begin
         size <= 0;
         crc <= 32'hFFFFFFFF;
      end else if (byte_valid) begin
         if (size != 511) size <= size + 1;
         crc_before <= crc;
         crc <= crc_of(crc, incoming, 8);
         last <= incoming;
         case (size)
            0: kind <= incoming;
            1: number <= incoming;
            2: position[7:0] <= incoming;
            3: position[15:8] <= incoming;
            6: letter0 <= incoming;
            7: letter1 <= incoming;
            default: ;
         endcase
      end
   end

   // What it does when it ends.
   reg linked = 0;
   reg [7:0] linked_number = 0;
   reg fits = 1;   // no byte of the payload lay beyond the limit
   wire good = frame_ends & ~frame_broken & size >= 10 & size <= 250 & crc == ~32'h2144DF1C;
   wire ours = linked & number == linked_number;
   wire is_connect = good & kind == 1 & size == 13 & letter0 == "F" & letter1 == "S";
   wire is_data = good & kind == 2 & ours;
   wire is_status = good & kind == 3;
   wire is_resend = good & kind == 4 & ours;
   reg want_connect = 0, want_heard = 0, want_data = 0, want_status = 0, want_rewind = 0, want_error = 0;
   always @(posedge clock) begin
      want_connect <= is_connect;
      want_heard <= is_data | is_resend;
      want_data <= (is_data & size != 10) | is_resend;
      want_status <= is_connect | is_status;
      want_rewind <= is_resend;
      want_error <= frame_ends & ~(is_connect | is_data | is_status | is_resend);
      if (is_connect) {linked, linked_number} <= {1'b1, number};
      assert(connect == want_connect & heard == want_heard & owe_data == want_data & owe_status == want_status);
      assert(rewind == want_rewind & link_error == want_error);
      assert(connected == linked & connection == linked_number);
   end

   // The ring. A payload byte belongs to the stream if four more follow it.
   reg [15:0] committed = 0, consumed = 0;
   wire [9:0] payload = size < 6 ? 0 : size - 6 > 256 ? 256 : size - 6;
   reg [9:0] stored = 0;                  // bytes of this frame that had room, one behind the other
   wire [15:0] waiting = committed - consumed;
   wire [15:0] stream_size = size - 10;
   wire accepted = is_data & position == committed & stored >= stream_size;
   wire taken = stream_valid & stream_ready;
   reg [15:0] place = 0;
   reg [7:0] arriving = 0, value = 0;     // at this place, of the frame that comes in; of those accepted
   reg live = 0;                          // accepted, not yet taken
   reg started = 0;
   wire [15:0] ahead = place - committed; // of the first byte of this frame's payload
   always @(posedge clock) begin
      started <= 1;
      if (~started) place <= any_place;
      if (frame_ends) stored <= 0;
      else if (byte_valid & size >= 6 & size < 511 & stored == payload & payload < 256 & waiting + stored < DEPTH) stored <= stored + 1;
      if (byte_valid & size >= 6 & size - 6 == ahead & stored == size - 6) arriving <= incoming;
      if (is_connect) {committed, consumed} <= 0;
      else begin
         if (accepted) committed <= committed + stream_size;
         if (taken) consumed <= consumed + 1;
      end
      if (is_connect | ~started) live <= 0;
      else if (accepted & ahead < stream_size) begin
         live <= 1;
         value <= arriving;
      end else if (taken & consumed == place) live <= 0;
      if (taken) assert(waiting != 0);
      if (taken & consumed == place & started) assert(live & stream_data == value);
      assert(waiting <= DEPTH);
      assert(expected == committed & limit == consumed + DEPTH);
   end

   // The host knows the limit, or will be told; what a RESEND asks too. The STATUS that follows a CONNECT tells it.
   reg [15:0] told = DEPTH;
   reg asked = 0;
   always @(posedge clock) begin
      if (is_connect) told <= DEPTH;
      else if (limit_sent) told <= limit;
      assert(limit == told | limit_changed);
      asked <= rewind & ~is_connect;
      if (asked) assert(limit_changed);
   end

   // What the transmitter relies upon.
   reg [3:0] quiet = 0;
   reg half = 0;    // the low byte of an acknowledge has come
   reg fresh = 0;   // both have, of a frame that was not heard yet
   always @(posedge clock) begin
      quiet <= heard ? 4 : quiet == 0 ? 0 : quiet - 1;
      if (quiet != 0 | heard) assert(~acknowledge_low & ~acknowledge_high);
      if (quiet != 0) assert(~heard);
      assert(~(acknowledge_low & acknowledge_high));
      half <= acknowledge_low | (half & ~acknowledge_high);
      if (acknowledge_high) assert(half);
      fresh <= ~connect & ~heard & ~acknowledge_low & (acknowledge_high | fresh);
      if (connect) assert(~half & ~acknowledge_low);
      if (heard) assert(fresh);
      if (size > 5) assert(fresh);
      if (want_heard) assert(fresh);
      if (fresh) assert(~half);
      assert(quiet <= 4);
      if (quiet != 0) assert(size + quiet <= 4);
      if (want_heard | want_connect) assert(size == 0);
      if (size > 5) assert(~half);
      if (size == 5) assert(half);
   end

   // Inside the emitted module.
   (* probe = "dut.header_q" *) wire [2:0] dut_header;
   (* probe = "dut.payload_q" *) wire [8:0] dut_payload;
   (* probe = "dut.kind_q" *) wire [2:0] dut_kind;
   (* probe = "dut.candidate_q" *) wire [7:0] dut_candidate;
   (* probe = "dut.number_same_q" *) wire dut_number_same;
   (* probe = "dut.in_order_q" *) wire dut_in_order;
   (* probe = "dut.magic_q" *) wire dut_magic;
   (* probe = "dut.skipped_q" *) wire [2:0] dut_skipped;
   (* probe = "dut.valid_q" *) wire dut_valid;
   (* probe = "dut.second_q" *) wire dut_second;
   (* probe = "dut.pause_q" *) wire dut_pause;
   (* probe = "dut.check.value" *) wire [31:0] dut_crc;
   (* probe = "dut.size_good_q" *) wire dut_size_good;
   (* probe = "dut.size_connect_q" *) wire dut_size_connect;
   (* probe = "dut.not_empty_q" *) wire dut_not_empty;

`ifdef INDUCTION
   // What makes it inductive.
   (* probe_memory = "dut.ring.memory" *) wire [8*DEPTH-1:0] words;
   // Word n of the memory.
   function [7:0] pick(input [8*DEPTH-1:0] all, input [BITS-1:0] n);
      integer i;
      begin
         pick = 0;
         for (i = 0; i < DEPTH; i = i + 1) if (n == i) pick = pick | all[8*i +: 8];
      end
   endfunction
   wire [7:0] there = pick(words, place[BITS-1:0]);
   wire [9:0] missed = payload - stored;
   reg after_end = 1;
   always @(posedge clock) after_end <= frame_ends;
   always @(posedge clock) begin
      assert(~(byte_valid & (dut_second | frame_ends)) & ~(frame_ends & dut_second));
      assert(dut_pause | ~(byte_valid | frame_ends));
      assert(~after_end | (~byte_valid & ~frame_ends & size == 0));
      if (~started) assert(waiting == 0 & size == 0 & stored == 0 & ~byte_valid & ~frame_ends);
      if (want_heard | want_connect) assert(after_end);
      assert(~dut_second | incoming == last);
      assert(dut_header == (size > 6 ? 6 : size) & dut_payload == payload & size <= 511);
      assert(dut_crc == (dut_second ? ~crc_of(crc_before, last, 4) : ~crc));
      if (dut_second) assert(crc == crc_of(crc_before, last, 8));
      if (size == 0) assert(crc == 32'hFFFFFFFF);
      if (size > 0) assert(dut_kind == (kind[7:3] != 0 ? 0 : kind[2:0]));
      if (size > 1) assert(dut_candidate == number & dut_number_same == (number == linked_number));
      if (size == 3) assert(dut_in_order == (position[7:0] == committed[7:0]));
      if (size > 3) assert(dut_in_order == (position == committed));
      if (size == 7) assert(dut_magic == (letter0 == "F"));
      if (size > 7) assert(dut_magic == (letter0 == "F" & letter1 == "S"));
      // What the size decides is known a clock after the last byte.
      if (~dut_second & ~after_end) begin
         assert(dut_size_good == (size >= 10 & size <= 250));
         assert(dut_size_connect == (size == 13));
         assert(dut_not_empty == (size != 10));
      end
      if (size <= 262) assert(dut_skipped == (missed > 5 ? 5 : missed));
      if (missed != 0) assert(dut_skipped != 0);
      assert(dut_skipped <= 5);
      assert(stored + waiting <= DEPTH & stored <= payload);
      if (live) assert(place - consumed < waiting & there == value);
      if (started & ~live) assert(place - consumed >= waiting);
      if (ahead < stored) assert(there == arriving);
      if (dut_valid) assert(waiting != 0 & stream_data == pick(words, consumed[BITS-1:0]));
   end
`endif
endmodule
