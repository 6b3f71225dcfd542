// Lock-step bench for the core behind its UART; its tokens are described in lockstep.vh. Bytes go over
// `rx` and `tx` bit by bit, CLOCKS_PER_BIT clocks each.
module uart_bench;
  parameter CLOCKS_PER_BIT = 8;

  reg  clock = 0;
  reg  rx = 1;
  wire tx;
  integer    j, bit_number;
  reg [7:0]  shift;

  always #5 clock = ~clock;

  ferrospike_uart core (.clock(clock), .rx(rx), .tx(tx));

`include "lockstep.vh"

  // Receiver: samples in the middle of each bit.
  initial forever begin
    @(negedge tx);
    repeat (CLOCKS_PER_BIT / 2) @(posedge clock);
    if (tx === 1'b0) begin
      for (bit_number = 0; bit_number < 8; bit_number = bit_number + 1) begin
        repeat (CLOCKS_PER_BIT) @(posedge clock);
        shift[bit_number] = tx;
      end
      repeat (CLOCKS_PER_BIT) @(posedge clock);
      if (^shift === 1'bx) begin
        // It would go to the host as some byte.
        $fdisplay(STDERR, "clock %0d: a bit on tx is unknown", clocks);
        stop;
      end
      if (tx !== 1'b1) $fdisplay(STDERR, "clock %0d: no stop bit on tx", clocks);
      if (count < 65535) begin
        queue[count] = shift;
        count = count + 1;
        quiet = 0;
      end
    end
  end

  task tick;
    begin
      @(posedge clock);
      clocks = clocks + 1;
      quiet = quiet + 1;
    end
  endtask

  task send(input [7:0] octet);
    begin
      rx <= 0;
      repeat (CLOCKS_PER_BIT) tick;
      for (j = 0; j < 8; j = j + 1) begin
        rx <= octet[j];
        repeat (CLOCKS_PER_BIT) tick;
      end
      rx <= 1;
      repeat (CLOCKS_PER_BIT) tick;
    end
  endtask

  // The line rests at 1 after each byte already.
  task rest;
    rx <= 1;
  endtask
endmodule
