//! The neuron's products, for all numbers.

use crate::{emitted, harness, prove, unsettle};
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
