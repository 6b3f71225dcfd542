//! The link alone.

use crate::common::{bytes, emulator, random, small_options, Noise, Shared};
use ferrospike_host::link::frame::{Decoder, Frame, Kind};
use ferrospike_host::link::status::{Info, VERSION};
use ferrospike_host::link::{Link, LinkError, Options};
use ferrospike_host::transport::{
    Emulator, EmulatorOptions, Faults, Faulty, Transport, TransportError,
};
use rand::Rng;
use std::cell::RefCell;
use std::rc::Rc;

fn options(seed: u64) -> Options {
    Options {
        connection: Some(seed as u8),
        attempts: 20,
        retries: 40,
    }
}

/// Writes parts of S and reads each back, all in one go, so that both streams are full at once.
fn write_and_read<T: Transport>(link: &mut Link<T>, seed: u64) {
    let lanes = link.info().lanes;
    let words = link.info().synapse_words;
    let (mut random, mut wanted) = (random(seed), Vec::new());
    for i in 0..60 {
        let count = random.gen_range(1..200);
        let word = random.gen_range(0..words - count);
        let data = bytes(count * lanes, seed * 1000 + i);
        for opcode in [0x10, 0x20] {
            let [w0, w1, w2, _] = (word as u32).to_le_bytes();
            let [c0, c1] = (count as u16).to_le_bytes();
            link.send(&[opcode, w0, w1, w2, c0, c1]).unwrap();
            if opcode == 0x10 {
                link.send(&data).unwrap();
            }
        }
        wanted.push(0x20);
        wanted.extend(data);
    }
    let got = link.receive(wanted.len()).unwrap();
    assert!(got == wanted, "the streams differ (seed {seed})");
    link.flush().unwrap();
    assert_eq!((link.available(), link.pending()), (0, 0));
}

#[test]
fn streams_over_a_good_wire() {
    let mut link = Link::connect(emulator(), options(3)).unwrap();
    write_and_read(&mut link, 1);
    let s = link.statistics();
    assert_eq!((s.repeats, s.resends, s.damaged), (0, 0, 0), "{s:?}");
    assert_eq!(link.transport().over_limit(), 0);
    assert_eq!(link.status().unwrap().counters.link_errors, 0);
}

#[test]
fn streams_exactly_once_over_bad_wires() {
    for seed in 0..12 {
        let wire = Faulty::new(emulator(), Faults::all(1e-3), seed);
        let mut link = Link::connect(wire, options(seed)).unwrap();
        write_and_read(&mut link, seed);
        link.status().unwrap();
        assert!(link.transport().injected() > 50);
        assert_eq!(link.transport().inner().over_limit(), 0);
    }
}

#[test]
fn streams_over_each_kind_of_fault() {
    let good = Faults::default();
    for faults in [
        Faults { flip: 2e-3, ..good },
        Faults { drop: 2e-3, ..good },
        Faults {
            double: 2e-3,
            ..good
        },
        Faults { cut: 5e-4, ..good },
    ] {
        let wire = Faulty::new(emulator(), faults, 5);
        let mut link = Link::connect(wire, options(9)).unwrap();
        write_and_read(&mut link, 77);
        assert_eq!(link.transport().inner().over_limit(), 0);
    }
}

#[test]
fn another_version_is_refused_in_words() {
    for (version, hint) in [
        (3, "update ferrospike on this host"),
        (0, "update the core"),
    ] {
        let device = Emulator::new(EmulatorOptions {
            version,
            ..small_options()
        })
        .unwrap();
        let text = Link::connect(device, Options::default())
            .unwrap_err()
            .to_string();
        assert!(text.starts_with(&format!("device speaks protocol {version}, this host 2; ")));
        assert!(text.contains(hint), "{text}");
    }
}

#[test]
fn silence_and_noise_are_told_apart() {
    let text = Link::connect(Noise::default(), Options::default())
        .unwrap_err()
        .to_string();
    assert!(
        text.starts_with("no answer from /dev/null at 1000000 baud: "),
        "{text}"
    );
    assert!(text.contains("not a single byte"), "{text}");
    let noise = Noise {
        noise: vec![0, 0x55, 3, 0],
        now: 0,
    };
    let mut ticking = Faulty::new(noise, Faults::default(), 0);
    let mut scratch = Vec::new();
    ticking.read(&mut scratch, 1).unwrap();
    let text = Link::connect(ticking, Options::default())
        .unwrap_err()
        .to_string();
    assert!(text.contains("baud rate"), "{text}");
}

