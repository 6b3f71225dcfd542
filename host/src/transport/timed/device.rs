//! What the device's parts take, in its clocks (`docs/architecture.md`, sections 6 and 9).

use super::super::emulator::{Did, Emulator};
use super::line::Line;

/// Clocks of a command's head: taken bit by bit, and checked in the same way.
const HEAD: u64 = 96;
/// Clocks of any other byte.
const BYTE: u64 = 4;
/// Clocks of each byte of a frame that is built before it is handed out.
const BUILT: u64 = 2;

/// The device with its speed.
#[derive(Debug)]
pub(super) struct Device {
    pub emulator: Emulator,
    /// Time of a clock.
    clock: u64,
    programs: Vec<(u32, u64)>,
    /// The command unit is at work until then.
    ready: u64,
    /// When the program that runs ends.
    ends: Option<u64>,
    ran: u64,
}

impl Device {
    pub fn new(emulator: Emulator, clock: u64, programs: Vec<(u32, u64)>) -> Self {
        Self {
            emulator,
            clock,
            programs,
            ready: 0,
            ends: None,
            ran: 0,
        }
    }

    /// Time in which a program ran.
    pub fn ran(&self) -> u64 {
        self.ran
    }

    /// Does what can be done at this time; frames go onto the line.
    pub fn act(&mut self, now: u64, line: &mut Line) {
        if self.ends.is_some_and(|end| end <= now) {
            self.ends = None;
            self.emulator.hold(false);
        }
        while self.ready <= now {
            let clocks = match self.emulator.advance() {
                Did::Nothing => break,
                Did::Byte => BYTE,
                Did::Head => HEAD,
                Did::Program { call, entry } => {
                    let clocks = self.clocks(entry);
                    self.emulator.hold(true);
                    self.ends = Some(now + clocks * self.clock);
                    self.ran += clocks * self.clock;
                    // `call` waits, `step` does not.
                    if call {
                        clocks
                    } else {
                        0
                    }
                }
            };
            self.ready = now + clocks * self.clock;
            if self.ends.is_some_and(|end| end <= now) {
                self.ends = None;
                self.emulator.hold(false);
            }
        }
        self.emulator.settle();
        // A full transmit buffer is emptied by the host, so one frame at a time is enough.
        if line.free() <= now {
            if let Some(frame) = self.emulator.say() {
                let built = BUILT * frame.len() as u64 * self.clock;
                line.put(now + built, &frame);
            }
        }
    }

    /// When something may be done that cannot be done yet.
    pub fn events(&self, line: &Line) -> [Option<u64>; 3] {
        [Some(self.ready), self.ends, Some(line.free())]
    }

    fn clocks(&self, entry: u32) -> u64 {
        let found = self.programs.iter().find(|(known, _)| *known == entry);
        found.map_or(0, |(_, clocks)| *clocks)
    }
}
