//! What can go wrong with a board.

use crate::link::LinkError;
use ferrospike_model::device::AccessError;
use ferrospike_model::image::ImageError;
use thiserror::Error;

/// Why a board did not do what it was asked.
#[derive(Debug, Error)]
pub enum BoardError {
    /// The link failed.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// An access outside the device's memories.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The image cannot be used, or not on this device.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// The device refused.
    #[error("the device refused: {}", refusal(*.code, *.detail))]
    Refused {
        /// Error code.
        code: u8,
        /// Detail: opcode or address.
        detail: u32,
    },
    /// S does not hold what was written.
    #[error(
        "loading failed: words {first} to {last} of S have the CRC {found:08x} instead of \
         {wanted:08x}. The image was not started; load it again, and if this repeats, the core's \
         memory or timing is at fault"
    )]
    Verify {
        /// First word.
        first: usize,
        /// Last word.
        last: usize,
        /// The device's CRC.
        found: u32,
        /// The image's CRC.
        wanted: u32,
    },
    /// The image has rows that the device cannot read.
    #[error(
        "the image '{name}' has listed rows, which the core on board '{board}' does not have; import the \
         network again with --no-lists, or build the core with lists"
    )]
    NoLists {
        /// The image's name.
        name: String,
        /// The board's name.
        board: String,
    },
    /// The image shall learn on a device that cannot.
    #[error(
        "the image '{name}' shall learn, but the core on board '{board}' has no LEARN; run it without --learn, or build \
         the core with learn"
    )]
    NoLearning {
        /// The image's name.
        name: String,
        /// The board's name.
        board: String,
    },
    /// The image has no program that learns.
    #[error("nothing learns in the image '{name}'; import the network again with --learn RULE.json (docs/learning.md)")]
    NothingLearns {
        /// The image's name.
        name: String,
    },
    /// No image is known to be loaded.
    #[error("cannot {what}: no image has been loaded and verified on this device; load one first")]
    NotLoaded {
        /// What was asked for.
        what: &'static str,
    },
    /// The image's step program cannot be followed.
    #[error(
        "the image '{name}' cannot be run from here: its step program (long {entry}) does not mark \
         its end; compile the image again"
    )]
    NoMark {
        /// The image's name.
        name: String,
        /// Entry of the program.
        entry: u32,
    },
    /// Inputs that do not belong to the image.
    #[error("{what} {found}, but the image '{name}' has {wanted}")]
    Input {
        /// What was given.
        what: String,
        /// How many.
        found: usize,
        /// The image's name.
        name: String,
        /// How many there should be.
        wanted: usize,
    },
    /// A population that the image does not have, or that has no state.
    #[error("population {index} of the image '{name}' {problem}")]
    Population {
        /// Its index.
        index: usize,
        /// The image's name.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A record that was not expected.
    #[error(
        "the device sent a record that does not fit: {what}. The device does not run the image that \
         this host believes to be loaded, or its core is of another version; connect and load again"
    )]
    Record {
        /// What is wrong with it.
        what: String,
    },
}

fn refusal(code: u8, detail: u32) -> String {
    match code {
        1 => format!(
            "it does not know the command 0x{detail:02x}. Its core is older than this host; build \
             and program it again"
        ),
        2 => format!(
            "the program has, at long {detail} of S, an operation that this device does not have. \
             Build the core with that operation, or compile the image for this device"
        ),
        3 => format!(
            "the operation at long {detail} of S has an operand (form, format, sign or kind) that \
             this device does not have. Build the core with it, or compile the image for this device"
        ),
        4 => format!(
            "a command reaches outside its memory, at address {detail} (0x{detail:06x}). The image \
             was compiled for a larger device"
        ),
        5 => format!("the program does not end (stopped at long {detail} of S); compile it again"),
        6 => format!(
            "the program at long {detail} of S does not run before S is verified by its CRC; load the image first"
        ),
        _ => format!("error {code}, detail {detail}, which this host does not know; update it"),
    }
}
