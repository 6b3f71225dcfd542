//! Reads the text that rust-hdl emits into modules. The text has a fixed form (declarations in
//! sections under known comments), and whatever departs from it is an error, never a guess.

use super::lexer::{tokens, Kind, Token};
use super::module::{Code, Decl, Instance, Module, Stmt};
use super::EmitError;

/// The modules in the order of the text, and the foreign code (cores that wrappers and black boxes
/// bring along) after them.
pub(super) struct Parsed {
    pub modules: Vec<Module>,
    pub foreign: Vec<String>,
}

/// An error with the text that was not understood.
fn unexpected(module: &str, text: &str) -> EmitError {
    let mut text = text.trim().to_owned();
    if let Some((end, _)) = text.char_indices().nth(200) {
        text.truncate(end);
    }
    EmitError::Unexpected {
        module: module.into(),
        text,
    }
}

pub(super) fn parse(text: &str) -> Result<Parsed, EmitError> {
    let lines: Vec<&str> = text.lines().collect();
    let mut modules: Vec<Module> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if lines[at].trim().is_empty() {
            at += 1;
            continue;
        }
        let name = lines[at]
            .strip_prefix("module ")
            .and_then(|l| l.split_once('('))
            .map(|(name, _)| name);
        let end = name.and_then(|name| {
            let marker = format!("endmodule // {name}");
            lines[at..].iter().position(|l| *l == marker)
        });
        let (Some(name), Some(length)) = (name, end) else {
            break;
        };
        modules.push(module(name, &lines[at + 1..at + length])?);
        at += length + 1;
    }
    let mut foreign: Vec<String> = Vec::new();
    let mut chunk = String::new();
    for line in &lines[at..] {
        if chunk.is_empty() && line.trim().is_empty() {
            continue;
        }
        chunk.push_str(line.trim_end());
        chunk.push('\n');
        if line.trim_start().starts_with("endmodule") {
            let whole = std::mem::take(&mut chunk);
            if !foreign.contains(&whole) {
                foreign.push(whole);
            }
        }
    }
    if !chunk.is_empty() {
        foreign.push(chunk);
    }
    Ok(Parsed { modules, foreign })
}

#[derive(Clone, Copy, PartialEq)]
enum Section {
    Start,
    Ports,
    Constants,
    Enums,
    Signals,
    Instances,
    Update,
    Custom,
}

/// The section that starts at this line. rust-hdl indents the headings by one level; code keeps
/// its heading-like comments, because no section follows it.
fn heading(line: &str) -> Option<Section> {
    Some(match line {
        "    // Module arguments" => Section::Ports,
        "    // Constant declarations" => Section::Constants,
        "    // Enums" => Section::Enums,
        "    // Stub signals" | "    // Local signals" => Section::Signals,
        "    // Sub module instances" => Section::Instances,
        "    // Update code" => Section::Update,
        "    // Update code (custom)" | "    // Update code (wrapper)" => Section::Custom,
        _ => return None,
    })
}

