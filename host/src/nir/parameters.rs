//! NIR's primitives and the parameters of each (nir 1.0.8; 1.0.4 has a subset).

use super::Kind;

const CONVOLUTION: &[&str] = &[
    "weight",
    "bias?",
    "stride?",
    "padding?",
    "dilation?",
    "groups?",
    "input_shape?",
];
const POOL: &[&str] = &["kernel_size", "stride?", "padding?"];
static LIF: [&str; 5] = ["tau", "r", "v_leak", "v_threshold", "v_reset?"];
static CUBA: [&str; 7] = [
    "tau_syn",
    "tau_mem",
    "r",
    "v_leak",
    "w_in?",
    "v_threshold",
    "v_reset?",
];

/// The kind of a primitive and its parameters; those that may be absent end in `?`.
pub(crate) fn parameters_of(name: &str) -> Option<(Kind, &'static [&'static str])> {
    Some(match name {
        "Input" => (Kind::Input, &["shape"]),
        "Output" => (Kind::Output, &["shape?"]),
        "Flatten" => (Kind::Flatten, &["start_dim?", "end_dim?"]),
        "Scale" => (Kind::Scale, &["scale"]),
        "Delay" => (Kind::Delay, &["delay"]),
        "Threshold" => (Kind::Threshold, &["threshold"]),
        "Conv1d" => (Kind::Conv1d, CONVOLUTION),
        "Conv2d" => (Kind::Conv2d, CONVOLUTION),
        "SumPool2d" => (Kind::SumPool2d, POOL),
        "AvgPool2d" => (Kind::AvgPool2d, POOL),
        "Linear" => (Kind::Linear, &["weight"]),
        "Affine" => (Kind::Affine, &["weight", "bias"]),
        "I" => (Kind::I, &["r"]),
        "IF" => (Kind::If, &["r", "v_threshold", "v_reset?"]),
        "LIF" => (Kind::Lif, &LIF),
        "CubaLIF" => (Kind::CubaLif, &CUBA),
        "LI" => (Kind::Li, LIF.first_chunk::<3>()?),
        "CubaLI" => (Kind::CubaLi, CUBA.first_chunk::<5>()?),
        _ => return None,
    })
}

/// Names of all primitives, with commas.
pub(crate) const PRIMITIVES: &str =
    "Input, Output, Linear, Affine, Scale, Conv1d, Conv2d, SumPool2d, \
    AvgPool2d, Flatten, Delay, Threshold, I, IF, LIF, CubaLIF, LI, CubaLI";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_primitive_has_parameters() {
        let all: Vec<&str> = PRIMITIVES.split(", ").collect();
        assert_eq!(all.len(), 18);
        assert!(all.iter().all(|name| parameters_of(name).is_some()));
        assert!(parameters_of("NIRGraph").is_none());
    }
}
