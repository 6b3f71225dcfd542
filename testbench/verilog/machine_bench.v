// Runs the module `machine` (the device behind its link) on a file of command bytes and prints what
// it answers, for comparison with the model.
//
//   +stream=FILE  the command bytes, two hexadecimal digits a line
//   +bytes=N      how many they are
//   +answers=N    how many bytes the device will answer
//   +stall=N      N of 16 clocks, at random, in which neither stream moves
//   +limit=N      clocks without any progress after which the run is given up
//   +connect=N    a new connection when N bytes of the stream have been taken and nothing has moved for 1,000 clocks,
//   +after=N      or for so many
//
// Prints a line with two digits for each byte of the answer, and a line `C` with the counters that
// the model has too (steps, synaptic operations, weight words, spikes, saturations, wraps) and the
// cycles, at the end of each program.
module machine_bench;
  reg clock = 1'b0;
  always #5 clock = ~clock;

  reg connect = 1'b0;
  reg stream_valid = 1'b0;
  reg [7:0] stream_data = 8'd0;
  wire stream_ready;
  wire put_valid;
  wire [7:0] put_data;
  reg put_ready = 1'b0;
  wire [7:0] status_data;
  machine dut (
    .clock(clock), .connect(connect),
    .stream_valid(stream_valid), .stream_data(stream_data), .stream_ready(stream_ready),
    .put_valid(put_valid), .put_data(put_data), .put_ready(put_ready),
    .status_index(7'd0), .status_data(status_data), .status_read(1'b0), .link_error(1'b0));

  // A counter whose first byte is `place` in the status block: the memory of the block, the carry on its
  // way into the byte that comes next, and what the bits outside are ahead.
  function [31:0] whole(input [6:0] place, input [31:0] outside, input [31:0] mask);
    reg [31:0] behind;
    begin
      behind = {dut.status_block.memory[place + 3], dut.status_block.memory[place + 2],
                dut.status_block.memory[place + 1], dut.status_block.memory[place]};
      if (dut.status_block.at[6:2] == place[6:2])
        behind = behind + ({31'd0, dut.status_block.carry} << (8 * dut.status_block.at[1:0]));
      whole = behind + ((outside - behind) & mask);
      if (dut.status_block.clearing) whole = outside;
    end
  endfunction

  reg [1023:0] name;
  reg [7:0] stream [0:1048575];
  integer bytes, answers, stall, limit, after;
  integer sent, received, quiet, seed, again;
  reg was_busy;
  initial begin
    seed = 1;
    if (!$value$plusargs("stream=%s", name) || !$value$plusargs("bytes=%d", bytes)
        || !$value$plusargs("answers=%d", answers) || !$value$plusargs("stall=%d", stall)
        || !$value$plusargs("limit=%d", limit)) begin
      $display("a plusarg is missing");
      $stop;
    end
    if (!$value$plusargs("connect=%d", again)) again = -1;
    if (!$value$plusargs("after=%d", after)) after = 1000;
    $readmemh(name, stream, 0, bytes - 1);
    if (^stream[bytes - 1] === 1'bx) begin
      $display("the stream could not be read");
      $stop;
    end
    sent = 0;
    received = 0;
    quiet = 0;
    was_busy = 1'b0;
    repeat (3) @(posedge clock);
    #1 connect = 1'b1;
    @(posedge clock);
    #1 connect = 1'b0;
    while (received < answers && quiet < limit) begin
      connect = sent == again && quiet == after;
      put_ready = (stall == 0) || (($random(seed) & 15) >= stall);
      stream_valid = (sent < bytes) && (sent != again) && ((stall == 0) || (($random(seed) & 15) >= stall));
      stream_data = stream[sent];
      #8;  // just before the next rising edge
      quiet = quiet + 1;
      if (stream_valid && stream_ready) begin
        sent = sent + 1;
        quiet = 0;
      end
      if (put_valid && put_ready) begin
        $display("%02x", put_data);
        received = received + 1;
        quiet = 0;
      end
      if (was_busy && !dut.sequencer_busy)
        $display("C %08x %08x %08x %08x %08x %08x %08x %08x", whole(44, dut.counters_steps, 32'hff),
                 whole(48, dut.counters_synaptic_operations, 32'hffffff),
                 whole(52, dut.counters_weight_words, 32'hff),
                 whole(56, dut.counters_list_words, 32'hff), whole(60, dut.counters_spikes, 32'hff),
                 whole(64, dut.counters_saturations, 32'hffff),
                 whole(68, dut.counters_wraps, 32'hffff), whole(40, dut.counters_cycles, 32'hff));
      was_busy = dut.sequencer_busy;
      @(posedge clock);
      #1;
      if (connect) again = -1;
    end
    if (received < answers) $display("GIVEN UP after %0d of %0d bytes, %0d sent", received, answers, sent);
    $finish;
  end
endmodule
