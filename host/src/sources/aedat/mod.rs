//! AEDAT4, the file of iniVation's event cameras: a header, then compressed packets of one stream each. Only packets of
//! events are read; frames, motion and triggers are passed over.
//!
//! Its records are FlatBuffers. The crate `flatbuffers` checks them only through generated code that is `unsafe`, so the
//! two tables that matter here are read by [`flat`], every access of which is checked.

mod flat;
mod header;

use super::events::{spikes, Event};
use super::options::Options;
use super::samples::{Samples, Values};
use super::{bytes, format, MAX_BYTES};
use crate::data::DataError;
use flat::Table;
use header::{Compression, Header};
use std::io::Read;
use std::path::Path;

/// Step if none is given, microseconds.
const STEP: f64 = 10_000.0;
/// Most events of a file.
const MAX_EVENTS: usize = 1 << 24;

/// Reads the events of a file as one sample of spikes.
pub(super) fn read(path: &Path, options: &Options) -> Result<Samples, DataError> {
    let bytes = bytes(path)?;
    let fail = |reason: String| format(path, reason);
    let header = Header::parse(&bytes).map_err(fail)?;
    let events = events(&bytes, &header).map_err(fail)?;
    let sensor = options.sensor.or(header.sensor);
    let sensor = sensor.ok_or_else(|| {
        fail("it does not say how large its sensor is; give --sensor WIDTHxHEIGHT".into())
    })?;
    let step = options.step.unwrap_or(STEP);
    if !(1.0..=1e12).contains(&step) || step.fract() != 0.0 {
        return Err(DataError::Choice(format!(
            "--step {step} must be a whole number of microseconds, 1 to 10^12"
        )));
    }
    let size = options.size.unwrap_or(sensor);
    let spikes = spikes(&events, sensor, size, step as i64, options.polarity);
    Ok(Samples {
        name: path.display().to_string(),
        values: Values::Spikes(vec![spikes.map_err(fail)?]),
        labels: None,
    })
}

/// All events, in the file's order; an error is a reason in words.
fn events(bytes: &[u8], header: &Header) -> Result<Vec<Event>, String> {
    let mut events = Vec::new();
    let mut at = header.packets;
    while at < header.end.min(bytes.len()) {
        let packet = bytes.get(at + 4..at + 8).and_then(|b| b.first_chunk::<4>());
        let size = packet.map(|b| u32::from_le_bytes(*b) as usize);
        let body = size.and_then(|size| bytes.get(at + 8..)?.get(..size));
        let Some(body) = body else {
            return Err(format!("the packet at byte {at} is cut off"));
        };
        let damaged = |reason: &str| format!("the packet at byte {at}: {reason}");
        let data =
            decompress(body, header.compression, MAX_EVENTS * 16).map_err(|e| damaged(&e))?;
        // A size, the offset of the table, and what kind it is.
        if data.get(8..12) == Some(b"EVTS") {
            let table = Table::root(data.get(4..).unwrap_or(&[]));
            let packet = table.and_then(|t| t.vector(0, 16));
            let packet = packet.ok_or_else(|| damaged("its events are no whole FlatBuffer"))?;
            if events.len() + packet.len() / 16 > MAX_EVENTS {
                return Err(format!("it has more than {MAX_EVENTS} events; cut it"));
            }
            events.extend(packet.chunks_exact(16).map(event));
        }
        at += 8 + body.len();
    }
    match events.is_empty() {
        true => Err("it has no packet of events".into()),
        false => Ok(events),
    }
}

/// An event: time (8 bytes), x and y (2 each), polarity (1), 3 that say nothing.
fn event(bytes: &[u8]) -> Event {
    let part = |at: usize, size: usize| {
        let part = bytes.get(at..at + size).unwrap_or(&[]);
        part.iter().rev().fold(0u64, |x, &b| x << 8 | u64::from(b))
    };
    Event {
        time: part(0, 8) as i64,
        x: part(8, 2) as i16,
        y: part(10, 2) as i16,
        on: part(12, 1) != 0,
    }
}

/// At most `limit` bytes, whatever the compressed ones say.
fn decompress(body: &[u8], compression: Compression, limit: usize) -> Result<Vec<u8>, String> {
    let limit = (limit + 4096).min(MAX_BYTES as usize) as u64;
    let mut data = Vec::new();
    let result = match compression {
        Compression::None => body.take(limit + 1).read_to_end(&mut data),
        Compression::Lz4 => {
            let decoder = lz4_flex::frame::FrameDecoder::new(body);
            decoder.take(limit + 1).read_to_end(&mut data)
        }
        Compression::Zstd => {
            let decoder = ruzstd::decoding::StreamingDecoder::new(body);
            let decoder = decoder.map_err(|e| format!("it is no Zstandard frame ({e})"))?;
            decoder.take(limit + 1).read_to_end(&mut data)
        }
    };
    result.map_err(|e| format!("it cannot be decompressed ({e})"))?;
    match data.len() as u64 > limit {
        true => Err(format!("it has more than {limit} bytes")),
        false => Ok(data),
    }
}
