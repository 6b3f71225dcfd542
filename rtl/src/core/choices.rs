//! What a machine is made of where chips differ. Without listed rows it refuses their programs; nothing else
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
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            multiplier: Multiplier::default(),
            pipeline: Pipeline::default(),
            lists: true,
            small_memories: SmallMemories::default(),
        }
    }
}
