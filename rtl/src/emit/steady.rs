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

/// The signals that a statement assigns.
fn targets(statement: &Stmt) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    statement.texts(&mut |text, left| {
        if left {
            names.insert(target(text).to_owned());
        }
    });
    names
}

/// Whether a statement reads any signal: one that does not would never start a process of its own.
fn reads(statement: &Stmt) -> bool {
    let mut found = false;
    statement.texts(&mut |text, left| {
        found |= !left && tokens(text).iter().any(|t| t.kind == Kind::Ident);
    });
    found
}

/// Statements that belong in one process.
#[derive(Default)]
struct Group {
    /// What they assign.
    targets: BTreeSet<String>,
    /// Whether they read anything.
    reads: bool,
    /// The statements with their places in the kernel.
    members: Vec<(usize, Stmt)>,
}

/// The statements of a kernel in groups that assign no signal in common, each in the order it had.
fn groups(statements: Vec<Stmt>) -> Vec<Vec<Stmt>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut comments = Vec::new();
    for (place, statement) in statements.into_iter().enumerate() {
        if matches!(statement, Stmt::Comment(_)) {
            comments.push((place, statement));
            continue;
        }
        let mut group = Group {
            targets: targets(&statement),
            reads: reads(&statement),
            members: std::mem::take(&mut comments),
        };
        group.members.push((place, statement));
        let (joined, others): (Vec<_>, Vec<_>) = groups
            .into_iter()
            .partition(|other| !other.targets.is_disjoint(&group.targets));
        groups = others;
        for other in joined {
            group.targets.extend(other.targets);
            group.reads |= other.reads;
            group.members.extend(other.members);
        }
        groups.push(group);
    }
    if let Some(last) = groups.last_mut() {
        last.members.extend(comments);
    }
    // What reads nothing goes with something that does.
    let (mut kept, silent): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| group.reads);
    match kept.first_mut() {
        Some(first) => first
            .members
            .extend(silent.into_iter().flat_map(|group| group.members)),
        None => kept = silent,
    }
    for group in &mut kept {
        group.members.sort_by_key(|(place, _)| *place);
    }
    kept.sort_by_key(|group| group.members.first().map(|(place, _)| *place));
    kept.into_iter()
        .map(|group| group.members.into_iter().map(|(_, s)| s).collect())
        .collect()
}

impl Module {
    /// Cuts the kernel into processes that assign nothing in common, and gives each copies of its
    /// signals. `is_register` tells the kinds of child that are registers.
    pub(super) fn steady(&mut self, is_register: &dyn Fn(&str) -> bool) {
        let Code::Update { statements, .. } = &mut self.code else {
            return;
        };
        if statements.iter().all(|s| matches!(s, Stmt::Comment(_))) {
            return;
        }
        let parts = groups(std::mem::take(statements));
        let assigned: Vec<BTreeSet<String>> = parts
            .iter()
            .map(|part| part.iter().flat_map(targets).collect())
            .collect();
        for (index, mut part) in parts.iter().cloned().enumerate() {
            let mut names = assigned[index].clone();
            names.retain(|name| {
                let elsewhere = parts.iter().enumerate().any(|(other, part)| {
                    other != index
                        && part.iter().any(|s| {
                            let mut found = false;
                            s.texts(&mut |text, _| found |= mentions(text, name));
                            found
                        })
                });
                elsewhere || !self.only_registers_listen(name, is_register)
            });
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
            part.iter_mut().for_each(|s| rename(s, &names));
            for copy in &copies {
                let name = copy.name.trim_end_matches(COPY).to_owned();
                part.push(Stmt::Settle(name, copy.name.clone()));
            }
            self.signals.extend(copies);
            self.processes.push(part);
        }
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
