//! The whole link in Icarus, spoken to by a host that follows `docs/protocol.md`, section 1.

mod link_support;

use ferrospike_rtl::link::Link;
use ferrospike_rtl::primitives::byte_ram::SmallMemories;
use link_support::{answers, emitted, frame, wire, Answer, Interactive, DATA};
use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

const CONNECT: u8 = 1;
const STATUS: u8 = 3;
const RESEND: u8 = 4;
const ROOM: u8 = 5;

const CONSUME: u32 = 1;
const LOOP_BACK: u32 = 2;
const BLOCKED: u32 = 4;

/// What one exchange brought.
#[derive(Default, Debug)]
struct Heard {
    answers: Vec<Answer>,
    stream: Vec<u8>,
    connects: usize,
    refused: usize,
    errors: u32,
    clocks: u32,
}

struct Session {
    bench: Interactive,
    wire: Vec<u8>,
}

impl Session {
    fn new(verilog: &str) -> Self {
        let bench = Interactive::start(include_str!("link_support/link_bench.v"), &[verilog]);
        Self {
            bench,
            wire: Vec::new(),
        }
    }

    fn send(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|&b| self.bench.command(0, u32::from(b)));
    }

    fn put(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|&b| self.bench.command(3, u32::from(b)));
    }

    fn mode(&mut self, mode: u32) {
        self.bench.command(2, mode);
    }

    fn run(&mut self, clocks: u32) -> Result<Heard, String> {
        self.bench.command(1, clocks);
        let mut heard = Heard::default();
        for (letter, value) in self.bench.events() {
            match letter {
                'o' => self.wire.push(value as u8),
                's' => heard.stream.push(value as u8),
                'c' if value == 0 => heard.connects += 1,
                'r' => heard.refused += 1,
                'e' => heard.errors = value,
                'n' => heard.clocks = value,
                'd' => {}
                _ => return Err(format!("the bench says {letter} {value:x}")),
            }
        }
        heard.answers = answers(&mut self.wire)?;
        Ok(heard)
    }

    /// Sends bytes and expects exactly one answer.
    fn ask(&mut self, bytes: &[u8]) -> Result<(Answer, Heard), String> {
        self.send(bytes);
        let mut heard = self.run(1000)?;
        match heard.answers.len() {
            1 => Ok((heard.answers.remove(0), heard)),
            n => Err(format!("{n} answers to {bytes:02x?}: {:?}", heard.answers)),
        }
    }

    /// Sends bytes and expects silence.
    fn ignore(&mut self, bytes: &[u8]) -> Result<Heard, String> {
        self.send(bytes);
        let heard = self.run(1000)?;
        same("answers", &heard.answers, &vec![])?;
        same("stream", &heard.stream, &vec![])?;
        Ok(heard)
    }

    fn connect(&mut self, connection: u8) -> Result<(), String> {
        let (answer, heard) = self.ask(&frame(CONNECT, connection, 0, 0, b"FS\x02"))?;
        same("answer", &answer, &status(connection, 0, 0, 1024))?;
        same("connects", &heard.connects, &1)?;
        same("errors", &heard.errors, &0)
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: {found:02x?}, not {expected:02x?}"))
}

/// The status block of the bench.
fn status(connection: u8, position: u16, acknowledge: u16, limit: u16) -> Answer {
    let payload = (0..80)
        .map(|i| if i % 7 == 3 { 0 } else { i + 1 })
        .collect();
    Answer {
        kind: STATUS,
        connection,
        position,
        acknowledge,
        limit: Some(limit),
        payload,
    }
}

fn room(position: u16, acknowledge: u16, limit: u16) -> Answer {
    Answer {
        kind: ROOM,
        connection: 7,
        position,
        acknowledge,
        limit: Some(limit),
        payload: Vec::new(),
    }
}

fn data(position: u16, acknowledge: u16, payload: &[u8]) -> Answer {
    Answer {
        kind: DATA,
        limit: None,
        payload: payload.to_vec(),
        ..room(position, acknowledge, 0)
    }
}

fn random(seed: u64, length: usize) -> Vec<u8> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut bytes = vec![0; length];
    random.fill_bytes(&mut bytes);
    bytes
        .iter_mut()
        .for_each(|b| *b = if random.gen_bool(0.2) { 0 } else { *b });
    bytes
}

