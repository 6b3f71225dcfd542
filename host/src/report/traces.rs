//! Traces: the membrane of a neuron after each step, its threshold, its spikes, and what differs.

use super::record::Recording;
use super::svg::{short, ticks, whole_ticks, Anchor, Svg};
use super::{class, Chosen};
use crate::number::thousands;
use ferrospike_model::image::{Image, Population};
use ferrospike_model::program::{signed24, Operation, Reset, Update};
use std::fmt::Write;

const WIDTH: f64 = 510.0;
const HEIGHT: f64 = 168.0;
const LEFT: f64 = 66.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 30.0;

/// The UPDATE that sweeps a population.
fn update(image: &Image, p: &Population) -> Option<Update> {
    let program = image.program(image.header.step_entry).ok()?;
    program
        .into_iter()
        .find_map(|(_, operation)| match operation {
            Operation::Update(u) if u.bitmap == p.bitmap => Some(u),
            _ => None,
        })
}

/// T of a neuron: its own, or that of all; none of a read-out.
fn threshold(image: &Image, p: &Population, neuron: usize) -> Option<i32> {
    let update = update(image, p)?;
    if update.no_threshold {
        return None;
    }
    let pairs = update.per_neuron & 7;
    if pairs & 4 == 0 {
        return Some(update.parameters.threshold);
    }
    // The pair (T, v_reset) stands behind the others that are given.
    let stride = match pairs.count_ones() {
        3 => 4,
        n => n as usize,
    };
    let at = update.table as usize + p.place(neuron) * stride + (pairs & 3).count_ones() as usize;
    let long = image.synapses.get(at * 8..)?.first_chunk::<8>()?;
    Some(signed24(u64::from_le_bytes(*long)))
}

/// What the population's reset is, in words.
fn reset(image: &Image, p: &Population) -> &'static str {
    match update(image, p).map(|u| u.reset) {
        Some(Reset::Hard) => "reset to a value",
        Some(Reset::Soft) => "reset by subtraction",
        Some(Reset::Delayed) => "reset by subtraction, a step later",
        _ => "no reset",
    }
}

/// Neuron model and reset of a population for people.
pub(super) fn told(image: &Image, index: usize) -> String {
    let of = image.header.populations.get(index);
    of.map_or(String::new(), |p| {
        format!("{}; {}", p.model, reset(image, p))
    })
}

/// The traces of chosen neurons, a drawing each.
pub(super) fn traces(image: &Image, recording: &Recording, chosen: &Chosen) -> String {
    let of = image.header.populations.get(chosen.population);
    let Some(p) = of else {
        return String::new();
    };
    let each = chosen.neurons.iter();
    each.map(|&neuron| trace(image, recording, p, chosen.population, neuron))
        .collect()
}

fn trace(
    image: &Image,
    recording: &Recording,
    p: &Population,
    index: usize,
    neuron: usize,
) -> String {
    let value = |states: &[crate::report::record::States]| -> Vec<Option<i32>> {
        let of = |step: &crate::report::record::States| {
            let state = step.get(index)?.as_ref()?;
            state.membranes.get(neuron).copied()
        };
        states.iter().map(of).collect()
    };
    let (got, expected) = (value(&recording.states), value(&recording.expected_states));
    let limit = threshold(image, p, neuron);
    let all = got.iter().chain(&expected).flatten().chain(&limit);
    let extent = all.fold((0i32, 1i32), |(low, high), &v| (low.min(v), high.max(v)));
    let margin = 0.06 * (f64::from(extent.1) - f64::from(extent.0));
    let (low, high) = (f64::from(extent.0) - margin, f64::from(extent.1) + margin);
    let steps = got.len().max(1);
    let wide = (WIDTH - LEFT - RIGHT) / steps as f64;
    let inner = HEIGHT - TOP - BOTTOM;
    let x = |step: usize| LEFT + wide * (step as f64 + 0.5);
    let y = |v: f64| TOP + inner * (high - v) / (high - low);
    let mut svg = Svg::new(WIDTH, HEIGHT);
    svg.text(
        "head",
        (LEFT, 14.0),
        Anchor::Start,
        &format!("{} {neuron}", p.name),
    );
    svg.rect("plot", (LEFT, TOP), (WIDTH - LEFT - RIGHT, inner), "");
    for tick in ticks(low, high, 4) {
        svg.line("grid", (LEFT, y(tick)), (WIDTH - RIGHT, y(tick)));
        svg.text(
            "tick",
            (LEFT - 6.0, y(tick) + 4.0),
            Anchor::End,
            &signed(tick),
        );
    }
    for tick in whole_ticks(0, steps - 1, 10) {
        svg.text(
            "tick",
            (x(tick), TOP + inner + 14.0),
            Anchor::Middle,
            &tick.to_string(),
        );
    }
    svg.text("axis", (WIDTH - RIGHT, HEIGHT - 2.0), Anchor::End, "step");
    if let Some(t) = limit {
        svg.line(
            "threshold",
            (LEFT, y(t.into())),
            (WIDTH - RIGHT, y(t.into())),
        );
    }
    let mut path = String::new();
    for (step, v) in got.iter().enumerate() {
        if let Some(v) = v {
            let pen = if path.is_empty() { 'M' } else { 'L' };
            let _ = write!(path, "{pen}{} {}", short(x(step)), short(y((*v).into())));
        }
    }
    svg.path(&format!("trace {}", class(p)), &path);
    if steps <= 60 {
        for (step, v) in got.iter().enumerate() {
            if let Some(v) = v {
                let told = format!("step {step}: v = {v}");
                svg.circle(class(p), (x(step), y((*v).into())), 2.2, &told);
            }
        }
    }
    let mut spikes = 0;
    for (step, activity) in recording.sample.steps.iter().enumerate() {
        let words = activity.get(index).and_then(|a| a.spikes.as_deref());
        if words.is_some_and(|w| p.spiked(w, neuron, image.header.lanes)) {
            spikes += 1;
            svg.rect(
                "spike",
                (x(step) - 1.25, TOP - 9.0),
                (2.5, 8.0),
                &format!("spike in step {step}"),
            );
        }
    }
    let mut wrong = 0;
    for (step, (a, b)) in expected.iter().zip(&got).enumerate() {
        if let (Some(a), Some(b)) = (a, b) {
            if a != b {
                wrong += 1;
                let told = format!("step {step}: v = {b} on the device, {a} in the model");
                svg.circle("wrong", (x(step), y((*b).into())), 6.0, &told);
                svg.circle("model", (x(step), y((*a).into())), 2.5, &told);
            }
        }
    }
    let number = format!("{spikes} spike{}", if spikes == 1 { "" } else { "s" });
    svg.text("axis", (WIDTH - RIGHT, 14.0), Anchor::End, &number);
    let title = format!("Membrane of neuron {neuron} of {}", p.name);
    let limit = limit.map_or("no threshold".into(), |t| format!("threshold {t}"));
    let description = format!(
        "v after each of {steps} steps, from {} to {}; {limit}; {number}; {wrong} values differ from the model.",
        extent.0, extent.1
    );
    svg.finish(&format!("trace{index}n{neuron}"), &title, &description)
}

fn signed(v: f64) -> String {
    let text = match v.fract() == 0.0 {
        true => thousands(v.abs() as u64),
        false => short(v.abs()),
    };
    if v < 0.0 {
        format!("\u{2212}{text}")
    } else {
        text
    }
}
