//! Does it fit the device? If not: which layers take the memory, and what would help.

use super::error::{limit, CompileError};
use super::layout::Layout;
use super::rows::Block;
use super::CompileOptions;
use crate::build::Board;
use crate::import::{Connection, Weights};
use crate::number::thousands;

/// Longs that a program can address.
const LONGS: usize = 1 << 20;
/// Layers and boards that are named.
const NAMED: usize = 3;

impl Layout<'_> {
    /// Names every memory that is too small, and what would help.
    pub fn check_fit(&self, options: &CompileOptions) -> Result<(), CompileError> {
        let (mut shortages, shape) = (Vec::new(), &options.shape);
        let used = self.used();
        for (what, need, have, help) in [
            (
                "words of S (weights, programs, parameters)",
                used.synapse_words,
                shape.synapse_words,
                "fewer neurons or connections, or a device with more synapse memory",
            ),
            (
                "groups of U and V (neurons)",
                used.groups,
                shape.groups,
                "fewer neurons, or a device with more neurons",
            ),
            (
                "words of H (spike history)",
                used.history_words,
                shape.history_words.min(1 << 14),
                "shorter delays, fewer inputs or neurons, or a device with more history",
            ),
        ] {
            if need > have {
                let mut line = format!("{need} {what} needed, {have} there ({help})");
                if what.starts_with("words of S") {
                    line += &self.who_takes_it(options);
                }
                shortages.push(line);
            }
        }
        if shortages.is_empty() {
            return self.check_addresses();
        }
        if let Some(last) = shortages.last_mut() {
            *last += &self.boards(options);
        }
        Err(CompileError::DoesNotFit { shortages })
    }

    /// Programs address tables and lists with 20 bits.
    fn check_addresses(&self) -> Result<(), CompileError> {
        let far = |b: &&Block| b.longs() > 0 && b.first_long + b.longs() > LONGS;
        match self.blocks.iter().find(far) {
            None => Ok(()),
            Some(block) => {
                let reason = format!(
                    "its tables and lists end at long {}, {LONGS} can be addressed; use fewer channels \
                     or a larger stride",
                    block.first_long + block.longs()
                );
                Err(limit(&self.name(block), reason))
            }
        }
    }

    /// The largest layers.
    fn who_takes_it(&self, options: &CompileOptions) -> String {
        let mut rows = self.rows_reports();
        rows.sort_by_key(|r| std::cmp::Reverse(r.bytes));
        let one = |r: &super::RowsReport| {
            format!(
                "'{}' {} bytes ({}, {} bits)",
                r.name,
                thousands(r.bytes as u64),
                r.form,
                r.bits
            )
        };
        let named: Vec<String> = rows.iter().take(NAMED).map(one).collect();
        let mut text = format!(": {}", named.join(", "));
        if self.lacks_lists(options) {
            text += "; this device has no listed rows, so that convolutions and pools are dense \
                     matrices: use a board or core with them";
        }
        text
    }

    /// Sparse connections are dense matrices, because the device has nothing else.
    fn lacks_lists(&self, options: &CompileOptions) -> bool {
        let sparse = |c: &Connection| matches!(c.weights, Weights::Sparse(_));
        !options.lists && self.network.connections.iter().any(sparse)
    }

    /// Boards that are large enough.
    fn boards(&self, options: &CompileOptions) -> String {
        if self.lacks_lists(options) {
            return String::new();
        }
        let used = self.used();
        let bytes = used.synapse_words * used.lanes;
        let neurons = used.groups * used.lanes;
        let mut fitting: Vec<(usize, &str)> = Vec::new();
        for board in Board::all().unwrap_or_default() {
            let core = &board.description.core;
            let room = core.synapse_bytes() >= bytes && core.neurons() >= neurons;
            let history = core.history_words * core.lanes >= used.history_words * used.lanes;
            if room
                && history
                && (core.lists || !options.lists)
                && board.description.too_small.is_none()
            {
                fitting.push((core.synapse_bytes(), board.name));
            }
        }
        fitting.sort_unstable();
        let names: Vec<&str> = fitting.iter().take(NAMED).map(|b| b.1).collect();
        match names.is_empty() {
            true => {
                "; no board that is known is large enough for it: use fewer channels, a larger \
                     stride or fewer neurons"
                    .into()
            }
            false => format!("; large enough should be (--target): {}", names.join(", ")),
        }
    }
}
