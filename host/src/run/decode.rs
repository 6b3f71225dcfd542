//! From output spikes to an answer.

use super::decoder::{Decoded, Decoder};
use super::{Activity, RunError, Sample};
use ferrospike_model::image::{Image, Role};

/// The population whose spikes are the answer: the first output.
pub(super) fn output(image: &Image) -> Option<usize> {
    let populations = &image.header.populations;
    populations.iter().position(|p| p.role == Role::Output)
}

/// The first output and its further passes: all the spikes of its neurons.
pub(super) fn spiking(image: &Image, output: usize) -> Vec<usize> {
    let all = image.header.populations.iter().enumerate();
    let of = all.filter(|(index, p)| *index == output || p.pass_of == Some(output));
    of.map(|(index, _)| index).collect()
}

/// Spikes of each neuron of the first output during a sample.
pub fn spiked_counts(image: &Image, sample: &Sample) -> Vec<u32> {
    let header = &image.header;
    let Some((index, p)) = output(image).and_then(|i| Some((i, header.populations.get(i)?))) else {
        return Vec::new();
    };
    let all = spiking(image, index);
    let mut counts = vec![0; p.neurons];
    for words in sample.steps.iter().flat_map(|s| activities(s, &all)) {
        for (neuron, count) in counts.iter_mut().enumerate() {
            *count += u32::from(p.spiked(words, neuron, header.lanes));
        }
    }
    counts
}

/// Words of spikes of these populations in a step.
pub(super) fn activities<'a>(
    step: &'a [Activity],
    of: &'a [usize],
) -> impl Iterator<Item = &'a Vec<u32>> {
    let words = move |&index: &usize| step.get(index).and_then(|a| a.spikes.as_ref());
    of.iter().filter_map(words)
}

/// The answer of a sample by the image's decoder; none if it has none, or the sample has none by it, or the decoder gives
/// a value instead ([`decode`] has both).
pub fn decide(image: &Image, sample: &Sample) -> Result<Option<usize>, RunError> {
    Ok(decode(image, sample)?.class)
}

/// What an image's decoder makes of a sample.
pub fn decode(image: &Image, sample: &Sample) -> Result<Decoded, RunError> {
    if image.header.decoder.is_empty() {
        return Ok(Decoded::default());
    }
    let decoder: Decoder = image.header.decoder.parse()?;
    Ok(decoder.decode(image, sample))
}
