//! The shell around the core on a board: pins, clock, start. Emitted as one commented Verilog module,
//! [`MODULE`], beside `ferrospike_uart`.
//!
//! The core's clock comes from the board's, through the PLL of the FPGA's family if it is another one;
//! [`clock`] says how. For [`START_SECONDS`] after the PLL has locked, the core's `rx` is held at its
//! idle level: the block RAM of an iCE40 reads as zero for some microseconds after configuration. The core has no
//! reset; its registers begin with the values of the bitstream, and until something is heard it writes no memory
//! (the status block sleeps until the first connection).

mod ecp5;
mod error;
mod gowin;
mod ice40;

pub use error::ShellError;

use std::fmt::Write;

/// Name of the emitted module.
pub const MODULE: &str = "ferrospike_board";

/// How long the core rests after the PLL has locked.
pub const START_SECONDS: f64 = 20e-6;

/// Most that a clock may be off the one asked for, in parts of it.
const CLOCK_TOLERANCE: f64 = 0.01;

/// What the clock's primitives depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Family {
    /// Lattice iCE40.
    Ice40 {
        /// The clock's pin is the PLL's own pad (`SB_PLL40_PAD`), not any pin (`SB_PLL40_CORE`).
        pad: bool,
    },
    /// Lattice ECP5.
    Ecp5,
    /// Gowin, with the name of the die: `GW1N-9C` or `GW2A-18C`.
    Gowin {
        /// The die.
        die: String,
    },
}

/// A board, as far as the shell has to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shell {
    /// Name of the board, for the comment on top.
    pub title: String,
    /// Where the clock's primitives come from.
    pub family: Family,
    /// Clock at the pin in Hz.
    pub input_hz: u32,
    /// Clock that the core is to have, in Hz.
    pub core_hz: u32,
    /// An LED that is lit when the core is ready, and the level that lights it.
    pub led: Option<bool>,
    /// Outputs that hold a level.
    pub levels: Vec<(String, bool)>,
}

/// The core's clock and how it is made.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    /// Frequency of the core in Hz, to the nearest.
    pub core_hz: u32,
    /// Settings of the PLL; none if the pin's clock is used as it is.
    pub pll: Option<Pll>,
}

/// Settings of a PLL.
#[derive(Clone, Debug, PartialEq)]
pub struct Pll {
    /// Numbers that the family's calculator (icepll, ecppll, gowin_pll) finds too, by the name that the
    /// primitive has for them.
    pub settings: Vec<(&'static str, u32)>,
    /// Frequency at the phase detector in Hz.
    pub detector_hz: f64,
    /// Frequency of the oscillator in Hz.
    pub oscillator_hz: f64,
    /// Frequency of the output in Hz.
    pub output_hz: f64,
}

impl Pll {
    /// A setting by its name; 0 if there is none.
    pub fn setting(&self, name: &str) -> u32 {
        let found = self.settings.iter().find(|(key, _)| *key == name);
        found.map_or(0, |(_, value)| *value)
    }
}

/// Lowest and highest frequency in Hz.
type Range = (f64, f64);

fn within(range: Range, hz: f64) -> bool {
    (range.0..=range.1).contains(&hz)
}

impl Shell {
    /// All ports of the emitted module.
    pub fn ports(&self) -> Vec<&str> {
        let mut ports = vec!["clock", "rx", "tx"];
        ports.extend(self.led.map(|_| "led"));
        ports.extend(self.levels.iter().map(|(name, _)| name.as_str()));
        ports
    }

    /// The core's clock.
    ///
    /// # Errors
    ///
    /// A clock that the PLL cannot make to one in a hundred.
    pub fn clock(&self) -> Result<Clock, ShellError> {
        if self.input_hz == self.core_hz {
            let core_hz = self.core_hz;
            return Ok(Clock { core_hz, pll: None });
        }
        let (input, wanted) = (f64::from(self.input_hz), f64::from(self.core_hz));
        let (name, pll) = match &self.family {
            Family::Ice40 { .. } => ("PLL of the iCE40", ice40::pll(input, wanted)),
            Family::Ecp5 => ("PLL of the ECP5", ecp5::pll(input, wanted)),
            Family::Gowin { die } => ("rPLL", gowin::pll(die, input, wanted)?),
        };
        let nearest_hz = pll.as_ref().map(|pll| pll.output_hz);
        match pll {
            Some(pll) if (pll.output_hz - wanted).abs() <= CLOCK_TOLERANCE * wanted => Ok(Clock {
                core_hz: pll.output_hz.round() as u32,
                pll: Some(pll),
            }),
            _ => Err(ShellError::Clock {
                pll: name,
                input_hz: self.input_hz,
                wanted_hz: self.core_hz,
                nearest_hz,
            }),
        }
    }

