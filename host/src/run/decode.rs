//! From output spikes to an answer.

use super::{RunError, Sample};
use ferrospike_model::image::{Image, Role};

/// The answer of a sample by the image's decoder; none if it has none. `count`: the output neuron with
/// the most spikes, then the larger membrane after the last step, then the lower index.
pub fn decide(image: &Image, sample: &Sample) -> Result<Option<usize>, RunError> {
    let header = &image.header;
    match header.decoder.as_str() {
        "" => return Ok(None),
        "count" => {}
        other => {
            return Err(RunError::Invalid(format!(
                "the image's decoder '{other}' is unknown; known is count"
            )))
        }
    }
    let output = header
        .populations
        .iter()
        .position(|p| p.role == Role::Output);
    let Some((index, population)) = output.and_then(|i| Some((i, header.populations.get(i)?)))
    else {
        return Ok(None);
    };
    let membranes = sample.states.get(index).and_then(Option::as_ref);
    let count = |neuron: usize| {
        let spiked = |step: &&Vec<super::Activity>| {
            let words = step.get(index).and_then(|a| a.spikes.as_ref());
            let word = words.and_then(|w| w.get(neuron / header.lanes));
            word.is_some_and(|w| w >> (neuron % header.lanes) & 1 == 1)
        };
        sample.steps.iter().filter(spiked).count()
    };
    let rank = |&neuron: &usize| {
        let v = membranes.and_then(|m| m.membranes.get(neuron).copied());
        (count(neuron), v, std::cmp::Reverse(neuron))
    };
    Ok((0..population.neurons).max_by_key(rank))
}
