//! A module, what can be simplified about it, and its text.

use super::lexer::{tokens, Kind, FOREIGN};
use super::EmitError;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A port, signal or constant.
#[derive(Clone, Debug, Default)]
pub(super) struct Decl {
    /// `input`, `output`, `inout`, `localparam`, or nothing.
    pub class: String,
    /// `wire`, `reg`, or nothing.
    pub net: String,
    pub signed: bool,
    /// Zero: one bit without a range, or a constant of unstated width.
    pub width: usize,
    pub name: String,
    pub value: Option<String>,
}

impl Decl {
    fn range(&self) -> String {
        match self.width {
            0 | 1 => String::new(),
            width => format!("[{}:0]", width - 1),
        }
    }

    /// Two signals that carry the same bits when one is assigned to the other.
    fn same_type(&self, other: &Decl) -> bool {
        self.range() == other.range() && self.signed == other.signed
    }
}

/// A child module.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    /// The path of the module, as rust-hdl names it.
    pub kind: String,
    pub name: String,
    /// Port of the child, signal of this module.
    pub connections: Vec<(String, String)>,
    /// The comments on those assignments to its ports that became connections.
    pub comments: Vec<String>,
}

/// A statement of a kernel.
#[derive(Clone, Debug)]
pub(super) enum Stmt {
    Comment(String),
    Assign(String, String),
    /// An assignment that takes effect when the process waits again.
    Settle(String, String),
    If(String, Vec<Stmt>, Vec<Stmt>),
    Case(String, Vec<(String, Vec<Stmt>)>),
}

/// What a module does.
#[derive(Clone, Debug)]
pub(super) enum Code {
    /// Hand-written lines.
    Custom(Vec<String>),
    /// A kernel; `links` are connections of nets in both directions.
    Update {
        statements: Vec<Stmt>,
        links: Vec<(String, String)>,
    },
}

impl Default for Code {
    fn default() -> Self {
        Code::Custom(Vec::new())
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Module {
    /// The path of the block, as rust-hdl names the module.
    pub path: String,
    /// The name asked for, where it does not follow from the path.
    pub wanted: Option<String>,
    pub ports: Vec<Decl>,
    pub constants: Vec<Decl>,
    /// Type, name and value of each label.
    pub enums: Vec<(String, String, usize)>,
    pub signals: Vec<Decl>,
    pub instances: Vec<Instance>,
    pub code: Code,
    /// The kernel cut into processes (see [`super::steady`]).
    pub processes: Vec<Vec<Stmt>>,
    /// The module's registers (see [`super::registers`]).
    pub registers: Vec<super::registers::Register>,
    /// Connections that need no process.
    pub assigns: Vec<Assign>,
}

/// A continuous assignment.
#[derive(Clone, Debug)]
pub(super) struct Assign {
    /// The comments before it.
    pub comments: Vec<String>,
    pub left: String,
    pub right: String,
}

/// Calls `f` for each identifier of `text`.
fn identifiers<'a>(text: &'a str, mut f: impl FnMut(&'a str)) {
    for token in tokens(text) {
        if token.kind == Kind::Ident {
            f(token.text);
        }
    }
}

/// Whether `text` contains the identifier `name`.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    let mut found = false;
    identifiers(text, |id| found |= id == name);
    found
}

/// The name that is assigned by an assignment to `left`.
pub(super) fn target(left: &str) -> &str {
    left.split('[').next().unwrap_or(left).trim()
}

/// See [`Module::size_casts`]; `widths` are those of the unsigned signals.
fn size_casts(text: &str, widths: &BTreeMap<&str, usize>) -> String {
    let all = tokens(text);
    let mut out = String::new();
    let mut at = 0;
    while at < all.len() {
        if let [a, b, name, c, _, and, _, mask, d, ..] = &all[at..] {
            let frame = [a, b, c, and, d].map(|t| t.text) == ["(", "(", ")", "&", ")"];
            if let (true, Some(&width), Some(to)) = (frame, widths.get(name.text), ones(mask.text))
            {
                let name = name.text;
                let cast = match width.cmp(&to) {
                    Ordering::Equal => Some(name.to_owned()),
                    Ordering::Less => Some(format!("{{{}'h0, {name}}}", to - width)),
                    // The mask leaves the width of the signal: that must not matter.
                    Ordering::Greater if all.len() == 9 => Some(match to {
                        1 => format!("{name}[0]"),
                        _ => format!("{name}[{}:0]", to - 1),
                    }),
                    Ordering::Greater => None,
                };
                if let Some(cast) = cast {
                    out.push_str(&cast);
                    at += 9;
                    continue;
                }
            }
        }
        out.push_str(all[at].text);
        at += 1;
    }
    out
}

/// The width of a number whose bits are all set, as in `6'h3f`.
fn ones(text: &str) -> Option<usize> {
    let (width, digits) = text.split_once("'h")?;
    let width: usize = width.parse().ok().filter(|w| *w > 0)?;
    let top = ["f", "1", "3", "7"][width % 4];
    let (first, rest) = digits.split_at_checked(1)?;
    let full = first == top && rest.len() == (width - 1) / 4 && rest.chars().all(|c| c == 'f');
    full.then_some(width)
}

impl Stmt {
    /// Calls `f` for each piece of Verilog text; the flag tells the left sides of assignments.
    pub(super) fn texts<'a>(&'a self, f: &mut impl FnMut(&'a str, bool)) {
        match self {
            Stmt::Comment(_) => {}
            Stmt::Assign(left, right) | Stmt::Settle(left, right) => {
                f(left, true);
                f(right, false);
            }
            Stmt::If(condition, then, otherwise) => {
                f(condition, false);
                then.iter().chain(otherwise).for_each(|s| s.texts(f));
            }
            Stmt::Case(subject, arms) => {
                f(subject, false);
                for (label, body) in arms {
                    f(label, false);
                    body.iter().for_each(|s| s.texts(f));
                }
            }
        }
    }

