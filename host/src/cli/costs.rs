//! Memory and clocks of a network, layer by layer.

use super::table::{row, table};
use ferrospike_host::compile::CompileReport;
use ferrospike_host::number::thousands;
use ferrospike_host::run::Calibration;

/// What a step costs at most, and what lies where.
pub fn costs(report: &CompileReport) -> String {
    let mut rows = vec![row([
        "weights of",
        "rows",
        "bits",
        "words",
        "list longs",
        "bytes",
        "used",
        "clocks at most",
    ])];
    for r in &report.rows {
        rows.push(vec![
            r.name.clone(),
            r.form.into(),
            r.bits.to_string(),
            thousands(r.words as u64),
            thousands(r.longs as u64),
            thousands(r.bytes as u64),
            format!("{:.1} %", 100.0 * r.utilisation()),
            thousands(r.clocks as u64),
        ]);
    }
    let mut text = format!("Memory and clocks of a step\n{}", table(&rows));
    let mut rows = vec![row([
        "neurons of",
        "neurons",
        "places",
        "order",
        "bytes",
        "clocks",
    ])];
    for u in &report.updates {
        rows.push(vec![
            u.name.clone(),
            thousands(u.neurons as u64),
            thousands(u.places as u64),
            u.order.into(),
            thousands(u.bytes as u64),
            thousands(u.clocks as u64),
        ]);
    }
    text += &table(&rows);
    text + &format!(
        "  {} clocks at most, if everything spikes; reports and serial multipliers take more\n\n",
        thousands(report.clocks() as u64)
    )
}

/// What the rows cost on samples.
pub fn measured(c: &Calibration) -> String {
    let mut rows = vec![row(["weights of", "clocks a step", "the most"])];
    for (name, mean, most) in &c.clocks {
        rows.push(vec![name.clone(), format!("{mean:.0}"), thousands(*most)]);
    }
    match c.clocks.is_empty() {
        true => String::new(),
        false => format!("Clocks of weights on the samples\n{}\n", table(&rows)),
    }
}
