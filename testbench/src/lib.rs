//! The Icarus runner and the Verilog benches that the tests of all crates share.
//!
//! * [`Icarus`] compiles Verilog-2005 with every warning an error, and runs it with a time limit.
//! * [`Vectors`] holds rows of stimulus and expected answers for one module; [`check`] plays them
//!   against Verilog text and counts the differences.
//! * [`lint`] asks Yosys and Verilator for an opinion.
//! * [`formal::Proof`] has Yosys prove what a harness asserts, for all inputs and all times.
//!
//! The crate knows nothing of what it tests: Verilog text and numbers come in, a report goes out.
//!
//! ```
//! use ferrospike_testbench::{check, Vectors};
//!
//! # fn main() -> Result<(), ferrospike_testbench::Error> {
//! let and = "module both(input wire a, input wire b, output wire y);\n\
//!            assign y = a & b;\nendmodule\n";
//! let mut vectors = Vectors::new(&[("a", 1), ("b", 1)], &[("y", 1)]);
//! vectors.push([1u32, 1], [Some(1u32)]);
//! vectors.push([1u32, 0], [Some(0u32)]);
//! let report = check("both", and, &vectors)?;
//! assert_eq!((report.rows, report.mismatches), (2, 0));
//! # Ok(())
//! # }
//! ```

pub mod formal;
mod icarus;
mod lint;
mod vectors;

pub use icarus::{Icarus, Output, Simulation};
pub use lint::{lint, LintMessage, Waiver};
pub use vectors::{check, Port, Report, Row, Value, Vectors};

/// What can go wrong between Verilog text and a report.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program this crate runs is not installed.
    #[error("{program} was not found; on Debian: apt-get install {package}")]
    NotFound {
        /// The program that could not be started.
        program: String,
        /// The Debian package that holds it.
        package: &'static str,
    },
    /// A file or a process could not be handled.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// The reason of the operating system.
        source: std::io::Error,
    },
    /// A compiler refused the Verilog, or had a warning about it.
    #[error("{program} did not accept the Verilog:\n{messages}")]
    Compile {
        /// The program that complained.
        program: &'static str,
        /// All it said.
        messages: String,
    },
    /// The simulation ended with an error.
    #[error("the simulation failed ({status}):\n{output}")]
    Run {
        /// How the process ended.
        status: String,
        /// What it printed on both streams.
        output: String,
    },
    /// The program did not end in time and was stopped.
    #[error("{program} was stopped after {seconds} s; it had printed:\n{output}")]
    Timeout {
        /// The program that was stopped.
        program: &'static str,
        /// The time limit in seconds.
        seconds: f64,
        /// The output up to then (its last 4000 bytes).
        output: String,
    },
    /// Vectors that no bench can be made from.
    #[error("these vectors cannot be played: {0}")]
    Vectors(String),
    /// A harness without sense, or a fault that cannot be planted.
    #[error("this proof cannot be done: {0}")]
    Proof(String),
    /// The bench ended without its closing line.
    #[error("the bench did not finish; it printed:\n{0}")]
    Unfinished(String),
    /// A waiver whose pattern is no regular expression.
    #[error("waiver of {rule}: {message}")]
    Waiver {
        /// The rule of the waiver.
        rule: String,
        /// What is wrong with its pattern.
        message: String,
    },
}

impl Error {
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Error {
        let what = what.into();
        move |source| Error::Io { what, source }
    }
}
