// The emitted neuron pipeline behind its products, against docs/numerics.md, sections 1 (FOLD), 2 and 2.1: bias, delayed
// reset, limits, comparison, the kinds of reset, held steps, and what is counted.
//
// The products may be anything (products.v proves what they are), and so may all parameters within the
// ranges of the contract; they are still while a neuron is on its way. Proved for all of them, by induction.
module update_proof (
    input wire clock,
    input wire load,
    input wire [23:0] u,
    input wire [23:0] v,
    input wire [23:0] destination,
    input wire previous,
    input wire fold,
    input wire to_reset,
    input wire wrap,
    input wire after_decay,
    input wire [1:0] rounding_u,
    input wire [1:0] rounding_v,
    input wire [1:0] reset,
    input wire inverted,
    input wire no_threshold,
    input wire [6:0] held_steps,
    input wire [16:0] current_decay,
    input wire [16:0] membrane_decay,
    input wire [16:0] gain,
    input wire [23:0] bias,
    input wire [23:0] threshold,
    input wire [23:0] reset_value,
    input wire [23:0] sub,
    input wire [23:0] v_min,
    input wire [23:0] v_max
);
   wire [23:0] kept, u_next, v_next;
   wire spike, fold_saturated, fold_wrapped;
   wire [1:0] saturations;
   pipeline dut (
      .clock(clock), .tick(1'b1), .load(load), .keep(1'b0), .kept(kept), .u(u), .v(v), .destination(destination),
      .previous(previous), .fold(fold), .to_reset(to_reset), .wrap(wrap), .after_decay(after_decay),
      .rounding_u(rounding_u), .rounding_v(rounding_v), .reset(reset), .inverted(inverted),
      .no_threshold(no_threshold), .held_steps(held_steps), .current_decay(current_decay),
      .membrane_decay(membrane_decay), .gain(gain), .bias(bias), .threshold(threshold), .reset_value(reset_value),
      .sub(sub), .v_min(v_min), .v_max(v_max), .u_next(u_next), .v_next(v_next), .spike(spike),
      .saturations(saturations), .fold_saturated(fold_saturated), .fold_wrapped(fold_wrapped)
   );
   (* probe = "dut.products.high" *) wire [24:0] high;
   (* probe = "dut.products.low" *) wire [15:0] low;
   (* probe = "dut.decay.result" *) wire [23:0] decayed;

   // What is still, and its ranges.
   localparam signed [31:0] LIMIT = 8388607;
   localparam HARD = 0, SOFT = 1, DELAYED = 2;
   wire [162:0] all = {fold, to_reset, wrap, after_decay, reset, inverted, no_threshold, held_steps, bias, threshold, reset_value, sub, v_min, v_max};
   reg [162:0] all_before = 0;
   reg [3:0] age = 0;
   wire signed [31:0] low_limit = {{8{v_min[23]}}, v_min};
   wire signed [31:0] high_limit = {{8{v_max[23]}}, v_max};
   always @(posedge clock) begin
      all_before <= all;
      if (age != 0) assume(all == all_before);
      if (age != 10) age <= age + 1;
      assume(low_limit >= -LIMIT & low_limit <= high_limit);
      assume(held_steps <= 64);
      if (held_steps != 0) assume(reset == HARD & low_limit >= -LIMIT - 1 + 64);
   end

   // The membrane, five clocks after v came in, when its sum is there.
   reg [23:0] v1 = 0, v2 = 0, v3 = 0, v4 = 0, v5 = 0;
   reg previous1 = 0, previous2 = 0, previous3 = 0, previous4 = 0, previous5 = 0;
   always @(posedge clock) begin
      {v5, v4, v3, v2, v1} <= {v4, v3, v2, v1, v};
      {previous5, previous4, previous3, previous2, previous1} <= {previous4, previous3, previous2, previous1, previous};
   end
   function signed [31:0] wide(input [23:0] x);
      wide = {{8{x[23]}}, x};
   endfunction
   reg signed [31:0] h0, h1, h, after_soft, limited, next;
   reg held, fires, saturated1, saturated2;
   always @(*) begin
      held = held_steps != 0 & wide(v5) < -LIMIT - 1 + 64;
      h0 = $signed({{7{high[24]}}, high}) + wide(bias);
      h1 = (reset == DELAYED & previous5) ? h0 - wide(sub) : h0;
      saturated1 = h1 > LIMIT | h1 < -LIMIT;
      h = h1 < low_limit ? low_limit : h1 > high_limit ? high_limit : h1;
      fires = ~no_threshold & ~held & (inverted ? h < wide(threshold) : h >= wide(threshold));
      after_soft = h - wide(sub);
      limited = after_soft > LIMIT ? LIMIT : after_soft < -LIMIT ? -LIMIT : after_soft;
      saturated2 = fires & reset == SOFT & limited != after_soft;
      if (held)
         next = wide(v5) == -LIMIT - 1 ? wide(reset_value) : wide(v5) - 1;
      else if (fires & reset == HARD)
         next = held_steps != 0 ? -LIMIT - 1 + held_steps - 1 : wide(reset_value);
      else if (fires & reset == SOFT)
         next = limited;
      else
         next = h;
      if (to_reset) next = wide(reset_value);
   end
   // FOLD: the sum at unit weight.
   reg signed [47:0] exact, folded;
   reg saturates, wraps;
   always @(*) begin
      exact = {{7{high[24]}}, high, low};
      saturates = fold & ~wrap & (exact > LIMIT | exact < -LIMIT);
      wraps = fold & wrap & (exact > LIMIT | exact < -LIMIT - 1);
      folded = ~saturates ? exact : exact > 0 ? LIMIT : -LIMIT;
   end

   // A clock later what goes to U, five clocks later what goes to V.
   reg [23:0] want_u = 0;
   reg [40:0] sum_before = 0;
   reg want_saturated = 0, want_wrapped = 0;
   reg [26:0] want1 = 0, want2 = 0, want3 = 0, want4 = 0, want5 = 0;
   wire [1:0] count = held ? 2'd0 : {1'b0, saturated1} + {1'b0, saturated2};
   always @(posedge clock) begin
      sum_before <= {high, low};
      want_u <= fold ? folded[23:0] : decayed;
      {want_saturated, want_wrapped} <= {saturates, wraps};
      {want5, want4, want3, want2, want1} <= {want4, want3, want2, want1, {count, fires, next[23:0]}};
      if (age == 10) begin
         // FOLD's sum stays a clock longer.
         assert(u_next == want_u | (fold & {high, low} != sum_before));
         assert(fold_saturated == want_saturated & fold_wrapped == want_wrapped);
         assert(v_next == want5[23:0]);
         assert(spike == want5[24]);
         assert(saturations == want5[26:25]);
      end
   end
endmodule
