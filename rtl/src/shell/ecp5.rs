//! The PLL of an ECP5. Limits as in ecppll.

use super::{within, Pll, Range};

const INPUT: Range = (8e6, 400e6);
const DETECTOR: Range = (3.125e6, 400e6);
const OSCILLATOR: Range = (400e6, 800e6);
const OUTPUT: Range = (10e6, 400e6);

/// The oscillator is to be near the middle of its range.
const MIDDLE: f64 = 600e6;

/// Settings with the output nearest to the one wanted: input / CLKI_DIV * CLKFB_DIV, which the feedback
/// makes CLKOP_DIV times as fast at the oscillator.
pub(super) fn pll(input: f64, wanted: f64) -> Option<Pll> {
    if !within(INPUT, input) || !within(OUTPUT, wanted) {
        return None;
    }
    let mut best: Option<Pll> = None;
    for reference in 1..=128u32 {
        let detector_hz = input / f64::from(reference);
        if !within(DETECTOR, detector_hz) {
            continue;
        }
        for feedback in 1..=80u32 {
            let output_hz = detector_hz * f64::from(feedback);
            for divider in 1..=128u32 {
                let oscillator_hz = output_hz * f64::from(divider);
                if !within(OSCILLATOR, oscillator_hz) {
                    continue;
                }
                let better = |best: &Pll| {
                    let (error, least) =
                        ((output_hz - wanted).abs(), (best.output_hz - wanted).abs());
                    let nearer =
                        (oscillator_hz - MIDDLE).abs() < (best.oscillator_hz - MIDDLE).abs();
                    // Frequencies are sums of roundings: less than 1 Hz is no difference.
                    error < least - 1.0 || (error < least + 1.0 && nearer)
                };
                if best.as_ref().is_none_or(better) {
                    best = Some(Pll {
                        settings: vec![
                            ("CLKI_DIV", reference),
                            ("CLKFB_DIV", feedback),
                            ("CLKOP_DIV", divider),
                            ("CLKOP_CPHASE", divider / 2),
                        ],
                        detector_hz,
                        oscillator_hz,
                        output_hz,
                    });
                }
            }
        }
    }
    best
}

/// The PLL; place and route puts its output on a global net.
pub(super) fn primitives(pll: &Pll, input_hz: u32) -> String {
    format!(
        "    // Phase detector {:.3} MHz, oscillator {:.3} MHz, output {:.3} MHz.
    (* FREQUENCY_PIN_CLKI=\"{}\" *) (* FREQUENCY_PIN_CLKOP=\"{}\" *)
    (* ICP_CURRENT=\"12\" *) (* LPF_RESISTOR=\"8\" *)
    (* MFG_ENABLE_FILTEROPAMP=\"1\" *) (* MFG_GMCREF_SEL=\"2\" *)
    EHXPLLL #(
        .PLLRST_ENA(\"DISABLED\"),
        .INTFB_WAKE(\"DISABLED\"),
        .STDBY_ENABLE(\"DISABLED\"),
        .DPHASE_SOURCE(\"DISABLED\"),
        .OUTDIVIDER_MUXA(\"DIVA\"),
        .OUTDIVIDER_MUXB(\"DIVB\"),
        .OUTDIVIDER_MUXC(\"DIVC\"),
        .OUTDIVIDER_MUXD(\"DIVD\"),
        .FEEDBK_PATH(\"CLKOP\"),
        .CLKOP_ENABLE(\"ENABLED\"),
        .CLKI_DIV({}),
        .CLKFB_DIV({}),
        .CLKOP_DIV({}),
        .CLKOP_CPHASE({}),
        .CLKOP_FPHASE(0)
    ) pll (
        .CLKI(clock),
        .CLKFB(core_clock),
        .CLKOP(core_clock),
        .LOCK(locked),
        .RST(1'b0),
        .STDBY(1'b0),
        .PHASESEL0(1'b0),
        .PHASESEL1(1'b0),
        .PHASEDIR(1'b1),
        .PHASESTEP(1'b1),
        .PHASELOADREG(1'b1),
        .PLLWAKESYNC(1'b0),
        .ENCLKOP(1'b0)
    );
",
        pll.detector_hz / 1e6,
        pll.oscillator_hz / 1e6,
        pll.output_hz / 1e6,
        f64::from(input_hz) / 1e6,
        pll.output_hz / 1e6,
        pll.setting("CLKI_DIV"),
        pll.setting("CLKFB_DIV"),
        pll.setting("CLKOP_DIV"),
        pll.setting("CLKOP_CPHASE"),
    )
}
