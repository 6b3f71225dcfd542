//! What the parts of the demo came to.

use ferrospike_host::number::thousands;
use ferrospike_host::run::{Outcome, Summary};

/// A finished part.
pub struct Part {
    pub title: &'static str,
    pub loading: &'static str,
    pub outcomes: Vec<Outcome>,
    pub summary: Summary,
}

/// The table's rows, a column for each part.
pub fn rows(parts: &[Part]) -> Vec<Vec<String>> {
    let line = |what: &str, cell: &dyn Fn(&Part) -> String| {
        let cells = parts.iter().map(cell);
        std::iter::once(what.to_string())
            .chain(cells)
            .collect::<Vec<_>>()
    };
    let each = |s: &Summary, n: u64| thousands(s.each(n).round() as u64);
    let compared = |p: &Part| p.summary.comparison.clone().unwrap_or_default();
    let mut rows = vec![line("", &|p| p.title.into())];
    rows.push(line("weights", &|p| p.loading.into()));
    rows.push(line("images", &|p| p.summary.samples.to_string()));
    rows.push(line("accuracy", &|p| match p.summary.accuracy() {
        Some(a) => format!("{a:.1} %"),
        None => "-".into(),
    }));
    rows.push(line("bits compared", &|p| thousands(compared(p).bits)));
    rows.push(line("  of these spikes", &|p| {
        thousands(compared(p).spikes)
    }));
    rows.push(line("bits different", &|p| {
        thousands(compared(p).differing)
    }));
    rows.push(line("cycles an image", &|p| {
        each(&p.summary, p.summary.cycles)
    }));
    rows.push(line("synaptic operations an image", &|p| {
        each(&p.summary, p.summary.synaptic_operations)
    }));
    rows.push(line(
        "operations a cycle",
        &|p| match p.summary.operations_per_cycle() {
            Some(rate) => format!("{rate:.2}"),
            None => "-".into(),
        },
    ));
    rows.push(line("stalled cycles an image", &|p| {
        each(&p.summary, p.summary.output_stalls)
    }));
    rows.push(line("wall time", &|p| {
        format!("{:.1} s", p.summary.seconds)
    }));
    rows
}
