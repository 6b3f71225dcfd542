//! Writes the registers of a module where they are used. rust-hdl makes a module of each; one clocked
//! process for all of them reads better and simulates faster.

use super::module::{Code, Module};
use std::collections::BTreeMap;

/// A register of this module.
#[derive(Clone, Debug)]
pub(super) struct Register {
    /// The signal that holds its value.
    pub q: String,
    /// The signal with its next value.
    pub d: String,
    /// Its value at power-up, as a Verilog number.
    pub start: String,
}

/// The value at power-up of a module that is a register.
pub(super) fn start_of(module: &Module) -> Option<String> {
    module.wanted.as_ref()?;
    let Code::Custom(lines) = &module.code else {
        return None;
    };
    let value = lines.first()?.strip_prefix("initial q = ")?;
    Some(value.trim_end_matches(';').to_owned())
}

impl Module {
    /// Takes in the children that are registers; `starts` are the kinds of those with their values
    /// at power-up. A register whose clock is not the module's own stays a child.
    pub(super) fn take_registers(&mut self, starts: &BTreeMap<String, String>) {
        let mut taken = Vec::new();
        self.instances.retain(|instance| {
            let port = |name: &str| {
                instance
                    .connections
                    .iter()
                    .find(|(port, _)| port == name)
                    .map(|(_, signal)| signal.clone())
            };
            match (
                starts.get(&instance.kind),
                port("q"),
                port("d"),
                port("clock"),
            ) {
                (Some(start), Some(q), Some(d), Some(clock)) if clock == "clock" => {
                    taken.push(Register {
                        q,
                        d,
                        start: start.clone(),
                    });
                    false
                }
                _ => true,
            }
        });
        for register in &taken {
            for d in self.ports.iter_mut().chain(&mut self.signals) {
                if d.name == register.q {
                    d.net = "reg".into();
                }
            }
        }
        self.registers = taken;
    }

    /// The clocked process.
    pub(super) fn print_registers(&self, lines: &mut Vec<String>) {
        lines.push("    initial begin".into());
        for register in &self.registers {
            lines.push(format!("        {} = {};", register.q, register.start));
        }
        lines.push("    end".into());
        lines.push(String::new());
        lines.push("    always @(posedge clock) begin".into());
        for register in &self.registers {
            lines.push(format!("        {} <= {};", register.q, register.d));
        }
        lines.push("    end".into());
    }
}