/// CONNECT, STATUS, good and bad DATA, limits, and the order of answers.
fn receiving(verilog: &str) -> Result<(), String> {
    let mut link = Session::new(verilog);
    // Before the first CONNECT: STATUS only.
    let (answer, _) = link.ask(&frame(STATUS, 99, 0, 0, &[]))?;
    same("status before CONNECT", &answer, &status(0, 0, 0, 1024))?;
    link.ignore(&frame(DATA, 0, 0, 0, b"abc"))?;
    link.ignore(&frame(RESEND, 0, 0, 0, &[]))?;
    same(
        "errors",
        &link.ignore(&frame(CONNECT, 7, 0, 0, b"FT\x01"))?.errors,
        &3,
    )?;
    same(
        "errors",
        &link.ignore(&frame(CONNECT, 7, 0, 0, b"FS"))?.errors,
        &4,
    )?;
    link.connect(7)?;

    // In order, blocked by the command unit.
    let stream = random(3, 1024);
    let (answer, heard) = link.ask(&frame(DATA, 7, 0, 0, &stream[..1]))?;
    same("first byte", &answer, &room(0, 1, 1024))?;
    same("stream", &heard.stream, &vec![])?;
    let (answer, _) = link.ask(&frame(DATA, 7, 1, 0, &stream[1..241]))?;
    same("240 bytes", &answer, &room(0, 241, 1024))?;
    // A duplicate, a gap.
    let (answer, _) = link.ask(&frame(DATA, 7, 1, 0, &stream[1..241]))?;
    same("duplicate", &answer, &room(0, 241, 1024))?;
    let (answer, heard) = link.ask(&frame(DATA, 7, 242, 0, &stream[242..300]))?;
    same("gap", &answer, &room(0, 241, 1024))?;
    same("errors", &heard.errors, &0)?;
    same(
        "silence",
        &link.ignore(&frame(DATA, 7, 241, 0, &[]))?.errors,
        &0,
    )?;

    // Damage of every kind: dropped and counted.
    let good = frame(DATA, 7, 241, 0, &stream[241..260]);
    let mut errors = 0;
    let mut damaged = good.clone();
    damaged[9] = if damaged[9] ^ 1 == 0 {
        damaged[9] ^ 2
    } else {
        damaged[9] ^ 1
    };
    let mut cut = good[..good.len() - 5].to_vec();
    cut.push(0);
    let long = [&[2, 7, 241, 0, 0, 0][..], &[5; 241]].concat();
    let longer = [&[2, 7, 241, 0, 0, 0][..], &[5; 600]].concat();
    for bad in [
        damaged,
        cut,
        good[..4].iter().copied().chain([0]).collect(),
        wire(&[2, 7, 241, 0, 0]),
        wire(&[]),
        vec![1, 0],
        wire(&long),
        wire(&longer),
        frame(9, 7, 241, 0, b"x"),
        frame(0, 7, 241, 0, b"x"),
        frame(DATA, 8, 241, 0, b"x"),
        frame(RESEND, 8, 241, 0, &[]),
    ] {
        errors += 1;
        same(
            &format!("errors of {bad:02x?}"),
            &link.ignore(&bad)?.errors,
            &errors,
        )?;
    }
    // Cut off and at once followed by a good one without an end mark between: both are lost.
    let merged = [&good[..7], &good[..]].concat();
    same("merged", &link.ignore(&merged)?.errors, &(errors + 1))?;
    same("empty", &link.ignore(&[0, 0, 0])?.errors, &(errors + 1))?;

    // Up to the limit, and not beyond it.
    for start in [241, 481, 721] {
        let (answer, _) = link.ask(&frame(DATA, 7, start, 0, &stream[start as usize..][..240]))?;
        same("filling", &answer, &room(0, start + 240, 1024))?;
    }
    for excess in [64, 65, 67, 68, 240] {
        let (answer, heard) = link.ask(&frame(DATA, 7, 961, 0, &vec![9; excess]))?;
        same("over the limit", &answer, &room(0, 961, 1024))?;
        same("errors", &heard.errors, &(errors + 1))?;
    }
    let (answer, _) = link.ask(&frame(DATA, 7, 961, 0, &stream[961..]))?;
    same("full", &answer, &room(0, 1024, 1024))?;
    let (answer, _) = link.ask(&frame(DATA, 7, 1024, 0, b"x"))?;
    same("one more", &answer, &room(0, 1024, 1024))?;
    let (answer, _) = link.ask(&frame(STATUS, 200, 5, 5, &[]))?;
    same("status while blocked", &answer, &status(7, 0, 1024, 1024))?;

    // Consumed: the limit moves; said once, for what is left is less than half a buffer.
    link.mode(CONSUME);
    let heard = link.run(2100)?;
    same("stream", &heard.stream, &stream)?;
    let limits: Vec<_> = heard.answers.iter().map(|a| a.limit).collect();
    if limits.len() != 1 || limits[0] < Some(1536) {
        return Err(format!("limits {limits:?}"));
    }
    same("errors", &heard.errors, &(errors + 1))?;

    // STATUS goes before DATA that is owed.
    link.mode(CONSUME | BLOCKED);
    link.send(&frame(STATUS, 7, 0, 0, &[]));
    link.run(1000)?;
    link.send(&frame(DATA, 7, 1024, 0, b"yz"));
    link.send(&frame(STATUS, 7, 0, 0, &[]));
    link.run(1000)?;
    link.mode(CONSUME);
    let kinds: Vec<u8> = link.run(2000)?.answers.iter().map(|a| a.kind).collect();
    same("order", &kinds, &vec![STATUS, STATUS, ROOM])?;

    // A limit that moved goes with bytes, once.
    link.mode(CONSUME | BLOCKED);
    link.send(&frame(STATUS, 7, 0, 0, &[]));
    link.run(1000)?;
    link.put(&stream[..250]);
    for position in [1026, 1226, 1426] {
        link.send(&frame(DATA, 7, position, 0, &stream[..200]));
    }
    link.run(2000)?;
    link.mode(CONSUME);
    let answers = link.run(3000)?.answers;
    let with_room = Answer {
        payload: stream[..240].to_vec(),
        ..room(0, 1626, 2650)
    };
    let without = data(240, 1626, &stream[240..250]);
    same(
        "frames",
        &answers,
        &vec![status(7, 0, 1026, 2050), with_room, without],
    )
}

