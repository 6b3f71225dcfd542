// Lock-step bench for the byte entry of the core; its tokens are described in lockstep.vh.
module bytes_bench;
  localparam PATIENCE = 1000000;

  reg        clock = 0;
  reg        in_valid = 0;
  reg  [7:0] in_data = 0;
  wire       in_ready;
  wire       out_valid;
  wire [7:0] out_data;
  reg        out_ready = 0;
  reg        taken;
  integer    patience;

  always #5 clock = ~clock;

  ferrospike_bytes core (
    .clock(clock),
    .in_valid(in_valid), .in_data(in_data), .in_ready(in_ready),
    .out_valid(out_valid), .out_data(out_data), .out_ready(out_ready)
  );

`include "lockstep.vh"

  // One clock: collects what comes out.
  task tick;
    begin
      @(posedge clock);
      clocks = clocks + 1;
      quiet = quiet + 1;
      taken = in_valid && in_ready === 1'b1;
      if (out_valid === 1'b1 && out_ready) begin
        queue[count] = out_data;
        count = count + 1;
        quiet = 0;
      end
      out_ready <= count < 65535;
    end
  endtask

  // Hands over a byte as soon as the core is ready.
  task send(input [7:0] octet);
    begin
      in_valid <= 1;
      in_data <= octet;
      patience = 0;
      taken = 0;
      while (!taken) begin
        tick;
        patience = patience + 1;
        if (patience == PATIENCE) begin
          $fdisplay(STDERR, "the core has taken no byte for %0d clocks", PATIENCE);
          stop;
        end
      end
    end
  endtask

  task rest;
    in_valid <= 0;
  endtask
endmodule
