//! Compiling a core and its bench with `iverilog`.

use super::super::TransportError;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const BYTES_BENCH: &str = include_str!("../../../../testbench/verilog/bytes_bench.v");
const LOCKSTEP: &str = include_str!("../../../../testbench/verilog/lockstep.vh");
const UART_BENCH: &str = include_str!("../../../../testbench/verilog/uart_bench.v");

/// Where the bench drives the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The module `ferrospike_bytes`: a byte each clock, without a UART. Fast.
    Bytes,
    /// The module `ferrospike_uart`: bit by bit over rx and tx.
    Uart {
        /// Clocks that a bit takes, at least 4; must be what the core was built for.
        clocks_per_bit: u32,
    },
}

impl Default for Entry {
    fn default() -> Self {
        Entry::Uart { clocks_per_bit: 8 }
    }
}

impl Entry {
    /// Clocks of a byte time.
    pub(super) fn clocks_per_byte(self) -> u32 {
        match self {
            Entry::Bytes => 10,
            Entry::Uart { clocks_per_bit } => 10 * clocks_per_bit,
        }
    }

    /// Clocks without a byte after which a burst is over.
    pub(super) fn quiet(self) -> u16 {
        match self {
            Entry::Bytes => 8,
            Entry::Uart { clocks_per_bit } => {
                u16::try_from(11 * clocks_per_bit).unwrap_or(u16::MAX)
            }
        }
    }
}

/// A core to simulate.
#[derive(Clone, Copy, Debug)]
pub struct Core<'a> {
    /// Verilog with the module that `entry` drives and all modules below it.
    pub verilog: &'a str,
    /// Where the bench drives it.
    pub entry: Entry,
    /// Hierarchical names of the arrays that hold S, below the driven module, for example
    /// `synapses.column0`; needed for preloading only. Each has an equal share of every word, the first
    /// the lowest bits.
    pub memory: &'a [String],
}

/// A compiled core, in a directory that goes with it. Any number of simulations can run from it.
#[derive(Debug)]
pub struct Compiled {
    directory: TempDir,
    pub(super) entry: Entry,
    /// Arrays that are preloaded.
    pub(super) arrays: usize,
    warnings: String,
}

impl Compiled {
    /// Compiles a core and the bench for its entry.
    pub fn new(core: Core) -> Result<Self, TransportError> {
        let (bench, text) = match core.entry {
            Entry::Bytes => ("bytes_bench", BYTES_BENCH),
            Entry::Uart { .. } => ("uart_bench", UART_BENCH),
        };
        let directory =
            TempDir::with_prefix("ferrospike-").map_err(|source| TransportError::File {
                action: "creating",
                path: std::env::temp_dir(),
                source,
            })?;
        let path = |name: &str| directory.path().join(name);
        let (bench_path, core_path) = (path("bench.v"), path("core.v"));
        write(&bench_path, text.as_bytes())?;
        write(&path("lockstep.vh"), LOCKSTEP.as_bytes())?;
        write(&core_path, core.verilog.as_bytes())?;
        let mut command = Command::new("iverilog");
        command
            .args(["-g2005", "-Wall", "-s", bench])
            .arg("-I")
            .arg(directory.path())
            .arg("-o")
            .arg(path("sim.vvp"));
        if let Entry::Uart { clocks_per_bit } = core.entry {
            if !(4..=5000).contains(&clocks_per_bit) {
                return Err(TransportError::Argument {
                    what: "the number of clocks per bit",
                    value: clocks_per_bit.to_string(),
                    range: "4 to 5000",
                });
            }
            command.arg(format!("-P{bench}.CLOCKS_PER_BIT={clocks_per_bit}"));
        }
        let preload = core.memory.iter().enumerate().map(|(n, array)| {
            format!("$sformat(part, \"%0s.{n}\", name);\n$readmemh(part, core.{array}, 0, words - 1);\n")
        });
        write(&path("preload.vh"), preload.collect::<String>().as_bytes())?;
        let result = command.arg(&bench_path).arg(&core_path).output();
        let result = result.map_err(|e| missing(e, "iverilog", "starting"))?;
        let output = String::from_utf8_lossy(&result.stderr).into_owned()
            + &String::from_utf8_lossy(&result.stdout);
        if !result.status.success() {
            return Err(TransportError::Compile {
                status: result.status.to_string(),
                output,
            });
        }
        Ok(Self {
            directory,
            entry: core.entry,
            arrays: core.memory.len(),
            warnings: output,
        })
    }

    /// What `iverilog -Wall` had to say; empty if it was content.
    pub fn warnings(&self) -> &str {
        &self.warnings
    }

    pub(super) fn program(&self) -> PathBuf {
        self.directory.path().join("sim.vvp")
    }
}

pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), TransportError> {
    std::fs::write(path, bytes).map_err(|source| TransportError::File {
        action: "writing",
        path: path.to_path_buf(),
        source,
    })
}

/// The error for a program that could not be started.
pub(super) fn missing(e: io::Error, program: &'static str, action: &'static str) -> TransportError {
    if e.kind() == io::ErrorKind::NotFound {
        return TransportError::NoProgram {
            program,
            package: "iverilog",
        };
    }
    TransportError::File {
        action,
        path: program.into(),
        source: e,
    }
}
