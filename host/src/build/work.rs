//! Tools at work in the folder of a build, and what their logs say.

use super::error::BuildError;
use super::flow::Step;
use super::tools::Tools;
use std::path::Path;

/// Tools and the folder they work in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work<'a> {
    pub tools: &'a Tools,
    pub folder: &'a Path,
}

impl Work<'_> {
    /// Runs a step; true if it ended well.
    pub fn run(&self, step: &Step, log: &str) -> Result<bool, BuildError> {
        self.tools
            .run(step.program, &step.arguments, self.folder, log)
    }

    /// Runs a step that must end well.
    pub fn must(&self, step: &Step, log: &str) -> Result<(), BuildError> {
        if self.run(step, log)? {
            return Ok(());
        }
        let path = self.folder.join(log);
        Err(BuildError::Failed {
            program: step.program.into(),
            status: "it ended with an error".into(),
            message: complaint(&read(&path)?),
            log: Some(path),
        })
    }

    /// Writes a file of the folder.
    pub fn write(&self, name: &str, text: &str) -> Result<(), BuildError> {
        let path = self.folder.join(name);
        std::fs::write(&path, text).map_err(|e| BuildError::file("write", &path, e))
    }
}

/// A file's text, whatever bytes a tool has put into it.
pub(super) fn read(path: &Path) -> Result<String, BuildError> {
    let bytes = std::fs::read(path).map_err(|e| BuildError::file("read", path, e))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The line of a log that says why.
pub(super) fn complaint(log: &str) -> String {
    let lines = || {
        log.lines()
            .rev()
            .map(str::trim)
            .filter(|line| !line.is_empty())
    };
    let line = lines().find(|line| line.contains("ERROR") || line.contains("Error:"));
    line.or_else(|| lines().next())
        .unwrap_or("it said nothing")
        .to_string()
}
