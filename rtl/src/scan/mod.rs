//! SCAN: finding the spikes of a bitmap and streaming their rows.

pub mod find;
pub mod rows;
pub mod segments;
