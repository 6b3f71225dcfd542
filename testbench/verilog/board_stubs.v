// Stand-ins for the primitives that the shells of boards use: clocks pass, locks come after 8 clocks.

module stub_lock(input wire clock, output wire locked);
  reg [3:0] count = 4'd0;
  assign locked = count[3];
  always @(posedge clock) if (!locked) count <= count + 4'd1;
endmodule

module SB_GB(input wire USER_SIGNAL_TO_GLOBAL_BUFFER, output wire GLOBAL_BUFFER_OUTPUT);
  assign GLOBAL_BUFFER_OUTPUT = USER_SIGNAL_TO_GLOBAL_BUFFER;
endmodule

module SB_PLL40_CORE(input wire REFERENCECLK, input wire RESETB, input wire BYPASS,
                     output wire PLLOUTGLOBAL, output wire LOCK);
  parameter FEEDBACK_PATH = "";
  parameter DIVR = 4'd0, DIVF = 7'd0, DIVQ = 3'd0, FILTER_RANGE = 3'd0;
  assign PLLOUTGLOBAL = REFERENCECLK & RESETB & ~BYPASS;
  stub_lock lock (.clock(REFERENCECLK), .locked(LOCK));
endmodule

module SB_PLL40_PAD(input wire PACKAGEPIN, input wire RESETB, input wire BYPASS,
                    output wire PLLOUTGLOBAL, output wire LOCK);
  parameter FEEDBACK_PATH = "";
  parameter DIVR = 4'd0, DIVF = 7'd0, DIVQ = 3'd0, FILTER_RANGE = 3'd0;
  assign PLLOUTGLOBAL = PACKAGEPIN & RESETB & ~BYPASS;
  stub_lock lock (.clock(PACKAGEPIN), .locked(LOCK));
endmodule

module EHXPLLL(input wire CLKI, input wire CLKFB, input wire RST, input wire STDBY,
               input wire PHASESEL0, input wire PHASESEL1, input wire PHASEDIR,
               input wire PHASESTEP, input wire PHASELOADREG, input wire PLLWAKESYNC,
               input wire ENCLKOP, output wire CLKOP, output wire LOCK);
  parameter PLLRST_ENA = "", INTFB_WAKE = "", STDBY_ENABLE = "", DPHASE_SOURCE = "";
  parameter OUTDIVIDER_MUXA = "", OUTDIVIDER_MUXB = "", OUTDIVIDER_MUXC = "";
  parameter OUTDIVIDER_MUXD = "", FEEDBK_PATH = "", CLKOP_ENABLE = "";
  parameter CLKI_DIV = 1, CLKFB_DIV = 1, CLKOP_DIV = 1, CLKOP_CPHASE = 0, CLKOP_FPHASE = 0;
  assign CLKOP = CLKI & ~RST & ~STDBY;
  stub_lock lock (.clock(CLKI), .locked(LOCK));
endmodule

module rPLL(input wire CLKIN, input wire RESET, input wire RESET_P, input wire CLKFB,
            input wire [5:0] FBDSEL, input wire [5:0] IDSEL, input wire [5:0] ODSEL,
            input wire [3:0] PSDA, input wire [3:0] DUTYDA, input wire [3:0] FDLY,
            output wire CLKOUT, output wire CLKOUTP, output wire CLKOUTD, output wire CLKOUTD3,
            output wire LOCK);
  parameter FCLKIN = "";
  parameter IDIV_SEL = 0, FBDIV_SEL = 0, ODIV_SEL = 8;
  assign CLKOUT = CLKIN & ~RESET & ~RESET_P;
  assign {CLKOUTP, CLKOUTD, CLKOUTD3} = 3'b000;
  stub_lock lock (.clock(CLKIN), .locked(LOCK));
endmodule

// Sends back what it hears.
module ferrospike_uart(input wire clock, input wire rx, output wire tx);
  reg heard = 1'b1;
  assign tx = heard;
  always @(posedge clock) heard <= rx;
endmodule
