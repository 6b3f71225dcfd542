//! The highest rate at which a wire to a device works.

use super::{Link, LinkError, Options};
use crate::transport::{Transport, TransportError};

/// Rates that adapters have, the highest first.
pub const RATES: [u32; 14] = [
    12_000_000, 8_000_000, 6_000_000, 4_000_000, 3_000_000, 2_000_000, 1_500_000, 1_000_000,
    921_600, 500_000, 460_800, 230_400, 115_200, 57_600,
];
/// Commands that do nothing, to fill the wire to the device.
const COMMANDS: usize = 1000;
/// Bytes that are read, to fill the wire from the device.
const READ: usize = 4096;

/// What came of a rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// All bytes arrived as they were sent.
    Works,
    /// The device answers, but so many frames were damaged or lost.
    Damaged(u64),
    /// Why it does not work at all.
    Fails(String),
}

/// Tries rates in the order given, tells what came of each, and returns the first that works. Changes nothing in
/// the device's memories.
pub fn probe<T: Transport>(
    rates: &[u32],
    mut open: impl FnMut(u32) -> Result<T, TransportError>,
    mut tell: impl FnMut(u32, &Found),
) -> Option<u32> {
    rates.iter().copied().find(|&baud| {
        let found = match open(baud).map_err(LinkError::from).and_then(damage) {
            Ok(0) => Found::Works,
            Ok(damaged) => Found::Damaged(damaged),
            Err(e) => Found::Fails(e.to_string()),
        };
        tell(baud, &found);
        found == Found::Works
    })
}

/// Frames that were damaged or lost while both ways were filled.
fn damage<T: Transport>(transport: T) -> Result<u64, LinkError> {
    let options = Options {
        attempts: 3,
        retries: 4,
        ..Options::default()
    };
    let mut link = Link::connect(transport, options)?;
    for _ in 0..COMMANDS {
        // Writes no word at address 0.
        link.send(&[0x10, 0, 0, 0, 0, 0])?;
    }
    let lanes = link.info().lanes.max(1);
    let words = (READ / lanes).min(link.info().synapse_words).min(0xffff);
    let [c0, c1, ..] = words.to_le_bytes();
    link.send(&[0x20, 0, 0, 0, c0, c1])?;
    link.receive(1 + words * lanes)?;
    let errors = u64::from(link.status()?.counters.link_errors);
    let s = link.statistics();
    Ok(errors + s.damaged + s.repeats + s.resends)
}
