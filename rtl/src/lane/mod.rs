//! The integrate lanes: weights into currents.

pub mod integrate;
pub mod lanes;
