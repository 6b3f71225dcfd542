//! The rPLL of Gowin's GW1N and GW2A. Limits as in gowin_pll.

use super::{within, Pll, Range, ShellError};

/// Limits of a die in its fastest speed grade on the boards here.
struct Limits {
    die: &'static str,
    detector: Range,
    oscillator: Range,
    output: Range,
}

const LIMITS: [Limits; 2] = [
    // Speed grade C6/I5.
    Limits {
        die: "GW1N-9C",
        detector: (3e6, 400e6),
        oscillator: (400e6, 1200e6),
        output: (3.125e6, 600e6),
    },
    // Speed grade C8/I7.
    Limits {
        die: "GW2A-18C",
        detector: (3e6, 500e6),
        oscillator: (500e6, 1250e6),
        output: (3.90625e6, 625e6),
    },
];

/// Dividers between oscillator and output.
const DIVIDERS: [u32; 11] = [2, 4, 8, 16, 32, 48, 64, 80, 96, 112, 128];

/// Settings with the output nearest to the one wanted: input / (IDIV_SEL + 1) * (FBDIV_SEL + 1), which
/// is ODIV_SEL times as fast at the oscillator.
pub(super) fn pll(die: &str, input: f64, wanted: f64) -> Result<Option<Pll>, ShellError> {
    let Some(limits) = LIMITS.iter().find(|limits| limits.die == die) else {
        return Err(ShellError::Die {
            die: die.into(),
            known: LIMITS.map(|limits| limits.die).join(", "),
        });
    };
    let inside = |range: Range, hz: f64| range.0 < hz && hz < range.1;
    let mut best: Option<Pll> = None;
    for reference in 0..64u32 {
        let detector_hz = input / f64::from(reference + 1);
        if !within(limits.detector, detector_hz) {
            continue;
        }
        for feedback in 0..64u32 {
            let output_hz = detector_hz * f64::from(feedback + 1);
            if !inside(limits.output, output_hz) {
                continue;
            }
            for divider in DIVIDERS {
                let oscillator_hz = output_hz * f64::from(divider);
                // Frequencies are sums of roundings: less than 1 Hz is no difference.
                let nearer =
                    |best: &Pll| (output_hz - wanted).abs() < (best.output_hz - wanted).abs() - 1.0;
                if inside(limits.oscillator, oscillator_hz) && best.as_ref().is_none_or(nearer) {
                    best = Some(Pll {
                        settings: vec![
                            ("IDIV_SEL", reference),
                            ("FBDIV_SEL", feedback),
                            ("ODIV_SEL", divider),
                        ],
                        detector_hz,
                        oscillator_hz,
                        output_hz,
                    });
                }
            }
        }
    }
    Ok(best)
}

/// The PLL; place and route puts its output on a global net.
pub(super) fn primitives(pll: &Pll, input_hz: u32) -> String {
    format!(
        "    // Phase detector {:.3} MHz, oscillator {:.3} MHz, output {:.3} MHz.
    rPLL #(
        .FCLKIN(\"{}\"),
        .IDIV_SEL({}),
        .FBDIV_SEL({}),
        .ODIV_SEL({})
    ) pll (
        .CLKIN(clock),
        .CLKOUT(core_clock),
        .LOCK(locked),
        .CLKOUTP(),
        .CLKOUTD(),
        .CLKOUTD3(),
        .RESET(1'b0),
        .RESET_P(1'b0),
        .CLKFB(1'b0),
        .FBDSEL(6'b0),
        .IDSEL(6'b0),
        .ODSEL(6'b0),
        .PSDA(4'b0),
        .DUTYDA(4'b0),
        .FDLY(4'b0)
    );
",
        pll.detector_hz / 1e6,
        pll.oscillator_hz / 1e6,
        pll.output_hz / 1e6,
        f64::from(input_hz) / 1e6,
        pll.setting("IDIV_SEL"),
        pll.setting("FBDIV_SEL"),
        pll.setting("ODIV_SEL"),
    )
}