    /// Replaces the text of all expressions.
    fn rewrite(&mut self, f: &impl Fn(&str) -> String) {
        match self {
            Stmt::Comment(_) => {}
            Stmt::Assign(_, right) | Stmt::Settle(_, right) => *right = f(right),
            Stmt::If(condition, then, otherwise) => {
                *condition = f(condition);
                then.iter_mut().chain(otherwise).for_each(|s| s.rewrite(f));
            }
            Stmt::Case(subject, arms) => {
                *subject = f(subject);
                arms.iter_mut()
                    .flat_map(|(_, body)| body)
                    .for_each(|s| s.rewrite(f));
            }
        }
    }

    fn print(&self, depth: usize, out: &mut Vec<String>) {
        let pad = "    ".repeat(depth);
        let body = |statements: &[Stmt], out: &mut Vec<String>| {
            statements.iter().for_each(|s| s.print(depth + 1, out));
        };
        match self {
            Stmt::Comment(text) => out.push(format!("{pad}{text}")),
            Stmt::Assign(left, right) => out.push(format!("{pad}{left} = {right};")),
            Stmt::Settle(left, right) => out.push(format!("{pad}{left} <= {right};")),
            Stmt::If(condition, then, otherwise) => {
                out.push(format!("{pad}if ({condition}) begin"));
                body(then, out);
                let mut rest = otherwise;
                while let [Stmt::If(condition, then, otherwise)] = rest.as_slice() {
                    out.push(format!("{pad}end else if ({condition}) begin"));
                    body(then, out);
                    rest = otherwise;
                }
                if !rest.is_empty() {
                    out.push(format!("{pad}end else begin"));
                    body(rest, out);
                }
                out.push(format!("{pad}end"));
            }
            Stmt::Case(subject, arms) => {
                out.push(format!("{pad}case ({subject})"));
                for (label, statements) in arms {
                    let label = if label == "_" { "default" } else { label };
                    match statements.as_slice() {
                        [one @ Stmt::Assign(..)] => {
                            let mut line = Vec::new();
                            one.print(0, &mut line);
                            out.push(format!("{pad}    {label}: {}", line.concat()));
                        }
                        [] => out.push(format!("{pad}    {label}: begin end")),
                        many => {
                            out.push(format!("{pad}    {label}: begin"));
                            many.iter().for_each(|s| s.print(depth + 2, out));
                            out.push(format!("{pad}    end"));
                        }
                    }
                }
                if !arms
                    .iter()
                    .any(|(label, _)| label == "_" || label == "default")
                {
                    out.push(format!("{pad}    default: begin end"));
                }
                out.push(format!("{pad}endcase"));
            }
        }
    }
}

/// Collects in `early` what `statements` read and, after that, assign; `later` are the names
/// assigned after them. Returns the names that they assign.
fn early_reads<'a>(
    statements: &'a [Stmt],
    later: &BTreeSet<&'a str>,
    early: &mut BTreeSet<&'a str>,
) -> BTreeSet<&'a str> {
    let mut later = later.clone();
    let mut assigned = BTreeSet::new();
    for statement in statements.iter().rev() {
        let mut reads: Vec<&str> = Vec::new();
        let mut writes = BTreeSet::new();
        match statement {
            Stmt::Comment(_) => {}
            Stmt::Assign(left, right) | Stmt::Settle(left, right) => {
                reads.push(right);
                // An index, not the name itself.
                reads.extend(left.split_once('[').map(|(_, index)| index));
                writes.insert(target(left));
            }
            Stmt::If(condition, then, otherwise) => {
                reads.push(condition);
                writes.extend(early_reads(then, &later, early));
                writes.extend(early_reads(otherwise, &later, early));
            }
            Stmt::Case(subject, arms) => {
                reads.push(subject);
                for (_, body) in arms {
                    writes.extend(early_reads(body, &later, early));
                }
            }
        }
        if !matches!(statement, Stmt::Assign(..)) {
            later.extend(&writes);
        }
        for text in reads {
            identifiers(text, |id| {
                if later.contains(id) {
                    early.insert(id);
                }
            });
        }
        later.extend(&writes);
        assigned.extend(writes);
    }
    assigned
}

