// The iCE40 UP5K's multiplier block as this design uses it: 16 by 16 bits, its partial products
// registered, the sum with {C, D} registered. Written from the block's description; the netlist
// simulation runs the same design with the synthesiser's own model.
module SB_MAC16 (
    input  wire        CLK, CE,
    input  wire [15:0] A, B, C, D,
    input  wire        AHOLD, BHOLD, CHOLD, DHOLD, IRSTTOP, IRSTBOT, ORSTTOP, ORSTBOT, OLOADTOP, OLOADBOT,
    input  wire        OHOLDTOP, OHOLDBOT, ADDSUBTOP, ADDSUBBOT, CI, ACCUMCI, SIGNEXTIN,
    output wire [31:0] O,
    output wire        CO, ACCUMCO, SIGNEXTOUT
);
    parameter A_SIGNED = 0;
    parameter B_SIGNED = 0;
    parameter A_REG = 0;
    parameter C_REG = 0;
    parameter D_REG = 0;
    parameter TOP_8x8_MULT_REG = 0;
    parameter BOT_8x8_MULT_REG = 0;
    parameter PIPELINE_16x16_MULT_REG1 = 0;
    parameter TOPADDSUB_LOWERINPUT = 0;
    parameter TOPADDSUB_UPPERINPUT = 0;
    parameter TOPADDSUB_CARRYSELECT = 0;
    parameter BOTADDSUB_LOWERINPUT = 0;
    parameter BOTADDSUB_UPPERINPUT = 0;
    parameter BOTADDSUB_CARRYSELECT = 0;
    parameter TOPOUTPUT_SELECT = 0;
    parameter BOTOUTPUT_SELECT = 0;

    initial begin
        if (B_SIGNED != 0 || TOP_8x8_MULT_REG != 1 || BOT_8x8_MULT_REG != 1 || PIPELINE_16x16_MULT_REG1 != 1
            || TOPADDSUB_LOWERINPUT != 2 || TOPADDSUB_UPPERINPUT != 1 || TOPADDSUB_CARRYSELECT != 2
            || BOTADDSUB_LOWERINPUT != 2 || BOTADDSUB_UPPERINPUT != 1 || BOTADDSUB_CARRYSELECT != 0
            || TOPOUTPUT_SELECT != 1 || BOTOUTPUT_SELECT != 1) begin
            $display("SB_MAC16: a configuration that this model does not have");
            $finish;
        end
    end

    reg [15:0] a_kept = 16'd0;
    reg [15:0] c_kept = 16'd0;
    reg [15:0] d_kept = 16'd0;
    reg [31:0] product = 32'd0;
    reg [31:0] sum = 32'd0;
    wire [15:0] a_used = (A_REG != 0) ? a_kept : A;
    wire [15:0] c_used = (C_REG != 0) ? c_kept : C;
    wire [15:0] d_used = (D_REG != 0) ? d_kept : D;
    wire [31:0] a_wide = {{16{(A_SIGNED != 0) & a_used[15]}}, a_used};
    always @(posedge CLK) begin
        if (CE) begin
            a_kept <= A;
            c_kept <= C;
            d_kept <= D;
            product <= a_wide * {16'd0, B};
            // A sum of nothing and unknown bits is those bits; the operator + would make all bits unknown.
            sum <= (product == 32'd0) ? {c_used, d_used} : product + {c_used, d_used};
        end
    end
    assign O = sum;
    assign CO = 1'b0;
    assign ACCUMCO = 1'b0;
    assign SIGNEXTOUT = 1'b0;
endmodule
