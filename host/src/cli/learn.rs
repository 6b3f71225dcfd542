//! `ferrospike run --learn`.

use super::progress::{bar, Loader};
use super::report::Report;
use super::run::Done;
use super::shared::save;
use super::watch::Watch;
use anyhow::Result;
use clap::Args;
use ferrospike_host::number::thousands;
use ferrospike_host::run::{learn, Job, Lesson, Opened, Outcome, Seen, Summary, Taught};
use serde_json::{json, Value};
use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Instant;

/// How a board learns.
#[derive(Debug, Args)]
pub struct Learning {
    /// Learn on the board, sample after sample; every bit and every weight is compared with the model, which learns
    /// the same (import the network with --learn RULE.json)
    #[arg(long, conflicts_with = "compare")]
    pub learn: bool,
    /// Learn without the comparison
    #[arg(long, requires = "learn")]
    pub no_compare: bool,
    /// Write the image with what was learned to this file
    #[arg(long, value_name = "FILE", requires = "learn")]
    save: Option<PathBuf>,
    /// Run all samples so many times
    #[arg(long, value_name = "N", default_value_t = 1, requires = "learn")]
    epochs: usize,
    /// Go on with what the board has learned, instead of beginning with the image's weights
    #[arg(long, requires = "learn")]
    keep: bool,
}

impl Learning {
    /// Runs a job, drawn if it is watched, and sums up.
    pub fn run(
        &self,
        job: &Job,
        opened: &Opened,
        watch: Option<Watch>,
        quiet: bool,
    ) -> Result<(Taught, Summary)> {
        let start = Instant::now();
        let lesson = Lesson {
            epochs: self.epochs,
            keep: self.keep,
        };
        let bar = match &watch {
            Some(_) => bar(0, "learning", true),
            None => bar(
                job.count.saturating_mul(self.epochs) as u64,
                "learning",
                quiet,
            ),
        };
        let watch = RefCell::new(watch);
        let mut step = |seen: Seen| {
            if let Some(watch) = &mut *watch.borrow_mut() {
                watch.raster.step(job.image, &seen);
                watch.draw();
            }
        };
        let mut sample = |outcome: &Outcome| {
            bar.inc(1);
            if let Some(watch) = &mut *watch.borrow_mut() {
                watch.raster.sample(outcome);
                watch.draw_now();
            }
        };
        let mut loader = Loader::new(quiet);
        let taught = learn(job, &lesson, opened, &mut loader, &mut step, &mut sample);
        bar.finish_and_clear();
        let taught = taught?;
        let mut summary = Summary::default();
        for o in &taught.outcomes {
            summary.add(&o.sample, o.answer, o.label, o.comparison.as_ref());
        }
        summary.seconds = start.elapsed().as_secs_f64();
        Ok((taught, summary))
    }

    /// Tells what was learned, and writes the image if it is wanted.
    pub fn save(&self, done: &Done, report: &mut Report) -> Result<()> {
        let Some(image) = &done.learned else {
            return Ok(());
        };
        report.json["epochs"] = epochs(done, self.epochs);
        for (number, epoch) in report.json["epochs"]
            .as_array()
            .into_iter()
            .flatten()
            .enumerate()
        {
            if let (true, Some(right), Some(of)) = (
                self.epochs > 1,
                epoch["right"].as_u64(),
                epoch["labelled"].as_u64().filter(|&n| n > 0),
            ) {
                let (number, percent) = (number + 1, 100.0 * right as f64 / of as f64);
                report.text += &format!("epoch {number}: {right} of {of} right ({percent:.1} %)\n");
            }
        }
        let changed = image.synapses.iter().zip(&done.image.synapses);
        let changed = changed.filter(|(now, before)| now != before).count();
        report.text += &format!(
            "{} bytes of S are not as in the image that was given\n",
            thousands(changed as u64)
        );
        report.json["changed_bytes"] = json!(changed);
        if let Some(path) = &self.save {
            let mut image = image.clone();
            // The rule of --decode is not the image's.
            image.header.decoder.clone_from(&done.decoder);
            save(path, &image.to_bytes()?)?;
            report.text += &format!("learned: {}\n", path.display());
            report.json["save"] = json!(path);
        }
        Ok(())
    }
}

/// Right answers of each time that all samples were run.
fn epochs(done: &Done, epochs: usize) -> Value {
    let each = (done.outcomes.len() / epochs.max(1)).max(1);
    let one = |outcomes: &[Outcome]| {
        let mut summary = Summary::default();
        for o in outcomes {
            summary.add(&o.sample, o.answer, o.label, None);
        }
        json!({"right": summary.right, "labelled": summary.labelled, "spikes": summary.spikes})
    };
    done.outcomes.chunks(each).map(one).collect()
}
