//! What a machine is made of where chips differ; none of it changes a result.

use crate::lane::Pipeline;
use crate::primitives::byte_ram::SmallMemories;
use crate::primitives::products::Multiplier;

/// The choices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// How the neurons' products are made.
    pub multiplier: Multiplier,
    /// How many registers a weight passes from S to U.
    pub pipeline: Pipeline,
    /// What the buffers of the link are made of.
    pub small_memories: SmallMemories,
}
