//! Programs in words.

use ferrospike_model::image::Image;
use ferrospike_model::program::{
    Form, Learn, Operation, ReportKind, Reset, Rounding, Scan, Sign, Update,
};

/// One line for each operation of the program at a long's address.
pub fn disassemble(image: &Image, entry: u32) -> Result<Vec<String>, String> {
    let program = image.program(entry).map_err(|e| e.to_string())?;
    let line = |(address, operation): &(u32, Operation)| {
        format!("{address:>6}  {}", words(image, operation))
    };
    Ok(program.iter().map(line).collect())
}

fn words(image: &Image, operation: &Operation) -> String {
    match operation {
        Operation::Scan(s) => scan(image, s),
        Operation::Update(u) => update(image, u),
        Operation::Fold(f) => format!(
            "FOLD    {} neurons from group {} into {}, (x >> {}) << {}{}",
            f.neurons,
            f.scratch_group,
            f.first_group,
            f.floor_shift,
            f.exponent,
            if f.wrap { ", wraps" } else { "" }
        ),
        Operation::Report(r) => match r.kind {
            ReportKind::Spikes {
                plain,
                bitmap,
                groups,
            } => format!(
                "REPORT  {}: spikes of {}, {groups} groups, {}",
                r.number,
                at(image, |p| p.bitmap == bitmap),
                if plain { "plain" } else { "run-length" }
            ),
            ReportKind::State {
                current,
                first_group,
                neurons,
            } => format!(
                "REPORT  {}: {} of {neurons} neurons from group {first_group}",
                r.number,
                if current { "u" } else { "v" }
            ),
        },
        Operation::Clear(c) => {
            let mut parts = Vec::new();
            if c.state {
                parts.push(format!(
                    "u = 0, v = {} of {} neurons from group {}",
                    c.v0, c.neurons, c.first_group
                ));
            }
            if c.history {
                let last = u32::from(c.history_base) + u32::from(c.history_words);
                parts.push(format!("H = 0 in words {}..{last}", c.history_base));
            }
            format!("CLEAR   {}", parts.join("; "))
        }
        Operation::Learn(l) => learn(image, l),
        Operation::End(e) => {
            let flags = [(e.advance, "t + 1"), (e.restart, "t = 0"), (e.mark, "mark")];
            let set: Vec<_> = flags.iter().filter(|f| f.0).map(|f| f.1).collect();
            format!("END     {}", set.join(", "))
        }
    }
}

fn at(image: &Image, is: impl Fn(&ferrospike_model::image::Population) -> bool) -> String {
    let found = image.header.populations.iter().find(|p| is(p));
    found.map_or("?".into(), |p| format!("'{}'", p.name))
}

fn scan(image: &Image, s: &Scan) -> String {
    let from = match s.form {
        Form::Always => "always".into(),
        _ => at(image, |p| p.bitmap == s.source),
    };
    let sign = match s.sign {
        Sign::Signed => "signed",
        Sign::Added => "unsigned, added",
        Sign::Subtracted => "unsigned, subtracted",
    };
    let to = at(image, |p| {
        p.role != ferrospike_model::image::Role::Input
            && p.first_group == usize::from(s.first_group)
    });
    if s.form == Form::Listed {
        return super::lists::scan(image, s, &from, sign);
    }
    format!(
        "SCAN    {from} -> {to}, delay {}, rows at word {} every {}, {} bits {sign}, << {}{}",
        s.delay,
        s.row_base,
        s.stride,
        s.format.bits(),
        s.exponent,
        if s.wrap { ", wraps" } else { "" }
    )
}

fn learn(image: &Image, l: &Learn) -> String {
    let ago = |steps: u8| match steps {
        0 => "in this step".to_string(),
        1 => "a step ago".into(),
        _ => format!("{steps} steps ago"),
    };
    let from = match l.every {
        true => format!("every source of {}", l.rows),
        false => format!(
            "{} that spiked {}",
            at(image, |p| p.bitmap == l.source),
            ago(l.delay)
        ),
    };
    let decay = l.decay.map_or(String::new(), |e| {
        format!(" - w / {}", 1u32 << (8 - u32::from(e & 7)))
    });
    let change = match l.change {
        0 => String::new(),
        change => format!(" {:+}", f64::from(change) / 256.0),
    };
    format!(
        "LEARN   {from} -> {} that {} {}, rows at word {} every {}: w{change}{decay}, in {}..={}, random \
         numbers at word {}",
        at(image, |p| p.bitmap == l.target),
        if l.inverted { "did not spike" } else { "spiked" },
        ago(l.target_delay),
        l.row_base,
        l.stride,
        l.minimum,
        l.maximum,
        l.random
    )
}

fn update(image: &Image, u: &Update) -> String {
    let p = &u.parameters;
    let each = |bit: u8, text: String| match u.per_neuron >> bit & 1 {
        1 => "each its own".to_string(),
        _ => text,
    };
    let reset = match u.reset {
        Reset::Hard => each(2, format!("v = {}", p.reset_value)),
        Reset::Soft => format!("v - {}", u.sub),
        Reset::Delayed => format!("v - {} one step later", u.sub),
        Reset::None => "none".into(),
    };
    let rounding = |r: Rounding| match r {
        Rounding::Floor => "floor",
        Rounding::HalfUp => "half up",
        Rounding::TowardZero => "toward zero",
    };
    let threshold = match (u.no_threshold, u.inverted) {
        (true, _) => "none".into(),
        (_, false) => each(2, format!("h >= {}", p.threshold)),
        (_, true) => each(2, format!("h < {}", p.threshold)),
    };
    let factor = |x: u32| format!("{:.5}", f64::from(x) / 65536.0);
    format!(
        "UPDATE  {}: A, B {}; G, bias {}; spike {threshold}; reset {reset}; v in {}..={}; \
         held {}; rounding {} (u), {} (v)",
        at(image, |p| p.bitmap == u.bitmap),
        each(
            0,
            format!("{}, {}", factor(p.current_decay), factor(p.membrane_decay))
        ),
        each(1, format!("{}, {}", factor(p.gain), p.bias)),
        u.v_min,
        u.v_max,
        u.held_steps,
        rounding(u.rounding_current),
        rounding(u.rounding_membrane),
    )
}
