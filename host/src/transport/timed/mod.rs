//! A serial wire with the device in Rust at its end, in virtual time: every byte takes ten bit times on its line,
//! crossing takes what an adapter and a bus take, and the device takes the clocks that were measured of it. Nothing
//! here looks at a clock of this machine, so that a run takes the same time wherever it is made.
//!
//! What is timed of the device: the command unit's clocks for a command's head and for each byte behind it, the
//! clocks of programs, and those of building a frame. A program's records are there when it ends.

mod device;
mod line;

use super::{Emulator, EmulatorOptions, Transport, TransportError};
use device::Device;
use line::Line;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Duration;

/// Picoseconds of a second: the unit of virtual time.
const SECOND: u64 = 1_000_000_000_000;
/// Bits of a byte on the wire: start, eight, stop.
const BITS: u64 = 10;
/// Rates that make sense.
const BAUDS: std::ops::RangeInclusive<u32> = 300..=100_000_000;
/// Clocks that make sense.
const CLOCKS: std::ops::RangeInclusive<u32> = 10_000..=1_000_000_000;

/// The wire and the device's speed.
#[derive(Clone, Debug)]
pub struct TimedOptions {
    /// Bits a second, both ways.
    pub baud: u32,
    /// What a byte and its answer need on top of their lengths: adapter, bus, operating system. Half of it each way.
    pub round_trip: Duration,
    /// Clocks of the programs by their entry; those that are not named take none.
    pub programs: Vec<(u32, u64)>,
    /// The device; its `clock_hz` is the clock.
    pub device: EmulatorOptions,
}

/// How long the lines were in use.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Virtual time since the transport was opened, in seconds.
    pub seconds: f64,
    /// Of these with bytes from the host on the line.
    pub sending: f64,
    /// Of these with bytes from the device on its line.
    pub receiving: f64,
    /// Of these in which a program ran.
    pub running: f64,
}

impl Usage {
    /// What has been used since `before`.
    pub fn since(&self, before: &Usage) -> Usage {
        Usage {
            seconds: self.seconds - before.seconds,
            sending: self.sending - before.sending,
            receiving: self.receiving - before.receiving,
            running: self.running - before.running,
        }
    }

    /// The part of the time in which the sending line was busy.
    pub fn busy(&self) -> f64 {
        match self.seconds > 0.0 {
            true => self.sending / self.seconds,
            false => 0.0,
        }
    }
}

/// The virtual time of a wire, for who has handed the wire away.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<AtomicU64>);

impl Clock {
    /// Seconds since the transport was opened.
    pub fn seconds(&self) -> f64 {
        self.0.load(Ordering::Relaxed) as f64 / SECOND as f64
    }
}

/// The wire with the device.
#[derive(Debug)]
pub struct Timed {
    options: TimedOptions,
    /// Picoseconds of a byte.
    byte: u64,
    now: u64,
    /// From the host, and to it.
    out: Line,
    back: Line,
    device: Device,
    clock: Clock,
}

impl Timed {
    /// A device with empty memories behind a wire.
    pub fn new(options: TimedOptions) -> Result<Self, TransportError> {
        let clock = options.device.clock_hz;
        for (what, value, range, words) in [
            (
                "the rate of the timed wire",
                options.baud,
                BAUDS,
                "300 to 100,000,000 baud",
            ),
            (
                "the clock of the timed device",
                clock,
                CLOCKS,
                "10 kHz to 1 GHz",
            ),
        ] {
            if !range.contains(&value) {
                return Err(TransportError::Argument {
                    what,
                    value: value.to_string(),
                    range: words,
                });
            }
        }
        let byte = BITS * SECOND / u64::from(options.baud);
        let round_trip = u64::try_from(options.round_trip.as_nanos()).unwrap_or(u64::MAX);
        if round_trip > 1_000_000_000 {
            return Err(TransportError::Argument {
                what: "the round trip of the timed wire",
                value: format!("{:?}", options.round_trip),
                range: "at most a second",
            });
        }
        let way = round_trip * 1000 / 2;
        let emulator = Emulator::new(options.device.clone())?;
        Ok(Self {
            byte,
            now: 0,
            out: Line::new(byte, way),
            back: Line::new(byte, way),
            device: Device::new(
                emulator,
                SECOND / u64::from(clock),
                options.programs.clone(),
            ),
            options,
            clock: Clock::default(),
        })
    }

    /// The device, for example to fill its memories without the wire.
    pub fn device_mut(&mut self) -> &mut ferrospike_model::device::Device {
        self.device.emulator.device_mut()
    }

    /// Its virtual time.
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// How long the lines were in use so far.
    pub fn usage(&self) -> Usage {
        let seconds = |t: u64| t as f64 / SECOND as f64;
        Usage {
            seconds: seconds(self.now),
            sending: seconds(self.out.busy()),
            receiving: seconds(self.back.busy()),
            running: seconds(self.device.ran()),
        }
    }

    /// Lets time pass until `end`, or until a byte is there for the host.
    fn pass(&mut self, end: u64) {
        loop {
            while let Some(byte) = self.out.take(self.now) {
                self.device.emulator.hear(byte);
            }
            self.device.act(self.now, &mut self.back);
            if self.back.arrives().is_some_and(|t| t <= self.now) {
                return;
            }
            let line = [self.out.arrives(), self.back.arrives()];
            let events = line.into_iter().chain(self.device.events(&self.back));
            match events.flatten().filter(|&t| t > self.now).min() {
                Some(next) if next <= end => self.now = next,
                _ => {
                    self.now = self.now.max(end);
                    return;
                }
            }
        }
    }
}

impl Transport for Timed {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        self.out.put(self.now, bytes);
        Ok(())
    }

    fn read(&mut self, into: &mut Vec<u8>, wait: u32) -> Result<usize, TransportError> {
        self.pass(self.now + u64::from(wait) * self.byte);
        self.clock.0.store(self.now, Ordering::Relaxed);
        let mut count = 0;
        while let Some(byte) = self.back.take(self.now) {
            into.push(byte);
            count += 1;
        }
        Ok(count)
    }

    fn now(&self) -> u64 {
        self.now / self.byte
    }

    fn latency(&self) -> u32 {
        let round_trip = self.options.round_trip.as_secs_f64();
        (round_trip * f64::from(self.options.baud) / BITS as f64).ceil() as u32
    }

    fn describe(&self) -> String {
        format!(
            "the device in Rust behind a timed wire at {} baud",
            self.options.baud
        )
    }
}