fn module(name: &str, lines: &[&str]) -> Result<Module, EmitError> {
    let mut module = Module {
        path: name.into(),
        ..Module::default()
    };
    let mut section = Section::Start;
    let mut instances = String::new();
    let mut code: Vec<&str> = Vec::new();
    for line in lines {
        if !matches!(section, Section::Update | Section::Custom) {
            if let Some(next) = heading(line) {
                section = next;
                continue;
            }
        }
        let trimmed = line.trim();
        let wrapper = trimmed.starts_with("// v-- Setting output parameters");
        match section {
            Section::Update | Section::Custom => code.push(line),
            _ if trimmed.is_empty() || wrapper => {}
            Section::Start => return Err(unexpected(name, line)),
            Section::Instances => {
                instances.push_str(line);
                instances.push('\n');
            }
            Section::Ports => module.ports.push(decl(name, trimmed)?),
            Section::Signals => module.signals.push(decl(name, trimmed)?),
            Section::Constants => module.constants.push(decl(name, trimmed)?),
            Section::Enums => {
                let d = decl(name, trimmed)?;
                let value = d.value.as_deref().and_then(|v| v.parse().ok());
                let (Some((kind, _)), Some(value)) = (d.name.rsplit_once('$'), value) else {
                    return Err(unexpected(name, line));
                };
                module.enums.push((kind.into(), d.name.clone(), value));
            }
        }
    }
    module.instances = parse_instances(name, &instances)?;
    super::check_keywords(&module)?;
    module.code = match section {
        Section::Update => update(name, &join_comments(&code))?,
        Section::Custom => match update(name, &code.join("\n")) {
            // A process of one assignment may as well be a continuous one, and has to be if what it
            // assigns is a constant.
            Ok(Code::Update { statements, links }) if statements.len() + links.len() == 1 => {
                Code::Update { statements, links }
            }
            _ => Code::Custom(custom(&code)),
        },
        _ => Code::Custom(Vec::new()),
    };
    module.register();
    Ok(module)
}

/// `input wire signed [7:0] name;` or `localparam signed name = 8'h0;`
fn decl(module: &str, line: &str) -> Result<Decl, EmitError> {
    let all: Vec<Token> = tokens(line)
        .into_iter()
        .filter(|t| t.kind != Kind::Space)
        .collect();
    let fail = || unexpected(module, line);
    let mut decl = Decl::default();
    let mut at = 0;
    while let Some(t) = all.get(at).filter(|t| t.kind == Kind::Ident) {
        at += 1;
        match t.text {
            "input" | "output" | "inout" | "localparam" => decl.class = t.text.into(),
            "wire" | "reg" => decl.net = t.text.into(),
            "signed" => decl.signed = true,
            name => {
                decl.name = name.into();
                break;
            }
        }
        if let [a, b, c, d, e, ..] = &all[at..] {
            if (a.text, c.text, d.text, e.text) == ("[", ":", "0", "]") {
                decl.width = b.text.parse::<usize>().map_err(|_| fail())? + 1;
                at += 5;
            }
        }
    }
    match all.get(at).map(|t| t.text) {
        Some(";") if all.len() == at + 1 => {}
        Some("=") if all.last().map(|t| t.text) == Some(";") => {
            let value: String = all[at + 1..all.len() - 1].iter().map(|t| t.text).collect();
            if let Some((size, digits)) = value.split_once('\'') {
                decl.width = size.parse().map_err(|_| fail())?;
                if digits.contains('-') {
                    return Err(fail());
                }
            }
            decl.value = Some(value);
        }
        _ => return Err(fail()),
    }
    if decl.name.is_empty() {
        return Err(fail());
    }
    Ok(decl)
}

/// `kind name( .port(signal), ... );` any number of times.
fn parse_instances(module: &str, text: &str) -> Result<Vec<Instance>, EmitError> {
    let all: Vec<Token> = tokens(text)
        .into_iter()
        .filter(|t| t.kind != Kind::Space)
        .collect();
    let fail = || unexpected(module, text);
    let mut instances = Vec::new();
    let mut rest: &[Token] = &all;
    while let [kind, name, open, tail @ ..] = rest {
        if open.text != "(" {
            return Err(fail());
        }
        rest = tail;
        let mut connections = Vec::new();
        loop {
            match rest {
                [dot, port, a, signal, b, tail @ ..]
                    if (dot.text, a.text, b.text) == (".", "(", ")") =>
                {
                    connections.push((port.text.to_owned(), signal.text.to_owned()));
                    rest = tail;
                }
                [comma, tail @ ..] if comma.text == "," => rest = tail,
                [close, end, tail @ ..] if (close.text, end.text) == (")", ";") => {
                    rest = tail;
                    break;
                }
                _ => return Err(fail()),
            }
        }
        instances.push(Instance {
            kind: kind.text.into(),
            name: name.text.into(),
            connections,
            comments: Vec::new(),
        });
    }
    if rest.is_empty() {
        Ok(instances)
    } else {
        Err(fail())
    }
}

