//! What learns: LEARN operations of a step, their changes in units of weights, and words about them.

use super::error::{limit, CompileError};
use super::layout::Layout;
use super::rows::{Block, Rows};
use crate::learning::{Step, FRACTION, MOST_CHANGE};
use crate::quantise::Learned;
use ferrospike_model::image::Learning;
use ferrospike_model::program::{Learn, Operation};

/// A LEARN before its rows have a place.
struct Change {
    step: Step,
    /// Steps back of the source and of the destination; of the source none: every source learns.
    delays: (Option<usize>, usize),
    inverted: bool,
    /// What it answers, for people.
    words: String,
}

/// Part of a change that rounding may add or take before it is told.
const NOTABLE: f64 = 0.1;

/// What rounding did to the changes of a block.
#[derive(Default)]
struct Rounded {
    /// Largest difference.
    error: f64,
    /// Changes that are too small for one unit, and do nothing.
    lost: usize,
    /// Changes that become rather different ones, in words.
    off: String,
}

impl Layout<'_> {
    /// The LEARNs of a step, behind everything else: pairs, spikes of the destination, biases.
    pub fn learns(&self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for block in self.learning_blocks() {
            for change in self.changes(block) {
                operations.extend(self.operation(block, &change).map(Operation::Learn));
            }
        }
        operations
    }

    /// Blocks that learn, connections first.
    fn learning_blocks(&self) -> impl Iterator<Item = &Block> {
        let of = |bias: bool| {
            let learn = self.blocks.iter().filter(|b| b.learned.is_some());
            learn.filter(move |b| b.connection.is_none() == bias)
        };
        of(false).chain(of(true))
    }

    fn changes(&self, block: &Block) -> Vec<Change> {
        let every = |step: Step, inverted: bool, words: &str| Change {
            step,
            delays: (None, 0),
            inverted,
            words: words.into(),
        };
        let Some(connection) = block.connection else {
            let Some(bias) = self.learning.bias(block.to) else {
                return Vec::new();
            };
            let at_spike = bias.at_spike.map(|s| every(s, false, "at a spike"));
            let without = bias.each_step;
            let without = without.map(|s| every(s, true, "in a step without"));
            return at_spike.into_iter().chain(without).collect();
        };
        let Some(plastic) = self.learning.connection(connection) else {
            return Vec::new();
        };
        let own = self
            .network
            .connections
            .get(connection)
            .map_or(0, |c| c.delay);
        let pairs = plastic.pairs.iter().map(|pair| Change {
            step: pair.change,
            delays: (Some(pair.source_delay), pair.target_delay),
            inverted: false,
            words: match pair.target_delay {
                0 => format!("{} before", pair.source_delay.saturating_sub(own)),
                after => format!("{after} after"),
            },
        });
        let at_spike = plastic.at_spike.map(|s| every(s, false, "at every spike"));
        pairs.chain(at_spike).collect()
    }

    /// The LEARN of a change; none if it does nothing.
    fn operation(&self, block: &Block, change: &Change) -> Option<Learn> {
        let learned = block.learned?;
        let c = units(&change.step, &learned).round();
        if c == 0.0 && change.step.decay.is_none() {
            return None;
        }
        let to = self.places.get(block.to)?;
        let source = block
            .connection
            .and_then(|c| self.network.connections.get(c));
        let from = source.and_then(|c| self.places.get(c.from));
        let rows = match &block.rows {
            Rows::Dense { synapses, .. } => synapses.sources(),
            _ => 1,
        };
        let (source_delay, target_delay) = change.delays;
        let mut learn = Learn {
            every: source_delay.is_none(),
            unsigned: learned.unsigned,
            last_lanes: ((to.order.places - 1) % self.lanes + 1) as u8,
            row_base: block.first_word as u32,
            stride: to.groups as u16,
            groups: to.groups as u16,
            target_delay: target_delay as u8,
            target: to.bitmap,
            inverted: change.inverted,
            change: c as i32,
            decay: change.step.decay,
            minimum: learned.minimum,
            maximum: learned.maximum,
            random: self.random_word as u32,
            ..Learn::default()
        };
        match (source_delay, from) {
            (Some(delay), Some(from)) => {
                learn.delay = delay as u8;
                learn.source = from.bitmap;
                learn.source_groups = from.groups as u16;
            }
            _ => learn.rows = rows as u16,
        }
        Some(learn)
    }

    /// An error for changes that are larger than a LEARN can say.
    pub fn check_changes(&self) -> Result<(), CompileError> {
        for block in self.learning_blocks() {
            let Some(learned) = block.learned else {
                continue;
            };
            let changes = self.changes(block);
            let nothing =
                |c: &Change| c.step.decay.is_none() && units(&c.step, &learned).round() == 0.0;
            if changes.iter().all(nothing) {
                let reason = format!(
                    "every change is smaller than half of {:.3e}, a 256th of a step of its weights, and would do nothing; \
                     take larger changes or smaller bounds",
                    learned.size / FRACTION
                );
                return Err(limit(&self.name(block), reason));
            }
            for change in changes {
                let most = MOST_CHANGE / FRACTION * learned.size;
                if units(&change.step, &learned).round().abs() > MOST_CHANGE {
                    let reason = format!(
                        "the change {} ({}) is too large: its weights have 8 bits in steps of {:.3e}, so that {most:.6} \
                         is the most",
                        change.step.add, change.words, learned.size
                    );
                    return Err(limit(&self.name(block), reason));
                }
            }
        }
        Ok(())
    }

    /// What learns, for the header.
    pub fn learning(&self) -> Vec<Learning> {
        let all = self.blocks.iter().enumerate();
        all.filter(|(_, b)| b.learned.is_some())
            .map(|(connection, block)| Learning {
                connection,
                rule: self.rule(block),
            })
            .collect()
    }

    /// The rule of a block in words.
    fn rule(&self, block: &Block) -> String {
        let Some(learned) = block.learned else {
            return String::new();
        };
        let one = |change: &Change| {
            let units = units(&change.step, &learned).round();
            let add = number(units / FRACTION * learned.size);
            match change.step.decay {
                None => format!("{} {add}", change.words),
                Some(e) => {
                    let keep = 1.0 - 2f64.powi(i32::from(e & 7) - 8);
                    match units == 0.0 {
                        true => format!("{} x {keep}", change.words),
                        false => format!("{} x {keep} {add}", change.words),
                    }
                }
            }
        };
        let changes: Vec<String> = self.changes(block).iter().map(one).collect();
        format!(
            "{}; in {:.6} .. {:.6}",
            changes.join(", "),
            f64::from(learned.minimum) * learned.size,
            f64::from(learned.maximum) * learned.size
        )
    }

    /// What rounding did to rules, a line for each.
    pub fn learning_notes(&self) -> Vec<String> {
        let line = |block: &Block| {
            let learned = block.learned?;
            let mut rounded = Rounded::default();
            for change in self.changes(block) {
                let exact = units(&change.step, &learned);
                let error = (exact - exact.round()).abs() / FRACTION * learned.size;
                rounded.error = rounded.error.max(error);
                rounded.lost += usize::from(exact != 0.0 && exact.round() == 0.0);
                let off = (exact.round() / exact - 1.0).abs();
                if exact.round() != 0.0 && off > NOTABLE {
                    let becomes = exact.round() / FRACTION * learned.size;
                    rounded.off += &format!(
                        "; the change {:+.3e} ({}) becomes {becomes:+.3e}: take smaller bounds, or a multiple of it",
                        change.step.add, change.words
                    );
                }
            }
            let mut text = format!(
                "{}: learns in steps of {:.3e}, changes in steps of {:.3e}, off by at most {:.1e}",
                self.name(block),
                learned.size,
                learned.size / FRACTION,
                rounded.error
            );
            if rounded.lost > 0 {
                let (verb, pronoun) = if rounded.lost == 1 {
                    ("change is", "does")
                } else {
                    ("changes are", "do")
                };
                text += &format!(
                    "; {} {verb} smaller than half of {:.3e} and {pronoun} nothing",
                    rounded.lost,
                    learned.size / FRACTION
                );
            }
            text += &rounded.off;
            Some(text)
        };
        self.learning_blocks().filter_map(line).collect()
    }
}

/// A change in units of 2^-8 of a mantissa.
fn units(step: &Step, learned: &Learned) -> f64 {
    step.add / learned.size * FRACTION
}

/// A number with its sign, without more digits than it needs.
fn number(x: f64) -> String {
    let text = format!("{x:+.6}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    match short {
        "+0" | "-0" if x != 0.0 => format!("{x:+.2e}"),
        other => other.into(),
    }
}
