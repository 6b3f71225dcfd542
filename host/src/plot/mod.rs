//! Pictures: spikes of a sample as a raster, in SVG.

use crate::run::Sample;
use ferrospike_model::image::{Image, Role};
use plotters::prelude::*;
use std::path::Path;

const WIDTH: u32 = 900;
const MARGIN: i32 = 64;
const COLOURS: [RGBColor; 3] = [
    RGBColor(90, 100, 115),
    RGBColor(31, 119, 180),
    RGBColor(200, 60, 30),
];

/// Draws the spikes of a sample, a panel for each population: steps to the right, neurons upward.
pub fn raster(path: &Path, image: &Image, sample: &Sample, title: &str) -> Result<(), String> {
    let failed = |e: &dyn std::fmt::Display| format!("cannot draw '{}': {e}", path.display());
    let header = &image.header;
    let heights: Vec<u32> = header
        .populations
        .iter()
        .map(|p| (80 + p.neurons as u32 / 3).clamp(130, 320))
        .collect();
    let height = 60 + heights.iter().sum::<u32>();
    let area = SVGBackend::new(path, (WIDTH, height)).into_drawing_area();
    area.fill(&WHITE).map_err(|e| failed(&e))?;
    let area = area
        .titled(title, ("sans-serif", 22))
        .map_err(|e| failed(&e))?;
    let mut top = 0;
    let mut rest = area;
    let steps = sample.steps.len();
    for (index, (p, height)) in header.populations.iter().zip(&heights).enumerate() {
        top += height;
        let (panel, below) = rest.split_vertically(*height as i32);
        rest = below;
        let spikes = points(image, sample, index);
        let last = index + 1 == header.populations.len();
        let known = header
            .populations
            .get(index)
            .is_some_and(|p| p.role == Role::Input || p.spikes_report.is_some());
        let caption = match known {
            true => format!("{}: {} neurons, {} spikes", p.name, p.neurons, spikes.len()),
            false => format!("{}: {} neurons, not reported", p.name, p.neurons),
        };
        let x = -0.5..(steps as f64 - 0.5).max(0.5);
        let y = -0.7..(p.neurons as f64 - 0.3);
        let mut chart = ChartBuilder::on(&panel)
            .caption(caption, ("sans-serif", 15))
            .margin_right(16)
            .set_label_area_size(LabelAreaPosition::Left, MARGIN)
            .set_label_area_size(LabelAreaPosition::Bottom, if last { 40 } else { 20 })
            .build_cartesian_2d(x, y)
            .map_err(|e| failed(&e))?;
        let mut mesh = chart.configure_mesh();
        mesh.disable_mesh()
            .x_labels(steps.clamp(2, 20))
            .y_labels(5)
            .x_label_formatter(&whole)
            .y_label_formatter(&whole)
            .y_desc("neuron")
            .label_style(("sans-serif", 12))
            .axis_desc_style(("sans-serif", 13));
        if last {
            mesh.x_desc("step");
        }
        mesh.draw().map_err(|e| failed(&e))?;
        let colour = match p.role {
            Role::Input => COLOURS[0],
            Role::Hidden => COLOURS[1],
            Role::Output => COLOURS[2],
        };
        // A mark is as wide as half a step and as high as a neuron, but not less than can be seen.
        let high = (0.4f64).max(p.neurons as f64 / f64::from(*height) * 0.9);
        let marks = spikes.iter().map(|&(step, neuron)| {
            let (x, y) = (step as f64, neuron as f64);
            Rectangle::new([(x - 0.3, y - high), (x + 0.3, y + high)], colour.filled())
        });
        chart.draw_series(marks).map_err(|e| failed(&e))?;
    }
    rest.present().map_err(|e| failed(&e))
}

/// Labels of whole values only.
fn whole(value: &f64) -> String {
    match value.fract().abs() < 1e-9 {
        true => format!("{value:.0}"),
        false => String::new(),
    }
}

/// Steps and neurons of a population's spikes.
fn points(image: &Image, sample: &Sample, population: usize) -> Vec<(usize, usize)> {
    let lanes = image.header.lanes;
    let mut points = Vec::new();
    let Some(p) = image.header.populations.get(population) else {
        return points;
    };
    for (step, activities) in sample.steps.iter().enumerate() {
        let spikes = activities.get(population).and_then(|a| a.spikes.as_ref());
        for neuron in 0..p.neurons {
            if spikes.is_some_and(|words| p.spiked(words, neuron, lanes)) {
                points.push((step, neuron));
            }
        }
    }
    points
}