impl Module {
    /// Recognises the register of rust-hdl (`q <= d` at each clock) and gives it its usual form.
    pub(super) fn register(&mut self) {
        let Code::Custom(lines) = &self.code else {
            return;
        };
        let names: Vec<&str> = self.ports.iter().map(|p| p.name.as_str()).collect();
        let text = lines.join("\n");
        let words: Vec<&str> = tokens(&text)
            .iter()
            .filter(|t| t.kind != Kind::Space)
            .map(|t| t.text)
            .collect();
        let head = ["initial", "begin", "q", "="];
        let tail = [
            ";", "end", "always", "@", "(", "posedge", "clock", ")", "begin", "q", "<", "=", "d",
            ";", "end",
        ];
        if names != ["d", "q", "clock"] || !self.instances.is_empty() || words.len() != 20 {
            return;
        }
        if words[..4] != head || words[5..] != tail {
            return;
        }
        let Some((_, digits)) = words[4].split_once("'h") else {
            return;
        };
        let width = self.ports[1].width.max(1);
        let digits = digits.trim_start_matches('0');
        let wanted = if digits.is_empty() {
            format!("register_{width}")
        } else {
            format!("register_{width}_from_{digits}")
        };
        let digits = if digits.is_empty() { "0" } else { digits };
        self.wanted = Some(wanted);
        for port in &mut self.ports {
            port.signed = false;
        }
        self.enums.clear();
        self.code = Code::Custom(vec![
            format!("initial q = {width}'h{digits};"),
            "always @(posedge clock) q <= d;".into(),
        ]);
    }

    /// Simplifies what can be simplified with no change of meaning.
    pub(super) fn simplify(&mut self) {
        self.size_casts();
        self.lift_assignments();
        self.join_wires();
        self.drop_unused();
    }

    /// Casts of an unsigned signal to `w` bits are written as `((signal) & w'hff..)`: fills up or
    /// cuts the signal instead, where the result has the same width or its width does not matter.
    fn size_casts(&mut self) {
        let Code::Update { statements, .. } = &mut self.code else {
            return;
        };
        let widths: BTreeMap<&str, usize> = self
            .ports
            .iter()
            .chain(&self.signals)
            .filter(|d| !d.signed)
            .map(|d| (d.name.as_str(), d.width.max(1)))
            .collect();
        statements
            .iter_mut()
            .for_each(|s| s.rewrite(&|text| size_casts(text, &widths)));
    }

    /// Turns the unconditional assignments to names that are assigned nowhere else into continuous
    /// ones. A process starts only when something it reads changes, so one that reads nothing
    /// (constants) would never start.
    fn lift_assignments(&mut self) {
        let Code::Update { statements, links } = &mut self.code else {
            return;
        };
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for statement in statements.iter() {
            statement.texts(&mut |text, left| {
                if left {
                    *count.entry(target(text).to_owned()).or_default() += 1;
                }
            });
        }
        let mut kept = Vec::new();
        let mut comments: Vec<String> = Vec::new();
        for statement in std::mem::take(statements) {
            match statement {
                Stmt::Comment(text) => comments.push(text),
                Stmt::Assign(left, right)
                    if count.get(&left) == Some(&1) && !mentions(&right, &left) =>
                {
                    let comments = std::mem::take(&mut comments);
                    self.assigns.push(Assign {
                        comments,
                        left,
                        right,
                    });
                }
                other => {
                    kept.extend(comments.drain(..).map(Stmt::Comment));
                    kept.push(other);
                }
            }
        }
        kept.extend(comments.into_iter().map(Stmt::Comment));
        *statements = kept;
        for (left, right) in std::mem::take(links) {
            self.assigns.push(Assign {
                comments: Vec::new(),
                left,
                right,
            });
        }
        for assign in &self.assigns {
            for d in self.ports.iter_mut().chain(&mut self.signals) {
                if d.name == assign.left {
                    d.net = "wire".into();
                }
            }
        }
    }

