//! What quantisation changes: the image in the model against the network in floats.

use super::clocks::Clocks;
use super::decode::spiking;
use super::{decide, encode, output, spiked, Reference, RunError};
use crate::data::Inputs;
use crate::import::float::FloatRun;
use crate::import::Network;
use ferrospike_model::image::{Image, Role};
use serde::Serialize;

/// Both on the same samples.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Calibration {
    /// Samples.
    pub samples: usize,
    /// Samples with a label.
    pub labelled: usize,
    /// Right answers in floats.
    pub right_float: usize,
    /// Right answers of the image.
    pub right: usize,
    /// Answers that differ.
    pub changed: usize,
    /// Name, spikes in floats, spikes of the image, and spikes that only one of them has, for each
    /// population with neurons.
    pub populations: Vec<(String, u64, u64, u64)>,
    /// Name, clocks of a step on average and at most, for each SCAN.
    pub clocks: Vec<(String, f64, u64)>,
    /// Saturations counted by the model.
    pub saturations: u64,
}

/// Runs the first `count` samples both ways.
pub fn calibrate(
    network: &Network,
    image: &Image,
    inputs: &Inputs,
    count: usize,
) -> Result<Calibration, RunError> {
    let header = &image.header;
    let mut model = Reference::new(image)?;
    let mut float = FloatRun::new(network);
    let mut result = Calibration::default();
    let mut clocks = Clocks::new(image)?;
    let neurons: Vec<usize> = (0..header.populations.len())
        .filter(|&p| header.populations[p].role != Role::Input)
        .collect();
    for &p in &neurons {
        let name = header.populations[p].name.clone();
        result.populations.push((name, 0, 0, 0));
    }
    let output = output(image);
    let outputs = output.map_or(Vec::new(), |p| spiking(image, p));
    for index in 0..count.min(inputs.count()) {
        let steps = encode(inputs, index, image)?;
        let sample = model.run(index, &steps)?;
        float.clear();
        clocks.sample(&sample);
        let mut counts = vec![0u64; output.map_or(0, |p| header.populations[p].neurons)];
        for (step, words) in sample.steps.iter().zip(&steps) {
            let sizes = header.populations.iter().map(|p| p.neurons);
            let given: Vec<Vec<bool>> = words
                .iter()
                .zip(sizes)
                .map(|(words, n)| (0..n).map(|i| spiked(words, i, header.lanes)).collect())
                .collect();
            let given: Vec<&[bool]> = given.iter().map(Vec::as_slice).collect();
            let spikes = float.step(&given);
            for (&p, totals) in neurons.iter().zip(&mut result.populations) {
                let words = step.get(p).and_then(|a| a.spikes.as_deref()).unwrap_or(&[]);
                for (i, &real) in spikes.get(p).into_iter().flatten().enumerate() {
                    let whole = header.populations[p].spiked(words, i, header.lanes);
                    totals.1 += u64::from(real);
                    totals.2 += u64::from(whole);
                    totals.3 += u64::from(real != whole);
                }
            }
            for spikes in outputs.iter().filter_map(|&p| spikes.get(p)) {
                let both = counts.iter_mut().zip(spikes);
                both.for_each(|(n, &s)| *n += u64::from(s));
            }
        }
        let membranes = output.map_or(&[][..], |p| float.membranes(p));
        let answer = decide(image, &sample)?;
        let answer_float = (0..counts.len()).max_by(|&a, &b| {
            let v = |i: usize| membranes.get(i).copied().unwrap_or(0.0);
            let order = counts[a].cmp(&counts[b]).then(v(a).total_cmp(&v(b)));
            order.then(b.cmp(&a))
        });
        result.samples += 1;
        result.saturations += u64::from(sample.counters.saturations);
        if let Some(answer) = answer {
            result.changed += usize::from(answer_float != Some(answer));
            if let Some(&label) = inputs.labels.as_ref().and_then(|l| l.get(index)) {
                let label = usize::from(label);
                result.labelled += 1;
                result.right += usize::from(answer == label);
                result.right_float += usize::from(answer_float == Some(label));
            }
        }
    }
    result.clocks = clocks.figures();
    Ok(result)
}
