//! The PLL and the global buffer of an iCE40. Limits as in icepll.

use super::{within, Pll, Range};

const INPUT: Range = (10e6, 133e6);
const DETECTOR: Range = (10e6, 133e6);
const OSCILLATOR: Range = (533e6, 1066e6);
const OUTPUT: Range = (16e6, 275e6);

/// Settings with the output nearest to the one wanted: input / (DIVR + 1) * (DIVF + 1) / 2^DIVQ.
pub(super) fn pll(input: f64, wanted: f64) -> Option<Pll> {
    if !within(INPUT, input) || !within(OUTPUT, wanted) {
        return None;
    }
    let mut best: Option<Pll> = None;
    for reference in 0..16u32 {
        let detector_hz = input / f64::from(reference + 1);
        if !within(DETECTOR, detector_hz) {
            continue;
        }
        for feedback in 0..128u32 {
            let oscillator_hz = detector_hz * f64::from(feedback + 1);
            if !within(OSCILLATOR, oscillator_hz) {
                continue;
            }
            for power in 1..7u32 {
                let output_hz = oscillator_hz / f64::from(1u32 << power);
                let nearer =
                    |best: &Pll| (output_hz - wanted).abs() < (best.output_hz - wanted).abs();
                if best.as_ref().is_none_or(nearer) {
                    best = Some(Pll {
                        settings: vec![
                            ("DIVR", reference),
                            ("DIVF", feedback),
                            ("DIVQ", power),
                            ("FILTER_RANGE", filter_range(detector_hz)),
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

/// Setting of the loop filter for a frequency at the phase detector.
fn filter_range(detector_hz: f64) -> u32 {
    let limits = [17e6, 26e6, 44e6, 66e6, 101e6];
    1 + limits.iter().filter(|&&limit| detector_hz >= limit).count() as u32
}

/// The PLL, with its output on a global net.
pub(super) fn primitives(pll: &Pll, pad: bool) -> String {
    let (module, port) = if pad {
        ("SB_PLL40_PAD", "PACKAGEPIN")
    } else {
        ("SB_PLL40_CORE", "REFERENCECLK")
    };
    format!(
        "    // Phase detector {:.3} MHz, oscillator {:.3} MHz, output {:.3} MHz on a global net.
    {module} #(
        .FEEDBACK_PATH(\"SIMPLE\"),
        .DIVR(4'd{}),
        .DIVF(7'd{}),
        .DIVQ(3'd{}),
        .FILTER_RANGE(3'd{})
    ) pll (
        .{port}(clock),
        .PLLOUTGLOBAL(core_clock),
        .LOCK(locked),
        .RESETB(1'b1),
        .BYPASS(1'b0)
    );
",
        pll.detector_hz / 1e6,
        pll.oscillator_hz / 1e6,
        pll.output_hz / 1e6,
        pll.setting("DIVR"),
        pll.setting("DIVF"),
        pll.setting("DIVQ"),
        pll.setting("FILTER_RANGE"),
    )
}

/// The global buffer for a clock that needs no PLL.
pub(super) fn buffer() -> String {
    "    SB_GB buffer(
        .USER_SIGNAL_TO_GLOBAL_BUFFER(clock),
        .GLOBAL_BUFFER_OUTPUT(core_clock)
    );
    assign locked = 1'b1;
"
    .into()
}
