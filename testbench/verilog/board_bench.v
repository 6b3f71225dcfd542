// A shell with a low rx from the beginning: how many clocks until the core hears it. Needs board_stubs.v
// and a module `board` with clock, rx and tx around the shell.
module board_bench;
  reg     clock = 0;
  wire    tx;
  integer clocks = 0;

  always #5 clock = ~clock;
  board shell (.clock(clock), .rx(1'b0), .tx(tx));

  always @(posedge clock) begin
    clocks = clocks + 1;
    if (tx === 1'b0 || clocks > 100000) begin
      $display("%0d", clocks);
      $finish;
    end
  end
endmodule
