//! What quantisation changes: the image in the model against the network in floats.

use super::clocks::Clocks;
use super::decode::spiking;
use super::{decide, encode, output, spiked, Reference, RunError, Steps};
use crate::data::Inputs;
use crate::import::float::FloatRun;
use crate::import::Network;
use ferrospike_model::image::{Image, Role};
use serde::Serialize;
use std::ops::Range;

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
    Floats::new(network, image, inputs, 0..count)?.against(image)
}

/// A network's run in floats over some samples, to compare images of it with.
pub struct Floats {
    samples: Vec<Floating>,
}

/// One sample.
struct Floating {
    index: usize,
    /// Words of the inputs.
    inputs: Steps,
    /// `[step][population][neuron]`.
    spikes: Vec<Vec<Vec<bool>>>,
    answer: Option<usize>,
    label: Option<usize>,
}

impl Floats {
    /// Runs the samples of a range, as far as they are there. Of `image`, any of this network, the places of the inputs
    /// count.
    pub fn new(
        network: &Network,
        image: &Image,
        inputs: &Inputs,
        samples: Range<usize>,
    ) -> Result<Self, RunError> {
        let header = &image.header;
        let mut float = FloatRun::new(network);
        let output = output(image);
        let outputs = output.map_or(Vec::new(), |p| spiking(image, p));
        let range = samples.start..samples.end.min(inputs.count());
        let mut samples = Vec::new();
        for index in range {
            let steps = encode(inputs, index, image)?;
            float.clear();
            let mut counts = vec![0u64; output.map_or(0, |p| header.populations[p].neurons)];
            let mut spikes = Vec::with_capacity(steps.len());
            for words in &steps {
                let sizes = header.populations.iter().map(|p| p.neurons);
                let given: Vec<Vec<bool>> = words
                    .iter()
                    .zip(sizes)
                    .map(|(words, n)| (0..n).map(|i| spiked(words, i, header.lanes)).collect())
                    .collect();
                let given: Vec<&[bool]> = given.iter().map(Vec::as_slice).collect();
                let now = float.step(&given);
                for of in outputs.iter().filter_map(|&p| now.get(p)) {
                    let both = counts.iter_mut().zip(of);
                    both.for_each(|(n, &s)| *n += u64::from(s));
                }
                spikes.push(now);
            }
            let membranes = output.map_or(&[][..], |p| float.membranes(p));
            let answer = (0..counts.len()).max_by(|&a, &b| {
                let v = |i: usize| membranes.get(i).copied().unwrap_or(0.0);
                let order = counts[a].cmp(&counts[b]).then(v(a).total_cmp(&v(b)));
                order.then(b.cmp(&a))
            });
            let label = inputs.labels.as_ref().and_then(|l| l.get(index));
            samples.push(Floating {
                index,
                inputs: steps,
                spikes,
                answer,
                label: label.map(|&l| usize::from(l)),
            });
        }
        Ok(Floats { samples })
    }

    /// Runs an image of the network over the same samples.
    pub fn against(&self, image: &Image) -> Result<Calibration, RunError> {
        let header = &image.header;
        let mut model = Reference::new(image)?;
        let mut result = Calibration::default();
        let mut clocks = Clocks::new(image)?;
        let neurons: Vec<usize> = (0..header.populations.len())
            .filter(|&p| header.populations[p].role != Role::Input)
            .collect();
        for &p in &neurons {
            let name = header.populations[p].name.clone();
            result.populations.push((name, 0, 0, 0));
        }
        for floating in &self.samples {
            let sample = model.run(floating.index, &floating.inputs)?;
            clocks.sample(&sample);
            for (step, spikes) in sample.steps.iter().zip(&floating.spikes) {
                for (&p, totals) in neurons.iter().zip(&mut result.populations) {
                    let words = step.get(p).and_then(|a| a.spikes.as_deref()).unwrap_or(&[]);
                    for (i, &real) in spikes.get(p).into_iter().flatten().enumerate() {
                        let whole = header.populations[p].spiked(words, i, header.lanes);
                        totals.1 += u64::from(real);
                        totals.2 += u64::from(whole);
                        totals.3 += u64::from(real != whole);
                    }
                }
            }
            let answer = decide(image, &sample)?;
            result.samples += 1;
            result.saturations += sample.counters.map_or(0, |c| u64::from(c.saturations));
            if let Some(answer) = answer {
                result.changed += usize::from(floating.answer != Some(answer));
                if let Some(label) = floating.label {
                    result.labelled += 1;
                    result.right += usize::from(answer == label);
                    result.right_float += usize::from(floating.answer == Some(label));
                }
            }
        }
        result.clocks = clocks.figures();
        Ok(result)
    }
}
