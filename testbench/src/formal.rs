//! Proofs about emitted Verilog, by the solvers that come with Yosys.
//!
//! A [`Proof`] is a harness - a module that instantiates the emitted one, drives it with free inputs, assumes
//! what its surroundings keep to and asserts what must hold - beside the emitted text, which nobody touches.
//! Inputs of the harness are free in every clock. Signals inside the emitted module are seen through probes,
//! wires of the harness with an attribute; Yosys refuses a probe of something that is not there:
//!
//! ```text
//! (* probe = "dut.count_q" *) wire [7:0] count;
//! (* probe_memory = "dut.ring.memory" *) wire [8*256-1:0] words;     // word n: words[8*n +: 8]; see below
//! ```
//!
//! [`Proof::holds`] proves for all times. [`Proof::fails`] looks for a counterexample, a run from the start that
//! breaks an assertion. What a harness asserts only to make an induction go through stands behind the macro
//! `INDUCTION`, which is defined for the first alone: a counterexample breaks a property that counts. So do probes
//! of memories.

use crate::icarus::run;
use crate::Error;
use regex::Regex;
use std::process::Command;
use std::time::Duration;

/// How a proof for all times is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Induction over time: from the start, and from any state, reached or not, before which everything held for
    /// up to so many clocks. `sat` of Yosys.
    Induction(usize),
    /// Property-directed reachability: the solver finds what makes an induction go through. `pdr` of ABC, for
    /// harnesses without arithmetic.
    Reachability,
}

/// A harness and what it is about; see the top of this file.
#[derive(Clone, Debug)]
pub struct Proof {
    top: String,
    harness: String,
    modules: Vec<String>,
    parameters: Vec<(String, u64)>,
    method: Method,
    free: Option<String>,
    merged: bool,
    timeout: Duration,
}

/// What came of a proof.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It holds in every clock of every run, or in all runs of as many clocks as were asked for; the processor's time
    /// that this took.
    Holds(Duration),
    /// It does not: the last lines of what the solver said of the run that shows it.
    Fails(String),
    /// Neither was shown: an assertion may fail, but not within the clocks looked at from the start.
    Open(String),
}

impl Proof {
    /// A proof with this harness, whose module `top` it is, by induction over one clock.
    pub fn new(top: impl Into<String>, harness: impl Into<String>) -> Self {
        Proof {
            top: top.into(),
            harness: harness.into(),
            modules: Vec::new(),
            parameters: Vec::new(),
            method: Method::Induction(1),
            free: None,
            merged: false,
            timeout: Duration::from_secs(1800),
        }
    }

    /// Adds emitted Verilog.
    #[must_use]
    pub fn module(mut self, text: impl Into<String>) -> Self {
        self.modules.push(text.into());
        self
    }

