//! The page: one HTML file that needs nothing else.

use super::choose::Chosen;
use super::histogram::histogram;
use super::map::map;
use super::memory::Region;
use super::raster::{picture, raster};
use super::record::Recording;
use super::svg::escape;
use super::traces::{told, traces};
use super::work::Work;
use super::work_table::table;
use crate::number::thousands;
use ferrospike_model::device::Shape;
use ferrospike_model::image::{Image, Role};
use std::fmt::Write;

const STYLE: &str = include_str!("style.css");

/// What is shown.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The image.
    pub image: &'a Image,
    /// The sample.
    pub recording: &'a Recording,
    /// Neurons whose membranes are drawn.
    pub chosen: &'a [Chosen],
    /// What lies in S.
    pub regions: &'a [Region],
    /// What layers did.
    pub work: &'a [Work],
    /// Where it ran, in words.
    pub port: &'a str,
    /// The device's memories.
    pub shape: Shape,
    /// File of the samples.
    pub input: &'a str,
}

/// The page as a text.
pub fn page(p: &Page) -> String {
    let name = escape(&p.image.header.name);
    let sample = p.recording.sample.index;
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"ferrospike {}\">\n\
         <title>{name}, sample {sample} \u{2013} ferrospike</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>{name}, sample {sample}</h1>\n<p class=\"soft\">{}</p>\n{}\n\
         <nav aria-label=\"Sections\"><a href=\"#spikes\">Spikes</a><a href=\"#membranes\">Membranes</a>\
         <a href=\"#rates\">Spike rates</a><a href=\"#work\">Work by layer</a><a href=\"#memory\">Memory</a>\
         <a href=\"#comparison\">Comparison</a></nav>\n</header>\n<main>\n",
        env!("CARGO_PKG_VERSION"),
        escape(&p.image.header.source),
        verdict(p.recording),
    );
    html += &facts(p);
    html += &rasters(p);
    html += &membranes(p);
    html += &rates(p);
    let counters = p.recording.sample.counters;
    let counted = counters.map_or(0, |c| u64::from(c.synaptic_operations));
    let cycles = counters.map(|c| u64::from(c.cycles)).filter(|&c| c > 0);
    html += &section("work", "Work by layer", &table(p.work, counted, cycles));
    html += &memory(p);
    html += &comparison(p.recording);
    html += "</main>\n<footer>Written by ferrospike; it needs no other file and loads nothing.</footer>\n</body>\n</html>\n";
    html
}

fn section(id: &str, title: &str, body: &str) -> String {
    format!("<section id=\"{id}\" aria-labelledby=\"{id}-h\">\n<h2 id=\"{id}-h\">{title}</h2>\n{body}</section>\n")
}

fn verdict(r: &Recording) -> String {
    let c = &r.comparison;
    match c.differing {
        0 => format!(
            "<p class=\"verdict equal\">\u{2713} Equal: {} bits compared with the model, 0 differ</p>",
            thousands(c.bits)
        ),
        differing => format!(
            "<p class=\"verdict different\">\u{2717} Different: {} of {} bits differ from the model</p>",
            thousands(differing),
            thousands(c.bits)
        ),
    }
}

fn facts(p: &Page) -> String {
    let (r, header) = (p.recording, &p.image.header);
    let counters = r.sample.counters.unwrap_or_default();
    let neurons = header
        .populations
        .iter()
        .filter(|q| q.role != Role::Input && q.pass_of.is_none());
    let neurons: usize = neurons.map(|q| q.neurons).sum();
    let weights: usize = header.connections.iter().map(|c| c.weights).sum();
    let number = |n: u32| thousands(n.into());
    let mut facts = vec![
        ("ran on", p.port.to_string()),
        ("samples from", p.input.to_string()),
        ("steps", r.sample.steps.len().to_string()),
        ("neurons", thousands(neurons as u64)),
        ("weights", thousands(weights as u64)),
        ("spikes of neurons", number(counters.spikes)),
        ("synaptic operations", number(counters.synaptic_operations)),
    ];
    if counters.cycles > 0 {
        facts.push(("cycles", number(counters.cycles)));
        let rate = f64::from(counters.synaptic_operations) / f64::from(counters.cycles);
        facts.push((
            "operations a cycle",
            format!("{rate:.2} of {}", header.lanes),
        ));
    }
    if let Some(answer) = r.answer {
        let right = match r.label {
            Some(label) if usize::from(label) == answer => " (right)".into(),
            Some(label) => format!(" (the label is {label})"),
            None => String::new(),
        };
        facts.push(("answer", format!("{answer}{right}")));
    }
    facts.push(("saturations", number(counters.saturations)));
    let rows = facts
        .iter()
        .map(|(term, value)| format!("<div><dt>{term}</dt><dd>{}</dd></div>\n", escape(value)));
    section(
        "facts",
        "At a glance",
        &format!("<dl>\n{}</dl>\n", rows.collect::<String>()),
    )
}

