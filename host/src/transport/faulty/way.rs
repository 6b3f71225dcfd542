//! One direction of a wire with faults.

use super::plan::{Counts, Fault, Plan};
use rand::Rng;

/// Most bytes of a frame that is kept to arrive twice.
const KEPT: usize = 256;

/// What a fault does beyond the byte that it strikes.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    /// A byte that is late, and the bytes that still pass it.
    late: Option<(u8, u8)>,
    /// The frame is cut; true: its delimiter goes too.
    cut: Option<bool>,
    /// Bytes of a burst that are left.
    burst: u8,
    /// The bytes of the frame so far, and that it is to arrive twice.
    frame: Vec<u8>,
    again: bool,
    /// Nothing is carried until then.
    silent: u64,
}

/// Faults that are not of one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Beyond {
    /// Byte times for which nothing is carried.
    pub stuck: u64,
    /// The device is reset.
    pub reset: bool,
}

impl Way {
    /// What arrives of these bytes at this time.
    pub fn carry(
        &mut self,
        bytes: &[u8],
        now: u64,
        plan: &mut Plan,
        counts: &mut Counts,
    ) -> (Vec<u8>, Beyond) {
        let (mut out, mut beyond) = (Vec::with_capacity(bytes.len() + 8), Beyond::default());
        for &byte in bytes {
            let fault = plan.next();
            // What strikes where nothing is carried, or meets one of its kind, changes nothing and does not count.
            if let Some(fault) = fault.filter(|fault| self.acts(*fault, now)) {
                counts.count(fault);
            }
            let random = &mut plan.random;
            match fault {
                Some(Fault::Cut) if self.cut.is_none() => self.cut = Some(random.gen()),
                Some(Fault::Burst) => self.burst = random.gen_range(2..=64),
                Some(Fault::Replay) => self.again = true,
                Some(Fault::Silence) => self.silent = now + random.gen_range(1..=3000),
                Some(Fault::Stuck) => beyond.stuck = random.gen_range(1..=6000),
                Some(Fault::Reset) => beyond.reset = true,
                _ => {}
            }
            if now < self.silent {
                continue;
            }
            if let Some(delimiter) = self.cut {
                if byte != 0 {
                    continue;
                }
                self.cut = None;
                if delimiter {
                    continue;
                }
            }
            let mut byte = byte;
            if self.burst > 0 {
                self.burst -= 1;
                if random.gen() {
                    byte = random.gen();
                }
            }
            match fault {
                Some(Fault::Flip) => self.put(byte ^ 1 << random.gen_range(0..8), &mut out),
                Some(Fault::Drop) => {}
                Some(Fault::Double) => {
                    self.put(byte, &mut out);
                    self.put(byte, &mut out);
                }
                Some(Fault::Swap) if self.late.is_none() => self.late = Some((byte, 1)),
                Some(Fault::Delay) if self.late.is_none() => {
                    self.late = Some((byte, random.gen_range(2..=8)));
                }
                _ => self.put(byte, &mut out),
            }
        }
        (out, beyond)
    }

    /// A fault at this time is more than those that are there already.
    fn acts(&self, fault: Fault, now: u64) -> bool {
        let carries = now >= self.silent && self.cut.is_none();
        match fault {
            Fault::Stuck | Fault::Reset => true,
            Fault::Swap | Fault::Delay => carries && self.late.is_none(),
            Fault::Replay => carries && !self.again,
            Fault::Burst => carries && self.burst == 0,
            Fault::Flip | Fault::Drop | Fault::Double | Fault::Cut | Fault::Silence => carries,
        }
    }

    /// A byte that is late and has nothing to wait for any more.
    pub fn release(&mut self) -> Option<u8> {
        self.late.take().map(|(byte, _)| byte)
    }

    fn put(&mut self, byte: u8, out: &mut Vec<u8>) {
        self.emit(byte, out);
        if let Some((late, left)) = self.late {
            self.late = Some((late, left - 1));
            if left == 1 {
                self.late = None;
                self.emit(late, out);
            }
        }
    }

    fn emit(&mut self, byte: u8, out: &mut Vec<u8>) {
        out.push(byte);
        if self.frame.len() < KEPT {
            self.frame.push(byte);
        }
        if byte == 0 {
            if std::mem::take(&mut self.again) {
                out.extend(&self.frame);
            }
            self.frame.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::plan::Faults;
    use super::*;

    /// What arrives of a hundred frames of ten bytes if there are only faults of one kind.
    fn carried(faults: Faults) -> (Vec<u8>, Counts, Beyond) {
        let frame: Vec<u8> = (1..10).chain([0]).collect();
        let mut plan = Plan::new(&faults, 7);
        let (mut way, mut counts) = (Way::default(), Counts::default());
        let (out, beyond) = way.carry(&frame.repeat(100), 0, &mut plan, &mut counts);
        (out, counts, beyond)
    }

    #[test]
    fn each_kind_does_what_it_says() {
        let good = Faults::default();
        let rate = 0.02;
        let length = |faults| carried(faults).0.len();
        assert_eq!(length(good), 1000);
        let (out, counts, _) = carried(Faults { drop: rate, ..good });
        assert_eq!(out.len() as u64, 1000 - counts.of(Fault::Drop));
        let doubled = Faults {
            double: rate,
            ..good
        };
        let (out, counts, _) = carried(doubled);
        assert!(counts.total() > 0);
        assert_eq!(out.len() as u64, 1000 + counts.of(Fault::Double));
        for same in [
            Faults { flip: rate, ..good },
            Faults {
                burst: rate,
                ..good
            },
            Faults {
                stuck: rate,
                ..good
            },
        ] {
            assert_eq!(length(same), 1000);
        }
        for moved in [
            Faults { swap: rate, ..good },
            Faults {
                delay: rate,
                ..good
            },
        ] {
            let (out, counts, _) = carried(moved);
            let plain = carried(good).0;
            assert!(counts.total() > 0 && out != plain && out.len() + 1 >= plain.len());
        }
        assert!(length(Faults { cut: rate, ..good }) < 1000);
        let (out, counts, _) = carried(Faults {
            replay: rate,
            ..good
        });
        assert!(counts.total() > 0 && out.len() > 1000 && out.len() % 10 == 0);
        assert!(
            length(Faults {
                silence: rate,
                ..good
            }) < 1000
        );
        assert!(
            carried(Faults {
                stuck: rate,
                ..good
            })
            .2
            .stuck
                > 0
        );
        assert!(
            carried(Faults {
                reset: rate,
                ..good
            })
            .2
            .reset
        );
    }

    /// Of faults nearly everywhere, those in the wake of another do nothing, and are not counted.
    #[test]
    fn what_changes_nothing_is_not_counted() {
        let good = Faults::default();
        let counted = |faults| carried(faults).1.total();
        assert!(counted(Faults { flip: 1.0, ..good }) > 800);
        // 1000 bytes, a hundred frames; a burst lasts two bytes or more, a late byte waits for one, a silence for later calls.
        for (faults, most) in [
            (Faults { burst: 1.0, ..good }, 500),
            (Faults { swap: 1.0, ..good }, 500),
            (Faults { delay: 1.0, ..good }, 334),
            (Faults { cut: 1.0, ..good }, 100),
            (
                Faults {
                    replay: 1.0,
                    ..good
                },
                100,
            ),
            (
                Faults {
                    silence: 1.0,
                    ..good
                },
                1,
            ),
        ] {
            let count = counted(faults);
            assert!((1..=most).contains(&count), "{faults:?}: {count}");
        }
    }
}