    /// Connects children directly to a signal that a stub of theirs only repeats.
    fn join_wires(&mut self) {
        let Code::Update { statements, .. } = &self.code else {
            return;
        };
        let mut used: BTreeSet<&str> = BTreeSet::new();
        for assign in &self.assigns {
            identifiers(&assign.right, |id| {
                used.insert(id);
            });
        }
        for statement in statements {
            statement.texts(&mut |text, _| {
                identifiers(text, |id| {
                    used.insert(id);
                });
            });
        }
        let joins = |assign: &Assign| {
            let find = |name: &str| {
                self.signals
                    .iter()
                    .chain(&self.ports)
                    .find(|d| d.name == name)
            };
            let connected = self.instances.iter().flat_map(|i| &i.connections);
            let stub = self.signals.iter().find(|d| d.name == assign.left);
            match (stub, find(&assign.right)) {
                (Some(stub), Some(source)) => {
                    !used.contains(stub.name.as_str())
                        && connected.filter(|(_, signal)| *signal == stub.name).count() == 1
                        && stub.same_type(source)
                }
                _ => false,
            }
        };
        let (joined, kept): (Vec<Assign>, Vec<Assign>) =
            self.assigns.iter().cloned().partition(joins);
        self.assigns = kept;
        for assign in joined {
            self.signals.retain(|d| d.name != assign.left);
            for instance in &mut self.instances {
                for (_, signal) in &mut instance.connections {
                    if *signal == assign.left {
                        signal.clone_from(&assign.right);
                        instance.comments.extend(assign.comments.iter().cloned());
                    }
                }
            }
        }
    }

    /// Drops constants and labels that nothing uses.
    fn drop_unused(&mut self) {
        let mut used: BTreeSet<String> = BTreeSet::new();
        let mut see = |text: &str| {
            identifiers(text, |id| {
                used.insert(id.to_owned());
            });
        };
        match &self.code {
            Code::Custom(lines) => see(&lines.join("\n")),
            Code::Update { statements, .. } => {
                statements
                    .iter()
                    .for_each(|s| s.texts(&mut |text, _| see(text)));
            }
        }
        self.assigns.iter().for_each(|a| see(&a.right));
        self.constants.retain(|d| used.contains(&d.name));
        let all = std::mem::take(&mut self.enums);
        let mut labels: BTreeMap<String, usize> = BTreeMap::new();
        for (kind, ..) in &all {
            *labels.entry(kind.clone()).or_default() += 1;
        }
        for (kind, name, value) in all {
            if used.contains(&name) {
                // rust-hdl gives an enum of n labels the bits that count to n - 1.
                let width = (labels[&kind].max(2) - 1).ilog2() as usize + 1;
                self.constants.push(Decl {
                    class: "localparam".into(),
                    width,
                    name,
                    value: Some(format!("{width}'d{value}")),
                    ..Decl::default()
                });
            }
        }
    }