    /// Sets a parameter of the harness.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: u64) -> Self {
        self.parameters.push((name.into(), value));
        self
    }

    /// How [`Proof::holds`] does it.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Takes what these cells give for anything, in every clock: a selection of Yosys, as `t:$mul`. What is proved
    /// holds whatever they do.
    #[must_use]
    pub fn free(mut self, cells: impl Into<String>) -> Self {
        self.free = Some(cells.into());
        self
    }

    /// Makes one of cells that do the same with the same inputs, flip-flops too, before any is made free: what is
    /// free is then the same in harness and module. Flip-flops without a value at the start begin with 0, so the harness
    /// asserts nothing before what they begin with is gone; adders and multipliers have no more bits than their
    /// inputs need.
    #[must_use]
    pub fn merged(mut self) -> Self {
        self.merged = true;
        self
    }

    /// The time limit of each call of a program (half an hour unless set).
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Puts `to` for `from` in the emitted Verilog: a planted fault.
    ///
    /// # Errors
    ///
    /// `from` is not there.
    pub fn planted(mut self, from: &str, to: &str) -> Result<Self, Error> {
        if !self.modules.iter().any(|text| text.contains(from)) {
            return Err(Error::Proof(format!("the Verilog has no '{from}'")));
        }
        for text in &mut self.modules {
            *text = text.replace(from, to);
        }
        Ok(self)
    }

    /// Proves it for all times. [`Outcome::Fails`] is a run from the start; [`Outcome::Open`] says that the
    /// induction did not go through.
    ///
    /// # Errors
    ///
    /// The Verilog was not accepted, a program is not there or took too long.
    pub fn holds(&self) -> Result<Outcome, Error> {
        let (text, good, bad) = match self.method {
            // Shorter inductions would only be tried in vain.
            Method::Induction(clocks) => (
                self.sat(
                    true,
                    &format!("-initsteps {} -maxsteps {clocks}", clocks.saturating_sub(1)),
                )?,
                "Induction step proven: SUCCESS!",
                "model found for base case: FAIL!",
            ),
            Method::Reachability => (self.pdr()?, "Property proved.", "was asserted in frame"),
        };
        Ok(if text.contains(bad) {
            Outcome::Fails(tail(&text))
        } else if text.contains(good) {
            Outcome::Holds(time(&text))
        } else {
            Outcome::Open(tail(&text))
        })
    }

    /// Looks for a run of at most so many clocks from the start that breaks an assertion.
    ///
    /// # Errors
    ///
    /// As [`Proof::holds`].
    pub fn fails(&self, clocks: usize) -> Result<Outcome, Error> {
        let text = self.sat(false, &format!("-tempinduct-baseonly -maxsteps {clocks}"))?;
        Ok(if text.contains("model found for base case: FAIL!") {
            Outcome::Fails(tail(&text))
        } else if text.contains("Reached maximum number of time steps") {
            Outcome::Holds(time(&text))
        } else {
            return Err(refused("yosys", &text));
        })
    }

    /// Yosys commands up to a flat design with its probes connected.
    fn script(&self, lemmas: bool) -> Result<String, Error> {
        let pattern = |text: &str| Regex::new(text).map_err(|e| Error::Proof(e.to_string()));
        let define = if lemmas { "-DINDUCTION" } else { "" };
        let mut script = format!("read_verilog -sv -formal {define} harness.v");
        for n in 0..self.modules.len() {
            script += &format!(" module{n}.v");
        }
        for (name, value) in &self.parameters {
            script += &format!("\nchparam -set {name} {value} {}", self.top);
        }
        script += &format!("\nhierarchy -check -top {}\nproc\nflatten\n", self.top);
        let probe = pattern(r#"\(\* probe = "([^"]+)" \*\) wire *(?:\[.*\])? *(\w+) *;"#)?;
        for found in probe.captures_iter(&self.harness) {
            script += &format!("connect -nomap -nounset -set {} {}\n", &found[2], &found[1]);
        }
        script += "memory -nordff\n";
        let memory =
            pattern(r#"\(\* probe_memory = "([^"]+)" \*\) wire *\[\d+\*(\w+)-1:0\] *(\w+) *;"#)?;
        for found in memory.captures_iter(&self.harness).filter(|_| lemmas) {
            let set = self.parameters.iter().find(|(name, _)| *name == found[2]);
            let words = set.map_or(found[2].parse().ok(), |(_, value)| Some(*value));
            let Some(words) = words else {
                return Err(Error::Proof(format!("the size of '{}'", &found[0])));
            };
            // The last word is the highest part.
            let parts: Vec<String> = (0..words)
                .rev()
                .map(|n| format!("{}[{n}]", &found[1]))
                .collect();
            let parts = parts.join(",");
            script += &format!("connect -nomap -nounset -set {} {parts}\n", &found[3]);
        }
        script += "opt_clean\nchformal -early\nopt_expr\nopt_merge\nopt_clean\n\
                   check -assert\nasync2sync\ndffunmap\nopt_clean\n";
        if self.merged {
            // async2sync writes the polarity as another kind of constant, and nothing merges then.
            script += "setundef -init -zero\nselect -assert-none t:$dff r:CLK_POLARITY=0 %i\n\
                       setparam -set CLK_POLARITY 1'1 t:$dff\nopt_expr\n\
                       opt_merge -share_all\nopt_clean\nwreduce\nopt_merge -share_all\nopt_clean\n";
        }
        if let Some(cells) = &self.free {
            // Nothing there would be free, and the proof of something else.
            script += &format!("select -assert-min 1 {cells}\ndelete {cells}\n");
        }
        Ok(script)
    }

    /// Runs Yosys with these commands behind [`Proof::script`]; gives all it said.
    fn yosys(&self, dir: &std::path::Path, lemmas: bool, commands: &str) -> Result<String, Error> {
        let write = |name: String, text: &str| {
            std::fs::write(dir.join(&name), text).map_err(Error::io(name))
        };
        write("harness.v".into(), &self.harness)?;
        for (n, text) in self.modules.iter().enumerate() {
            write(format!("module{n}.v"), text)?;
        }
        write("proof.ys".into(), &(self.script(lemmas)? + commands))?;
        let mut yosys = Command::new("yosys");
        yosys.args(["-s", "proof.ys"]).current_dir(dir);
        let (status, output) = run(yosys, "yosys", "yosys", dir, self.timeout)?;
        let text = output.stdout + &output.stderr;
        if status.success() {
            Ok(text)
        } else {
            Err(refused("yosys", &text))
        }
    }

    fn sat(&self, lemmas: bool, options: &str) -> Result<String, Error> {
        let dir = tempfile::tempdir().map_err(Error::io("temporary directory"))?;
        let command = "sat -set-assumes -prove-asserts -show-inputs -tempinduct -seq 0";
        self.yosys(dir.path(), lemmas, &format!("{command} {options}\n"))
    }

    fn pdr(&self) -> Result<String, Error> {
        let dir = tempfile::tempdir().map_err(Error::io("temporary directory"))?;
        let gates = "opt\ntechmap\nopt\ndffunmap\nsimplemap\nopt_clean\n\
                     setundef -undriven -anyseq\naigmap\nwrite_aiger -zinit proof.aig\n";
        let synthesis = self.yosys(dir.path(), true, gates)?;
        let mut abc = Command::new("yosys-abc");
        abc.args(["-c", "read_aiger proof.aig; fold; strash; scorr; pdr"])
            .current_dir(dir.path());
        let (_, output) = run(abc, "yosys-abc", "yosys", dir.path(), self.timeout)?;
        Ok(synthesis + &output.stdout + &output.stderr)
    }
}

/// The processor's time in what Yosys and ABC say of themselves.
fn time(text: &str) -> Duration {
    let number = |text: &str| {
        text.trim()
            .parse::<f64>()
            .ok()
            .filter(|s| (0.0..1e6).contains(s))
    };
    let after = |mark: &str, unit: &str| {
        let parts = text.split(mark).skip(1);
        let times = parts.filter_map(|part| number(part.split(unit).next()?));
        times.sum::<f64>()
    };
    Duration::from_secs_f64(after("CPU: user ", "s") + after("Property proved.  Time =", "sec"))
}

fn refused(program: &'static str, text: &str) -> Error {
    Error::Compile {
        program,
        messages: tail(text),
    }
}

/// The last lines of a text.
fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(60)..].join("\n")
}
