//! Drawings: SVG that takes its colours and letters from the page, with a title and a description.

use std::fmt::Write;

/// A drawing in a fixed number of units; the page makes it as wide as there is room.
#[derive(Debug)]
pub(super) struct Svg {
    width: f64,
    height: f64,
    body: String,
}

/// Where a letter's foot stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Text without the letters that mean something in HTML.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A number without needless digits.
pub(super) fn short(x: f64) -> String {
    let text = format!("{x:.2}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').into(),
        false => text,
    }
}

impl Svg {
    /// An empty drawing.
    pub fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            body: String::new(),
        }
    }

    /// A line; `class` gives its colour.
    pub fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(short);
        let _ = write!(
            self.body,
            r#"<line class="{class}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>"#
        );
    }

    /// A rectangle; a title is shown when pointed at.
    pub fn rect(&mut self, class: &str, at: (f64, f64), size: (f64, f64), title: &str) {
        let [x, y, w, h] = [at.0, at.1, size.0.max(0.0), size.1.max(0.0)].map(short);
        let _ = write!(
            self.body,
            r#"<rect class="{class}" x="{x}" y="{y}" width="{w}" height="{h}""#
        );
        self.end("rect", title);
    }

    /// A circle.
    pub fn circle(&mut self, class: &str, at: (f64, f64), radius: f64, title: &str) {
        let [x, y, r] = [at.0, at.1, radius].map(short);
        let _ = write!(
            self.body,
            r#"<circle class="{class}" cx="{x}" cy="{y}" r="{r}""#
        );
        self.end("circle", title);
    }

    /// Many marks of one colour as a single path.
    pub fn path(&mut self, class: &str, path: &str) {
        if !path.is_empty() {
            let _ = write!(self.body, r#"<path class="{class}" d="{path}"/>"#);
        }
    }

    /// Text; `class` gives size and colour.
    pub fn text(&mut self, class: &str, at: (f64, f64), anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let ([x, y], text) = ([at.0, at.1].map(short), escape(text));
        let _ = write!(
            self.body,
            r#"<text class="{class}" x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>"#
        );
    }

    fn end(&mut self, tag: &str, title: &str) {
        let _ = match title {
            "" => write!(self.body, "/>"),
            _ => write!(self.body, "><title>{}</title></{tag}>", escape(title)),
        };
    }

    /// The drawing as an element of the page. `id` must be the page's only one of that name.
    pub fn finish(self, id: &str, title: &str, description: &str) -> String {
        let (title, description) = (escape(title), escape(description));
        let [w, h] = [self.width, self.height].map(short);
        format!(
            "<svg viewBox=\"0 0 {w} {h}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{title}</title>\
             <desc id=\"{id}-d\">{description}</desc>{}</svg>\n",
            self.body
        )
    }
}

/// Values at which an axis from `low` to `high` has marks: about `count`, round, none beyond the ends.
pub(super) fn ticks(low: f64, high: f64, count: usize) -> Vec<f64> {
    let rough = (high - low) / count.max(1) as f64;
    if rough <= 0.0 || !rough.is_finite() {
        return vec![low];
    }
    let power = 10f64.powf(rough.log10().floor());
    let unit = [1.0, 2.0, 5.0, 10.0].map(|m| m * power);
    let step = unit
        .into_iter()
        .find(|&s| s >= rough * 0.999)
        .unwrap_or(rough);
    let first = (low / step - 1e-9).ceil() as i64;
    let marks = (first..first + 100).map(|i| i as f64 * step);
    marks.take_while(|&x| x <= high + step * 1e-9).collect()
}

/// The same for whole values.
pub(super) fn whole_ticks(low: usize, high: usize, count: usize) -> Vec<usize> {
    let marks = ticks(low as f64, high as f64, count);
    let whole = marks.into_iter().filter(|x| x.fract() == 0.0);
    whole.map(|x| x as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_inside() {
        assert_eq!(ticks(0.0, 10.0, 5), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(ticks(-30.0, 95.0, 4), [0.0, 50.0]);
        assert_eq!(whole_ticks(0, 3, 8), [0, 1, 2, 3]);
        assert_eq!(whole_ticks(0, 783, 4), [0, 200, 400, 600]);
        assert_eq!(ticks(3.0, 3.0, 4), [3.0]);
        assert!(ticks(0.0, f64::INFINITY, 4).len() == 1);
    }

    #[test]
    fn names_cannot_end_an_element() {
        assert_eq!(
            escape("</svg><script>&\"'\u{1}"),
            "&lt;/svg&gt;&lt;script&gt;&amp;&quot;&#39; "
        );
        assert_eq!(
            [0.0, 1.5, 2.126, 100.0].map(short),
            ["0", "1.5", "2.13", "100"]
        );
    }
}
