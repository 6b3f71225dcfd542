//! `ferrospike completions`.

use super::{Cli, Report};
use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use serde_json::json;

/// Print the completions of a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  ferrospike completions bash > ~/.local/share/bash-completion/completions/ferrospike")]
pub struct Cmd {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Cmd {
    pub fn run(&self) -> Result<Report> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "ferrospike", &mut script);
        let text = String::from_utf8_lossy(&script).into_owned();
        let json = json!({"shell": self.shell.to_string(), "script": text});
        Ok(Report::new(text, json))
    }
}
