//! The command line: one file for each subcommand. Data go to standard output, progress and errors to
//! standard error. Exit status: 0 equal or done, 1 different (or a design that does not fit or is too slow),
//! 2 could not run.

mod bench;
mod bench_board;
mod boards;
mod build;
mod completions;
mod costs;
mod demo;
mod demo_table;
mod deploy;
mod disassembly;
mod encode;
mod figures;
mod flash;
mod import;
mod info;
mod inspect;
mod learn;
mod lists;
mod page;
mod ports;
mod probe;
mod progress;
mod quantise;
mod report;
mod rtl;
mod rules;
mod run;
mod shared;
mod table;
mod verify;
mod watch;

use clap::{Parser, Subcommand};
use report::Report;
use std::io::Write;
use std::process::ExitCode;

/// Spiking neural networks on low-cost FPGAs, end to end and bit for bit.
#[derive(Debug, Parser)]
#[command(name = "ferrospike", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    /// Print one JSON object instead of text
    #[arg(long, global = true)]
    json: bool,
    /// No progress on standard error
    #[arg(long, short, global = true)]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  ferrospike demo
  ferrospike import examples/mnist/mnist.nir -o mnist.fsn
  ferrospike run mnist.fsn --input examples/mnist/mnist_test_1000.npz --count 10 --compare
  ferrospike build icebreaker
  ferrospike deploy mnist.fsn --port /dev/ttyUSB0

Exit status: 0 equal or done, 1 different, or no bitstream that fits and is fast enough, 2 could not run.";

#[derive(Debug, Subcommand)]
enum Command {
    Import(import::Cmd),
    Quantise(quantise::Cmd),
    Inspect(inspect::Cmd),
    Ports(ports::Cmd),
    Probe(probe::Cmd),
    Info(info::Cmd),
    Encode(encode::Cmd),
    Deploy(deploy::Cmd),
    Run(run::Cmd),
    Verify(verify::Cmd),
    Report(page::Cmd),
    Rtl(rtl::Cmd),
    Boards(boards::Cmd),
    Build(build::Cmd),
    Flash(flash::Cmd),
    Demo(demo::Cmd),
    Bench(bench::Cmd),
    Completions(completions::Cmd),
}

/// Reads the command line, does what it says, and tells the exit status.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let quiet = cli.quiet;
    let result = match &cli.command {
        Command::Import(cmd) => cmd.run(quiet),
        Command::Quantise(cmd) => cmd.run(quiet),
        Command::Inspect(cmd) => cmd.run(),
        Command::Ports(cmd) => cmd.run(),
        Command::Probe(cmd) => cmd.run(quiet),
        Command::Info(cmd) => cmd.run(),
        Command::Encode(cmd) => cmd.run(),
        Command::Deploy(cmd) => cmd.run(quiet),
        Command::Run(cmd) => cmd.run(quiet),
        Command::Verify(cmd) => cmd.run(quiet),
        Command::Report(cmd) => cmd.run(quiet),
        Command::Rtl(cmd) => cmd.run(),
        Command::Boards(cmd) => cmd.run(),
        Command::Build(cmd) => cmd.run(quiet),
        Command::Flash(cmd) => cmd.run(),
        Command::Demo(cmd) => cmd.run(quiet),
        Command::Bench(cmd) => cmd.run(quiet),
        Command::Completions(cmd) => cmd.run(),
    };
    let report = match result {
        Ok(report) => report,
        Err(e) => {
            let _ = writeln!(std::io::stderr(), "error: {e}");
            return ExitCode::from(2);
        }
    };
    match print(&report, cli.json) {
        Ok(()) => ExitCode::from(status(&report)),
        // The reader has enough.
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::from(status(&report)),
        Err(e) => {
            let _ = writeln!(std::io::stderr(), "error: cannot write the output: {e}");
            ExitCode::from(2)
        }
    }
}

/// 0 equal or done, 1 different or not reached.
fn status(report: &Report) -> u8 {
    u8::from(!report.equal)
}

fn print(report: &Report, json: bool) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{:#}", report.json)?;
    } else {
        out.write_all(report.text.as_bytes())?;
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        super::Cli::command().debug_assert();
    }

    #[test]
    fn a_difference_is_status_1() {
        let mut report = super::Report::new(String::new(), serde_json::Value::Null);
        assert_eq!(super::status(&report), 0);
        report.equal = false;
        assert_eq!(super::status(&report), 1);
    }
}
