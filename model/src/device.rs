//! The memories, step number and counters of a device. Programs run in
//! [`crate::interpreter`].

use crate::fast::Plans;
use thiserror::Error;

/// Sizes of a device's memories (`docs/program.md`, section 1). All but that of S are powers of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Lanes: 4, 8, 16 or 32.
    pub lanes: usize,
    /// Words of S, a multiple of 64 up to 2^20.
    pub synapse_words: usize,
    /// Groups of U and V, 2 to 4096.
    pub groups: usize,
    /// Words of H, up to 2^14.
    pub history_words: usize,
}

/// The ten counters in the order of the status block (`docs/protocol.md`, section 1). The model has
/// no clock and no link: cycles, stalls and link errors stay 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Clock cycles.
    pub cycles: u32,
    /// Programs ended with "advance".
    pub steps: u32,
    /// Real weights added.
    pub synaptic_operations: u32,
    /// Words of weights read.
    pub weight_words: u32,
    /// Words of segment lists read.
    pub list_words: u32,
    /// Spikes.
    pub spikes: u32,
    /// Saturations.
    pub saturations: u32,
    /// Additions that left the range with "wrap".
    pub wraps: u32,
    /// Cycles in which output waited.
    pub output_stalls: u32,
    /// Frames refused.
    pub link_errors: u32,
}

impl Counters {
    /// Names in the order of [`Counters::values`].
    pub const NAMES: [&'static str; 10] = [
        "cycles",
        "steps",
        "synaptic operations",
        "weight words",
        "list words",
        "spikes",
        "saturations",
        "wraps",
        "output stalls",
        "link errors",
    ];

    /// Values in the order of the status block.
    pub fn values(&self) -> [u32; 10] {
        [
            self.cycles,
            self.steps,
            self.synaptic_operations,
            self.weight_words,
            self.list_words,
            self.spikes,
            self.saturations,
            self.wraps,
            self.output_stalls,
            self.link_errors,
        ]
    }

    /// Counters from the values of a status block.
    pub fn from_values(v: [u32; 10]) -> Self {
        Counters {
            cycles: v[0],
            steps: v[1],
            synaptic_operations: v[2],
            weight_words: v[3],
            list_words: v[4],
            spikes: v[5],
            saturations: v[6],
            wraps: v[7],
            output_stalls: v[8],
            link_errors: v[9],
        }
    }
}

/// An access that does not fit the device.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AccessError {
    /// A size that no device has.
    #[error("{what} cannot be {value}; it must be {allowed}")]
    Shape {
        /// Name of the size.
        what: &'static str,
        /// Value given.
        value: usize,
        /// Values allowed.
        allowed: &'static str,
    },
    /// Address and length leave the memory.
    #[error("{count} {unit} from {address} leave the memory {memory}, which has {size}")]
    Outside {
        /// S, U, V or H.
        memory: char,
        /// Words or neurons.
        unit: &'static str,
        /// First.
        address: usize,
        /// Number.
        count: usize,
        /// Size of the memory.
        size: usize,
    },
    /// Bytes that are no whole number of words.
    #[error("{bytes} bytes are no whole number of words of S, which have {lanes} bytes")]
    Ragged {
        /// Bytes given.
        bytes: usize,
        /// Bytes of a word.
        lanes: usize,
    },
}

impl Shape {
    /// Checks that a device can have this shape.
    pub fn check(&self) -> Result<(), AccessError> {
        let error = |what, value, allowed| {
            Err(AccessError::Shape {
                what,
                value,
                allowed,
            })
        };
        let power =
            |x: usize, low: usize, high: usize| x.is_power_of_two() && (low..=high).contains(&x);
        if ![4, 8, 16, 32].contains(&self.lanes) {
            return error("lanes", self.lanes, "4, 8, 16 or 32");
        }
        let possible = 64..=1 << 20;
        if !self.synapse_words.is_multiple_of(64) || !possible.contains(&self.synapse_words) {
            return error(
                "words of S",
                self.synapse_words,
                "a multiple of 64 from 64 to 2^20",
            );
        }
        if !power(self.groups, 2, 4096) {
            return error(
                "groups of U and V",
                self.groups,
                "a power of two from 2 to 4096",
            );
        }
        if !power(self.history_words, 1, 1 << 14) {
            return error(
                "words of H",
                self.history_words,
                "a power of two up to 2^14",
            );
        }
        Ok(())
    }

    /// Bytes of S.
    pub fn synapse_bytes(&self) -> usize {
        self.synapse_words * self.lanes
    }
    /// Neurons: lanes of all groups.
    pub fn neurons(&self) -> usize {
        self.groups * self.lanes
    }
    /// All lanes of a word of H.
    pub fn lane_mask(&self) -> u32 {
        u32::MAX >> (32 - self.lanes.clamp(1, 32))
    }
}

/// How the model computes; the results are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Path {
    /// Programs decoded once, sums in the order of the processor's vector units where the order cannot matter.
    #[default]
    Fast,
    /// Lane by lane, the text of the contract.
    Reference,
}

/// A device: memories, step number, counters. Everything starts at 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub(crate) shape: Shape,
    pub(crate) s: Vec<u8>,
    pub(crate) u: Vec<i32>,
    pub(crate) v: Vec<i32>,
    pub(crate) h: Vec<u32>,
    /// t, the number of the step that the next program runs.
    pub step: u32,
    /// Counters.
    pub counters: Counters,
    /// Most work (longs, words and groups touched) that one program may do before it is refused with
    /// [`crate::interpreter::ENDLESS`]; the watchdog of a core counts clocks instead.
    pub work_limit: u64,
    /// How programs are computed.
    pub path: Path,
    /// Programs in S that were decoded already.
    pub(crate) plans: Plans,
}

impl Device {
    /// A device of this shape, all memories 0.
    pub fn new(shape: Shape) -> Result<Device, AccessError> {
        shape.check()?;
        Ok(Device {
            shape,
            s: vec![0; shape.synapse_bytes()],
            u: vec![0; shape.neurons()],
            v: vec![0; shape.neurons()],
            h: vec![0; shape.history_words],
            step: 0,
            counters: Counters::default(),
            work_limit: 1 << 26,
            path: Path::default(),
            plans: Plans::default(),
        })
    }

    /// Its shape.
    pub fn shape(&self) -> Shape {
        self.shape
    }
}