/// The outgoing stream: bounded by the ring, kept until acknowledged, repeated on demand.
fn sending(verilog: &str) -> Result<(), String> {
    let mut link = Session::new(verilog);
    link.connect(7)?;
    let stream = random(4, 700);
    link.put(&stream[..1]);
    let heard = link.run(500)?;
    same("one byte", &heard.answers, &vec![data(0, 0, &stream[..1])])?;
    // An acknowledge of what was not sent is ignored; the ring takes 512 bytes and no more.
    link.ignore(&frame(DATA, 7, 0, 2, &[]))?;
    link.mode(BLOCKED);
    link.put(&stream[1..512]);
    link.put(&[0xEE; 3]);
    let heard = link.run(1000)?;
    same("refused", &heard.refused, &3)?;
    link.mode(0);
    let heard = link.run(3000)?;
    let sent: Vec<u8> = heard
        .answers
        .iter()
        .flat_map(|a| a.payload.clone())
        .collect();
    same("sent", &sent, &stream[1..512].to_vec())?;
    if heard.answers.iter().any(|a| a.payload.len() > 240) {
        return Err("a payload of more than 240 bytes".into());
    }
    // Repeated from what is acknowledged, as often as asked.
    for acknowledge in [0, 100, 100] {
        link.send(&frame(RESEND, 7, 0, acknowledge, &[]));
        let heard = link.run(4000)?;
        let sent: Vec<u8> = heard
            .answers
            .iter()
            .flat_map(|a| a.payload.clone())
            .collect();
        same(
            "repeated",
            &sent,
            &stream[usize::from(acknowledge)..512].to_vec(),
        )?;
        same("position", &heard.answers[0].position, &acknowledge)?;
        // The limit comes again, once: a frame that told it may be what was lost.
        let limits: Vec<_> = heard.answers.iter().map(|a| a.limit).collect();
        let (first, others) = limits.split_at(1);
        same("limit", &first, &&[Some(1024)][..])?;
        same("limits", &others.iter().all(Option::is_none), &true)?;
    }
    // Old and wild acknowledges change nothing.
    for acknowledge in [0, 99, 513, 65535, 32768] {
        link.ignore(&frame(DATA, 7, 0, acknowledge, &[]))?;
    }
    link.put(&[0xEE]);
    let heard = link.run(100)?;
    // 100 bytes are free.
    same("refused", &heard.refused, &0)?;
    link.put(&[0xEE; 99]);
    link.put(&[0xEE; 1]);
    let heard = link.run(3000)?;
    same("refused", &heard.refused, &1)?;
    link.send(&frame(RESEND, 7, 0, 612, &[]));
    let heard = link.run(2000)?;
    same(
        "nothing to repeat",
        &heard.answers,
        &vec![room(612, 0, 1024)],
    )?;
    // CONNECT drops what was not acknowledged and what is being built.
    link.put(&stream[..200]);
    link.send(&frame(CONNECT, 7, 0, 0, b"FS\x02"));
    let heard = link.run(2000)?;
    let last = heard.answers.last().ok_or("no answer to CONNECT")?;
    same("reconnected", last, &status(7, 0, 0, 1024))?;
    link.put(&stream[..3]);
    let heard = link.run(1000)?;
    same(
        "a new stream",
        &heard.answers,
        &vec![data(0, 0, &stream[..3])],
    )
}

