//! The search for a rate, on a wire whose ends may have different rates.

use crate::common::emulator;
use ferrospike_host::link::probe::{probe, Found, RATES};
use ferrospike_host::transport::{Emulator, Faults, Faulty, Transport, TransportError};

/// A device that listens at a rate of its own, and a host at another.
struct Mismatched {
    device: Faulty<Emulator>,
    host: u32,
    core: u32,
}

/// What a UART at one rate makes of bytes that were sent at another, one behind the other.
fn heard(bytes: &[u8], sent: u32, listens: u32) -> Vec<u8> {
    let level = |time: f64| {
        let bit = (time * f64::from(sent)).floor() as usize;
        match (bytes.get(bit / 10), bit % 10) {
            (None, _) | (_, 9) => true,
            (_, 0) => false,
            (Some(byte), n) => byte >> (n - 1) & 1 == 1,
        }
    };
    let end = bytes.len() as f64 * 10.0 / f64::from(sent);
    let bit = 1.0 / f64::from(listens);
    let (mut time, mut out) = (0.0, Vec::new());
    while time < end {
        if level(time) {
            time += bit / 8.0;
            continue;
        }
        let of = |n: u32| u8::from(level(time + bit * (f64::from(n) + 1.5))) << n;
        out.push((0..8).map(of).sum());
        time += bit * 9.5;
    }
    out
}

impl Transport for Mismatched {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        match self.host == self.core {
            true => self.device.write(bytes),
            false => self.device.write(&heard(bytes, self.host, self.core)),
        }
    }
    fn read(&mut self, into: &mut Vec<u8>, wait: u32) -> Result<usize, TransportError> {
        let mut bytes = Vec::new();
        self.device.read(&mut bytes, wait)?;
        if self.host != self.core {
            bytes = heard(&bytes, self.core, self.host);
        }
        into.extend(&bytes);
        Ok(bytes.len())
    }
    fn now(&self) -> u64 {
        self.device.now()
    }
    fn describe(&self) -> String {
        format!("a wire at {} baud", self.host)
    }
}

/// What is found of a core of this rate; rates above `good` are too fast for the wire.
fn found(core: u32, good: u32) -> (Option<u32>, Vec<(u32, Found)>) {
    let mut told = Vec::new();
    let open = |host| {
        let faults = match host <= good {
            true => Faults::default(),
            false => Faults::all(1e-3),
        };
        Ok(Mismatched {
            device: Faulty::new(emulator(), faults, 3),
            host,
            core,
        })
    };
    let found = probe(&RATES, open, |baud, found| told.push((baud, found.clone())));
    (found, told)
}

#[test]
fn the_rate_of_the_core_is_found() {
    assert_eq!(heard(b"abc\0\xff", 1_000_000, 1_000_000), b"abc\0\xff");
    for core in [12_000_000, 3_000_000, 1_000_000, 921_600, 57_600] {
        let (rate, told) = found(core, u32::MAX);
        assert_eq!(rate, Some(core), "{told:?}");
        let fails = |(_, found): &(u32, Found)| matches!(found, Found::Fails(_));
        assert!(told[..told.len() - 1].iter().all(fails), "{told:?}");
    }
    assert_eq!(found(1_234_567, u32::MAX).0, None);
}

#[test]
fn a_rate_with_damage_does_not_work() {
    let (rate, told) = found(3_000_000, 2_000_000);
    assert_eq!(rate, None);
    let damaged =
        |(baud, found): &(u32, Found)| *baud == 3_000_000 && !matches!(found, Found::Works);
    assert!(told.iter().any(damaged), "{told:?}");
    let refused = |_| {
        Err::<Mismatched, _>(TransportError::Busy {
            port: "/dev/ttyUSB0".into(),
        })
    };
    let mut told = Vec::new();
    assert_eq!(
        probe(&RATES[..2], refused, |_, f| told.push(f.clone())),
        None
    );
    assert!(matches!(&told[..], [Found::Fails(a), _] if a.contains("in use")));
}