    /// The module.
    ///
    /// # Errors
    ///
    /// A clock that cannot be made, or a name that cannot be a port.
    pub fn verilog(&self) -> Result<String, ShellError> {
        self.check_names()?;
        let clock = self.clock()?;
        let primitives = match (&self.family, &clock.pll) {
            (Family::Ice40 { pad }, Some(pll)) => ice40::primitives(pll, *pad),
            (Family::Ice40 { .. }, None) => ice40::buffer(),
            (Family::Ecp5, Some(pll)) => ecp5::primitives(pll, self.input_hz),
            (Family::Gowin { .. }, Some(pll)) => gowin::primitives(pll, self.input_hz),
            (_, None) => "    assign core_clock = clock;\n    assign locked = 1'b1;\n".into(),
        };
        let mut text = format!(
            "// ferrospike on the board {}: pins, clock and start around the core.\n\
             // Clock at the pin {} Hz, of the core {} Hz.\n\
             module {MODULE}(\n    input  wire clock,\n    input  wire rx,\n    output wire tx",
            self.title, self.input_hz, clock.core_hz
        );
        for port in &self.ports()[3..] {
            let _ = write!(text, ",\n    output wire {port}");
        }
        text += "\n);\n    wire core_clock;\n    wire locked;\n\n";
        text += &primitives;
        text += &start(clock.core_hz);
        text += "    ferrospike_uart core(\n        .clock(core_clock),\n        .rx(rx | ~ready),\n        .tx(tx)\n    );\n";
        if let Some(lit) = self.led {
            let not = if lit { "" } else { "~" };
            let _ = write!(
                text,
                "\n    // Lit when the core is ready.\n    assign led = {not}ready;\n"
            );
        }
        if !self.levels.is_empty() {
            text += "\n    // Pins that hold a level.\n";
        }
        for (name, level) in &self.levels {
            let _ = writeln!(text, "    assign {name} = 1'b{};", u8::from(*level));
        }
        text += "endmodule\n";
        Ok(text)
    }

    fn check_names(&self) -> Result<(), ShellError> {
        let own = [
            "core_clock",
            "locked",
            "lock",
            "start",
            "ready",
            "core",
            "pll",
            "buffer",
        ];
        let ports = self.ports();
        for (index, name) in ports.iter().enumerate() {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            let rule = if !name.starts_with(|c: char| c.is_ascii_lowercase())
                || !name.chars().all(plain)
            {
                "small letters, digits and _ are possible, and a letter first"
            } else if own.contains(name) || ports[..index].contains(name) {
                "the shell has this name already"
            } else {
                continue;
            };
            let name = name.to_string();
            return Err(ShellError::Name { name, rule });
        }
        Ok(())
    }
}

/// The counter that waits for [`START_SECONDS`] after the lock.
fn start(core_hz: u32) -> String {
    let clocks = (f64::from(core_hz) * START_SECONDS).ceil().max(2.0) as u32;
    let top = clocks.next_power_of_two().ilog2();
    format!(
        "
    // Start: {count} clocks ({microseconds:.1} us) after the PLL has locked, the core hears its first bit.
    reg [1:0] lock = 2'b00;
    reg [{top}:0] start = {bits}'d0;
    wire ready = start[{top}];
    always @(posedge core_clock) begin
        lock <= {{lock[0], locked}};
        if (!lock[1]) start <= {bits}'d0;
        else if (!ready) start <= start + {bits}'d1;
    end

",
        count = 1u32 << top,
        microseconds = f64::from(1u32 << top) / f64::from(core_hz) * 1e6,
        bits = top + 1,
    )
}

#[cfg(test)]
mod tests;
