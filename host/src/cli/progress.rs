//! Progress bars on standard error, off when that is no terminal.

use ferrospike_host::board::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};

/// A bar over `total`, or nothing.
pub fn bar(total: u64, what: &str, quiet: bool) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{msg:20} [{bar:40}] {pos}/{len} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(what.to_string());
    bar
}

/// A line on standard error.
pub fn note(text: &str, quiet: bool) {
    if !quiet {
        let _ = writeln!(std::io::stderr(), "{text}");
    }
}

/// Shows the loading of an image.
#[derive(Debug)]
pub struct Loader {
    quiet: bool,
    bar: ProgressBar,
}

impl Loader {
    /// A bar that appears when loading begins.
    pub fn new(quiet: bool) -> Self {
        let bar = ProgressBar::hidden();
        Self { quiet, bar }
    }
}

impl Progress for Loader {
    fn start(&mut self, total: usize) {
        self.bar = bar(total as u64, "loading (bytes)", self.quiet);
    }
    fn advance(&mut self, bytes: usize) {
        self.bar.inc(bytes as u64);
    }
    fn finish(&mut self) {
        self.bar.finish_and_clear();
    }
}
