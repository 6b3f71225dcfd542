//! The neurons: the update pipeline and the sweep that feeds it.

pub mod abreast;
pub mod pipeline;
pub mod place;
pub mod places;
pub mod resting;
pub mod sweep;
pub mod unchanged;
