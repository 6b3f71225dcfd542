//! Neurons of a `.net` file: CUBA and LOIHI, which are Lava's LIF, and the read-out that netx makes of a layer without.

use super::{list, Chain, Layer, Parameters};
use crate::import::ImportError;
use crate::nir::{Kind, KEY_PREFIX};

/// u and v count 2^-6 of a weight.
const FRACTION_BITS: f64 = 6.0;
/// Unit of decays.
const DECAY: f64 = 4096.0;

/// Adds the population of a layer of so many neurons; its index.
pub(super) fn push(
    layer: &Layer,
    chain: &mut Chain,
    name: String,
    neurons: usize,
) -> Result<usize, ImportError> {
    let mut parameters: Parameters = Vec::new();
    let mut key = |key: &str, data: Vec<f64>| {
        parameters.push((format!("{KEY_PREFIX}{key}"), list(data)));
    };
    key("fraction_bits", vec![FRACTION_BITS]);
    key("bias", bias(layer, neurons)?);
    let mut kind = Kind::CubaLif;
    if layer.has("neuron/type") {
        let model = layer.word("neuron/type")?;
        if !["CUBA", "LOIHI"].contains(&model.as_str()) {
            return Err(layer.wrong(format!(
                "has neurons of the type '{model}'; CUBA and LOIHI can be imported (sigma-delta and resonate-and-fire \
                 neurons send numbers, and spikes are bits)"
            )));
        }
        let graded = layer.number_of("neuron/gradedSpike")?.unwrap_or(0.0);
        let bits = layer.number_of("neuron/messageBits")?.unwrap_or(0.0);
        if graded != 0.0 || bits > 0.0 {
            return Err(
                layer.wrong("sends graded spikes (gradedSpike, messageBits); spikes are bits")
            );
        }
        key("alpha", vec![1.0 - decay(layer, "neuron/iDecay")? / DECAY]);
        key("beta", vec![1.0 - decay(layer, "neuron/vDecay")? / DECAY]);
        let threshold = layer.number_of("neuron/vThMant")?;
        let threshold = threshold.filter(|t| (0.0..131072.0).contains(t) && t.fract() == 0.0);
        let threshold = threshold
            .ok_or_else(|| layer.wrong("'neuron/vThMant' must be a whole number of 17 bits"))?;
        parameters.push(("v_threshold".into(), list(vec![threshold])));
    } else {
        // netx integrates without leak and asks for a spike that never comes.
        kind = Kind::CubaLi;
        key("alpha", vec![1.0]);
        key("beta", vec![0.0]);
        chain.choices.push(format!(
            "{name}: has no neurons; the sum of all that arrives is read out as a membrane"
        ));
    }
    Ok(chain.push(name, kind, parameters))
}

fn decay(layer: &Layer, key: &str) -> Result<f64, ImportError> {
    let value = layer.number_of(key)?;
    let good = value.filter(|d| (0.0..=DECAY).contains(d) && d.fract() == 0.0);
    good.ok_or_else(|| layer.wrong(format!("'{key}' is {value:?}, it must be 0 to {DECAY}")))
}

/// A bias for each neuron, in weights: of one for all, of channels, or as it is.
fn bias(layer: &Layer, neurons: usize) -> Result<Vec<f64>, ImportError> {
    let Some(bias) = layer.whole("bias")? else {
        return Ok(vec![0.0]);
    };
    let count = bias.data.len();
    if count == 0 || !neurons.is_multiple_of(count) {
        return Err(layer.wrong(format!("'bias' has {count} elements for {neurons} neurons")));
    }
    let each = neurons / count;
    let all = bias.data.iter();
    Ok(all.flat_map(|b| std::iter::repeat_n(*b, each)).collect())
}