/// Everything comes back through a wire that damages, loses and doubles frames.
fn echo(verilog: &str, bytes: usize, faults: f64, seed: u64) -> Result<(), String> {
    let mut random_source = ChaCha8Rng::seed_from_u64(seed);
    let stream = random(seed + 1, bytes);
    let mut link = Session::new(verilog);
    link.connect(7)?;
    link.mode(CONSUME | LOOP_BACK);
    let (mut acknowledged, mut next, mut limit) = (0_usize, 0_usize, 1024_usize);
    let (mut came, mut executed) = (Vec::new(), Vec::new());
    let wide =
        |near: usize, low: u16| near.wrapping_add(usize::from(low.wrapping_sub(near as u16)));
    let mut rounds = 0;
    while came.len() < bytes {
        rounds += 1;
        if rounds > 2000 {
            return Err(format!("{} of {bytes} bytes came back", came.len()));
        }
        for _ in 0..random_source.gen_range(1..6) {
            let size = random_source
                .gen_range(0..=240)
                .min(limit.min(bytes) - next);
            let payload = &stream[next..next + size];
            let mut sent = frame(DATA, 7, next as u16, came.len() as u16, payload);
            next += size;
            if random_source.gen_bool(faults) {
                match random_source.gen_range(0..4) {
                    0 => sent.clear(),
                    1 => sent = [sent.clone(), sent].concat(),
                    2 => {
                        let at = random_source.gen_range(0..sent.len());
                        sent[at] ^= 1 << random_source.gen_range(0..8);
                    }
                    _ => sent.truncate(random_source.gen_range(0..sent.len())),
                }
            }
            link.send(&sent);
        }
        let mut heard = link.run(random_source.gen_range(0..3000))?;
        executed.append(&mut heard.stream);
        let mut missed = faults > 0.0 && random_source.gen_bool(0.3);
        for answer in heard.answers {
            if random_source.gen_bool(faults / 2.0) {
                continue;
            }
            let acknowledge = wide(acknowledged, answer.acknowledge);
            if acknowledge <= next {
                acknowledged = acknowledge;
                if let Some(low) = answer.limit {
                    limit = limit.max(wide(limit, low).min(acknowledged + 1024));
                }
            }
            if answer.position == came.len() as u16 {
                came.extend(answer.payload);
            } else {
                missed = true;
            }
        }
        if faults > 0.0 && (missed || next == bytes) {
            link.send(&frame(RESEND, 7, 0, came.len() as u16, &[]));
            next = acknowledged;
        }
    }
    same("executed", &executed, &stream)?;
    same("came back", &came, &stream)
}

