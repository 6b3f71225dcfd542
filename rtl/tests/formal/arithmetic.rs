//! The neuron's products and its update, for all numbers.

use crate::{emitted, harness, ice40_model, prove, refute};
use ferrospike_rtl::neuron::pipeline::NeuronPipeline;
use ferrospike_rtl::primitives::products::{DecayProduct, MembraneProducts, Multiplier};
use ferrospike_testbench::formal::{Method, Proof};

#[test]
fn products_are_exact_and_rounded() {
    prove("products", &products());
}

#[test]
fn faults_of_the_products_are_found() {
    let rounded = "product + $signed({26'd0, term})";
    refute("products", &products(), rounded, "product", 11);
    let carried = "sum_high + $signed({24'd0, sum_low[17:16]})";
    refute("products", &products(), carried, "sum_high", 11);
}

/// Both blocks with this body, in the harness whose module is `top`.
fn products_of(multiplier: Multiplier, top: &str, harness: &str) -> Proof {
    Proof::new(top, harness)
        .module(emitted(DecayProduct::new(multiplier), "decay_product"))
        .module(emitted(
            MembraneProducts::new(multiplier),
            "membrane_products",
        ))
}

/// The body with the operator `*`.
fn products() -> Proof {
    products_of(Multiplier::Inferred, "products_proof", harness!("products"))
        .method(Method::Induction(4))
}

/// The body for an iCE40, with Yosys' model of its multiplier blocks.
fn ice40_products() -> Proof {
    let harness = harness!("products_ice40");
    products_of(Multiplier::Ice40Mac, "products_ice40_proof", harness)
        .module(ice40_model("SB_MAC16"))
        .merged()
        // The products of octets.
        .free("t:$mul r:A_WIDTH=8 %i")
        .method(Method::Induction(6))
}

#[test]
fn products_of_an_ice40_are_exact_and_rounded() {
    prove("products with SB_MAC16", &ice40_products());
}

#[test]
fn faults_of_the_products_of_an_ice40_are_found() {
    let found = |from, to| refute("products with SB_MAC16", &ice40_products(), from, to, 14);
    found(
        "one ? {high[22:0], low_bit} :",
        "one ? {high[22:0], 1'b0} :",
    );
    found("one_i ? 16'd0 : (one_v", "(one_v");
    found("rounding[1] & v[23]", "rounding[1]");
    found(".D(low_v[31:16])", ".D(low_v[30:15])");
    found("high_v[22:0], late_bit_v", "high_v[22:0], low_bit_v");
    found("{late_half, {15{late_rest}}}", "{half, {15{late_rest}}}");
    found("low = low_i[15:0]", "low = low_v[15:0]");
}

/// The body by shift and add, in so many clocks.
fn serial_products(clocks: u8) -> Proof {
    let harness = harness!("products_serial");
    products_of(Multiplier::Serial(clocks), "products_serial_proof", harness)
        .parameter("N", clocks.into())
        .parameter("B", 17u64.div_ceil(clocks.into()))
        .merged()
        // The products with a digit.
        .free("t:$mul")
}

#[test]
fn products_by_shift_and_add_are_exact_and_rounded() {
    for clocks in [2, 3, 17] {
        let what = format!("products in {clocks} clocks");
        prove(&what, &serial_products(clocks));
    }
}

#[test]
#[ignore = "long: scripts/proofs.sh"]
fn products_in_all_numbers_of_clocks_are_exact_and_rounded() {
    for clocks in 4..17 {
        let what = format!("products in {clocks} clocks");
        prove(&what, &serial_products(clocks));
    }
}

#[test]
fn faults_of_the_products_by_shift_and_add_are_found() {
    let (name, proof) = ("products in 3 clocks", serial_products(3));
    // The membrane's sum comes in the fifth tick.
    let found = |from, to| refute(name, &proof, from, to, 19);
    found("product_sum >>> 6", "product_sum >> 6");
    found("product_v_high <= 31'sd0;", "");
    found("product_digit = {1'b0, ", "product_digit = {1'b1, ");
    found("rounding[1] & v[23]", "rounding[1]");
    found("rounding[1] & x[23]", "rounding[1]");
    found(
        "product <= product_whole[41:0];",
        "product <= product_whole[42:1];",
    );
    let carried = "sum_high + $signed({24'd0, sum_low[17:16]})";
    found(carried, "sum_high");
}

/// What follows the products, whatever these are.
fn update() -> Proof {
    let pipeline = NeuronPipeline::new(Multiplier::Inferred);
    Proof::new("update_proof", harness!("update"))
        .module(emitted(pipeline, "pipeline"))
        .method(Method::Induction(12))
        .free("t:$mul")
}

#[test]
fn the_update_is_that_of_the_numbers() {
    prove("update", &update());
}

#[test]
fn faults_of_the_update_are_found() {
    let lowest = "saturated = outside | (h1[23] & ~(|h1[22:0]));";
    refute("update", &update(), lowest, "saturated = outside;", 12);
    let missed = "missed = $signed(raised) < $signed(threshold);";
    refute(
        "update",
        &update(),
        missed,
        "missed = raised < threshold;",
        12,
    );
}
