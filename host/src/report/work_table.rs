//! The table of what each layer's work came to, with bars.

use super::svg::escape;
use super::work::Work;
use crate::number::thousands;
use std::fmt::Write;

/// The table; `counted` are the device's own synaptic operations, `cycles` its cycles, if it has a clock.
pub(super) fn table(work: &[Work], counted: u64, cycles: Option<u64>) -> String {
    let most = |of: fn(&Work) -> u64| work.iter().map(of).max().unwrap_or(0).max(1);
    let (operations, clocks) = (most(|w| w.operations), most(|w| w.clocks));
    let cell = |value: u64, most: u64| {
        let part = 100.0 * value as f64 / most as f64;
        format!(
            "<td class=\"n\">{}</td><td class=\"bars\" aria-hidden=\"true\"><span class=\"bar\" style=\"width:{part:.1}%\"></span></td>",
            thousands(value)
        )
    };
    let mut rows = String::new();
    for w in work {
        let what = if w.sweep { "neurons" } else { "weights" };
        let _ = writeln!(
            rows,
            "<tr><td>{}</td><td>{what}</td><td class=\"n\">{}</td>{}{}</tr>",
            escape(&w.name),
            thousands(w.spikes),
            cell(w.operations, operations),
            cell(w.clocks, clocks)
        );
    }
    let sum = |of: fn(&Work) -> u64| work.iter().map(of).sum::<u64>();
    let (all, formulas) = (sum(|w| w.operations), sum(|w| w.clocks));
    let _ = writeln!(
        rows,
        "<tr class=\"sum\"><td>together</td><td></td><td></td><td class=\"n\">{}</td><td></td><td class=\"n\">{}</td><td></td></tr>",
        thousands(all),
        thousands(formulas)
    );
    let agree = match all == counted {
        true => "as the device counted",
        false => "not what the device counted",
    };
    let mut note = format!(
        "Synaptic operations are the real weights that spikes added: {} together, {agree} ({}). Clocks are those of the \
         formulas for parallel multipliers",
        thousands(all),
        thousands(counted)
    );
    note += &match cycles {
        Some(cycles) if cycles >= formulas => format!(
            "; the device counted {} cycles, {} of them beyond the formulas: reports, ends of steps, and the sequencer between \
             operations.",
            thousands(cycles),
            thousands(cycles - formulas)
        ),
        Some(cycles) => format!(
            "; the device counted {} cycles: it has another pipeline than the formulas are for.",
            thousands(cycles)
        ),
        None => "; this port has no clock.".into(),
    };
    format!(
        "<div class=\"scroll\"><table class=\"work\"><thead><tr><th scope=\"col\">layer</th><th scope=\"col\">work</th>\
         <th scope=\"col\" class=\"n\">spikes</th><th scope=\"col\" class=\"n\" colspan=\"2\">synaptic operations</th>\
         <th scope=\"col\" class=\"n\" colspan=\"2\">clocks</th></tr></thead>\n<tbody>{rows}</tbody></table></div>\n\
         <p>{note}</p>\n"
    )
}
