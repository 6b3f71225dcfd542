//! A module, what can be simplified about it, and its text.

use super::lexer::{tokens, Kind, FOREIGN};
use super::EmitError;
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
}

/// A statement of a kernel.
#[derive(Clone, Debug)]
pub(super) enum Stmt {
    Comment(String),
    Assign(String, String),
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
    /// Connections that need no process.
    pub assigns: Vec<(String, String)>,
}

/// Calls `f` for each identifier of `text`.
fn identifiers<'a>(text: &'a str, mut f: impl FnMut(&'a str)) {
    for token in tokens(text) {
        if token.kind == Kind::Ident {
            f(token.text);
        }
    }
}

/// The name that is assigned by an assignment to `left`.
fn target(left: &str) -> &str {
    left.split('[').next().unwrap_or(left).trim()
}

impl Stmt {
    /// Calls `f` for each piece of Verilog text; the flag tells the left sides of assignments.
    fn texts<'a>(&'a self, f: &mut impl FnMut(&'a str, bool)) {
        match self {
            Stmt::Comment(_) => {}
            Stmt::Assign(left, right) => {
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

    fn print(&self, depth: usize, out: &mut Vec<String>) {
        let pad = "    ".repeat(depth);
        let body = |statements: &[Stmt], out: &mut Vec<String>| {
            statements.iter().for_each(|s| s.print(depth + 1, out));
        };
        match self {
            Stmt::Comment(text) => out.push(format!("{pad}{text}")),
            Stmt::Assign(left, right) => out.push(format!("{pad}{left} = {right};")),
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
                        many => {
                            out.push(format!("{pad}    {label}: begin"));
                            many.iter().for_each(|s| s.print(depth + 2, out));
                            out.push(format!("{pad}    end"));
                        }
                    }
                }
                out.push(format!("{pad}endcase"));
            }
        }
    }
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
        self.lift_assignments();
        self.join_wires();
        self.drop_unused();
    }

    /// Turns the unconditional assignments to names that are assigned nowhere else into continuous
    /// ones. A process starts only when something it reads changes, so one that reads nothing
    /// (constants) would never start.
    fn lift_assignments(&mut self) {
        let Code::Update { statements, .. } = &mut self.code else {
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
        let mut comments: Vec<Stmt> = Vec::new();
        for statement in std::mem::take(statements) {
            match statement {
                Stmt::Comment(_) => comments.push(statement),
                Stmt::Assign(left, right) if count.get(&left) == Some(&1) => {
                    let own = |text: &str| {
                        let mut found = false;
                        identifiers(text, |id| found |= id == left);
                        found
                    };
                    if own(&right) {
                        kept.append(&mut comments);
                        kept.push(Stmt::Assign(left, right));
                        continue;
                    }
                    for comment in comments.drain(..) {
                        if let Stmt::Comment(text) = comment {
                            self.assigns.push((String::new(), text));
                        }
                    }
                    for d in self.ports.iter_mut().chain(&mut self.signals) {
                        if d.name == left {
                            d.net = "wire".into();
                        }
                    }
                    self.assigns.push((left, right));
                }
                other => {
                    kept.append(&mut comments);
                    kept.push(other);
                }
            }
        }
        kept.append(&mut comments);
        *statements = kept;
    }

    /// Connects children directly to a signal that a stub of theirs only repeats.
    fn join_wires(&mut self) {
        let Code::Update { statements, .. } = &self.code else {
            return;
        };
        let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
        for (left, right) in &self.assigns {
            if !left.is_empty() {
                identifiers(right, |id| *uses.entry(id).or_default() += 1);
            }
        }
        for statement in statements {
            statement
                .texts(&mut |text, _| identifiers(text, |id| *uses.entry(id).or_default() += 1));
        }
        let mut joined: Vec<(String, String)> = Vec::new();
        for (left, right) in &self.assigns {
            let find = |name: &str| {
                self.signals
                    .iter()
                    .chain(&self.ports)
                    .find(|d| d.name == name)
            };
            let stub = self.signals.iter().find(|d| d.name == *left);
            let (Some(stub), Some(source)) = (stub, find(right)) else {
                continue;
            };
            let connected = self.instances.iter().flat_map(|i| &i.connections);
            if uses.contains_key(left.as_str())
                || connected.filter(|(_, signal)| signal == left).count() != 1
                || !stub.same_type(source)
            {
                continue;
            }
            joined.push((left.clone(), right.clone()));
        }
        for (stub, source) in &joined {
            for connection in self.instances.iter_mut().flat_map(|i| &mut i.connections) {
                if connection.1 == *stub {
                    connection.1 = source.clone();
                }
            }
            self.signals.retain(|d| d.name != *stub);
            self.assigns.retain(|(left, _)| left != stub);
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
        for (left, right) in &self.assigns {
            if !left.is_empty() {
                see(right);
            }
        }
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
        for d in &self.signals {
            let range = d.range();
            let range = if range.is_empty() { range } else { range + " " };
            lines.push(format!("    {:<4} {}{range}{};", d.net, signed(d), d.name));
        }
        for instance in &self.instances {
            gap(&mut lines);
            let kind = kinds(&instance.kind);
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
        for (left, right) in &self.assigns {
            lines.push(if left.is_empty() {
                format!("    {right}")
            } else {
                format!("    assign {left} = {right};")
            });
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
            Code::Update { statements, links } => {
                if statements.iter().any(|s| !matches!(s, Stmt::Comment(_))) {
                    gap(&mut lines);
                    lines.push("    always @(*) begin".into());
                    statements.iter().for_each(|s| s.print(2, &mut lines));
                    lines.push("    end".into());
                } else {
                    statements.iter().for_each(|s| s.print(1, &mut lines));
                }
                for (left, right) in links {
                    lines.push(format!("    assign {left} = {right};"));
                }
            }
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
