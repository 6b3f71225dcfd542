//! The opinions of Yosys and Verilator about Verilog text.

use crate::icarus::run;
use crate::Error;
use regex::Regex;
use std::fmt;
use std::process::Command;
use std::time::Duration;

/// A lint message that is accepted, and why.
#[derive(Clone, Copy, Debug)]
pub struct Waiver<'a> {
    /// The rule, as the tool names it: `WIDTH`, `UNUSED`, ... (for Yosys: `yosys`).
    pub rule: &'a str,
    /// A regular expression that the message must match; name the signal in it.
    pub signal: &'a str,
    /// Why the message does not matter. Must not be empty.
    pub reason: &'a str,
}

/// One message of a linter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintMessage {
    /// The rule, as the tool names it.
    pub rule: String,
    /// The message, with the place.
    pub text: String,
}

impl fmt::Display for LintMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.text)
    }
}

/// Checks the Verilog text with Yosys (undriven or multiply driven wires, latches, missing modules)
/// and, where it is installed, with `verilator --lint-only -Wall`; returns what is not waived.
pub fn lint(verilog: &str, top: &str, waivers: &[Waiver<'_>]) -> Result<Vec<LintMessage>, Error> {
    let mut compiled = Vec::new();
    for w in waivers {
        let fail = |message: String| Error::Waiver {
            rule: w.rule.into(),
            message,
        };
        if w.reason.trim().is_empty() {
            return Err(fail("it has no reason".into()));
        }
        compiled.push((
            w.rule,
            Regex::new(w.signal).map_err(|e| fail(e.to_string()))?,
        ));
    }
    let dir = tempfile::tempdir().map_err(Error::io("temporary directory"))?;
    // The name of the file is that of the module, as Verilator wants it.
    let file = format!("{top}.v");
    std::fs::write(dir.path().join(&file), verilog).map_err(Error::io(&file))?;
    let timeout = Duration::from_secs(300);

    let mut yosys = Command::new("yosys");
    let script = format!(
        "read_verilog {file}; hierarchy -check -top {top}; proc; check -assert; \
         select -assert-none t:$dlatch t:$adlatch t:$dlatchsr"
    );
    yosys.args(["-q", "-p", &script]).current_dir(dir.path());
    let (status, output) = run(yosys, "yosys", "yosys", dir.path(), timeout)?;
    let text = output.stdout + &output.stderr;
    let mut messages: Vec<LintMessage> = text
        .lines()
        .filter(|line| line.contains("Warning:") || line.contains("ERROR:"))
        .map(|line| LintMessage {
            rule: "yosys".into(),
            text: line.into(),
        })
        .collect();
    if !status.success() && !messages.iter().any(|m| m.text.contains("ERROR:")) {
        messages.push(LintMessage {
            rule: "yosys".into(),
            text: format!("{status}: {text}"),
        });
    }

    let mut verilator = Command::new("verilator");
    verilator
        .args([
            "--lint-only",
            "-Wall",
            "-Wno-fatal",
            "--language",
            "1364-2005",
        ])
        .args(["--top-module", top, &file])
        .current_dir(dir.path());
    match run(verilator, "verilator", "verilator", dir.path(), timeout) {
        Err(Error::NotFound { .. }) => {}
        Err(e) => return Err(e),
        Ok((status, output)) => {
            let before = messages.len();
            messages.extend(verilator_messages(&output.stderr));
            if !status.success() && messages.len() == before {
                let text = format!("{status}: {}", output.stderr);
                messages.push(LintMessage {
                    rule: "verilator".into(),
                    text,
                });
            }
        }
    }
    messages.retain(|m| {
        !compiled
            .iter()
            .any(|(rule, re)| *rule == m.rule && re.is_match(&m.text))
    });
    Ok(messages)
}

/// The messages in Verilator's output: `%Warning-RULE: file:line:column: text`.
fn verilator_messages(stderr: &str) -> Vec<LintMessage> {
    let mut messages = Vec::new();
    for line in stderr.lines() {
        let rest = line
            .strip_prefix("%Warning-")
            .or_else(|| line.strip_prefix("%Error"));
        if let Some((rule, text)) = rest.and_then(|r| r.split_once(": ")) {
            let rule = if rule.is_empty() {
                "ERROR"
            } else {
                rule.trim_start_matches('-')
            };
            messages.push(LintMessage {
                rule: rule.into(),
                text: text.into(),
            });
        }
    }
    messages
}
