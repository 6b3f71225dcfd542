//! Rasters: steps to the right, neurons downward, a mark for each spike, and what differs.

use super::record::Recording;
use super::svg::{whole_ticks, Anchor, Svg};
use super::{class, spikes};
use ferrospike_model::image::{Image, Role};
use std::collections::BTreeSet;
use std::fmt::Write;

const WIDTH: f64 = 1040.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 34.0;
/// Most places with a mark of their own that differ.
const MARKED: usize = 400;

/// The raster of a population.
pub(super) fn raster(image: &Image, recording: &Recording, index: usize) -> String {
    let Some(p) = image.header.populations.get(index) else {
        return String::new();
    };
    let steps = recording.sample.steps.len().max(1);
    let inner =
        (p.neurons as f64 * 9.0).clamp(60.0, if p.role == Role::Input { 220.0 } else { 300.0 });
    let mut svg = Svg::new(WIDTH, TOP + inner + BOTTOM);
    let wide = (WIDTH - LEFT - RIGHT) / steps as f64;
    let high = inner / p.neurons.max(1) as f64;
    let x = |step: usize| LEFT + wide * step as f64;
    let y = |neuron: usize| TOP + high * neuron as f64;
    svg.rect("plot", (LEFT, TOP), (WIDTH - LEFT - RIGHT, inner), "");
    for tick in whole_ticks(0, steps - 1, 20) {
        let centre = x(tick) + wide / 2.0;
        svg.line("grid", (centre, TOP), (centre, TOP + inner));
        svg.text(
            "tick",
            (centre, TOP + inner + 14.0),
            Anchor::Middle,
            &tick.to_string(),
        );
    }
    for tick in whole_ticks(0, p.neurons.saturating_sub(1), (inner / 18.0) as usize) {
        let centre = y(tick) + high / 2.0;
        svg.line("grid", (LEFT, centre), (WIDTH - RIGHT, centre));
        svg.text(
            "tick",
            (LEFT - 6.0, centre + 4.0),
            Anchor::End,
            &tick.to_string(),
        );
    }
    svg.text(
        "axis",
        (LEFT + (WIDTH - LEFT - RIGHT) / 2.0, TOP + inner + 29.0),
        Anchor::Middle,
        "step",
    );
    let below = (LEFT - 6.0, TOP + inner + 29.0);
    svg.text("axis", below, Anchor::End, "neuron");
    let found = spikes(image, &recording.sample.steps, index);
    svg.path(class(p), &marks(&found, (wide, high), inner));
    let mut wrong = 0;
    for d in &recording.differences {
        let (Some(step), Some(neuron)) = (d.step, d.neuron) else {
            continue;
        };
        if d.population != p.name || d.what != "spike" {
            continue;
        }
        wrong += 1;
        if wrong <= MARKED {
            let at = (x(step) + wide / 2.0, y(neuron) + high / 2.0);
            let told = match d.got {
                1 => "a spike on the device, none in the model",
                _ => "none on the device, a spike in the model",
            };
            svg.circle(
                "wrong",
                at,
                6.0,
                &format!("step {step}, neuron {neuron}: {told}"),
            );
        }
    }
    let description = format!(
        "{} spikes of {} neurons in {steps} steps; {wrong} differ from the model.",
        found.len(),
        p.neurons
    );
    let title = format!("Spikes of {}", p.name);
    svg.finish(&format!("raster{index}"), &title, &description)
}

/// A path with a mark for each spike; spikes that would fall on one spot share a mark.
fn marks(found: &[(usize, usize)], cell: (f64, f64), inner: f64) -> String {
    let (wide, high) = cell;
    let size = (
        (wide * 0.72).clamp(1.0, 26.0),
        (high * 0.8).clamp(1.6, 12.0),
    );
    let spot = |&(step, neuron): &(usize, usize)| {
        let x = LEFT + wide * (step as f64 + 0.5) - size.0 / 2.0;
        let y = (TOP + high * (neuron as f64 + 0.5) - size.1 / 2.0).min(TOP + inner - size.1);
        ((x * 2.0).round() as i64, (y * 2.0).round() as i64)
    };
    let spots: BTreeSet<_> = found.iter().map(spot).collect();
    let [w, h] = [size.0, size.1].map(super::svg::short);
    let mut path = String::new();
    for (x, y) in spots {
        let [x, y] = [x, y].map(|v| super::svg::short(v as f64 / 2.0));
        let _ = write!(path, "M{x} {y}h{w}v{h}h-{w}z");
    }
    path
}

/// Spikes of each neuron as a square of cells, row after row, for populations that may be pictures: the number of neurons
/// is a square of 5 or more.
pub(super) fn picture(image: &Image, recording: &Recording, index: usize) -> Option<String> {
    let p = image.header.populations.get(index)?;
    let side = (p.neurons as f64).sqrt().round() as usize;
    if side * side != p.neurons || !(5..=128).contains(&side) {
        return None;
    }
    let mut counts = vec![0usize; p.neurons];
    for (_, neuron) in spikes(image, &recording.sample.steps, index) {
        *counts.get_mut(neuron)? += 1;
    }
    let most = counts.iter().copied().max().filter(|&n| n > 0)?;
    let cell = (220.0 / side as f64).floor().max(2.0);
    let whole = cell * side as f64;
    let mut svg = Svg::new(whole + 2.0, whole + 2.0);
    svg.rect("plot", (1.0, 1.0), (whole, whole), "");
    for (neuron, &count) in counts.iter().enumerate().filter(|(_, &n)| n > 0) {
        let at = (neuron % side, neuron / side);
        let at = (1.0 + cell * at.0 as f64, 1.0 + cell * at.1 as f64);
        // Ten shades, as classes of the style.
        let shade = (10 * count).div_ceil(most);
        let told = format!("neuron {neuron}: {count} spikes");
        svg.rect(&format!("{} s{shade}", class(p)), at, (cell, cell), &told);
    }
    let title = format!("{} as {side} x {side} cells", p.name);
    let description = format!("Spikes of each neuron of {}, the most {most}.", p.name);
    Some(svg.finish(&format!("picture{index}"), &title, &description))
}
