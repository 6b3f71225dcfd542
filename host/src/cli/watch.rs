//! The terminal that `ferrospike run --watch` draws in: standard error, a few lines that are drawn again and again.

use console::Term;
use ferrospike_host::watch::{Line, Raster};
use ferrospike_model::image::{Image, Role};
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Columns and rows where there is no terminal.
const SIZE: (usize, usize) = (100, 30);
/// Least time between two drawings.
const PAUSE: Duration = Duration::from_millis(40);
const HIDE: &str = "\x1b[?25l";
const SHOW: &str = "\x1b[?25h";

/// When to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum When {
    /// If standard error is a terminal
    Auto,
    /// Anywhere
    Always,
}

/// A raster in a terminal. The terminal is as before when this is dropped, and when the process is interrupted.
pub struct Watch {
    pub raster: Raster,
    colours: bool,
    drawn: usize,
    last: Option<Instant>,
    pace: Duration,
}

impl Watch {
    /// Begins to draw; none if there is no terminal. Each step is shown for at least `pace`.
    pub fn new(image: &Image, when: When, pace: Duration) -> Option<Self> {
        let terminal = std::io::stderr().is_terminal();
        if !terminal && when == When::Auto {
            return None;
        }
        let size = Term::stderr().size_checked();
        let (rows, columns) = size.map_or((SIZE.1, SIZE.0), |(r, c)| (r.into(), c.into()));
        // A second handler is refused; the first does what this one would.
        let _ = ctrlc::set_handler(|| {
            let _ = writeln!(std::io::stderr(), "{SHOW}");
            std::process::exit(130);
        });
        let _ = write!(std::io::stderr(), "{HIDE}");
        Some(Self {
            raster: Raster::new(image, columns, rows),
            colours: terminal && console::colors_enabled_stderr(),
            drawn: 0,
            last: None,
            pace,
        })
    }

    /// Draws, unless it was only just done.
    pub fn draw(&mut self) {
        if !self.pace.is_zero() {
            std::thread::sleep(self.pace);
        }
        if self
            .last
            .is_none_or(|last| last.elapsed() >= PAUSE.max(self.pace))
        {
            self.draw_now();
        }
    }

    /// Draws.
    pub fn draw_now(&mut self) {
        let lines = self.raster.lines();
        let mut text = String::new();
        if self.drawn > 0 {
            text += &format!("\x1b[{}A", self.drawn);
        }
        for line in &lines {
            text += &format!("\r\x1b[2K{}\n", self.coloured(line));
        }
        self.drawn = lines.len();
        self.last = Some(Instant::now());
        let mut out = std::io::stderr().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    fn coloured(&self, line: &Line) -> String {
        let code = match line.role {
            _ if !self.colours => return line.text.clone(),
            None => return line.text.clone(),
            Some(Role::Input) => 37,
            Some(Role::Hidden) => 36,
            Some(Role::Output) => 33,
        };
        format!("\x1b[{code}m{}\x1b[0m", line.text)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = write!(std::io::stderr(), "{SHOW}");
    }
}
