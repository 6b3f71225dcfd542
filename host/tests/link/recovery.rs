//! What a host finds that comes after one that was killed, after a reset of the device, or after a port that
//! vanished: a device that it can use at once.

use crate::campaign::{cases, run, Case, Extent};
use crate::common::emulator;
use ferrospike_host::board::{Board, BoardError};
use ferrospike_host::link::{LinkError, Options};
use ferrospike_host::transport::{Emulator, Transport, TransportError};
use std::cell::RefCell;
use std::rc::Rc;

const EXTENT: Extent = Extent {
    read_back: usize::MAX,
    most: 20_000_000,
};

/// What happens when so many bytes have gone to the device.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// The host is gone: nothing more is written, and nothing read.
    Killed,
    /// The device is reset.
    Reset,
}

/// A wire to a device, and what happens to it.
struct Ended {
    device: Emulator,
    left: Option<usize>,
    end: End,
}

impl Ended {
    fn gone(&self) -> Result<(), TransportError> {
        match (self.left, self.end) {
            (Some(0), End::Killed) => Err(TransportError::Port {
                action: "writing to",
                port: "/dev/ttyUSB0".into(),
                source: std::io::ErrorKind::BrokenPipe.into(),
            }),
            _ => Ok(()),
        }
    }
}

impl Transport for Ended {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        self.gone()?;
        let now = bytes.len().min(self.left.unwrap_or(usize::MAX));
        self.device.write(&bytes[..now])?;
        self.left = self.left.map(|left| left - now);
        if self.left == Some(0) && self.end == End::Reset {
            self.left = None;
            self.device.reset()?;
        }
        self.gone()?;
        self.device.write(&bytes[now..])
    }
    fn read(&mut self, into: &mut Vec<u8>, wait: u32) -> Result<usize, TransportError> {
        self.gone()?;
        self.device.read(into, wait)
    }
    fn now(&self) -> u64 {
        self.device.now()
    }
    fn describe(&self) -> String {
        "a wire that ends".into()
    }
}

/// Ends a run after each of these numbers of bytes; the run after it must be right, on the same device.
fn ended(end: End, check: impl Fn(usize, Result<Result<(), String>, BoardError>)) {
    let cases = cases(20, 2);
    let wire = Ended {
        device: emulator(),
        left: None,
        end,
    };
    let wire = Rc::new(RefCell::new(wire));
    let all: &Case = &cases[0];
    // The bytes of a whole run: a load of 5,632 bytes, and 20 steps.
    for bytes in (1..300).chain((300..8000).step_by(37)) {
        // Another network is there before, so that the run begins with a load.
        assert_eq!(run(&wire, &cases[1], EXTENT).unwrap(), Ok(()));
        wire.borrow_mut().left = Some(bytes);
        check(bytes, run(&wire, all, EXTENT));
        wire.borrow_mut().left = None;
        let board = Board::connect(
            crate::campaign::Kept::new(&wire, 1_000_000),
            Options::default(),
        );
        let mut board = board.unwrap();
        assert_eq!((board.info().error, board.info().running), (0, false));
        assert_eq!(board.counters().unwrap().values(), [0; 10]);
        drop(board);
        assert_eq!(
            run(&wire, all, EXTENT).unwrap(),
            Ok(()),
            "after {bytes} bytes"
        );
    }
}

#[test]
fn a_host_that_was_killed_leaves_a_device_that_can_be_used() {
    ended(End::Killed, |bytes, result| {
        if let Err(e) = result {
            assert!(e.to_string().contains("still plugged in"), "{e}");
        } else {
            assert!(bytes > 6000, "{bytes}");
        }
    });
}

#[test]
fn a_reset_in_mid_run_is_told_and_the_next_run_is_right() {
    ended(End::Reset, |bytes, result| match result {
        Err(BoardError::Link(LinkError::Lost { .. } | LinkError::NoAnswer { .. })) => {}
        // The reset came while connecting, or behind the last byte that matters.
        Ok(Ok(())) => assert!(!(30..=6000).contains(&bytes), "{bytes}"),
        other => panic!("after {bytes} bytes: {other:?}"),
    });
}

/// A status that an earlier connection of the same number left behind does not begin a new one.
#[test]
fn connection_numbers_change() {
    let device = Rc::new(RefCell::new(emulator()));
    let connect = || {
        let kept = crate::campaign::Kept::new(&device, 1_000_000);
        Board::connect(kept, Options::default()).unwrap()
    };
    for _ in 0..300 {
        let mut board = connect();
        board.write_s(0, &[1; 80]).unwrap();
        board.flush().unwrap();
        let number = board.link().connection();
        assert_ne!(number, 0);
        let mut board = board.reconnect().unwrap();
        assert_ne!(board.link().connection(), number);
        assert_eq!(board.read_s(0, 1).unwrap(), [1; 8]);
    }
}