    /// Two different meanings of one label, which rust-hdl makes of two enums of the same name.
    pub(super) fn check_labels(&self) -> Result<(), EmitError> {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, name, value) in &self.enums {
            if seen.insert(name, *value).is_some_and(|old| old != *value) {
                return Err(EmitError::Collision {
                    module: self.path.clone(),
                    first: name.clone(),
                    second: name.clone(),
                });
            }
        }
        Ok(())
    }

    /// Refuses a kernel that reads a signal before its last assignment: rust-hdl simulates the
    /// value it has in the end, a Verilog process would see the one it has so far.
    pub(super) fn check_order(&self) -> Result<(), EmitError> {
        let Code::Update { statements, .. } = &self.code else {
            return Ok(());
        };
        let mut early = BTreeSet::new();
        early_reads(statements, &BTreeSet::new(), &mut early);
        match early.first() {
            None => Ok(()),
            Some(signal) => Err(EmitError::Order {
                module: self.path.clone(),
                signal: (*signal).to_owned(),
            }),
        }
    }

    /// The text with the module called `name` and its children as `kinds` calls them. Names keep
    /// their `$`; those of other name spaces follow [`FOREIGN`].
    pub(super) fn print(&self, name: &str, kinds: &dyn Fn(&str) -> String) -> String {
        let mut lines: Vec<String> = vec![format!("module {FOREIGN}{name} (")];
        let signed = |d: &Decl| if d.signed { "signed " } else { "" };
        let ports: Vec<(String, String)> = self
            .ports
            .iter()
            .map(|d| {
                let head = format!("{:<6} {:<4} {}", d.class, d.net, signed(d));
                (head.trim_end().to_owned(), d.range())
            })
            .collect();
        let width = |f: fn(&(String, String)) -> usize| ports.iter().map(f).max().unwrap_or(0);
        let (heads, ranges) = (width(|p| p.0.len()), width(|p| p.1.len()));
        for (i, (d, (head, range))) in self.ports.iter().zip(&ports).enumerate() {
            let comma = if i + 1 < ports.len() { "," } else { "" };
            let range = if ranges == 0 {
                String::new()
            } else {
                format!("{range:<ranges$} ")
            };
            lines.push(format!("    {head:<heads$} {range}{}{comma}", d.name));
        }
        lines.push(");".into());
        let gap = |lines: &mut Vec<String>| {
            if lines.last().is_some_and(|l| l != ");") {
                lines.push(String::new());
            }
        };

        for d in &self.constants {
            let range = d.range();
            let range = if range.is_empty() { range } else { range + " " };
            let value = d.value.as_deref().unwrap_or("");
            lines.push(format!(
                "    localparam {}{range}{} = {value};",
                signed(d),
                d.name
            ));
        }
        if !self.signals.is_empty() {
            gap(&mut lines);
        }
        let heads: Vec<String> = self
            .signals
            .iter()
            .map(|d| {
                format!("{:<4} {}{}", d.net, signed(d), d.range())
                    .trim_end()
                    .to_owned()
            })
            .collect();
        let widest = heads.iter().map(String::len).max().unwrap_or(0);
        for (d, head) in self.signals.iter().zip(&heads) {
            lines.push(format!("    {head:<widest$} {};", d.name));
        }
        for instance in &self.instances {
            gap(&mut lines);
            let kind = kinds(&instance.kind);
            lines.extend(instance.comments.iter().map(|c| format!("    {c}")));
            lines.push(format!("    {FOREIGN}{kind} {} (", instance.name));
            let last = instance.connections.len().saturating_sub(1);
            for (i, (port, signal)) in instance.connections.iter().enumerate() {
                let comma = if i < last { "," } else { "" };
                lines.push(format!("        .{FOREIGN}{port}({signal}){comma}"));
            }
            lines.push("    );".into());
        }
        if !self.assigns.is_empty() {
            gap(&mut lines);
        }
        for assign in &self.assigns {
            lines.extend(assign.comments.iter().map(|c| format!("    {c}")));
            lines.push(format!("    assign {} = {};", assign.left, assign.right));
        }
        match &self.code {
            Code::Custom(code) => {
                if !code.is_empty() {
                    gap(&mut lines);
                }
                for line in code {
                    lines.push(if line.is_empty() {
                        String::new()
                    } else {
                        format!("    {line}")
                    });
                }
            }
            Code::Update { statements, .. } => {
                statements.iter().for_each(|s| s.print(1, &mut lines));
            }
        }
        for process in &self.processes {
            gap(&mut lines);
            lines.push("    always @(*) begin".into());
            process.iter().for_each(|s| s.print(2, &mut lines));
            lines.push("    end".into());
        }
        if !self.registers.is_empty() {
            gap(&mut lines);
            self.print_registers(&mut lines);
        }
        lines.push("endmodule".into());
        let mut text = String::new();
        for line in lines {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text
    }
}

/// Replaces `$` in the identifiers of a module's text by `_`, and takes the marks away.
pub(super) fn plain_names(module: &str, text: &str) -> Result<String, EmitError> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut out = String::with_capacity(text.len());
    for token in tokens(text) {
        match token.kind {
            Kind::Ident => {
                let plain = token.text.replace('$', "_");
                if let Some(other) = seen.insert(plain.clone(), token.text) {
                    if other != token.text {
                        return Err(EmitError::Collision {
                            module: module.into(),
                            first: other.into(),
                            second: token.text.into(),
                        });
                    }
                }
                out.push_str(&plain);
            }
            Kind::Foreign => out.push_str(&token.text[FOREIGN.len_utf8()..].replace('$', "_")),
            _ => out.push_str(token.text),
        }
    }
    Ok(out)
}
