//! The map of S: its bytes in rows, from left to right and from top to bottom, and a table of what they hold.

use super::memory::{Kind, Region};
use super::svg::{escape, Anchor, Svg};
use crate::number::thousands;
use std::fmt::Write;

const WIDTH: f64 = 1040.0;
const LEFT: f64 = 70.0;
const ROWS: usize = 8;
const ROW: f64 = 22.0;
/// Shades of weights that take turns.
const SHADES: usize = 4;

/// The class of a region in the page's style.
fn class(region: &Region, number: usize) -> String {
    match region.kind {
        Kind::Weights => format!("weights w{}", number % SHADES),
        Kind::Lists => "lists".into(),
        Kind::Parameters => "parameters".into(),
        Kind::Program => "program".into(),
        Kind::Random => "random".into(),
        Kind::Filling => "filling".into(),
        Kind::Free => "free".into(),
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Weights => "rows of weights",
        Kind::Lists => "tables and lists",
        Kind::Parameters => "parameters of neurons",
        Kind::Program => "program",
        Kind::Random => "random numbers of what learns",
        Kind::Filling => "filling",
        Kind::Free => "free",
    }
}

/// The drawing and the table below it.
pub(super) fn map(regions: &[Region]) -> String {
    let size: usize = regions.iter().map(|r| r.bytes).sum();
    let row = size.div_ceil(ROWS).max(1);
    let scale = (WIDTH - LEFT) / row as f64;
    let mut svg = Svg::new(WIDTH, ROWS as f64 * ROW + 4.0);
    for number in 0..ROWS {
        let y = number as f64 * ROW + 15.0;
        svg.text(
            "tick",
            (LEFT - 8.0, y),
            Anchor::End,
            &thousands((number * row) as u64),
        );
    }
    let (mut rows, mut weights) = (String::new(), 0);
    for region in regions {
        let class = class(region, weights);
        weights += usize::from(region.kind == Kind::Weights);
        let part = 100.0 * region.bytes as f64 / size.max(1) as f64;
        let told = format!("{}: {} bytes", region.name, thousands(region.bytes as u64));
        let (mut at, end) = (region.start, region.start + region.bytes);
        while at < end {
            let line = at / row;
            let stop = end.min((line + 1) * row);
            let place = (
                LEFT + (at - line * row) as f64 * scale,
                line as f64 * ROW + 2.0,
            );
            let wide = ((stop - at) as f64 * scale).max(1.0);
            svg.rect(&class, place, (wide, ROW - 4.0), &told);
            at = stop;
        }
        let _ = writeln!(
            rows,
            "<tr><td><span class=\"key {class}\" aria-hidden=\"true\"></span>{}</td><td>{}</td><td class=\"n\">{}</td>\
             <td class=\"n\">{}</td><td class=\"n\">{part:.1} %</td></tr>",
            escape(&region.name),
            kind(region.kind),
            thousands(region.start as u64),
            thousands(region.bytes as u64),
        );
    }
    let used: usize = regions
        .iter()
        .filter(|r| r.kind != Kind::Free)
        .map(|r| r.bytes)
        .sum();
    let description = format!(
        "{} of {} bytes are used by the image.",
        thousands(used as u64),
        thousands(size as u64)
    );
    format!(
        "{}<div class=\"scroll\"><table><thead><tr><th scope=\"col\">region</th><th scope=\"col\">holds</th>\
         <th scope=\"col\" class=\"n\">first byte</th><th scope=\"col\" class=\"n\">bytes</th>\
         <th scope=\"col\" class=\"n\">of S</th></tr></thead>\n<tbody>{rows}</tbody></table></div>\n",
        svg.finish("map", "Map of the synapse memory S", &description)
    )
}
