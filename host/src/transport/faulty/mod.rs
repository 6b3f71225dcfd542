//! A wire with faults, in front of any transport: what goes wrong, and when, is a plan made from a seed.

mod plan;
mod way;

pub use plan::{Counts, Fault, Faults};

use super::{Transport, TransportError};
use plan::Plan;
use way::{Beyond, Way};

/// How a transport's device is reset.
pub type Reset<T> = fn(&mut T) -> Result<(), TransportError>;

/// Wraps a transport and puts faults into both directions.
#[derive(Debug)]
pub struct Faulty<T> {
    inner: T,
    plan: Plan,
    counts: Counts,
    reset: Option<Reset<T>>,
    out: Way,
    back: Way,
    /// Nothing is carried until then; what is kept for later.
    stuck: u64,
    kept_out: Vec<u8>,
    kept_back: Vec<u8>,
}

impl<T: Transport> Faulty<T> {
    /// Faults in what `inner` carries; the same seed and the same traffic give the same faults.
    pub fn new(inner: T, faults: Faults, seed: u64) -> Self {
        let without = Faults {
            reset: 0.0,
            ..faults
        };
        Self {
            plan: Plan::new(&without, seed),
            inner,
            counts: Counts::default(),
            reset: None,
            out: Way::default(),
            back: Way::default(),
            stuck: 0,
            kept_out: Vec::new(),
            kept_back: Vec::new(),
        }
    }

    /// As [`Faulty::new`], with a device that can be reset.
    pub fn with_reset(inner: T, faults: Faults, seed: u64, reset: Reset<T>) -> Self {
        Self {
            plan: Plan::new(&faults, seed),
            reset: Some(reset),
            ..Self::new(inner, faults, seed)
        }
    }

    /// The wrapped transport.
    pub fn inner(&self) -> &T {
        &self.inner
    }

    /// As [`Faulty::inner`], to change it.
    pub fn inner_mut(&mut self) -> &mut T {
        &mut self.inner
    }

    /// Faults so far, both directions.
    pub fn injected(&self) -> u64 {
        self.counts.total()
    }

    /// Faults so far by kind, both directions.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    fn beyond(&mut self, beyond: Beyond) -> Result<(), TransportError> {
        if beyond.stuck > 0 {
            self.stuck = self.inner.now() + beyond.stuck;
        }
        match self.reset {
            Some(reset) if beyond.reset => reset(&mut self.inner),
            _ => Ok(()),
        }
    }
}

impl<T: Transport> Transport for Faulty<T> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        let now = self.inner.now();
        let (bytes, beyond) = self.out.carry(bytes, now, &mut self.plan, &mut self.counts);
        self.kept_out.extend(bytes);
        if now >= self.stuck {
            self.inner.write(&std::mem::take(&mut self.kept_out))?;
        }
        self.beyond(beyond)
    }

    fn read(&mut self, into: &mut Vec<u8>, wait: u32) -> Result<usize, TransportError> {
        let now = self.inner.now();
        if now >= self.stuck && !self.kept_out.is_empty() {
            self.inner.write(&std::mem::take(&mut self.kept_out))?;
        }
        // Not beyond the end of a standstill, at which the device gets what was kept.
        let left = u32::try_from(self.stuck.saturating_sub(now)).unwrap_or(u32::MAX);
        let wait = if left > 0 { wait.min(left) } else { wait };
        let mut fresh = Vec::new();
        self.inner.read(&mut fresh, wait)?;
        let now = self.inner.now();
        let (mut bytes, beyond) = self
            .back
            .carry(&fresh, now, &mut self.plan, &mut self.counts);
        if fresh.is_empty() && wait > 0 {
            bytes.extend(self.back.release());
            self.kept_out.extend(self.out.release());
        }
        self.kept_back.extend(bytes);
        self.beyond(beyond)?;
        if now < self.stuck {
            return Ok(0);
        }
        let count = self.kept_back.len();
        into.append(&mut self.kept_back);
        Ok(count)
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
