//! The table of boards, from their reports.

use super::report::Report;
use crate::number::thousands;
use std::fmt::Write;

/// Line before the table in a page.
pub const BEGIN: &str = "<!-- boards: begin -->";

/// Line after it.
pub const END: &str = "<!-- boards: end -->";

const HEAD: &str = "\
| board | price class | lanes | synapses of 8 / 4 bits | neurons | cells used | runs at | up to | peak MSOP/s |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
";

/// The table in Markdown: `runs at` is the clock that the bitstream has, `up to` what timing analysis
/// found, and the peak is lanes times the clock that it runs at.
pub fn markdown(reports: &[Report]) -> String {
    let mut text = String::from(HEAD);
    for report in reports {
        let (core, holds) = (&report.core, &report.holds);
        let cells = report.logic().map_or("?".into(), |cell| {
            format!(
                "{} of {} ({:.0} %)",
                thousands(cell.used),
                thousands(cell.available),
                cell.utilisation
            )
        });
        let _ = write!(
            text,
            "| {} | {} | {} | {} / {} | {} | {cells} |",
            report.title,
            report.price,
            core.lanes,
            thousands(holds.synapses_8_bits as u64),
            thousands(holds.synapses_4_bits as u64),
            thousands(holds.neurons as u64),
        );
        let required = f64::from(report.clock.required_hz) / 1e6;
        let _ = match (&report.bitstream, report.clock.achieved_hz) {
            (Some(_), Some(hz)) => writeln!(
                text,
                " {required:.1} MHz | {:.1} MHz | {:.0} |",
                hz / 1e6,
                report.peak_operations()
            ),
            (None, Some(hz)) if report.clock.met || is_full(report) => writeln!(
                text,
                " no bitstream: {} | {:.1} MHz | |",
                report.failure.as_deref().unwrap_or("it was not packed"),
                hz / 1e6
            ),
            (_, Some(hz)) => writeln!(
                text,
                " no bitstream: {required:.1} MHz is not met | {:.1} MHz | |",
                hz / 1e6
            ),
            (_, None) => writeln!(text, " no bitstream: does not fit | | |"),
        };
    }
    text
}

/// The design needs more of some cells than there are.
fn is_full(report: &Report) -> bool {
    report.cells.iter().any(|cell| cell.used > cell.available)
}

/// A page with what is between the two lines replaced; none if they are not there in this order.
pub fn replace_between(page: &str, table: &str) -> Option<String> {
    replace_marked(page, (BEGIN, END), table)
}

/// The same with other lines.
pub fn replace_marked(page: &str, marks: (&str, &str), table: &str) -> Option<String> {
    let begin = page.find(marks.0)? + marks.0.len();
    let end = begin + page[begin..].find(marks.1)?;
    Some(format!("{}\n{table}{}", &page[..begin], &page[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_table_changes() {
        let page = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        let new = replace_between(&page, "new\n").unwrap();
        assert_eq!(new, format!("a\n{BEGIN}\nnew\n{END}\nb\n"));
        assert_eq!(replace_between(&new, "new\n").unwrap(), new);
        assert!(replace_between("a", "new\n").is_none());
        assert!(replace_between(&format!("{END}{BEGIN}"), "new\n").is_none());
    }
}
