//! Compile with `iverilog`, run with `vvp`.

use crate::Error;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The time limit unless [`Icarus::timeout`] says otherwise.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(300);

/// One set of Verilog sources to compile with Icarus.
///
/// The sources are read as Verilog-2005 with all warnings on, and a warning is an error.
/// Every compilation has a fresh directory of its own, so tests may run side by side.
#[derive(Clone, Debug)]
pub struct Icarus {
    top: String,
    sources: Vec<(String, Vec<u8>)>,
    data: Vec<(String, Vec<u8>)>,
    files: Vec<PathBuf>,
    defines: Vec<String>,
    timeout: Duration,
}

/// A compiled simulation; its directory lives as long as this value.
#[derive(Debug)]
pub struct Simulation {
    dir: TempDir,
    timeout: Duration,
}

/// What a simulation printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Standard output: `$display` and its kin.
    pub stdout: String,
    /// Standard error: complaints of the simulator.
    pub stderr: String,
}

impl Icarus {
    /// A compilation whose top module is `top`.
    pub fn new(top: impl Into<String>) -> Self {
        Icarus {
            top: top.into(),
            sources: Vec::new(),
            data: Vec::new(),
            files: Vec::new(),
            defines: Vec::new(),
            timeout: DEFAULT_TIMEOUT,
        }
    }

    /// Names another top module.
    pub fn top(mut self, top: impl Into<String>) -> Self {
        self.top = top.into();
        self
    }

    /// Adds Verilog text under a file name (no directories).
    pub fn source(mut self, name: impl Into<String>, text: impl AsRef<str>) -> Self {
        self.sources
            .push((name.into(), text.as_ref().as_bytes().to_vec()));
        self
    }

    /// Adds a Verilog file where it lies.
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.files.push(path.into());
        self
    }

    /// Puts a file that the simulation reads (for `$readmemh`) into its working directory.
    pub fn data(mut self, name: impl Into<String>, contents: impl AsRef<[u8]>) -> Self {
        self.data.push((name.into(), contents.as_ref().to_vec()));
        self
    }

    /// Defines a macro, `NAME` or `NAME=value`.
    pub fn define(mut self, define: impl Into<String>) -> Self {
        self.defines.push(define.into());
        self
    }

    /// The time limit of the compilation and of each run (300 s unless set).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Compiles; any message of the compiler is an error.
    pub fn compile(&self) -> Result<Simulation, Error> {
        let dir = tempfile::Builder::new()
            .prefix("ferrospike-sim-")
            .tempdir()
            .map_err(Error::io("temporary directory"))?;
        for (name, bytes) in self.sources.iter().chain(&self.data) {
            fs::write(dir.path().join(name), bytes).map_err(Error::io(name))?;
        }
        let mut command = Command::new("iverilog");
        command.args(["-g2005", "-Wall", "-s", &self.top, "-o", "sim.vvp"]);
        for define in &self.defines {
            command.arg(format!("-D{define}"));
        }
        command.args(self.sources.iter().map(|(name, _)| name));
        for file in &self.files {
            let path = fs::canonicalize(file).map_err(Error::io(file.display().to_string()))?;
            command.arg(path);
        }
        command.current_dir(dir.path());
        let (status, output) = run(command, "iverilog", "iverilog", dir.path(), self.timeout)?;
        if !status.success() || !output.stderr.is_empty() || !output.stdout.is_empty() {
            let mut messages = output.stderr + &output.stdout;
            if messages.is_empty() {
                messages = status.to_string();
            }
            return Err(Error::Compile {
                program: "iverilog",
                messages,
            });
        }
        Ok(Simulation {
            dir,
            timeout: self.timeout,
        })
    }
}

impl Simulation {
    /// The working directory of the simulation.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The command that runs the simulation, for callers that hold its pipes themselves.
    /// Plusargs are given without the plus sign: `rows=4`.
    pub fn command(&self, plusargs: &[&str]) -> Command {
        let mut command = Command::new("vvp");
        command.args(["-N", "sim.vvp"]).current_dir(self.dir.path());
        command.args(
            plusargs
                .iter()
                .map(|a| format!("+{}", a.trim_start_matches('+'))),
        );
        command
    }

    /// Runs to the end. An exit code other than 0 is an error (`$finish` gives 0, `$stop`
    /// gives 1).
    pub fn run(&self, plusargs: &[&str]) -> Result<Output, Error> {
        let command = self.command(plusargs);
        let (status, output) = run(command, "vvp", "iverilog", self.dir.path(), self.timeout)?;
        if !status.success() {
            let output = output.stdout + &output.stderr;
            return Err(Error::Run {
                status: status.to_string(),
                output,
            });
        }
        Ok(output)
    }
}

/// Runs a command to its end or to the time limit, with its output in files (so that no pipe can
/// fill up) whose names start with that of the program.
pub(crate) fn run(
    mut command: Command,
    program: &'static str,
    package: &'static str,
    dir: &Path,
    timeout: Duration,
) -> Result<(ExitStatus, Output), Error> {
    let paths = ["out", "err"].map(|stream| dir.join(format!("{program}.{stream}.log")));
    let create = |p: &Path| File::create(p).map_err(Error::io(p.display().to_string()));
    command
        .stdin(Stdio::null())
        .stdout(create(&paths[0])?)
        .stderr(create(&paths[1])?);
    let mut child = command.spawn().map_err(|source| match source.kind() {
        ErrorKind::NotFound => Error::NotFound {
            program: command.get_program().to_string_lossy().into_owned(),
            package,
        },
        _ => Error::Io {
            what: program.into(),
            source,
        },
    })?;
    let read = |p: &Path| {
        fs::read(p)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .map_err(Error::io(p.display().to_string()))
    };
    let start = Instant::now();
    let mut pause = Duration::from_micros(500);
    let status = loop {
        if let Some(status) = child.try_wait().map_err(Error::io(program))? {
            break status;
        }
        if start.elapsed() >= timeout {
            // The process may have ended between the two calls: nothing to stop then.
            let _ = child.kill();
            child.wait().map_err(Error::io(program))?;
            let all = read(&paths[0])? + &read(&paths[1])?;
            let mut from = all.len().saturating_sub(4000);
            while !all.is_char_boundary(from) {
                from += 1;
            }
            return Err(Error::Timeout {
                program,
                seconds: timeout.as_secs_f64(),
                output: all[from..].to_owned(),
            });
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    };
    Ok((
        status,
        Output {
            stdout: read(&paths[0])?,
            stderr: read(&paths[1])?,
        },
    ))
}
