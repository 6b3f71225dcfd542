//! `ferrospike inspect`.

use super::disassembly::disassemble;
use super::shared::open_image;
use super::table::{row, table};
use super::Report;
use anyhow::{anyhow, Result};
use clap::Args;
use ferrospike_host::number::thousands;
use ferrospike_host::run::{clocks_at_most, learning_clocks_at_most};
use serde_json::json;
use std::path::PathBuf;

/// Show what an image holds: populations, connections, memory, programs
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ferrospike inspect mnist.fsn")]
pub struct Cmd {
    /// The image, made by `ferrospike import`
    image: PathBuf,
}

impl Cmd {
    pub fn run(&self) -> Result<Report> {
        let image = open_image(&self.image)?;
        let h = &image.header;
        let mut text = format!(
            "{} from {}\nlanes {}, encoder '{}', decoder '{}'\n",
            h.name, h.source, h.lanes, h.encoder, h.decoder
        );
        let mut rows = vec![row([
            "population",
            "role",
            "neurons",
            "groups",
            "report",
            "model",
        ])];
        for p in &h.populations {
            let number = |n: Option<u8>| n.map(|n| n.to_string());
            let report = number(p.spikes_report).or(number(p.membrane_report));
            rows.push(vec![
                p.name.clone(),
                format!("{:?}", p.role).to_lowercase(),
                match p.places() {
                    n if n == p.neurons => n.to_string(),
                    n => format!("{} in {n} places", p.neurons),
                },
                format!("{}+{}", p.first_group, p.groups(h.lanes)),
                report.unwrap_or("-".into()),
                p.model.clone(),
            ]);
        }
        text += &format!("\nPopulations\n{}", table(&rows));
        let name = |i: usize| h.populations.get(i).map_or("?", |p| p.name.as_str());
        let titles = [
            "connection",
            "from",
            "to",
            "delay",
            "rows",
            "weights",
            "bits",
            "<<",
            "words",
            "list longs",
            "bytes",
            "used",
        ];
        let mut rows = vec![row(titles)];
        for c in &h.connections {
            rows.push(vec![
                c.name.clone(),
                c.from.map_or("-", name).into(),
                name(c.to).into(),
                c.delay.to_string(),
                c.form.clone(),
                thousands(c.weights as u64),
                c.bits.to_string(),
                c.exponent.to_string(),
                thousands(c.words as u64),
                thousands(c.longs as u64),
                thousands((c.words * h.lanes + c.longs * 8) as u64),
                match c.delivered {
                    0 => "-".into(),
                    n => format!("{:.1} %", 100.0 * c.weights as f64 / n as f64),
                },
            ]);
        }
        text += &format!("\nConnections\n{}", table(&rows));
        let rows_words: usize = h.connections.iter().map(|c| c.words).sum();
        let longs: usize = h.connections.iter().map(|c| c.longs).sum();
        let other = h
            .synapse_words
            .saturating_sub(rows_words + longs * 8 / h.lanes);
        text += &format!(
            "\nMemory\n  S: {} words of {} bytes, {} of them rows of weights, {} lists and tables, \
             {other} programs and parameters\n  U, V: {} groups\n  H: {} words\n",
            thousands(h.synapse_words as u64),
            h.lanes,
            thousands(rows_words as u64),
            thousands((longs * 8 / h.lanes) as u64),
            h.groups,
            h.history_words
        );
        if !h.learning.is_empty() {
            text += "\nLearning (run --learn)\n";
            for l in &h.learning {
                let name = h.connections.get(l.connection).map_or("?", |c| &c.name);
                text += &format!("  {name}: {}\n", l.rule);
            }
        }
        let clocks = clocks_at_most(&image)?;
        let mut rows = vec![row(["work of a step", "clocks at most"])];
        for (name, most) in &clocks {
            rows.push(vec![name.clone(), thousands(*most)]);
        }
        let sum: u64 = clocks.iter().map(|c| c.1).sum();
        rows.push(vec!["together".into(), thousands(sum)]);
        text += &format!(
            "\nClocks if every neuron spikes, with parallel multipliers, without reports\n{}",
            table(&rows)
        );
        let learning = learning_clocks_at_most(&image)?;
        if !learning.is_empty() {
            let mut rows = vec![row(["learning of a step", "clocks at most"])];
            for (name, most) in &learning {
                rows.push(vec![name.clone(), thousands(*most)]);
            }
            text += &format!("\nBeside these, where it learns\n{}", table(&rows));
        }
        let mut programs = serde_json::Map::new();
        let periodic = h.periodic.iter().map(|p| ("before some steps", p.entry));
        let own = [("clear", h.clear_entry), ("step", h.step_entry)];
        let learn = h.learn_entry.map(|entry| ("learn", entry));
        for (name, entry) in own.into_iter().chain(learn).chain(periodic) {
            let lines = disassemble(&image, entry)
                .map_err(|e| anyhow!("'{}': program {name}: {e}", self.image.display()))?;
            text += &format!("\nProgram '{name}'\n  {}\n", lines.join("\n  "));
            programs.insert(name.into(), json!(lines));
        }
        if !h.notes.is_empty() {
            text += &format!("\nQuantisation\n  {}\n", h.notes.join("\n  "));
        }
        Ok(Report::new(
            text,
            json!({"header": h, "programs": programs, "clocks_at_most": clocks,
                "learning_clocks_at_most": learning}),
        ))
    }
}
