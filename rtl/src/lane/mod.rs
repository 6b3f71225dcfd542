//! The lanes: weights into currents, and, where a core learns, into other weights.

pub mod integrate;
pub mod lanes;
pub mod learn;
pub mod learn_lanes;

/// How many registers a weight passes on its way from S to U: what a chip's area and wires ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pipeline {
    /// The fewest: mantissa and addition begin at the memories, and rows of one group follow in every
    /// other clock. Saves 56 cells a lane on an iCE40.
    Short,
    /// Registers behind S and U; sums are forwarded, so a row of any length takes a clock a group.
    #[default]
    Middle,
    /// The same with a register before S, and one behind it for longs, for synapse memories that spread
    /// over the chip: a row begins a clock later, a long is there two clocks later.
    Long,
}

impl Pipeline {
    /// Whether lanes have registers behind S and U, and forward their sums.
    pub fn forwards(self) -> bool {
        self != Pipeline::Short
    }

    /// Whether S answers a clock later than a memory would, and the words of U are kept for sweeps.
    pub fn is_late(self) -> bool {
        self == Pipeline::Long
    }
}

impl std::str::FromStr for Pipeline {
    type Err = String;

    /// `short`, `middle` or `long`.
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "short" => Ok(Pipeline::Short),
            "middle" => Ok(Pipeline::Middle),
            "long" => Ok(Pipeline::Long),
            _ => Err(format!(
                "'{text}' is no pipeline: 'short', 'middle' and 'long' are possible"
            )),
        }
    }
}

impl std::fmt::Display for Pipeline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Pipeline::Short => "short",
            Pipeline::Middle => "middle",
            Pipeline::Long => "long",
        })
    }
}
