//! A lane's additions, the neuron's products and its update, for all numbers.

use crate::{emitted, harness, prove, refute, unsettle};
use ferrospike_rtl::lane::lanes::Lanes;
use ferrospike_rtl::lane::learn_lanes::LearnLanes;
use ferrospike_rtl::neuron::pipeline::NeuronPipeline;
use ferrospike_rtl::primitives::products::{DecayProduct, MembraneProducts, Multiplier};
use ferrospike_testbench::formal::{Method, Proof};

#[test]
#[ignore = "long: scripts/proofs.sh"]
fn products_are_exact_and_rounded() {
    prove("products", &products());
}

#[test]
#[ignore = "long: scripts/proofs.sh"]
fn faults_of_the_products_are_found() {
    let rounded = "product + $signed({26'd0, term})";
    unsettle("products", &products(), rounded, "product");
}

/// The body with the operator `*`.
fn products() -> Proof {
    let decay = DecayProduct::new(Multiplier::Inferred);
    let membrane = MembraneProducts::new(Multiplier::Inferred);
    Proof::new("products_proof", harness!("products"))
        .module(emitted(decay, "decay_product"))
        .module(emitted(membrane, "membrane_products"))
        .method(Method::Induction(4))
}

/// Lanes with forwarding; one of them is looked at.
fn lane() -> Proof {
    Proof::new("lanes_proof", harness!("lanes"))
        .module(emitted(Lanes::<4, 32, 96>::new(true), "lanes"))
        .parameter("CHECKED", 1)
        .parameter("TRAVEL", 1)
        .method(Method::Induction(5))
}

#[test]
#[ignore = "long: scripts/proofs.sh"]
fn a_lane_adds_as_the_numbers_say() {
    prove("lane with forwarding", &lane());
}

#[test]
fn a_sum_that_is_not_forwarded_is_found() {
    let forwarded = "kept <= take_earlier ? last : stored;";
    refute("lane", &lane(), forwarded, "kept <= stored;", 10);
}

#[test]
#[ignore = "long: scripts/proofs.sh"]
fn faults_of_the_lane_are_found() {
    let bottom = "bottom = replace ? value[0] : (to_limit | exact[0] | lowest);";
    let wrong = "bottom = replace ? value[0] : (exact[0] | lowest);";
    refute("lane", &lane(), bottom, wrong, 10);
    let limit = "to_limit = beyond & ~wrap & ~replace;";
    refute("lane", &lane(), limit, "to_limit = beyond & ~replace;", 10);
}

/// Lanes that learn; one of them is looked at.
fn learning() -> Proof {
    Proof::new("learn_lanes_proof", harness!("learn_lanes"))
        .module(emitted(LearnLanes::<4, 32>::default(), "learn_lanes"))
        .parameter("CHECKED", 3)
        .method(Method::Induction(5))
}

#[test]
fn lanes_learn_as_the_numbers_say() {
    prove("lanes that learn", &learning());
}

#[test]
fn faults_of_lanes_that_learn_are_found() {
    for (right, wrong) in [
        ("added - {lost[16], lost}", "added - {1'b0, lost}"),
        ("above ? maximum : sum[7:0]", "sum[7:0]"),
        ("{10'd0, rounding}", "{{10{rounding[7]}}, rounding}"),
        ("minimum[7] & ~without_sign", "minimum[7]"),
    ] {
        refute("lanes that learn", &learning(), right, wrong, 8);
    }
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
#[ignore = "long: scripts/proofs.sh"]
fn the_update_is_that_of_the_numbers() {
    prove("update", &update());
}

#[test]
#[ignore = "long: scripts/proofs.sh"]
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
