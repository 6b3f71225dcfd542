//! Devices on both paths, for the tests that compare them.

use ferrospike_model::device::{Device, Path, Shape};

/// A shape for random networks.
pub fn shape(lanes: usize) -> Shape {
    Shape {
        lanes,
        synapse_words: 2048.max(16384 / lanes),
        groups: 64,
        history_words: 1024,
    }
}

/// The same device on the reference path.
pub fn other(device: &Device) -> Device {
    let mut device = device.clone();
    device.path = Path::Reference;
    device
}
