// The emitted frame transmitter with any bytes to send, any acknowledges and requests, and a wire that takes when it
// likes. Of the receiver it relies upon what frame_receiver.v proves: the two bytes of an acknowledge come one behind
// the other, and none comes within four clocks after a frame was heard.
//
// Proved for ever, by induction:
// * the ring neither overflows nor underflows: a byte is kept until it is acknowledged, none is sent that was not put;
// * bytes enter frames in order and unchanged, the first at the position that the frame's header has: a position
//   PLACE is looked at, which may be any;
// * an acknowledge beyond what was sent changes nothing;
// * DATA has at least one byte and no limit; ROOM, and STATUS, which has no byte of the stream, have the limit.
module frame_transmitter_proof #(parameter [15:0] DEPTH = 256, parameter BITS = 8) (
    input wire clock,
    input wire put_valid,
    input wire [7:0] put_data,
    input wire connect,
    input wire connected,
    input wire [7:0] connection,
    input wire [15:0] expected,
    input wire [15:0] limit,
    input wire limit_changed,
    input wire limit_moved,
    input wire heard,
    input wire [7:0] acknowledge_byte,
    input wire acknowledge_low,
    input wire acknowledge_high,
    input wire owe_data,
    input wire owe_status,
    input wire rewind,
    input wire [7:0] status_data,
    input wire out_ready,
    input wire [15:0] any_place
);
   wire put_ready, limit_sent, status_read, out_valid;
   wire [6:0] status_index;
   wire [7:0] out_data;
   frame_transmitter dut (
      .clock(clock), .put_valid(put_valid), .put_ready(put_ready), .put_data(put_data), .connect(connect),
      .connected(connected), .connection(connection), .expected(expected), .limit(limit), .limit_changed(limit_changed),
      .limit_moved(limit_moved), .heard(heard), .acknowledge_byte(acknowledge_byte), .acknowledge_low(acknowledge_low),
      .acknowledge_high(acknowledge_high), .owe_data(owe_data), .owe_status(owe_status), .rewind(rewind),
      .limit_sent(limit_sent), .status_read(status_read), .status_index(status_index), .status_data(status_data),
      .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
   );
   localparam [15:0] POSITIONS = 2 * DEPTH - 1;

   // What the receiver keeps to.
   reg [2:0] quiet = 0;
   reg half = 0;               // the low byte of an acknowledge has come
   reg fresh = 0;              // both have, of a frame that was not heard yet
   reg [7:0] low_byte = 0;
   reg [15:0] told = 0;        // the last acknowledge
   always @(posedge clock) begin
      assume(~(acknowledge_low & acknowledge_high));
      if (quiet != 0 | heard) assume(~acknowledge_low & ~acknowledge_high);
      if (quiet != 0) assume(~heard);
      if (acknowledge_high) assume(half);
      if (half | acknowledge_low) assume(~connect);
      if (heard) assume(fresh);
      quiet <= heard ? 4 : quiet == 0 ? 0 : quiet - 1;
      half <= acknowledge_low | (half & ~acknowledge_high);
      fresh <= ~connect & ~heard & ~acknowledge_low & (acknowledge_high | fresh);
      if (acknowledge_low) low_byte <= acknowledge_byte;
      if (acknowledge_high) told <= {acknowledge_byte, low_byte};
   end

   (* probe = "dut.put_end_q" *) wire [15:0] dut_put_end;
   (* probe = "dut.acknowledged_q" *) wire [15:0] dut_acknowledged;
   (* probe = "dut.in_flight_q" *) wire [15:0] dut_in_flight;
   (* probe = "dut.sent" *) wire [15:0] dut_sent;
   (* probe = "dut.room_q" *) wire dut_room;
   (* probe = "dut.readable_q" *) wire dut_readable;
   (* probe = "dut.judging_q" *) wire dut_judging;
   (* probe = "dut.advance" *) wire [15:0] dut_advance;
   (* probe = "dut.no_borrow_q" *) wire dut_no_borrow;
   (* probe = "dut.take_byte" *) wire takes;          // a byte of the stream enters a frame
   (* probe = "dut.take_acknowledge" *) wire acknowledges;
   (* probe = "dut.rewinding" *) wire rewinds;
   (* probe = "dut.state_q" *) wire [2:0] dut_state;
   (* probe = "dut.odd_q" *) wire dut_odd;
   (* probe = "dut.is_status_q" *) wire dut_is_status;
   (* probe = "dut.is_room_q" *) wire dut_is_room;
   (* probe = "dut.count_q" *) wire [7:0] dut_count;
   (* probe = "dut.at_size_q" *) wire dut_at_size;
   (* probe = "dut.ring.read_data" *) wire [7:0] read_data;

   // The stream: positions as docs/protocol.md has them.
   reg [15:0] put_end = 0, acknowledged = 0, sent = 0;
   wire put = put_valid & put_ready & ~connect;
   wire [15:0] kept = put_end - acknowledged;
   wire [15:0] in_flight = sent - acknowledged;
   reg [15:0] place = 0;
   reg started = 0, live = 0;
   reg [7:0] value = 0;
   always @(posedge clock) begin
      started <= 1;
      if (~started) place <= any_place;
      if (connect) {put_end, acknowledged, sent} <= 0;
      else begin
         if (put) put_end <= put_end + 1;
         if (acknowledges) acknowledged <= acknowledged + dut_advance;
         if (takes) sent <= sent + 1;
         if (rewinds) sent <= acknowledged;
      end
      if (connect | ~started) live <= 0;
      else if (put & put_end == place) begin
         live <= 1;
         value <= put_data;
      end else if (acknowledges & place - acknowledged < dut_advance) live <= 0;

      assert(in_flight <= kept & kept <= DEPTH);
      if (put) assert(kept < DEPTH);
      if (takes) assert(in_flight < kept);
      if (takes & sent == place & started) assert(live & read_data == value);
      if (acknowledges) assert(dut_advance <= in_flight);
      if (acknowledges) assert(acknowledged + dut_advance == told);
      assert(~(acknowledges & takes) & ~(rewinds & (takes | acknowledges)));
   end

   // The header's position is that of the frame's first byte.
   localparam IDLE = 0, HEADER = 1, BODY = 2, SETTLE = 3;
   wire is_data = ~dut_is_status & ~dut_is_room;
   reg [15:0] header_position = 0;
   reg has_limit = 0;          // the frame's header has one
   always @(posedge clock) begin
      if (dut_state == HEADER & ~dut_odd & dut_count == 2) header_position <= sent;
      if (takes) assert(dut_state == BODY & sent == header_position + dut_count & dut_count < 240);
      if (dut_state == IDLE) has_limit <= 0;
      else if (limit_sent) has_limit <= 1;
      if (dut_state == SETTLE) begin
         assert(has_limit == ~is_data);
         if (is_data) assert(sent != header_position);
         if (dut_is_status) assert(sent == header_position);
      end
   end

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
   wire [8:0] low_difference = {1'b1, low_byte} - {1'b0, acknowledged[7:0]};
   always @(posedge clock) begin
      assert(dut_put_end == (put_end & POSITIONS) & dut_acknowledged == acknowledged & dut_in_flight == in_flight);
      assert(dut_sent == sent);
      if (~started) assert(kept == 0 & ~dut_room);
      assert(~dut_room | kept < DEPTH);
      // In the clock after a byte was taken it is still as before.
      if (dut_readable & ~(dut_state == BODY & dut_odd)) assert(in_flight < kept);
      if (dut_judging) assert(dut_advance == told - acknowledged & dut_advance <= in_flight & ~half & ~fresh);
      if (dut_judging) assert(quiet == 4 | (quiet == 3 & ~takes));
      if (half) assert(dut_advance[15:8] == low_difference[7:0] & dut_no_borrow == low_difference[8] & ~dut_judging);
      if (fresh) assert(dut_advance == told - acknowledged & ~half);
      if (live) assert(place - acknowledged < kept & there == value);
      if (started & ~live) assert(place - acknowledged >= kept);
      if (dut_state == BODY & ~dut_odd & in_flight < kept & dut_readable) assert(read_data == pick(words, sent[BITS-1:0]));
      if ((dut_state == HEADER & dut_count > 2) | (dut_state == BODY & (dut_is_status | dut_count == 0)))
         assert(sent == header_position);
      if (dut_state == HEADER) assert(dut_count <= 7 & (dut_count <= 5 | ~is_data) & ~(dut_is_status & dut_is_room));
      if (dut_state == HEADER | dut_state == BODY & dut_count == 0)
         assert(has_limit == (dut_state == BODY ? ~is_data : dut_count == 7));
      if (dut_state == BODY) assert(has_limit == ~is_data);
      // What a frame begins with it has still when its body comes.
      if (is_data & (dut_state == HEADER | dut_state == BODY & dut_count == 0)) assert(in_flight < kept & dut_readable);
      if (dut_state == BODY & ~dut_odd) assert(dut_at_size == (dut_count == (dut_is_status ? 80 : 240)));
      if (dut_state == BODY & ~dut_is_status) assert(sent == header_position + dut_count & dut_count <= 240);
   end
`endif
endmodule