fn rasters(p: &Page) -> String {
    let mut body = String::from(
        "<p class=\"soft\"><span class=\"key key-in\"></span>input \u{2003}<span class=\"key key-hid\"></span>hidden \
         \u{2003}<span class=\"key key-out\"></span>output \u{2003}A red ring marks a spike that only the device or only \
         the model has.</p>\n",
    );
    let populations = &p.image.header.populations;
    for (index, q) in populations.iter().enumerate() {
        let (name, neurons) = (escape(&q.name), thousands(q.neurons as u64));
        let count =
            thousands(super::spikes(p.image, &p.recording.sample.steps, index).len() as u64);
        let words = if q.role == Role::Input {
            "inputs"
        } else {
            "neurons"
        };
        let _ = write!(body, "<h3>{name} <span class=\"soft\">{neurons} {words}, {count} spikes</span></h3>\n<figure class=\"wide\">\n{}</figure>\n",
            raster(p.image, p.recording, index));
    }
    let pictures = (0..populations.len()).filter_map(|index| {
        let picture = picture(p.image, p.recording, index)?;
        let name = populations.get(index).map_or("", |q| q.name.as_str());
        Some(format!(
            "<figure>{picture}<figcaption>{}</figcaption></figure>\n",
            escape(name)
        ))
    });
    let pictures: String = pictures.collect();
    if !pictures.is_empty() {
        let _ = write!(
            body,
            "<h3>Spikes of each neuron, in a square</h3>\n<div class=\"pictures\">\n{pictures}</div>\n"
        );
    }
    section("spikes", "Spikes", &body)
}

fn membranes(p: &Page) -> String {
    let mut body = String::from(
        "<p class=\"soft\">The membrane v after each step, as read from the device, in its own units; dashed: the threshold; \
         strokes above: spikes. A red ring marks a value that the model has otherwise, a red dot the model's.</p>\n",
    );
    for chosen in p.chosen {
        let of = p.image.header.populations.get(chosen.population);
        let name = escape(of.map_or("", |q| q.name.as_str()));
        let told = escape(&told(p.image, chosen.population));
        let _ = write!(
            body,
            "<h3>{name} <span class=\"soft\">{told}</span></h3>\n<div class=\"two\">\n{}</div>\n",
            traces(p.image, p.recording, chosen)
        );
    }
    section("membranes", "Membranes", &body)
}

fn rates(p: &Page) -> String {
    let all = 0..p.image.header.populations.len();
    let drawings: String = all
        .map(|index| histogram(p.image, p.recording, index))
        .collect();
    section(
        "rates",
        "Spike rates",
        &format!("<div class=\"two\">\n{drawings}</div>\n"),
    )
}

fn memory(p: &Page) -> String {
    let h = &p.image.header;
    let others = format!(
        "<p>U and V: {} of {} groups of {} neurons. H: {} of {} words.</p>\n",
        thousands(h.groups as u64),
        thousands(p.shape.groups as u64),
        h.lanes,
        thousands(h.history_words as u64),
        thousands(p.shape.history_words as u64)
    );
    let body = format!(
        "<p class=\"soft\">The synapse memory S, byte by byte.</p>\n{}{others}",
        map(p.regions)
    );
    section("memory", "Memory", &body)
}

fn comparison(r: &Recording) -> String {
    let c = &r.comparison;
    let told = format!(
        "<p>Compared with the model were the spikes, currents and membranes of all neurons after every step, and the counters: \
         {} bits, {} of them spikes.</p>\n",
        thousands(c.bits),
        thousands(c.spikes)
    );
    if r.differences.is_empty() {
        let none = "<p class=\"verdict equal\">\u{2713} No mismatches</p>\n";
        return section("comparison", "Comparison with the model", &(told + none));
    }
    let mut rows = String::new();
    for d in r.differences.iter().take(100) {
        let number = |n: Option<usize>| n.map_or("\u{2013}".into(), |n| n.to_string());
        let _ = writeln!(
            rows,
            "<tr><td class=\"n\">{}</td><td>{}</td><td class=\"n\">{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            number(d.step),
            escape(&d.population),
            number(d.neuron),
            escape(&d.what),
            d.expected,
            d.got
        );
    }
    let heads = [
        ("step", "n"),
        ("population", ""),
        ("neuron", "n"),
        ("what", ""),
        ("model", "n"),
        ("device", "n"),
    ];
    let heads =
        heads.map(|(name, class)| format!("<th scope=\"col\" class=\"{class}\">{name}</th>"));
    let more = match r.differences.len() {
        0..=100 => String::new(),
        n if n < Recording::MOST => format!("<p>The first 100 of {n} values that differ.</p>\n"),
        n => format!("<p>The first 100 of {n} or more values that differ.</p>\n"),
    };
    let body = format!(
        "{told}{more}<div class=\"scroll\"><table><thead><tr>{}</tr></thead>\n<tbody>{rows}</tbody></table></div>\n",
        heads.concat()
    );
    section("comparison", "Comparison with the model", &body)
}
