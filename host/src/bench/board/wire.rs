//! Inferences through a serial wire in virtual time.

use super::super::BenchError;
use super::{Cycles, Target};
use crate::board::Board;
use crate::build::Core;
use crate::data::Inputs;
use crate::link::Options;
use crate::run::{encode, stream, RunError, Steps};
use crate::transport::{EmulatorOptions, Timed, TimedOptions};
use ferrospike_model::device::AccessError;
use ferrospike_model::image::{Image, ImageError};
use ferrospike_rtl::primitives::status::Identity;
use serde::Serialize;
use std::time::Duration;

/// A wire.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Bits a second.
    pub baud: u32,
    /// What a byte and its answer take on top of their lengths.
    pub round_trip: Duration,
    /// Inferences, one behind the other.
    pub inferences: usize,
}

/// What came through.
#[derive(Clone, Debug, Serialize)]
pub struct Through {
    /// Bits a second.
    pub baud: u32,
    /// Inferences in a second, one behind the other.
    pub per_second: f64,
    /// Part of the time in which the line to the device was busy.
    pub busy: f64,
    /// Part of the time in which a program ran.
    pub running: f64,
    /// Bytes to the device for an inference, with frames around them.
    pub bytes: f64,
    /// Seconds from the first byte to the last of the answer, one inference alone.
    pub latency: f64,
}

/// Runs inferences through a wire, with the cycles that were measured. The device has the image from the start.
pub fn through(
    target: &Target,
    image: &Image,
    inputs: &Inputs,
    cycles: &Cycles,
    setting: &Setting,
) -> Result<Through, BenchError> {
    let different = setting.inferences.min(inputs.count());
    let samples: Vec<Steps> = (0..different)
        .map(|index| encode(inputs, index, image))
        .collect::<Result<_, _>>()?;
    let mut board = connect(target, image, cycles, setting)?;
    let alone = timed(&mut board, image, &samples, 1)?;
    let before = board.link().transport().usage();
    let count = setting.inferences.max(1);
    let seconds = timed(&mut board, image, &samples, count)?;
    let used = board.link().transport().usage().since(&before);
    Ok(Through {
        baud: setting.baud,
        per_second: count as f64 / seconds.max(f64::MIN_POSITIVE),
        busy: used.busy(),
        running: used.running / used.seconds.max(f64::MIN_POSITIVE),
        bytes: used.sending * f64::from(setting.baud) / 10.0 / count as f64,
        latency: alone,
    })
}

/// The features of a device with a core's parts.
fn features(usual: u32, core: &Core) -> u32 {
    let with = |features: u32, bit: u32, there: bool| match there {
        true => features | bit,
        false => features & !bit,
    };
    with(
        with(usual, Identity::LISTS, core.lists),
        Identity::LEARN,
        core.learn,
    )
}

/// The board behind its wire, with the image in its memory.
fn connect(
    target: &Target,
    image: &Image,
    cycles: &Cycles,
    setting: &Setting,
) -> Result<Board<Timed>, BenchError> {
    let (core, header) = (&target.board.description.core, &image.header);
    let buffer = |bytes: usize| u16::try_from(bytes).unwrap_or(u16::MAX);
    let usual = EmulatorOptions::default();
    let device = EmulatorOptions {
        shape: target.shape(),
        clock_hz: target.clock_hz(),
        features: features(usual.features, core),
        receive_buffer: buffer(core.receive_bytes),
        transmit_buffer: buffer(core.transmit_bytes),
        board: target.board.name.into(),
        ..usual
    };
    let options = TimedOptions {
        baud: setting.baud,
        round_trip: setting.round_trip,
        programs: vec![
            (header.step_entry, cycles.step()),
            (header.clear_entry, cycles.clear),
        ],
        device,
    };
    let mut wire = Timed::new(options).map_err(RunError::from)?;
    let shape = |e: AccessError| RunError::from(ImageError::Shape(e));
    wire.device_mut()
        .write_synapses(0, &image.synapses)
        .map_err(shape)?;
    let mut board = Board::connect(wire, Options::default()).map_err(RunError::from)?;
    board.assume_loaded(image).map_err(RunError::from)?;
    Ok(board)
}

/// Seconds from the first sample until the last answer was there.
fn timed(
    board: &mut Board<Timed>,
    image: &Image,
    samples: &[Steps],
    count: usize,
) -> Result<f64, BenchError> {
    let clock = board.link().transport().clock();
    let (mut given, mut start, mut end) = (0, None, 0.0);
    let next = || {
        start.get_or_insert_with(|| clock.seconds());
        let sample = samples.get(given % samples.len().max(1));
        let this = sample.filter(|_| given < count).map(|s| (given, s.clone()));
        given += 1;
        Ok(this)
    };
    stream(board, image, next, |_| {
        end = clock.seconds();
        Ok(())
    })?;
    Ok(end - start.unwrap_or(0.0))
}