/// Hand-written code: only its left margin and its blank lines change.
fn custom(lines: &[&str]) -> Vec<String> {
    let margin = lines
        .iter()
        .filter(|l| !l.trim().is_empty())
        .map(|l| l.len() - l.trim_start().len())
        .min()
        .unwrap_or(0);
    let mut out: Vec<String> = Vec::new();
    for line in lines {
        let line = line.trim_end();
        let line = line.get(margin..).unwrap_or("");
        if !line.is_empty() || out.last().is_some_and(|l| !l.is_empty()) {
            out.push(line.to_owned());
        }
    }
    while out.last().is_some_and(String::is_empty) {
        out.pop();
    }
    out
}

/// The statements of a kernel and the links after it.
fn update(module: &str, text: &str) -> Result<Code, EmitError> {
    let all: Vec<Token> = tokens(text);
    let mut parser = Parser {
        module,
        tokens: &all,
        at: 0,
    };
    let mut statements = Vec::new();
    let mut links = Vec::new();
    while let Some(token) = parser.peek() {
        match token.text {
            "always" => {
                for expected in ["always", "@", "(", "*", ")"] {
                    parser.expect(expected)?;
                }
                if parser.peek().map(|t| t.text) == Some("begin") {
                    statements.extend(parser.block()?);
                } else {
                    links.push(parser.link()?);
                }
            }
            "assign" => {
                parser.expect("assign")?;
                links.push(parser.link()?);
            }
            _ => return Err(unexpected(module, text)),
        }
    }
    Ok(Code::Update { statements, links })
}

struct Parser<'a> {
    module: &'a str,
    tokens: &'a [Token<'a>],
    at: usize,
}

impl<'a> Parser<'a> {
    fn fail<T>(&self) -> Result<T, EmitError> {
        let from = self.at.min(self.tokens.len()).saturating_sub(1);
        let text: String = self.tokens[from..]
            .iter()
            .take(40)
            .map(|t| t.text)
            .collect();
        Err(unexpected(self.module, &text))
    }

    fn peek(&mut self) -> Option<Token<'a>> {
        while self
            .tokens
            .get(self.at)
            .is_some_and(|t| t.kind == Kind::Space)
        {
            self.at += 1;
        }
        self.tokens.get(self.at).copied()
    }

    fn expect(&mut self, text: &str) -> Result<(), EmitError> {
        if self.peek().is_some_and(|t| t.text == text) {
            self.at += 1;
            Ok(())
        } else {
            self.fail()
        }
    }

    /// The text up to `end` outside all brackets, which is consumed.
    fn until(&mut self, end: &str) -> Result<String, EmitError> {
        let mut depth = 0;
        let mut text = String::new();
        while let Some(token) = self.tokens.get(self.at) {
            if depth == 0 && token.text == end {
                self.at += 1;
                return Ok(tidy(&text));
            }
            match token.text {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                ";" | "begin" | "end" => return self.fail(),
                _ => {}
            }
            match token.kind {
                Kind::Comment => return self.fail(),
                Kind::Space => text.push(' '),
                _ => text.push_str(token.text),
            }
            self.at += 1;
        }
        self.fail()
    }

    fn block(&mut self) -> Result<Vec<Stmt>, EmitError> {
        self.expect("begin")?;
        let mut statements = Vec::new();
        while self.peek().is_some_and(|t| t.text != "end") {
            statements.push(self.statement()?);
        }
        self.expect("end")?;
        Ok(statements)
    }

    /// An assignment outside of a process.
    fn link(&mut self) -> Result<(String, String), EmitError> {
        match self.statement()? {
            Stmt::Assign(left, right) => Ok((left, right)),
            _ => self.fail(),
        }
    }

    fn statement(&mut self) -> Result<Stmt, EmitError> {
        let Some(token) = self.peek() else {
            return self.fail();
        };
        match token.text {
            _ if token.kind == Kind::Comment => {
                self.at += 1;
                Ok(Stmt::Comment(comment(token.text)))
            }
            "if" => {
                self.at += 1;
                self.expect("(")?;
                let condition = self.until(")")?;
                let then = self.block()?;
                let mut otherwise = Vec::new();
                if self.peek().is_some_and(|t| t.text == "else") {
                    self.at += 1;
                    if self.peek().is_some_and(|t| t.text == "if") {
                        otherwise.push(self.statement()?);
                    } else {
                        otherwise = self.block()?;
                    }
                }
                Ok(Stmt::If(condition, then, otherwise))
            }
            "case" => {
                self.at += 1;
                self.expect("(")?;
                let subject = self.until(")")?;
                let mut arms = Vec::new();
                while self.peek().is_some_and(|t| t.text != "endcase") {
                    let label = self.until(":")?;
                    arms.push((label, self.block()?));
                }
                self.expect("endcase")?;
                Ok(Stmt::Case(subject, arms))
            }
            _ => {
                let left = self.until("=")?;
                let right = self.until(";")?;
                Ok(Stmt::Assign(left, right))
            }
        }
    }
}

