//! Results as files for other programs.

use super::{Outcome, RunError};
use ferrospike_model::image::{Image, Role};
use ndarray::{Array1, Array3};
use ndarray_npy::NpzWriter;
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

/// Writes spikes that were reported and the answers: `.npz` with `<population>` (samples, steps,
/// neurons), the number of spikes, and `answers` or `values` (samples), or `.csv` with a line for each spike.
pub fn write_spikes(path: &Path, image: &Image, outcomes: &[Outcome]) -> Result<(), RunError> {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    let failed = |e: &dyn std::fmt::Display| {
        RunError::Invalid(format!("cannot write '{}': {e}", path.display()))
    };
    match extension.as_deref() {
        Some("csv") => std::fs::write(path, csv(image, outcomes)).map_err(|e| failed(&e)),
        Some("npz") => npz(path, image, outcomes).map_err(|e| failed(&e)),
        _ => Err(failed(&"its name must end in .npz or .csv")),
    }
}

/// Visits the spikes of populations with neurons: outcome, step, population, neuron.
fn each(image: &Image, outcomes: &[Outcome], mut visit: impl FnMut(usize, usize, usize, usize)) {
    let header = &image.header;
    for (number, outcome) in outcomes.iter().enumerate() {
        for (step, activities) in outcome.sample.steps.iter().enumerate() {
            for (index, (p, activity)) in header.populations.iter().zip(activities).enumerate() {
                let Some(words) = activity.spikes.as_ref().filter(|_| p.role != Role::Input) else {
                    continue;
                };
                for neuron in 0..p.neurons {
                    if p.spiked(words, neuron, header.lanes) {
                        visit(number, step, p.pass_of.unwrap_or(index), neuron);
                    }
                }
            }
        }
    }
}

fn csv(image: &Image, outcomes: &[Outcome]) -> String {
    let mut text = String::from("sample,step,population,neuron\n");
    each(image, outcomes, |number, step, population, neuron| {
        let sample = outcomes.get(number).map_or(0, |o| o.sample.index);
        let name = image
            .header
            .populations
            .get(population)
            .map_or("", |p| &p.name);
        let _ = writeln!(text, "{sample},{step},{name},{neuron}");
    });
    text
}

fn npz(path: &Path, image: &Image, outcomes: &[Outcome]) -> Result<(), Box<dyn std::error::Error>> {
    let most = outcomes.iter().map(|o| o.sample.steps.len()).max();
    let steps = most.unwrap_or(0);
    let mut npz = NpzWriter::new_compressed(File::create(path)?);
    for (index, p) in image.header.populations.iter().enumerate() {
        if p.role == Role::Input || p.spikes_report.is_none() || p.pass_of.is_some() {
            continue;
        }
        let mut array = Array3::<u8>::zeros((outcomes.len(), steps, p.neurons));
        each(image, outcomes, |number, step, population, neuron| {
            if population == index {
                if let Some(cell) = array.get_mut((number, step, neuron)) {
                    *cell += 1;
                }
            }
        });
        npz.add_array(p.name.as_str(), &array)?;
    }
    let answers: Option<Vec<i64>> = outcomes
        .iter()
        .map(|o| o.answer.map(|a| a as i64))
        .collect();
    if let Some(answers) = answers {
        npz.add_array("answers", &Array1::from(answers))?;
    }
    let values: Option<Vec<f64>> = outcomes.iter().map(|o| o.value).collect();
    if let Some(values) = values {
        npz.add_array("values", &Array1::from(values))?;
    }
    npz.finish()?;
    Ok(())
}
