//! Which faults a wire has, and when: a plan made from a seed, so that a run can be repeated.

use rand::{rngs::StdRng, Rng, SeedableRng};

/// What may happen to what a wire carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// One bit of a byte is inverted.
    Flip,
    /// A byte is lost.
    Drop,
    /// A byte arrives twice.
    Double,
    /// A byte and the one behind it change places.
    Swap,
    /// A byte arrives behind 2 to 8 of those that follow it.
    Delay,
    /// The rest of a frame is lost, half of the time with its delimiter.
    Cut,
    /// Some of the next 2 to 64 bytes are replaced by others.
    Burst,
    /// A whole frame arrives twice.
    Replay,
    /// One direction carries nothing for up to 3,000 byte times; what it was given is lost.
    Silence,
    /// Neither direction carries anything for up to 6,000 byte times; what they were given is late.
    Stuck,
    /// The device is reset: it forgets its connection, its streams and its memories.
    Reset,
}

impl Fault {
    /// All of them, in the order of [`Counts`].
    pub const ALL: [Fault; 11] = [
        Fault::Flip,
        Fault::Drop,
        Fault::Double,
        Fault::Swap,
        Fault::Delay,
        Fault::Cut,
        Fault::Burst,
        Fault::Replay,
        Fault::Silence,
        Fault::Stuck,
        Fault::Reset,
    ];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Fault::Flip => "bit flips",
            Fault::Drop => "lost bytes",
            Fault::Double => "doubled bytes",
            Fault::Swap => "swapped bytes",
            Fault::Delay => "delayed bytes",
            Fault::Cut => "cut frames",
            Fault::Burst => "bursts",
            Fault::Replay => "doubled frames",
            Fault::Silence => "silences",
            Fault::Stuck => "stuck peers",
            Fault::Reset => "resets",
        }
    }
}

/// Probabilities of faults, for each byte in each direction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Faults {
    /// Of [`Fault::Flip`].
    pub flip: f64,
    /// Of [`Fault::Drop`].
    pub drop: f64,
    /// Of [`Fault::Double`].
    pub double: f64,
    /// Of [`Fault::Swap`].
    pub swap: f64,
    /// Of [`Fault::Delay`].
    pub delay: f64,
    /// Of [`Fault::Cut`].
    pub cut: f64,
    /// Of [`Fault::Burst`].
    pub burst: f64,
    /// Of [`Fault::Replay`].
    pub replay: f64,
    /// Of [`Fault::Silence`].
    pub silence: f64,
    /// Of [`Fault::Stuck`].
    pub stuck: f64,
    /// Of [`Fault::Reset`]; needs a transport that is told how to reset its device.
    pub reset: f64,
}

impl Faults {
    /// Every kind of fault but resets, together at `rate` for each byte.
    pub fn all(rate: f64) -> Self {
        Self {
            flip: rate * 0.30,
            drop: rate * 0.20,
            double: rate * 0.15,
            swap: rate * 0.10,
            delay: rate * 0.10,
            cut: rate * 0.06,
            burst: rate * 0.04,
            replay: rate * 0.04,
            silence: rate * 0.005,
            stuck: rate * 0.005,
            reset: 0.0,
        }
    }

    /// Single bits at this rate for each bit of the wire, ten of which are a byte.
    pub fn bit_errors(rate: f64) -> Self {
        Self {
            flip: rate * 10.0,
            ..Self::default()
        }
    }

    fn rates(&self) -> [f64; 11] {
        [
            self.flip,
            self.drop,
            self.double,
            self.swap,
            self.delay,
            self.cut,
            self.burst,
            self.replay,
            self.silence,
            self.stuck,
            self.reset,
        ]
    }
}

/// Faults so far, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([u64; 11]);

impl Counts {
    /// Of one kind.
    pub fn of(&self, fault: Fault) -> u64 {
        self.0.get(fault as usize).copied().unwrap_or(0)
    }

    /// Of all kinds.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Adds those of another wire.
    pub fn add(&mut self, other: &Counts) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum += more;
        }
    }

    pub(super) fn count(&mut self, fault: Fault) {
        if let Some(n) = self.0.get_mut(fault as usize) {
            *n += 1;
        }
    }
}

/// When the next fault comes, and which.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    rates: [f64; 11],
    total: f64,
    pub random: StdRng,
    /// Bytes without a fault before the next one.
    clean: u64,
}

impl Plan {
    pub fn new(faults: &Faults, seed: u64) -> Self {
        let rates = faults.rates();
        let mut plan = Self {
            rates,
            total: rates.iter().sum::<f64>().clamp(0.0, 0.9),
            random: StdRng::seed_from_u64(seed),
            clean: 0,
        };
        plan.clean = plan.gap();
        plan
    }

    /// What happens to the next byte, if anything does.
    pub fn next(&mut self) -> Option<Fault> {
        if self.clean > 0 {
            self.clean -= 1;
            return None;
        }
        self.clean = self.gap();
        let mut x = self.random.gen::<f64>() * self.total;
        for (fault, rate) in Fault::ALL.into_iter().zip(self.rates) {
            if x < rate {
                return Some(fault);
            }
            x -= rate;
        }
        None
    }

    fn gap(&mut self) -> u64 {
        if self.total <= 0.0 {
            return u64::MAX;
        }
        let x: f64 = self.random.gen_range(f64::MIN_POSITIVE..1.0);
        (x.ln() / (1.0 - self.total).ln()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_at_their_rates_and_the_same_way_again() {
        let faults = Faults {
            reset: 1e-4,
            ..Faults::all(1e-2)
        };
        let of = |seed| {
            let mut plan = Plan::new(&faults, seed);
            (0..1_000_000).map(|_| plan.next()).collect::<Vec<_>>()
        };
        let found = of(1);
        assert!(found == of(1) && found != of(2));
        for (fault, rate) in Fault::ALL.into_iter().zip(faults.rates()) {
            let count = found.iter().filter(|f| **f == Some(fault)).count() as f64;
            let wanted = rate * 1e6;
            assert!((count - wanted).abs() < 5.0 * wanted.sqrt(), "{fault:?}");
        }
        let mut none = Plan::new(&Faults::default(), 3);
        assert!((0..1000).all(|_| none.next().is_none()));
    }
}
