//! What was measured, in Markdown.

use super::{Cycles, Measured, Row};
use crate::number::thousands;
use std::fmt::Write;

/// Line before the tables in a page.
pub const BEGIN: &str = "<!-- board speeds: begin -->";

/// Line after them.
pub const END: &str = "<!-- board speeds: end -->";

/// A table for each board, with the command that made them all.
pub fn markdown(boards: &[Measured], command: &str) -> String {
    let mut text = format!("    {command}\n");
    for board in boards {
        text += &one(board);
    }
    text
}

fn one(board: &Measured) -> String {
    let mhz = |hz: f64| format!("{:.1} MHz", hz / 1e6);
    let mut text = format!(
        "\n**{}**: {} lanes at {} (routed: up to {}), receive buffer of {} bytes.\n\n",
        board.title,
        board.lanes,
        mhz(f64::from(board.clock_hz)),
        mhz(board.achieved_hz),
        board.receive_bytes
    );
    let rates: Vec<u32> = board
        .networks
        .iter()
        .map(|n| n.through.iter().map(|t| t.baud).collect())
        .max_by_key(Vec::len)
        .unwrap_or_default();
    text += "| network | cycles of the steps | and of the start | SOP | SOP/cycle | MSOP/s | latency | inferences/s |";
    for rate in &rates {
        let _ = write!(
            text,
            " {} Mbaud: inferences/s | latency | line busy |",
            rate_of(*rate)
        );
    }
    text += "\n|";
    text += &" --- |".repeat(8 + 3 * rates.len());
    text += "\n";
    for row in &board.networks {
        let _ = write!(text, "| {} |", row.words);
        text += &match (&row.cycles, &row.shortage) {
            (Some(cycles), _) => measured(board, row, cycles),
            (None, shortage) => {
                let why = shortage.as_deref().unwrap_or("not measured");
                format!(
                    " does not fit: {} |{}",
                    why.replace('|', "/"),
                    " |".repeat(6 + 3 * rates.len())
                )
            }
        };
        text += "\n";
    }
    text
}

fn measured(board: &Measured, row: &Row, cycles: &Cycles) -> String {
    let clock = f64::from(board.clock_hz);
    let whole = |x: f64| thousands(x.round() as u64);
    let seconds = cycles.inference() / clock;
    let mut text = format!(
        " {} | {} | {} | {:.2} | {:.1} | {} | {} |",
        whole(cycles.each(cycles.cycles)),
        thousands(cycles.clear),
        whole(cycles.each(cycles.operations)),
        cycles.operations_per_cycle(),
        cycles.operations_per_cycle() * clock / 1e6,
        milliseconds(seconds),
        whole(1.0 / seconds.max(f64::MIN_POSITIVE)),
    );
    for t in &row.through {
        let _ = write!(
            text,
            " {:.1} | {} | {:.1} % |",
            t.per_second,
            milliseconds(t.latency),
            100.0 * t.busy
        );
    }
    text
}

fn milliseconds(seconds: f64) -> String {
    format!("{:.2} ms", 1e3 * seconds)
}

/// In millions, without zeros at the end.
fn rate_of(baud: u32) -> String {
    format!("{}", f64::from(baud) / 1e6)
}

#[cfg(test)]
mod tests {
    use super::super::Through;
    use super::*;

    #[test]
    fn a_table_has_every_network() {
        let row = |name, cycles: Option<Cycles>, shortage: Option<&str>| Row {
            name,
            words: name,
            through: match cycles {
                Some(_) => vec![Through {
                    baud: 3_750_000,
                    per_second: 10.0,
                    busy: 0.5,
                    running: 0.1,
                    bytes: 1.0,
                    latency: 0.002,
                }],
                None => Vec::new(),
            },
            cycles,
            shortage: shortage.map(String::from),
        };
        let cycles = Cycles {
            samples: 2,
            steps: 20,
            cycles: 30_000,
            clear: 1_000,
            operations: 160_000,
            ..Cycles::default()
        };
        let board = Measured {
            board: "b".into(),
            title: "B".into(),
            lanes: 8,
            clock_hz: 32_000_000,
            achieved_hz: 33e6,
            receive_bytes: 512,
            round_trip: 0.002,
            inferences: 10,
            networks: vec![
                row("one", Some(cycles), None),
                row("two", None, Some("too | large")),
            ],
        };
        let text = markdown(&[board], "ferrospike bench board");
        let line = "| one | 15,000 | 1,000 | 80,000 | 5.00 | 160.0 | 0.50 ms | 2,000 | 10.0 | 2.00 ms | 50.0 % |";
        assert!(text.contains(line), "{text}");
        assert!(text.contains("| two | does not fit: too / large |"));
        let cells = |l: &str| l.matches('|').count();
        let table: Vec<&str> = text.lines().filter(|l| l.starts_with('|')).collect();
        assert!(table.iter().all(|l| cells(l) == cells(table[0])), "{text}");
        assert!(text.contains("3.75 Mbaud") && text.starts_with("    ferrospike bench board\n"));
    }
}