#[test]
fn a_device_that_falls_silent_is_noticed() {
    let device = Shared(Rc::new(RefCell::new(emulator())));
    let mut link = Link::connect(device.clone(), Options::default()).unwrap();
    link.send(&[0x20, 0, 0, 0, 1, 0]).unwrap();
    link.receive(9).unwrap();
    // Nothing was asked for, so nothing will come, though the device answers.
    let error = link.receive(1).unwrap_err();
    assert!(
        matches!(
            error,
            LinkError::Idle {
                wanted: 1,
                got: 0,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_lost_connection_is_noticed() {
    let device = Shared(Rc::new(RefCell::new(emulator())));
    let mut first = Link::connect(device.clone(), options(1)).unwrap();
    let mut second = Link::connect(device.clone(), options(2)).unwrap();
    first.send(&[0x20, 0, 0, 0, 1, 0]).unwrap();
    assert!(matches!(
        first.receive(1),
        Err(LinkError::Lost {
            expected: 1,
            found: 2,
            ..
        })
    ));
    write_and_read(&mut second, 4);
    let mut first = first.reconnect().unwrap();
    write_and_read(&mut first, 5);
}

/// A device that says its status when it is spoken to, and then what it is told to at each reading.
struct Scripted<F> {
    info: Info,
    next: F,
    heard: Vec<u8>,
    spoken: bool,
    begun: bool,
    now: u64,
}

impl<F: FnMut() -> Frame> Scripted<F> {
    fn connect(next: F) -> Link<Self> {
        Self::connect_to(Info::default(), next)
    }

    fn connect_to(info: Info, next: F) -> Link<Self> {
        let scripted = Self {
            info,
            next,
            heard: Vec::new(),
            spoken: false,
            begun: false,
            now: 0,
        };
        Link::connect(scripted, options(7)).unwrap()
    }
}

impl<F: FnMut() -> Frame> Transport for Scripted<F> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        self.spoken = true;
        self.heard.extend(bytes);
        Ok(())
    }
    fn read(&mut self, into: &mut Vec<u8>, _: u32) -> Result<usize, TransportError> {
        self.now += 1;
        if !self.spoken {
            return Ok(0);
        }
        let frame = if self.begun {
            (self.next)()
        } else {
            status(&self.info)
        };
        self.begun = true;
        let bytes = frame.encode();
        into.extend(&bytes);
        Ok(bytes.len())
    }
    fn now(&self) -> u64 {
        self.now
    }
    fn describe(&self) -> String {
        "a scripted device".into()
    }
}

/// A status of a connection in which nothing was carried.
fn status(info: &Info) -> Frame {
    let info = Info {
        version: VERSION,
        ..info.clone()
    };
    Frame {
        kind: Kind::Status,
        connection: 7,
        position: 0,
        acknowledge: 0,
        limit: Some(100),
        payload: info.encode(),
    }
}

/// An answer without bytes of the stream.
fn answer(kind: Kind, acknowledge: u16) -> Frame {
    let status = status(&Info::default());
    Frame {
        kind,
        acknowledge,
        limit: Some(400),
        payload: match kind {
            Kind::Status => status.payload,
            _ => Vec::new(),
        },
        ..status
    }
}

#[test]
fn a_device_that_becomes_another_is_noticed() {
    let error = |info: Info| {
        let mut link = Scripted::connect(|| status(&info));
        link.status().map(|info| info.running)
    };
    let running = Info {
        running: true,
        error: 3,
        ..Info::default()
    };
    assert!(matches!(error(running), Ok(true)));
    for info in [
        Info {
            lanes: 8,
            ..Info::default()
        },
        Info {
            receive_buffer: 1,
            ..Info::default()
        },
    ] {
        assert!(matches!(error(info), Err(LinkError::Changed { .. })));
    }
}

/// An answer without news says that a frame was dropped, and what is in flight is sent again; but not if a STATUS had its
/// news, nor for each frame that was sent again for nothing.
#[test]
fn answers_without_news_are_told_apart() {
    // Bytes that are sent first, the answer, and how often anything has been sent again behind it.
    let script = [
        (20, Kind::Room, 0, 0),
        (20, Kind::Status, 20, 0),
        (0, Kind::Room, 20, 0),
        (0, Kind::Room, 20, 1),
        (0, Kind::Room, 40, 1),
        (20, Kind::Room, 40, 1),
        (0, Kind::Room, 40, 2),
        (0, Kind::Room, 60, 2),
        // What was sent behind that arrives: nothing is left of it.
        (20, Kind::Room, 80, 2),
        (20, Kind::Room, 80, 3),
    ];
    let mut answers = script.iter();
    let mut link = Scripted::connect(move || {
        let (_, kind, acknowledge, _) = answers.next().expect("an answer is left");
        answer(*kind, *acknowledge)
    });
    for (number, (bytes, .., repeats)) in script.iter().enumerate() {
        link.send(&[0x55].repeat(*bytes)).unwrap();
        link.poll().unwrap();
        assert_eq!(link.statistics().repeats, *repeats, "answer {number}");
    }
}

/// After a loss that was one, frames that were sent again have been taken, and none is answered without news: the next
/// such answer, later, is of another loss.
#[test]
fn a_loss_behind_a_loss_is_one() {
    let mut number = 0;
    let mut link = Scripted::connect(move || {
        number += 1;
        let (kind, acknowledge) = match number {
            1 | 2 => (Kind::Room, 0),
            3..=60 => (Kind::Status, 40),
            _ => (Kind::Room, 40),
        };
        answer(kind, acknowledge)
    });
    link.send(&[1; 40]).unwrap();
    link.poll().unwrap();
    link.poll().unwrap();
    assert_eq!(link.statistics().repeats, 1);
    for _ in 3..=60 {
        link.poll().unwrap();
    }
    link.send(&[2; 40]).unwrap();
    // The first had its news in a STATUS.
    for repeats in [1, 2] {
        link.poll().unwrap();
        assert_eq!(link.statistics().repeats, repeats);
    }
}

/// An acknowledge that is owed is still owed behind a question for the status.
#[test]
fn a_question_for_the_status_is_no_acknowledge() {
    let info = Info {
        transmit_buffer: 512,
        ..Info::default()
    };
    let mut answers = [(Kind::Data, 0, vec![9; 10]), (Kind::Room, 20, Vec::new())].into_iter();
    let mut link = Scripted::connect_to(info, move || {
        let (kind, acknowledge, payload) = answers.next().expect("an answer is left");
        Frame {
            kind,
            position: acknowledge / 2,
            acknowledge,
            limit: (kind == Kind::Room).then_some(400),
            payload,
            ..status(&Info::default())
        }
    });
    // Its bytes wait for more to go with an acknowledge of them.
    link.send(&[1; 20]).unwrap();
    link.poll().unwrap();
    link.ask_status().unwrap();
    let asked = link.transport().heard.len();
    link.poll().unwrap();
    let mut decoder = Decoder::new(false);
    let later = link.transport().heard[asked..].iter();
    let frames: Vec<Frame> = later.filter_map(|&byte| decoder.feed(byte)).collect();
    assert_eq!(frames.len(), 1);
    assert_eq!((frames[0].kind, frames[0].acknowledge), (Kind::Data, 10));
}

#[test]
fn a_device_that_never_stops_sending_is_noticed() {
    let mut position = 0u16;
    let mut link = Scripted::connect(move || {
        let frame = Frame {
            kind: Kind::Data,
            position,
            limit: None,
            payload: vec![0x55; 240],
            ..status(&Info::default())
        };
        position = position.wrapping_add(240);
        frame
    });
    // Nothing of it is ever acknowledged, though bytes come.
    link.send(&[0x20, 0, 0, 0, 1, 0]).unwrap();
    let error = link.flush().unwrap_err();
    assert!(
        matches!(error, LinkError::Flood { bytes, .. } if bytes < 1 << 25),
        "{error}"
    );
}

#[test]
fn the_device_drops_what_comes_beyond_its_limit() {
    // Sends a frame further than the device has room, as no host does.
    let mut device = emulator();
    let mut frame = Frame {
        kind: Kind::Connect,
        connection: 8,
        position: 0,
        acknowledge: 0,
        limit: None,
        payload: b"FS\x01".to_vec(),
    };
    device.write(&frame.encode()).unwrap();
    frame.kind = Kind::Data;
    frame.payload = vec![0x10, 0, 0, 0, 0xff, 0x0f];
    frame.payload.resize(200, 0);
    for i in 0..8 {
        frame.position = i * 200;
        device.write(&frame.encode()).unwrap();
    }
    assert_eq!(
        device.over_limit(),
        0,
        "the device takes bytes as fast as they come"
    );
    frame.position = 1600 + 1000;
    device.write(&frame.encode()).unwrap();
    assert_eq!(device.over_limit(), 1);
}
