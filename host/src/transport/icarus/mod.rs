//! Verilog in Icarus Verilog, in lock step: the simulator runs only when the host says so, and says
//! how many clocks have passed. The protocol with the bench is at the top of
//! `testbench/verilog/bytes_bench.v`.

mod compile;
mod preload;

pub use compile::{Compiled, Core, Entry};
pub use preload::Preload;

use super::{Transport, TransportError};
use compile::{missing, write};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Bytes handed over in one token.
const BLOCK: usize = 4096;
/// Clocks run in one token, so that a simulation whose host was killed ends soon.
const SLICE: u64 = 16384;
/// What the bench sends first.
const GREETING: &[u8] = b"\xffFSPK";

/// How to run a simulation.
#[derive(Clone, Debug, Default)]
pub struct IcarusOptions<'a> {
    /// Contents of S to start with; the core must have been compiled with the names of its arrays.
    pub preload: Option<Preload<'a>>,
    /// File for the waves of all signals; FST if its name ends in `.fst`, else VCD.
    pub wave: Option<PathBuf>,
}

/// A running simulation. Ends with this value, and with the process that holds it.
#[derive(Debug)]
pub struct Icarus {
    compiled: Arc<Compiled>,
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    messages: File,
    /// Kept until the end, for the simulator to read.
    _preload: Option<TempDir>,
    /// Bytes that came out while others were going in.
    early: Vec<u8>,
    clocks: u64,
}

impl Icarus {
    /// Starts a simulation.
    pub fn start(compiled: &Arc<Compiled>, options: IcarusOptions) -> Result<Self, TransportError> {
        let temporary = |source| TransportError::File {
            action: "creating a file in",
            path: std::env::temp_dir(),
            source,
        };
        let messages = tempfile::tempfile().map_err(temporary)?;
        let mut command = Command::new("vvp");
        command.arg("-n").arg(compiled.program());
        if let Some(path) = &options.wave {
            if path
                .extension()
                .is_some_and(|e| e.eq_ignore_ascii_case("fst"))
            {
                command.arg("-fst");
            }
            command.arg(format!("+dump={}", path.display()));
        }
        let mut folder = None;
        if let Some(preload) = options.preload {
            let kept = TempDir::with_prefix("ferrospike-").map_err(temporary)?;
            for (n, share) in preload.shares(compiled.arrays)?.iter().enumerate() {
                write(&kept.path().join(format!("s.{n}")), share.as_bytes())?;
            }
            command.arg(format!("+preload={}", kept.path().join("s").display()));
            let words = preload.bytes.len() / preload.lanes;
            command.arg(format!("+preload_words={words}"));
            folder = Some(kept);
        }
        let errors = messages.try_clone().map_err(temporary)?;
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors);
        let mut child = command.spawn().map_err(|e| missing(e, "vvp", "starting"))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let Some(output) = output else {
            let e = io::Error::other("no pipe to its output");
            return Err(missing(e, "vvp", "starting"));
        };
        let output = BufReader::new(output);
        let mut this = Self {
            compiled: compiled.clone(),
            child,
            input,
            output,
            messages,
            _preload: folder,
            early: Vec::new(),
            clocks: 0,
        };
        this.greet()?;
        Ok(this)
    }

    /// Clocks simulated so far.
    pub fn clocks(&self) -> u64 {
        self.clocks
    }

    /// Process number of the simulator.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Skips what the simulator prints before the bench begins.
    fn greet(&mut self) -> Result<(), TransportError> {
        let mut last = Vec::new();
        while last != GREETING {
            if last.len() == GREETING.len() {
                last.remove(0);
            }
            let [byte] = self.take::<1>("starting")?;
            last.push(byte);
        }
        Ok(())
    }

    fn take<const N: usize>(&mut self, action: &'static str) -> Result<[u8; N], TransportError> {
        let mut bytes = [0; N];
        self.output
            .read_exact(&mut bytes)
            .map_err(|e| self.stopped(action, e))?;
        Ok(bytes)
    }

    /// Sends a token and appends what the core sent to `early`.
    fn token(&mut self, token: &[u8], action: &'static str) -> Result<(), TransportError> {
        let sent = match &mut self.input {
            Some(input) => input.write_all(token).and_then(|()| input.flush()),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        };
        sent.map_err(|e| self.stopped(action, e))?;
        let [c0, c1, c2, c3, n0, n1] = self.take(action)?;
        let passed = u32::from_le_bytes([c0, c1, c2, c3]).wrapping_sub(self.clocks as u32);
        self.clocks += u64::from(passed);
        let start = self.early.len();
        self.early
            .resize(start + usize::from(u16::from_le_bytes([n0, n1])), 0);
        let place = self.early.get_mut(start..).unwrap_or_default();
        self.output
            .read_exact(place)
            .map_err(|e| stopped(&mut self.child, &mut self.messages, action, e))
    }

    fn stopped(&mut self, action: &'static str, e: io::Error) -> TransportError {
        stopped(&mut self.child, &mut self.messages, action, e)
    }
}

fn stopped(
    child: &mut Child,
    messages: &mut File,
    action: &'static str,
    e: io::Error,
) -> TransportError {
    let reason = match wait(child, Duration::from_millis(500)) {
        Some(status) => format!("vvp ended with {status}"),
        None => format!("the pipe to vvp failed: {e}"),
    };
    let mut text = String::new();
    let printed = messages
        .seek(SeekFrom::Start(0))
        .and_then(|_| messages.read_to_string(&mut text));
    let output = match printed {
        Ok(n) if n > 0 => format!(". It printed:\n{}", text.trim_end()),
        _ => String::new(),
    };
    TransportError::Simulation {
        action,
        reason,
        output,
    }
}

fn wait(child: &mut Child, most: Duration) -> Option<std::process::ExitStatus> {
    let start = Instant::now();
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if start.elapsed() > most {
            return None;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

impl Transport for Icarus {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        for block in bytes.chunks(BLOCK) {
            let mut token = vec![b'W'];
            token.extend((block.len() as u16).to_le_bytes());
            token.extend(block);
            self.token(&token, "handing bytes to the core")?;
        }
        Ok(())
    }

    fn read(&mut self, into: &mut Vec<u8>, wait: u32) -> Result<usize, TransportError> {
        let clocks = u64::from(wait) * u64::from(self.compiled.entry.clocks_per_byte());
        let end = self.clocks + clocks;
        while self.early.is_empty() && self.clocks < end {
            let slice = SLICE.min(end - self.clocks) as u32;
            let mut token = vec![b'R'];
            token.extend(slice.to_le_bytes());
            token.extend(self.compiled.entry.quiet().to_le_bytes());
            token.extend(1024u16.to_le_bytes());
            self.token(&token, "running the core")?;
        }
        let count = self.early.len();
        into.append(&mut self.early);
        Ok(count)
    }

    fn now(&self) -> u64 {
        self.clocks / u64::from(self.compiled.entry.clocks_per_byte())
    }

    fn describe(&self) -> String {
        match self.compiled.entry {
            Entry::Bytes => "the simulated core (Icarus Verilog)".into(),
            Entry::Uart { clocks_per_bit } => {
                format!(
                    "the simulated core (Icarus Verilog, UART, {clocks_per_bit} clocks per bit)"
                )
            }
        }
    }
}

impl Drop for Icarus {
    fn drop(&mut self) {
        // End of input lets the simulator close its waves; if it does not, it is killed.
        self.input = None;
        if wait(&mut self.child, Duration::from_secs(2)).is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
