//! Operations to longs and back; run-length code there and back.

use ferrospike_model::program::*;
use ferrospike_model::runlength::{decode, decode_plain, encode, encode_plain, RunLengthError};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn bitmap(r: &mut ChaCha8Rng) -> Bitmap {
    Bitmap {
        base: r.gen_range(0..1 << 14),
        log2_depth: r.gen_range(0..8),
    }
}

fn value(r: &mut ChaCha8Rng) -> i32 {
    r.gen_range(-(1 << 23)..1 << 23)
}

fn operation(r: &mut ChaCha8Rng, kind: u32) -> Operation {
    let roundings = [Rounding::Floor, Rounding::HalfUp, Rounding::TowardZero];
    match kind {
        0 => Operation::End(End {
            advance: r.gen(),
            restart: r.gen(),
            mark: r.gen(),
        }),
        1 => Operation::Scan(Scan {
            form: [Form::Dense, Form::Always, Form::Listed][r.gen_range(0..3)],
            format: [Format::Bits8, Format::Bits4, Format::Bits2, Format::Bits1][r.gen_range(0..4)],
            sign: [Sign::Signed, Sign::Added, Sign::Subtracted][r.gen_range(0..3)],
            wrap: r.gen(),
            exponent: r.gen_range(0..16),
            delay: r.gen_range(0..128),
            source: bitmap(r),
            source_groups: r.gen_range(0..4096),
            last_lanes: r.gen_range(1..33),
            row_base: r.gen_range(0..1 << 20),
            stride: r.gen(),
            first_group: r.gen_range(0..4096),
            groups: r.gen_range(1..4096),
        }),
        2 => Operation::Update(Update {
            current_after_decay: r.gen(),
            rounding_current: roundings[r.gen_range(0..3)],
            rounding_membrane: roundings[r.gen_range(0..3)],
            reset: [Reset::Hard, Reset::Soft, Reset::Delayed, Reset::None][r.gen_range(0..4)],
            inverted: r.gen(),
            no_threshold: r.gen(),
            held_steps: r.gen_range(0..65),
            per_neuron: r.gen_range(0..8),
            bitmap: bitmap(r),
            first_group: r.gen_range(0..4096),
            neurons: r.gen(),
            table: r.gen_range(0..1 << 20),
            parameters: Parameters {
                current_decay: r.gen_range(0..=65536),
                membrane_decay: r.gen_range(0..=65536),
                gain: r.gen_range(0..=65536),
                bias: value(r),
                threshold: value(r),
                reset_value: value(r),
            },
            sub: value(r),
            v_min: value(r),
            v_max: value(r),
        }),
        3 => Operation::Fold(Fold {
            wrap: r.gen(),
            exponent: r.gen_range(0..16),
            floor_shift: r.gen_range(1..16),
            scratch_group: r.gen_range(0..4096),
            first_group: r.gen_range(0..4096),
            neurons: r.gen(),
        }),
        4 => Operation::Report(Report {
            number: r.gen(),
            kind: if r.gen() {
                ReportKind::Spikes {
                    plain: r.gen(),
                    bitmap: bitmap(r),
                    groups: r.gen_range(1..4096),
                }
            } else {
                ReportKind::State {
                    current: r.gen(),
                    first_group: r.gen_range(0..4096),
                    neurons: r.gen(),
                }
            },
        }),
        5 => {
            let unsigned = r.gen();
            let mut weight = || match unsigned {
                true => r.gen_range(0..=255),
                false => r.gen_range(-128..=127),
            };
            let (minimum, maximum) = (weight(), weight());
            Operation::Learn(Learn {
                every: r.gen(),
                unsigned,
                delay: r.gen_range(0..128),
                source: bitmap(r),
                source_groups: r.gen_range(0..4096),
                last_lanes: r.gen_range(1..33),
                row_base: r.gen_range(0..1 << 20),
                stride: r.gen(),
                groups: r.gen_range(0..4096),
                target_delay: r.gen_range(0..128),
                target: bitmap(r),
                inverted: r.gen(),
                rows: r.gen(),
                change: r.gen_range(-65536..65536),
                decay: r.gen::<bool>().then(|| r.gen_range(0..8)),
                minimum,
                maximum,
                random: r.gen_range(0..1 << 20),
            })
        }
        _ => Operation::Clear(Clear {
            state: r.gen(),
            history: r.gen(),
            v0: value(r),
            first_group: r.gen_range(0..4096),
            neurons: r.gen(),
            history_base: r.gen_range(0..1 << 14),
            history_words: r.gen_range(0..1 << 15),
        }),
    }
}

#[test]
fn every_operation_survives_its_encoding() {
    let mut r = ChaCha8Rng::seed_from_u64(4);
    for index in 0..70_000 {
        let operation = operation(&mut r, index % 7);
        let longs = operation.encode();
        assert_eq!(longs.len(), Operation::longs(longs[0]));
        assert_eq!(Operation::decode(&longs), Ok((operation, longs.len())));
        for cut in 0..longs.len() {
            assert_eq!(
                Operation::decode(&longs[..cut]),
                Err(DecodeError::Truncated)
            );
        }
    }
}