/// Long `comment!`s come in two lines, the second without a comment sign: makes them one.
fn join_comments(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        let second = line.trim_start().starts_with("(\"");
        if second && (text.ends_with("// comment!") || text.ends_with("// comment !")) {
            text.push_str(line.trim());
        } else {
            text.push('\n');
            text.push_str(line);
        }
    }
    text
}

/// The text of a `comment!`, of which rust-hdl may leave the call around the words.
fn comment(text: &str) -> String {
    let words = text.trim_start_matches('/').trim();
    let compact: String = words
        .chars()
        .take(12)
        .filter(|c| !c.is_whitespace())
        .collect();
    let words = match words.split_once('"') {
        Some((_, inner)) if compact.starts_with("comment!(\"") => {
            let inner = inner
                .trim_end()
                .trim_end_matches(';')
                .trim_end()
                .trim_end_matches(')');
            let inner = inner.trim_end();
            inner
                .strip_suffix('"')
                .unwrap_or(inner)
                .replace("\\\"", "\"")
        }
        _ => words.to_owned(),
    };
    format!("// {words}")
}

/// Single blanks, and constant part selects as `[high:low]`.
fn tidy(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let all = tokens(&text);
    let mut out = String::new();
    let mut at = 0;
    while at < all.len() {
        if let [a, b, offset, c, d, e, f, width, g, h, ..] = &all[at..] {
            let frame = [a, b, c, d, e, f, g, h].map(|t| t.text);
            if frame == ["[", "(", ")", "+", ":", "(", ")", "]"] {
                if let (Some(low), Some(n @ 1..)) = (constant(offset.text), constant(width.text)) {
                    out.push_str(&format!("[{}:{low}]", low + n - 1));
                    at += 10;
                    continue;
                }
            }
        }
        if let [a, b, c, ..] = &all[at..] {
            if (a.text, c.text) == ("[", "]") && b.kind == Kind::Number {
                if let Some(index) = constant(b.text) {
                    out.push_str(&format!("[{index}]"));
                    at += 3;
                    continue;
                }
            }
        }
        out.push_str(all[at].text);
        at += 1;
    }
    out
}

/// The value of a number as rust-hdl writes it: `7` or `32'h7`.
fn constant(text: &str) -> Option<u32> {
    match text.split_once('\'') {
        None => text.parse().ok(),
        Some((_, digits)) if digits.starts_with('h') => u32::from_str_radix(&digits[1..], 16).ok(),
        Some((_, digits)) if digits.starts_with('b') => u32::from_str_radix(&digits[1..], 2).ok(),
        Some(_) => None,
    }
}
