//! The bodies of [`super::products`] for chips without multipliers: shift and add, a few bits of the
//! factor in every clock between two ticks.

use super::products::serial_membrane_sum;

/// A multiplier `name` of `x` (24 bits, signed) by `factor` (17 bits): its product of 42 bits is in the
/// register `name` two ticks after its operands.
fn multiplier(name: &str, x: &str, factor: &str, clocks: u8) -> String {
    let clocks = usize::from(clocks.clamp(2, 17));
    let bits = 17usize.div_ceil(clocks);
    let width = bits * clocks;
    let top = 24 + bits;
    let padding = width - 17;
    let padded = match padding {
        0 => factor.to_string(),
        _ => format!("{{{padding}'d0, {factor}}}"),
    };
    let rest = match width - bits {
        0 => String::new(),
        _ => format!(", {name}_factor[{}:{bits}]", width - 1),
    };
    format!(
        "\
// {bits} bits of the factor in a clock; the product's low bits take the place of those used up.
reg signed [23:0] {name}_x = 24'sd0;
reg signed [{top}:0] {name}_high = {}'sd0;
reg [{}:0] {name}_factor = {width}'d0;
reg signed [41:0] {name} = 42'sd0;
wire signed [{bits}:0] {name}_digit = {{1'b0, {name}_factor[{}:0]}};
wire signed [{top}:0] {name}_sum = {name}_high + {name}_x * {name}_digit;
wire [{}:0] {name}_whole = {{{name}_sum{rest}}};
always @(posedge clock) begin
   {name}_high <= {name}_sum >>> {bits};
   {name}_factor <= {name}_whole[{}:0];
   if (tick) begin
      {name} <= {name}_whole[41:0];
      {name}_x <= {x};
      {name}_high <= {}'sd0;
      {name}_factor <= {padded};
   end
end
",
        top + 1,
        width - 1,
        bits - 1,
        top + 1 + width - bits - 1,
        width - 1,
        top + 1,
    )
}

/// Body of the decay product.
pub(super) fn decay(clocks: u8) -> String {
    format!(
        "\
{}reg [15:0] rounding_term = 16'd0;
reg [15:0] term = 16'd0;
reg signed [41:0] rounded = 42'sd0;
always @(posedge clock) begin
   if (tick) begin
      rounding_term <= {{rounding[0] | (rounding[1] & x[23]), {{15{{rounding[1] & x[23]}}}}}};
      term <= rounding_term;
      rounded <= product + $signed({{26'd0, term}});
   end
end
always @(*) result = rounded[39:16];
",
        multiplier("product", "x", "factor", clocks)
    )
}

/// Body of the membrane's products.
pub(super) fn membrane(clocks: u8) -> String {
    multiplier("product_v", "v", "decay", clocks)
        + &multiplier("product_i", "i", "gain", clocks)
        + &serial_membrane_sum()
}
