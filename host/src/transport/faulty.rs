//! A wire that damages what it carries, for tests.

use super::{Transport, TransportError};
use rand::{rngs::StdRng, Rng, SeedableRng};

/// Probabilities of damage, for each byte in each direction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Faults {
    /// One bit of the byte is inverted.
    pub flip: f64,
    /// The byte is lost.
    pub drop: f64,
    /// The byte arrives twice.
    pub double: f64,
    /// The byte and the rest of the block that is being carried are lost.
    pub cut: f64,
}

impl Faults {
    /// Every kind of damage, together at `rate` for each byte.
    pub fn all(rate: f64) -> Self {
        Self {
            flip: rate * 0.4,
            drop: rate * 0.3,
            double: rate * 0.2,
            cut: rate * 0.1,
        }
    }
}

/// Wraps a transport and damages both directions.
#[derive(Debug)]
pub struct Faulty<T> {
    inner: T,
    faults: Faults,
    random: StdRng,
    injected: u64,
}

impl<T: Transport> Faulty<T> {
    /// Damages what `inner` carries; the same seed and the same traffic give the same damage.
    pub fn new(inner: T, faults: Faults, seed: u64) -> Self {
        Self {
            inner,
            faults,
            random: StdRng::seed_from_u64(seed),
            injected: 0,
        }
    }

    /// The wrapped transport.
    pub fn inner(&self) -> &T {
        &self.inner
    }

    /// Faults so far, both directions.
    pub fn injected(&self) -> u64 {
        self.injected
    }

    fn damage(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Faults {
            flip,
            drop,
            double,
            cut,
        } = self.faults;
        let mut out = Vec::with_capacity(bytes.len() + 8);
        for &byte in bytes {
            let mut x: f64 = self.random.gen();
            if x >= flip + drop + double + cut {
                out.push(byte);
                continue;
            }
            self.injected += 1;
            if x < flip {
                out.push(byte ^ 1 << self.random.gen_range(0..8));
                continue;
            }
            x -= flip;
            if x < drop {
                continue;
            }
            if x < drop + double {
                out.extend([byte, byte]);
                continue;
            }
            break;
        }
        out
    }
}

impl<T: Transport> Transport for Faulty<T> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        let bytes = self.damage(bytes);
        self.inner.write(&bytes)
    }

    fn read(&mut self, into: &mut Vec<u8>, wait: u32) -> Result<usize, TransportError> {
        let mut fresh = Vec::new();
        self.inner.read(&mut fresh, wait)?;
        let fresh = self.damage(&fresh);
        into.extend_from_slice(&fresh);
        Ok(fresh.len())
    }

    fn now(&self) -> u64 {
        self.inner.now()
    }

    fn latency(&self) -> u32 {
        self.inner.latency()
    }

    fn describe(&self) -> String {
        format!("{} (with injected faults)", self.inner.describe())
    }
}
