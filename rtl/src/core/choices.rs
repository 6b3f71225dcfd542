//! What a machine is made of where chips differ. Without listed rows, or LEARN, it refuses their programs; nothing else
//! changes a result.

use crate::lane::Pipeline;
use crate::primitives::byte_ram::SmallMemories;
use crate::primitives::products::Multiplier;

/// The choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choices {
    /// How the neurons' products are made.
    pub multiplier: Multiplier,
    /// How many registers a weight passes from S to U.
    pub pipeline: Pipeline,
    /// Listed rows, beside dense ones.
    pub lists: bool,
    /// What the buffers of the link are made of.
    pub small_memories: SmallMemories,
    /// Neurons that enter the neuron pipeline together: 1, or 2 with multipliers of the operator `*`.
    pub sweep: usize,
    /// Groups at rest are not computed; with multipliers of the operator `*`.
    pub rest: bool,
    /// A program that works for 2^n clocks is given up; 0: none is.
    pub watchdog: u8,
    /// LEARN: weights that change.
    pub learn: bool,
}

impl Choices {
    /// Neurons beside the one that enters in any case: what a machine has that many times more.
    pub fn partners(&self) -> usize {
        self.sweep.saturating_sub(1)
    }

    /// 1 if groups at rest are not computed: how often a machine has what that takes.
    pub fn resting(&self) -> usize {
        usize::from(self.rest)
    }

    /// 1 if weights can change: how often a machine has what that takes.
    pub fn learning(&self) -> usize {
        usize::from(self.learn)
    }
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            multiplier: Multiplier::default(),
            pipeline: Pipeline::default(),
            lists: true,
            small_memories: SmallMemories::default(),
            sweep: 1,
            rest: false,
            watchdog: 0,
            learn: false,
        }
    }
}
