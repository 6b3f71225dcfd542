// The lock-step protocol of the benches, over stdin and stdout; included in a module that has `clock`,
// and the tasks `tick` (one clock), `send` (one byte to the core) and `rest` (no byte follows).
//
// After start the bench sends the greeting FF 46 53 50 4B; whatever a simulator prints before it is
// no part of the protocol. Then it takes tokens (numbers little-endian):
//   'W' n(2) bytes(n)       hands n bytes to the core, each as soon as the core is ready
//   'R' wait(4) quiet(2) most(2)
//                           runs until a byte has come out and then none for `quiet` clocks, or
//                           `most` bytes have come out, or `wait` clocks have passed without any
// and answers each with clocks(4) n(2) bytes(n): clocks since the start, and what came out.
// End of input ends the simulation.
//
// Plusargs: dump=FILE (waves), preload=FILE preload_words=N: preload.vh, included here, reads the
// file FILE.0 into S's first array, FILE.1 into its second, and so on.

  localparam STDIN = 32'h8000_0000, STDOUT = 32'h8000_0001, STDERR = 32'h8000_0002;

  reg [7:0]  queue [0:65535];
  integer    count = 0;      // bytes in the queue
  integer    quiet = 0;      // clocks since the last of them
  reg [31:0] clocks = 0;
  integer    token, amount, most, limit, waited, i, byte_read;
  reg [8*1024-1:0] name, part;
  integer    words;
  reg        never = 0;

  // Ends the simulation; does not return.
  task stop;
    begin
      $finish(0);
      wait (never);
    end
  endtask

  task get(output integer value, input integer bytes);
    integer k;
    begin
      value = 0;
      for (k = 0; k < bytes; k = k + 1) begin
        byte_read = $fgetc(STDIN);
        if (byte_read < 0) stop;
        value = value | (byte_read << (8 * k));
      end
    end
  endtask

  task answer;
    integer k;
    begin
      $fwrite(STDOUT, "%c%c%c%c%c%c", clocks[7:0], clocks[15:8], clocks[23:16], clocks[31:24],
              count[7:0], count[15:8]);
      for (k = 0; k < count; k = k + 1) $fwrite(STDOUT, "%c", queue[k]);
      count = 0;
      $fflush(STDOUT);
    end
  endtask

  initial begin
    if ($value$plusargs("dump=%s", name)) begin
      $dumpfile(name);
      $dumpvars;
    end
    #1;
    if ($value$plusargs("preload=%s", name) && $value$plusargs("preload_words=%d", words)) begin
`include "preload.vh"
    end
    repeat (16) tick;
    $fwrite(STDOUT, "%c%c%c%c%c", 8'hff, 8'h46, 8'h53, 8'h50, 8'h4b);
    $fflush(STDOUT);
    forever begin
      get(token, 1);
      if (token == 8'h57) begin  // W
        get(amount, 2);
        for (i = 0; i < amount; i = i + 1) begin
          get(byte_read, 1);
          send(byte_read[7:0]);
        end
        rest;
        answer;
      end else if (token == 8'h52) begin  // R
        get(limit, 4);
        get(amount, 2);
        get(most, 2);
        waited = 0;
        quiet = 0;
        while (count == 0 ? waited < limit : count < most && quiet < amount) begin
          tick;
          waited = waited + 1;
        end
        answer;
      end else begin
        $fdisplay(STDERR, "unknown token %0d", token);
        stop;
      end
    end
  end
