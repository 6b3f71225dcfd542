//! A raster in letters: spikes as dots of Braille characters, two steps wide and four neurons high each, that move to
//! the left as steps come. It knows nothing of terminals; `ferrospike run --watch` writes its lines to one.

mod bands;

use crate::number::thousands;
use crate::run::{Outcome, Seen};
use bands::Band;
use ferrospike_model::image::{Image, Role};

/// A raster of the last steps.
#[derive(Clone, Debug)]
pub struct Raster {
    lanes: usize,
    /// Letters of a line that are dots.
    width: usize,
    bands: Vec<Band>,
    /// Index in the image, number of its spike report if it is no input, of each band.
    sources: Vec<(usize, Option<u8>)>,
    spikes: u64,
    place: (usize, usize),
    answer: String,
    right: (usize, usize),
}

/// A line, and the role whose colour it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its letters.
    pub text: String,
    /// None: a line of words.
    pub role: Option<Role>,
}

/// Letters of a population's name.
const NAME: usize = 12;

impl Raster {
    /// An empty raster for a window of so many columns and rows; it takes at most these, and at least a line for each
    /// population that is reported and two of words.
    pub fn new(image: &Image, columns: usize, rows: usize) -> Self {
        let populations = image.header.populations.iter().enumerate();
        let shown = populations.filter(|(_, p)| {
            p.pass_of.is_none() && (p.role == Role::Input || p.spikes_report.is_some())
        });
        let sources: Vec<_> = shown
            .map(|(index, p)| (index, p.spikes_report.filter(|_| p.role != Role::Input)))
            .collect();
        // Room is shared: no population gets more lines than its neurons need, and none more than its part.
        let part = rows.saturating_sub(3) / sources.len().max(1);
        let width = columns.saturating_sub(NAME + 3).clamp(8, 400);
        let bands = sources.iter().filter_map(|&(index, _)| {
            let p = image.header.populations.get(index)?;
            let lines = p.neurons.div_ceil(4).min(part.clamp(1, 8)).max(1);
            Some(Band::new(p, lines, 2 * width))
        });
        Self {
            lanes: image.header.lanes,
            width,
            bands: bands.collect(),
            sources,
            spikes: 0,
            place: (0, 0),
            answer: String::new(),
            right: (0, 0),
        }
    }

    /// A step that a board has run.
    pub fn step(&mut self, image: &Image, seen: &Seen) {
        if seen.step == 0 && self.bands.iter().any(|b| b.count() > 0) {
            // A gap between samples.
            self.bands.iter_mut().for_each(Band::gap);
        }
        self.place = (seen.sample, seen.step);
        let mut inputs = seen.inputs.iter();
        for (band, &(index, report)) in self.bands.iter_mut().zip(&self.sources) {
            let words = match report {
                None => inputs.next(),
                Some(number) => seen.output.spikes.get(&number),
            };
            let Some(p) = image.header.populations.get(index) else {
                continue;
            };
            let sent = band.step(p, words.map_or(&[], Vec::as_slice), self.lanes);
            self.spikes += if report.is_some() { sent } else { 0 };
        }
    }

    /// A sample that has ended.
    pub fn sample(&mut self, outcome: &Outcome) {
        self.answer = match (outcome.answer, outcome.label) {
            (Some(answer), Some(label)) => {
                self.right.1 += 1;
                let right = answer == usize::from(label);
                self.right.0 += usize::from(right);
                let told = if right { "right" } else { "wrong" };
                format!(
                    "sample {}: answer {answer}, label {label}, {told}",
                    outcome.sample.index
                )
            }
            (Some(answer), None) => format!("sample {}: answer {answer}", outcome.sample.index),
            _ => String::new(),
        };
        if let Some(comparison) = &outcome.comparison {
            if !self.answer.is_empty() {
                self.answer += "; ";
            }
            self.answer += &match comparison.differing {
                0 => "equal to the model".to_string(),
                n => format!("{n} bits DIFFERENT from the model"),
            };
        }
    }

    /// The lines as they are now, always as many.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for band in &self.bands {
            for (number, dots) in band.lines().into_iter().enumerate() {
                let name = if number == 0 { band.name() } else { "" };
                let name: String = name.chars().take(NAME).collect();
                lines.push(Line {
                    text: format!("{name:>NAME$} \u{2502}{dots}"),
                    role: Some(band.role()),
                });
            }
        }
        let words = |text: String| Line {
            text: text.chars().take(self.width + NAME + 2).collect(),
            role: None,
        };
        let (sample, step) = self.place;
        let spikes = thousands(self.spikes);
        lines.push(words(format!(
            "sample {sample}, step {step}; {spikes} spikes so far"
        )));
        let right = match self.right {
            (_, 0) => String::new(),
            (right, of) => format!(" ({right} of {of} right)"),
        };
        lines.push(words(format!("{}{right}", self.answer)));
        lines
    }
}