#[test]
fn fields_lie_where_the_page_says() {
    let scan = Scan {
        form: Form::Always,
        format: Format::Bits2,
        sign: Sign::Subtracted,
        wrap: true,
        exponent: 9,
        delay: 5,
        source: Bitmap {
            base: 0x1234,
            log2_depth: 3,
        },
        source_groups: 0xabc,
        last_lanes: 32,
        row_base: 0x54321,
        stride: 0x9876,
        first_group: 0xfed,
        groups: 0x321,
    };
    let head = 1 | 1 << 4 | 2 << 6 | 2 << 8 | 1 << 10 | 9 << 12 | 5 << 16 | 3 << 23 | 31 << 27;
    let head = head | 0x1234 << 32 | 0xabc << 48;
    let second = 0x54321 | 0x9876 << 20 | 0xfed << 36 | 0x321 << 48;
    assert_eq!(Operation::Scan(scan).encode(), [head, second]);
    let end = End {
        advance: true,
        restart: false,
        mark: true,
    };
    assert_eq!(Operation::End(end).encode(), [0x50]);
    let fold = Fold {
        wrap: true,
        exponent: 6,
        floor_shift: 15,
        scratch_group: 0x111,
        first_group: 0x222,
        neurons: 0x3333,
    };
    let long = 3 | 1 << 10 | 6 << 12 | 0x3333 << 16 | 0x222 << 32 | 15 << 44 | 0x111 << 48;
    assert_eq!(Operation::Fold(fold).encode(), [long]);
}

#[test]
fn fields_without_a_meaning_are_refused() {
    for (head, field, value) in [
        (1u64 | 3 << 4, "form", 3),
        (1 | 3 << 8, "sign", 3),
        (2 | 3 << 5, "rounding of u", 3),
        (2 | 3 << 7, "rounding of v", 3),
    ] {
        let longs = [head, 0, 0, 0, 0, 0, 0];
        assert_eq!(
            Operation::decode(&longs),
            Err(DecodeError::Field { field, value })
        );
    }
    for opcode in 7..16u8 {
        assert_eq!(
            Operation::decode(&[opcode.into()]),
            Err(DecodeError::Opcode(opcode))
        );
    }
}

#[test]
fn run_length_code_there_and_back() {
    let mut r = ChaCha8Rng::seed_from_u64(5);
    for index in 0..3000 {
        let lanes = [4, 8, 16, 32][index % 4];
        let groups = [0, 1, 254, 255, 256, 510, 511, r.gen_range(0..1200)][r.gen_range(0..8)];
        let density = [0.0, 0.004, 0.1, 1.0][r.gen_range(0..4)];
        let mask = u32::MAX >> (32 - lanes);
        let word = |_| {
            if r.gen_bool(density) {
                r.gen::<u32>() & mask
            } else {
                0
            }
        };
        let words: Vec<u32> = (0..groups).map(word).collect();
        let mut bytes = encode(&words, lanes);
        let length = bytes.len();
        for cut in 0..length {
            assert!(matches!(
                decode(&bytes[..cut], lanes, groups),
                Err(RunLengthError::Truncated { .. })
            ));
        }
        bytes.push(r.gen());
        assert_eq!(decode(&bytes, lanes, groups), Ok((words.clone(), length)));
        let plain = encode_plain(&words, lanes);
        assert_eq!(decode_plain(&plain, lanes, groups), Ok(words));
        assert!(groups == 0 || decode_plain(&plain[1..], lanes, groups).is_err());
    }
}

#[test]
fn run_length_edges_by_hand() {
    assert!(encode(&[], 8).is_empty());
    assert_eq!(encode(&[0; 255], 8), [255]);
    assert_eq!(encode(&[0; 256], 8), [255, 1]);
    assert_eq!(encode(&[3, 0, 0x102], 16), [0, 3, 0, 1, 2, 1]);
    let too_long = RunLengthError::TooLong {
        offset: 0,
        run: 9,
        left: 4,
    };
    assert_eq!(decode(&[9, 1], 8, 4), Err(too_long));
    // Words of 0 may be written out.
    assert_eq!(decode(&[0, 0, 0, 7], 8, 2), Ok((vec![0, 7], 4)));
    let mut r = ChaCha8Rng::seed_from_u64(6);
    for _ in 0..20_000 {
        let bytes: Vec<u8> = (0..r.gen_range(0..40)).map(|_| r.gen()).collect();
        let groups = r.gen_range(0..600);
        if let Ok((words, used)) = decode(&bytes, 16, groups) {
            assert!(words.len() == groups && used <= bytes.len());
        }
    }
}
