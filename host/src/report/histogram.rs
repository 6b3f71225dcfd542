//! Histograms: how many neurons of a population spiked how often.

use super::record::Recording;
use super::svg::{ticks, Anchor, Svg};
use super::{class, spikes};
use crate::number::thousands;
use ferrospike_model::image::Image;

const WIDTH: f64 = 510.0;
const HEIGHT: f64 = 204.0;
const LEFT: f64 = 54.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 48.0;
const BOTTOM: f64 = 36.0;
/// Most bars.
const BARS: usize = 21;

/// The histogram of a population.
pub(super) fn histogram(image: &Image, recording: &Recording, index: usize) -> String {
    let Some(p) = image.header.populations.get(index) else {
        return String::new();
    };
    let steps = recording.sample.steps.len().max(1);
    let mut counts = vec![0usize; p.neurons];
    let found = spikes(image, &recording.sample.steps, index);
    for &(_, neuron) in &found {
        if let Some(count) = counts.get_mut(neuron) {
            *count += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    // As many spikes to a bar as make few bars, up to the most that a neuron had.
    let of = (most + 1).div_ceil(BARS).max(1);
    let mut bars = vec![0usize; most / of + 1];
    for count in &counts {
        if let Some(bar) = bars.get_mut(count / of) {
            *bar += 1;
        }
    }
    let highest = bars.iter().copied().max().unwrap_or(0).max(1);
    let (wide, inner) = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
    let each = (wide / bars.len() as f64).min(90.0);
    let mut svg = Svg::new(WIDTH, HEIGHT);
    svg.text("head", (LEFT, 14.0), Anchor::Start, &p.name);
    let mean = found.len() as f64 / (p.neurons.max(1) * steps) as f64;
    let told = format!("mean {:.3} spikes a neuron and step", mean);
    svg.text("axis", (WIDTH - RIGHT, 14.0), Anchor::End, &told);
    svg.rect("plot", (LEFT, TOP), (wide, inner), "");
    for tick in ticks(0.0, highest as f64, 4) {
        let y = TOP + inner * (1.0 - tick / highest as f64);
        svg.line("grid", (LEFT, y), (WIDTH - RIGHT, y));
        svg.text(
            "tick",
            (LEFT - 6.0, y + 4.0),
            Anchor::End,
            &super::svg::short(tick),
        );
    }
    for (bar, &neurons) in bars.iter().enumerate() {
        let (x, h) = (
            LEFT + each * bar as f64,
            inner * neurons as f64 / highest as f64,
        );
        let range = match of {
            1 => bar.to_string(),
            _ => format!("{}\u{2013}{}", bar * of, bar * of + of - 1),
        };
        let told = format!("{neurons} neurons with {range} spikes");
        svg.rect(
            class(p),
            (x + each * 0.1, TOP + inner - h),
            (each * 0.8, h),
            &told,
        );
        let centre = x + each / 2.0;
        if neurons > 0 {
            let y = TOP + inner - h - 3.0;
            svg.text(
                "tick",
                (centre, y),
                Anchor::Middle,
                &thousands(neurons as u64),
            );
        }
        // Labels of wide ranges would run into each other.
        if each >= 20.0 && (of == 1 || bar % 3 == 0) {
            svg.text("tick", (centre, TOP + inner + 14.0), Anchor::Middle, &range);
        }
    }
    let axis = format!("spikes in {steps} steps");
    svg.text(
        "axis",
        (LEFT + wide / 2.0, HEIGHT - 6.0),
        Anchor::Middle,
        &axis,
    );
    svg.text("axis", (4.0, TOP - 14.0), Anchor::Start, "neurons");
    let silent = counts.iter().filter(|&&n| n == 0).count();
    let description = format!(
        "Of {} neurons {silent} are silent; the most spikes of a neuron are {most}.",
        p.neurons
    );
    let title = format!("Spike rates of {}", p.name);
    svg.finish(&format!("rates{index}"), &title, &description)
}
