//! Keeps a process from showing others the values that its signals have on the way.
//!
//! A kernel gives a signal a default and changes it further down. In Verilog each of these
//! assignments wakes the processes that read the signal, and two blocks that listen to each other
//! would wake each other for ever. So a process works on copies, and its signals move once, at its
//! end. They move by non-blocking assignments: a process that reads back what others make of its
//! signals must be waiting again when they move, or it would miss it. Inputs of registers need no
//! copy: only the clock wakes a register.

use super::lexer::{tokens, Kind};
use super::module::{mentions, target, Code, Decl, Module, Stmt};
use std::collections::BTreeSet;

/// What a copy's name ends in.
const COPY: &str = "$new";

/// `text` with the identifiers in `names` changed to their copies.
fn renamed(text: &str, names: &BTreeSet<String>) -> String {
    tokens(text)
        .iter()
        .map(|token| {
            if token.kind == Kind::Ident && names.contains(token.text) {
                format!("{}{COPY}", token.text)
            } else {
                token.text.to_owned()
            }
        })
        .collect()
}

fn rename(statement: &mut Stmt, names: &BTreeSet<String>) {
    match statement {
        Stmt::Comment(_) => {}
        Stmt::Assign(left, right) | Stmt::Settle(left, right) => {
            *left = renamed(left, names);
            *right = renamed(right, names);
        }
        Stmt::If(condition, then, otherwise) => {
            *condition = renamed(condition, names);
            then.iter_mut()
                .chain(otherwise)
                .for_each(|s| rename(s, names));
        }
        Stmt::Case(subject, arms) => {
            *subject = renamed(subject, names);
            arms.iter_mut()
                .flat_map(|(_, body)| body)
                .for_each(|s| rename(s, names));
        }
    }
}

impl Module {
    /// Gives the process copies of its signals. `is_register` tells the kinds of child that are
    /// registers.
    pub(super) fn steady(&mut self, is_register: &dyn Fn(&str) -> bool) {
        let Code::Update { statements, .. } = &self.code else {
            return;
        };
        let mut names = BTreeSet::new();
        for statement in statements {
            statement.texts(&mut |text, left| {
                if left {
                    names.insert(target(text).to_owned());
                }
            });
        }
        names.retain(|name| !self.only_registers_listen(name, is_register));
        if names.is_empty() {
            return;
        }
        let copies: Vec<Decl> = self
            .ports
            .iter()
            .chain(&self.signals)
            .filter(|d| names.contains(&d.name))
            .map(|d| Decl {
                class: String::new(),
                net: "reg".into(),
                name: format!("{}{COPY}", d.name),
                ..d.clone()
            })
            .collect();
        let Code::Update { statements, .. } = &mut self.code else {
            return;
        };
        statements.iter_mut().for_each(|s| rename(s, &names));
        statements.push(Stmt::Comment(
            "// All is settled: what others see moves once, when this process waits again.".into(),
        ));
        for copy in &copies {
            let name = copy.name.trim_end_matches(COPY).to_owned();
            statements.push(Stmt::Settle(name, copy.name.clone()));
        }
        self.signals.extend(copies);
    }

    /// Whether a signal is seen by registers and by the process itself, and by nothing else.
    fn only_registers_listen(&self, name: &str, is_register: &dyn Fn(&str) -> bool) -> bool {
        let outside = self.ports.iter().any(|d| d.name == name)
            || self.assigns.iter().any(|a| mentions(&a.right, name))
            || self.instances.iter().any(|i| {
                !is_register(&i.kind) && i.connections.iter().any(|(_, s)| mentions(s, name))
            });
        !outside
    }
}
