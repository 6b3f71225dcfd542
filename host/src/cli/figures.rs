//! Figures of a run in words.

use ferrospike_host::number::thousands;
use ferrospike_host::run::Summary;
use ferrospike_model::image::{Image, Role};

/// Accuracy and speed.
pub fn figures(s: &Summary) -> String {
    let mut text = format!(
        "{} samples, {} steps, {:.1} s",
        s.samples, s.steps, s.seconds
    );
    if let Some(accuracy) = s.accuracy() {
        text += &format!("; {} of {} right ({accuracy:.1} %)", s.right, s.labelled);
    }
    text += &format!(
        "\neach: {:.1} spikes, {} synaptic operations",
        s.each(s.spikes),
        thousands(s.each(s.synaptic_operations) as u64)
    );
    if let Some(rate) = s.operations_per_cycle() {
        let cycles = thousands(s.each(s.cycles) as u64);
        text += &format!(", {cycles} cycles ({rate:.2} operations a cycle)");
    }
    if s.saturations > 0 {
        text += &format!("; {} saturations in all", s.saturations);
    }
    text + "\n"
}

/// The outcome of the comparison.
pub fn verdict(s: &Summary) -> String {
    match &s.comparison {
        None => String::new(),
        Some(c) => {
            let bits = thousands(c.bits);
            match &c.first {
                None => format!(
                    "EQUAL: {bits} bits compared with the model, 0 differ{}\n",
                    match c.weights {
                        0 => String::new(),
                        n => format!("; bytes of what learns among them: {}", thousands(n)),
                    }
                ),
                Some(first) => format!(
                    "DIFFERENT: {} of {bits} bits{}; first: {first}\n",
                    thousands(c.differing),
                    match c.weights {
                        0 => String::new(),
                        n => format!(
                            ", {} of {} bytes of what learns",
                            thousands(c.differing_weights),
                            thousands(n)
                        ),
                    }
                ),
            }
        }
    }
}

/// Populations whose spikes are not sent.
pub fn unreported(image: &Image) -> String {
    let silent: Vec<_> = image
        .header
        .populations
        .iter()
        .filter(|p| p.role == Role::Hidden && p.spikes_report.is_none())
        .map(|p| format!("'{}'", p.name))
        .collect();
    if silent.is_empty() {
        return String::new();
    }
    format!(
        "spikes of {} are not sent step by step; u and v of all neurons after each sample and the \
         counters were compared (import with --report all to compare every spike)\n",
        silent.join(", ")
    )
}
