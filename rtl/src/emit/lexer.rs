//! Splits Verilog text into tokens; the tokens put together are the text again.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Blanks and line ends.
    Space,
    /// A comment of either form, without the line end.
    Comment,
    /// A plain identifier or keyword.
    Ident,
    /// A system name, an escaped identifier, a compiler directive or a string: never changed.
    Fixed,
    /// A number, with its base if it has one.
    Number,
    /// A name after [`FOREIGN`]: of a module, or of a port of another module.
    Foreign,
    /// Any other single character.
    Punct,
}

/// Marks, in text not yet finished, a name from another name space than the module's own.
pub(super) const FOREIGN: char = '\u{1}';

/// A piece of Verilog text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: &'a str,
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

/// The length of the leading characters of `s` that satisfy `accept`.
fn span(s: &str, accept: impl Fn(char) -> bool) -> usize {
    s.find(|c| !accept(c)).unwrap_or(s.len())
}

/// The length of the number that `s` starts with.
fn number(s: &str) -> usize {
    let size = span(s, |c| c.is_ascii_digit() || c == '_');
    let rest = &s[size..];
    if let Some(base) = rest.strip_prefix('\'') {
        let signed = usize::from(base.starts_with(['s', 'S']));
        if base[signed..].starts_with(['b', 'B', 'o', 'O', 'd', 'D', 'h', 'H']) {
            let digits = span(&base[signed + 1..], |c| {
                c.is_ascii_alphanumeric() || c == '_' || c == '?'
            });
            return size + 1 + signed + 1 + digits;
        }
    } else if rest.starts_with('.') && rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
        return size + 1 + span(&rest[1..], |c| c.is_ascii_digit());
    }
    size.max(1)
}

/// All tokens of `text`.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (kind, length) = if first.is_whitespace() {
            (Kind::Space, span(rest, char::is_whitespace))
        } else if rest.starts_with("//") {
            (Kind::Comment, rest.find('\n').unwrap_or(rest.len()))
        } else if let Some(inner) = rest.strip_prefix("/*") {
            (
                Kind::Comment,
                inner.find("*/").map_or(rest.len(), |i| i + 4),
            )
        } else if first == '"' {
            let mut escaped = false;
            let end = rest[1..].find(|c| {
                let closes = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                closes
            });
            (Kind::Fixed, end.map_or(rest.len(), |i| i + 2))
        } else if first.is_ascii_digit() || first == '\'' {
            (Kind::Number, number(rest))
        } else if first.is_ascii_alphabetic() || first == '_' {
            (Kind::Ident, span(rest, is_word))
        } else if first == '$' || first == '`' {
            (Kind::Fixed, 1 + span(&rest[1..], is_word))
        } else if first == '\\' {
            (Kind::Fixed, span(rest, |c| !c.is_whitespace()))
        } else if first == FOREIGN {
            (Kind::Foreign, 1 + span(&rest[1..], is_word))
        } else {
            (Kind::Punct, first.len_utf8())
        };
        let (text, tail) = rest.split_at(length);
        tokens.push(Token { kind, text });
        rest = tail;
    }
    tokens
}
