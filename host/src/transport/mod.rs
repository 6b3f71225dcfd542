//! Ways to a device: a serial port, the device in Rust, and Verilog in a simulator. All carry bytes;
//! none of them promises that the bytes arrive (that is the business of [`crate::link`]).
//!
//! Time is counted in *byte times*, the time one byte takes on the wire: wall-clock time on a serial
//! port, simulated clocks in a simulator. No simulated transport looks at a wall clock, so a run in
//! simulation is the same run every time.
// What comes from outside is never indexed.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

mod emulator;
mod faulty;
mod icarus;
mod latency;
mod ports;
mod serial;
mod timed;

pub use emulator::{Emulator, EmulatorOptions, Planted};
pub use faulty::{Counts, Fault, Faults, Faulty, Reset};
pub use icarus::{Compiled, Core, Entry, Icarus, IcarusOptions, Preload};
pub use latency::lower_latency;
pub use ports::{ports, Port};
pub use serial::Serial;
pub use timed::{Clock, Timed, TimedOptions, Usage};

use std::path::PathBuf;
use thiserror::Error;

/// A two-way byte wire to a device.
pub trait Transport {
    /// Hands all of `bytes` to the wire. May wait for the wire, never for the device's answers.
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError>;

    /// Appends what has arrived to `into` and returns how many bytes that were. With nothing there,
    /// waits up to `wait` byte times for a first byte (0: does not wait); a simulator advances until
    /// bytes arrive or that time has passed. Returns 0 if nothing came, which is not an error.
    fn read(&mut self, into: &mut Vec<u8>, wait: u32) -> Result<usize, TransportError>;

    /// Byte times since the transport was opened.
    fn now(&self) -> u64;

    /// Byte times that an answer may take on its way on top of its length (for example a USB
    /// adapter's latency).
    fn latency(&self) -> u32 {
        0
    }

    /// The other end in words, as in "no answer from ...".
    fn describe(&self) -> String;
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        (**self).write(bytes)
    }
    fn read(&mut self, into: &mut Vec<u8>, wait: u32) -> Result<usize, TransportError> {
        (**self).read(into, wait)
    }
    fn now(&self) -> u64 {
        (**self).now()
    }
    fn latency(&self) -> u32 {
        (**self).latency()
    }
    fn describe(&self) -> String {
        (**self).describe()
    }
}

/// Why bytes cannot be carried.
#[derive(Debug, Error)]
pub enum TransportError {
    /// The port does not exist.
    #[error("there is no port '{port}'. {available}")]
    NoPort {
        /// Port asked for.
        port: String,
        /// What there is instead, in words.
        available: String,
    },
    /// The port may not be opened by this user.
    #[error(
        "no permission to open '{port}'. Add yourself to its group (`sudo usermod -aG dialout \
         $USER`, then log in again), or install a udev rule for the board"
    )]
    Permission {
        /// Port asked for.
        port: String,
    },
    /// The port is open elsewhere.
    #[error(
        "'{port}' is in use by another program. Close it (terminal, other ferrospike) and retry"
    )]
    Busy {
        /// Port asked for.
        port: String,
    },
    /// The port cannot be opened or set up.
    #[error("cannot open '{port}' at {baud} baud: {reason}")]
    Open {
        /// Port asked for.
        port: String,
        /// Rate asked for.
        baud: u32,
        /// The system's reason.
        reason: String,
    },
    /// An open port stopped working.
    #[error("{action} '{port}' failed: {source}. Is the board still plugged in?")]
    Port {
        /// `reading from` or `writing to`.
        action: &'static str,
        /// The port.
        port: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A program that the simulation needs is not installed.
    #[error(
        "'{program}' was not found. Install it: `sudo apt-get install {package}` (Debian, Ubuntu)"
    )]
    NoProgram {
        /// The program.
        program: &'static str,
        /// Debian package that has it.
        package: &'static str,
    },
    /// Icarus Verilog refused the source.
    #[error("iverilog refused the core's Verilog ({status}):\n{output}")]
    Compile {
        /// Exit status in words.
        status: String,
        /// What it printed.
        output: String,
    },
    /// The simulation ended or said something that the bench does not say.
    #[error("the simulation stopped while {action}: {reason}{output}")]
    Simulation {
        /// What was going on.
        action: &'static str,
        /// What happened.
        reason: String,
        /// What the simulator printed, if anything.
        output: String,
    },
    /// A file of the simulation cannot be read or written.
    #[error("{action} {path} failed: {source}")]
    File {
        /// `reading`, `writing`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// An argument is outside its range.
    #[error("{what} is {value}, but must be {range}")]
    Argument {
        /// Its name.
        what: &'static str,
        /// Its value.
        value: String,
        /// What is allowed.
        range: &'static str,
    },
}
