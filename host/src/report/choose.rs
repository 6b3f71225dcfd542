//! Which neurons' membranes are drawn.

use super::record::Recording;
use super::spikes;
use ferrospike_model::image::{Image, Role};

/// Neurons of a population.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Index of the population.
    pub population: usize,
    /// Its neurons.
    pub neurons: Vec<usize>,
}

/// Most neurons that are drawn.
const MOST: usize = 64;
/// Neurons of each population that are drawn if none are named.
const FEW: usize = 4;

/// The neurons that texts name, each `POPULATION:NEURONS` with numbers and ranges between commas, as in `lif1:0,3,8-11`;
/// without texts those of each population that spike most, the lower first among equals.
///
/// # Errors
///
/// A text that names nothing that is there, in words.
pub fn choose(
    image: &Image,
    recording: &Recording,
    texts: &[String],
) -> Result<Vec<Chosen>, String> {
    if texts.is_empty() {
        return Ok(busiest(image, recording));
    }
    let chosen: Vec<Chosen> = texts
        .iter()
        .map(|t| named(image, t))
        .collect::<Result<_, _>>()?;
    let count: usize = chosen.iter().map(|c| c.neurons.len()).sum();
    match count > MOST {
        true => Err(format!(
            "{count} neurons were named, {MOST} are the most that are drawn"
        )),
        false => Ok(chosen),
    }
}

fn named(image: &Image, text: &str) -> Result<Chosen, String> {
    let populations = &image.header.populations;
    // A name may have a colon itself; what stands behind the last one are neurons.
    let (name, list) = text
        .rsplit_once(':')
        .ok_or_else(|| format!("'{text}' must be POPULATION:NEURONS, as in lif1:0,3,8-11"))?;
    let found = populations
        .iter()
        .position(|p| p.name == name && p.role != Role::Input);
    let Some((population, p)) = found.and_then(|i| Some((i, populations.get(i)?))) else {
        let known = populations.iter().filter(|p| p.role != Role::Input);
        let known: Vec<&str> = known.map(|p| p.name.as_str()).collect();
        return Err(format!(
            "there is no population '{name}' with membranes; there are {}",
            known.join(", ")
        ));
    };
    let mut neurons = Vec::new();
    for part in list.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.trim().parse::<usize>().ok().filter(|&n| n < p.neurons);
        let (Some(first), Some(last)) = (number(first), number(last)) else {
            return Err(format!(
                "'{part}' in '{text}' is no neuron of '{name}', which are 0 to {}",
                p.neurons.saturating_sub(1)
            ));
        };
        neurons.extend((first..=last).take(MOST + 1));
    }
    Ok(Chosen {
        population,
        neurons,
    })
}

fn busiest(image: &Image, recording: &Recording) -> Vec<Chosen> {
    let populations = image.header.populations.iter().enumerate();
    let with_state = populations.filter(|(_, p)| p.role != Role::Input && p.pass_of.is_none());
    let of = |(population, p): (usize, &ferrospike_model::image::Population)| {
        let mut counts = vec![0u32; p.neurons];
        for (_, neuron) in spikes(image, &recording.sample.steps, population) {
            if let Some(count) = counts.get_mut(neuron) {
                *count += 1;
            }
        }
        let mut neurons: Vec<usize> = (0..p.neurons).collect();
        neurons.sort_by_key(|&n| (std::cmp::Reverse(counts.get(n).copied()), n));
        neurons.truncate(FEW);
        neurons.sort();
        Chosen {
            population,
            neurons,
        }
    };
    let mut chosen: Vec<Chosen> = with_state.map(of).collect();
    chosen.truncate(MOST / FEW);
    chosen
}
