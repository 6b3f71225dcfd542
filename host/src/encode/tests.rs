//! Codes against values by hand. Those of `make.py` are in `host/tests/encoders.rs`.

use super::*;

fn encode(encoder: &str, full: u16, channels: usize, values: &[u16]) -> Spikes {
    let frames = Frames::new(full, channels, values.to_vec()).unwrap();
    let encoder: Encoder = encoder.parse().unwrap();
    encoder.encode(&frames, 0).unwrap()
}

/// Steps in which each line spikes.
fn steps(spikes: &Spikes) -> Vec<Vec<usize>> {
    let of = |line: usize| {
        let on = (0..spikes.steps).filter(|s| spikes.bits[s * spikes.inputs + line] == 1);
        on.collect()
    };
    (0..spikes.inputs).map(of).collect()
}

#[test]
fn phase_counts() {
    let values: Vec<u16> = (0..=255).collect();
    let spikes = encode("phase:10", 255, 256, &values);
    for (line, on) in steps(&spikes).iter().enumerate() {
        for t in 1..=10 {
            let count = on.iter().filter(|&&s| s < t).count();
            assert_eq!(count, t * line / 255);
        }
    }
    // From frame to frame the accumulator goes on.
    let spikes = encode("phase:2", 4, 1, &[1, 1, 4]);
    assert_eq!(steps(&spikes), [vec![3, 4, 5]]);
}

#[test]
fn latency_is_early_for_large_values() {
    let spikes = encode("latency:4", 100, 5, &[0, 1, 50, 99, 100]);
    assert_eq!(steps(&spikes), [vec![], vec![3], vec![2], vec![0], vec![0]]);
}

#[test]
fn levels_are_evenly_spaced() {
    let lines = |encoder: &str, x: u16| encode(encoder, 8, 1, &[x]).bits;
    for x in 0..=8 {
        let on = |k: u16| u8::from(x * 4 >= (k + 1) * 8);
        assert_eq!(lines("thermometer:1,levels=3", x), [on(0), on(1), on(2)]);
        let hot = lines("onehot:1,levels=3", x);
        assert_eq!(
            hot.iter().position(|&b| b == 1),
            Some(usize::from(x * 3 / 9))
        );
        assert_eq!(hot.iter().sum::<u8>(), 1);
    }
    let twice = encode("thermometer:2,levels=2", 8, 2, &[8, 3]);
    assert_eq!(twice.bits, [1, 1, 1, 0, 1, 1, 1, 0]);
}

#[test]
fn changes_are_told_both_ways() {
    let spikes = encode("delta:1,threshold=0.1", 100, 1, &[50, 69, 69, 70, 30, 30]);
    assert_eq!(steps(&spikes), [vec![1, 3], vec![4, 5]]);
    let fast = encode("delta:3,threshold=0.1", 100, 1, &[50, 69, 30]);
    assert_eq!(steps(&fast), [vec![3], vec![6, 7, 8]]);
}

#[test]
fn fields_are_active_around_their_centres() {
    let active = |bell: &str, x: u16| {
        let encoder = format!("population:255,fields=3,shape={bell},width=0.5");
        let spikes = encode(&encoder, 200, 1, &[x]);
        steps(&spikes).iter().map(Vec::len).collect::<Vec<_>>()
    };
    // 255 exp(-2) = 34.51, 255 exp(-1/2) = 154.67.
    assert_eq!(active("gaussian", 100), [35, 255, 35]);
    assert_eq!(active("gaussian", 50), [155, 155, 3]);
    assert_eq!(active("triangular", 100), [0, 255, 0]);
    assert_eq!(active("triangular", 25), [128, 0, 0]);
}

#[test]
fn rates_follow_values_and_seeds() {
    let values: Vec<u16> = (0..=255).collect();
    let spikes = encode("rate:1000,seed=7", 255, 256, &values);
    for (x, on) in steps(&spikes).iter().enumerate() {
        let wanted = 1000.0 * x as f64 / 255.0;
        // Five standard deviations of a binomial distribution at most 15.9 wide.
        assert!(
            (on.len() as f64 - wanted).abs() <= 80.0,
            "{x}: {}",
            on.len()
        );
        assert!(x != 0 || on.is_empty());
        assert!(x != 255 || on.len() == 1000);
    }
    assert_ne!(spikes, encode("rate:1000,seed=8", 255, 256, &values));
    let frames = Frames::new(255, 256, values).unwrap();
    let encoder: Encoder = "rate:1000,seed=7".parse().unwrap();
    assert_ne!(spikes, encoder.encode(&frames, 1).unwrap());
}

#[test]
fn text_and_back() {
    for text in [
        "phase:10",
        "latency:20",
        "bias:32",
        "rate:20,seed=7",
        "thermometer:1,levels=8",
        "onehot:4,levels=16",
        "delta:2,threshold=0.05",
        "population:8,fields=6,shape=triangular,width=1",
        "population:8,fields=6,shape=gaussian,width=0.5,code=latency",
        "population:8,fields=6,shape=gaussian,width=0.5,code=rate,seed=3",
    ] {
        let encoder: Encoder = text.parse().unwrap();
        assert_eq!(encoder.to_string(), text);
    }
    let short: Encoder = "population:8,fields=6".parse().unwrap();
    assert_eq!(
        short.to_string(),
        "population:8,fields=6,shape=gaussian,width=0.5"
    );
    for (text, words) in [
        ("", "the encoder '' is unknown"),
        ("latenz:3", "known are phase, rate"),
        ("phase", "must give the steps"),
        ("phase:0", "1 to 65536"),
        ("phase:65537", "1 to 65536"),
        ("phase:ten", "must give the steps"),
        ("phase:10,seed=1", "has no setting 'seed'; it has none"),
        ("rate:10,seed=-1", "seed is '-1'"),
        ("thermometer:1", "needs levels=, 1 to 256"),
        ("thermometer:1,levels=257", "levels is '257'"),
        ("onehot:1,levels=1", "2 to 256"),
        ("delta:1", "needs threshold="),
        ("delta:1,threshold=0", "threshold is '0'"),
        ("delta:1,threshold=nan", "threshold is 'nan'"),
        (
            "population:1,fields=4,shape=round",
            "gaussian or triangular",
        ),
        ("population:1,fields=4,code=morse", "phase, latency or rate"),
        ("population:1,fields=4,seed=3", "has no setting 'seed'"),
        ("rate:1,seed=1,seed=2", "has no setting 'seed'"),
    ] {
        let error = text.parse::<Encoder>().unwrap_err().to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
}

#[test]
fn what_is_too_large_is_refused() {
    let frames = Frames::new(1, 1, vec![1; 70000]).unwrap();
    let encoder: Encoder = "phase:1".parse().unwrap();
    assert!(encoder.encode(&frames, 0).is_err());
    let frames = Frames::new(1, 5000, vec![1; 5000]).unwrap();
    let encoder: Encoder = "onehot:65536,levels=256".parse().unwrap();
    assert!(encoder.encode(&frames, 0).is_err());
}