fn verilog() -> String {
    emitted(Link::new(1024, 512, SmallMemories::Lookups), "link")
}

#[test]
fn the_link_receives() {
    receiving(&verilog()).unwrap();
}

#[test]
fn the_link_sends() {
    sending(&verilog()).unwrap();
}

#[test]
fn an_echo_comes_back() {
    echo(&verilog(), 8000, 0.0, 10).unwrap();
}

#[test]
fn an_echo_comes_back_through_a_bad_wire() {
    for seed in 20..23 {
        echo(&verilog(), 4000, 0.2, seed).unwrap();
    }
}

#[test]
fn positions_wrap() {
    echo(&verilog(), 66_200, 0.0, 30).unwrap();
}

#[test]
fn bytes_move_at_the_rates_that_are_documented() {
    let mut link = Session::new(&verilog());
    link.connect(7).unwrap();
    let before = link.run(0).unwrap().clocks;
    let stream = random(5, 240);
    let sent = frame(DATA, 7, 0, 0, &stream);
    link.send(&sent);
    let after = link.run(0).unwrap().clocks;
    assert!(after - before <= 2 * sent.len() as u32 + 2);
    link.put(&stream);
    let before = link.run(0).unwrap().clocks;
    let mut came = 0;
    let mut clocks = before;
    while came < 240 {
        let heard = link.run(20).unwrap();
        came += heard.answers.iter().map(|a| a.payload.len()).sum::<usize>();
        clocks = heard.clocks;
        assert!(clocks < before + 2000);
    }
    assert!(clocks - before <= 4 * 252, "{} clocks", clocks - before);
}

/// The link with memories that give unknown bits for a byte that is read in the clock in which a byte is written
/// `when` this holds of the two addresses.
fn colliding(when: &str) -> String {
    let mut text = verilog();
    for (top, read, write, data) in [
        (
            9,
            "read_data <= memory[read_address[9:0]];",
            "write_enable",
            "read_data",
        ),
        (
            8,
            "read_data <= memory[read_address[8:0]];",
            "write_enable",
            "read_data",
        ),
        (
            7,
            "if (read) q <= memory[read_address[7:0]];",
            "read & write",
            "q",
        ),
    ] {
        assert_eq!(text.matches(read).count(), 1, "{read}");
        let same = when.replace("TOP", &top.to_string());
        text = text.replace(
            read,
            &format!("{read}\nif ({write} & ({same})) {data} <= 8'bx;"),
        );
    }
    text
}

/// `no_rw_check` says that nothing depends on such a byte.
#[test]
fn no_byte_is_used_that_is_read_while_it_is_written() {
    let same = colliding("read_address[TOP:0] == write_address[TOP:0]");
    receiving(&same).unwrap();
    sending(&same).unwrap();
    echo(&same, 4000, 0.2, 40).unwrap();
    // Unknown bytes are noticed: a byte that is read in the clock of any write is used.
    let any = colliding("1'b1");
    let noticed = || receiving(&any).and_then(|()| sending(&any)).is_err();
    assert!(std::panic::catch_unwind(noticed).unwrap_or(true));
}

#[test]
fn planted_faults_are_found() {
    let verilog = verilog();
    let faults = [
        ("32'h2144df1c", "32'h2144df1d"),
        ("payload_skipped = 3'b101", "payload_skipped = 3'b110"),
        ("9'b11110100", "9'b11110101"),
        ("8'hf0", "8'hf1"),
        ("limit_changed | ~readable_q", "1'b1"),
    ];
    for (right, wrong) in faults {
        let planted = verilog.replace(right, wrong);
        assert_ne!(planted, verilog, "{right} is in the text");
        let found = receiving(&planted).and_then(|()| sending(&planted));
        assert!(found.is_err(), "{wrong} for {right} goes unnoticed");
    }
}

#[test]
fn a_byte_in_a_single_clock_is_enough() {
    let mut link = Session::new(&verilog());
    link.connect(7).unwrap();
    for byte in frame(DATA, 7, 0, 0, b"a\0b") {
        link.bench.command(6, u32::from(byte));
    }
    link.mode(CONSUME);
    assert_eq!(link.run(500).unwrap().stream, b"a\0b");
}
