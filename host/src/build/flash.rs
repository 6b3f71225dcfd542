//! From a bitstream to a board.

use super::board::Board;
use super::error::BuildError;
use super::report::{Report, REPORT_FILE};
use super::tools::Tools;
use std::path::Path;

/// Where on the board the bitstream goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Into its flash memory, to stay.
    Flash,
    /// Into the FPGA, until power is off.
    Fpga,
}

/// Writes the bitstream in `folder` to the board. What the programmer says goes to standard error.
/// Returns the command.
///
/// # Errors
///
/// No bitstream, no programmer, or one that fails.
pub fn flash(
    board: &Board,
    folder: &Path,
    target: Target,
    tools: &Tools,
) -> Result<String, BuildError> {
    let program = &board.description.program;
    let (way, what, instead) = match target {
        Target::Flash => (&program.flash, "write its flash memory", "--temporary"),
        Target::Fpga => (
            &program.load,
            "load the FPGA until power is off",
            "it without --temporary",
        ),
    };
    let Some([name, arguments @ ..]) = way.as_deref() else {
        return Err(BuildError::NoWay {
            board: board.name.into(),
            what,
            instead,
        });
    };
    let path = folder.join(board.bitstream_file());
    if !path.is_file() {
        let report = Report::read(&folder.join(REPORT_FILE));
        let failure = report.ok().and_then(|report| report.failure);
        let made = || format!("`ferrospike build {}` makes it", board.name);
        let why = (failure.map(|failure| format!("its build failed: {failure}")))
            .or_else(|| board.description.too_small.clone())
            .unwrap_or_else(made);
        return Err(BuildError::NoBitstream { path, why });
    }
    let file = path.to_string_lossy();
    let arguments: Vec<_> = arguments
        .iter()
        .map(|a| a.replace("{bitstream}", &file))
        .collect();
    let failed = |status: String| BuildError::Failed {
        program: name.clone(),
        status,
        message: format!(
            "is the board {} connected by USB and on, and may this user use it (docs/boards.md, \
             section 2)? {}",
            board.description.title,
            board.description.notes.join(" ")
        ),
        log: None,
    };
    let mut command = tools.command(name)?;
    command.args(&arguments).stdout(std::io::stderr());
    let status = command
        .status()
        .map_err(|e| failed(format!("did not start: {e}")))?;
    if status.success() {
        Ok(format!("{name} {}", arguments.join(" ")))
    } else {
        Err(failed(status.to_string()))
    }
}
