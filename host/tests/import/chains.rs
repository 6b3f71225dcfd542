//! Random windows, and random networks of them.

use super::truth::{Chain, Layer, Size, Stage, Window};
use ferrospike_host::nir::Kind;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A window that fits, with random weights of at most `most` in eighths.
pub fn window(rng: &mut ChaCha8Rng, kind: Kind, size_in: Size, most: i32) -> Window {
    loop {
        let pool = !matches!(kind, Kind::Conv2d);
        let kernel = match kind {
            Kind::AvgPool2d => [1 << rng.gen_range(0..2), 1 << rng.gen_range(0..2)],
            _ => [rng.gen_range(1..5), rng.gen_range(1..5)],
        };
        let same = !pool && rng.gen_bool(0.3);
        let dilation = if pool {
            [1, 1]
        } else {
            [rng.gen_range(1..3), rng.gen_range(1..3)]
        };
        let padding = [0, 1].map(|i| {
            let all = dilation[i] * (kernel[i] - 1);
            let n = rng.gen_range(0..3);
            if same {
                [all / 2, all - all / 2]
            } else {
                [n, n]
            }
        });
        let divisors: Vec<usize> = (1..=size_in[0])
            .filter(|d| size_in[0].is_multiple_of(*d))
            .collect();
        let groups = if pool {
            1
        } else {
            divisors[rng.gen_range(0..divisors.len())]
        };
        let channels = if pool {
            size_in[0]
        } else {
            groups * rng.gen_range(1..=(11 / groups).max(1))
        };
        let stride = [0, 1].map(|_| if same { 1 } else { rng.gen_range(1..4) });
        let mut window = Window {
            kind,
            size_in,
            channels,
            kernel,
            stride,
            padding,
            dilation,
            groups,
            same,
            weights: Vec::new(),
            bias: Vec::new(),
        };
        let [_, h, w] = window.size_out();
        if h == 0 || w == 0 || channels * h * w > 700 {
            continue;
        }
        if !pool {
            let count = channels * (size_in[0] / groups) * kernel[0] * kernel[1];
            let mut value = || f64::from(rng.gen_range(-most..=most + 2)) / 8.0;
            window.weights = (0..count).map(|_| value()).collect();
            window.bias = (0..channels).map(|_| value() / 4.0).collect();
        }
        return window;
    }
}

/// One to three layers of windows, and a full one behind them.
pub fn random(seed: u64) -> Chain {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let size = [
        rng.gen_range(1..4),
        rng.gen_range(3..10),
        rng.gen_range(3..10),
    ];
    let subtract = rng.gen_bool(0.5);
    let mut layers = Vec::new();
    let mut now = size;
    let most = [1, 3, 20, 100][rng.gen_range(0..4)];
    let thresholds = |n: usize, rng: &mut ChaCha8Rng| {
        let own = !subtract && rng.gen_bool(0.4);
        let one = f64::from(rng.gen_range(1..20)) / 8.0;
        let each = |rng: &mut ChaCha8Rng| f64::from(rng.gen_range(1..20)) / 8.0;
        (0..n)
            .map(|_| if own { each(rng) } else { one })
            .collect::<Vec<_>>()
    };
    for _ in 0..rng.gen_range(1..4) {
        let mut stages = Vec::new();
        let kinds = [
            &[Kind::Conv2d][..],
            &[Kind::SumPool2d, Kind::Conv2d],
            &[Kind::AvgPool2d, Kind::Conv2d],
            &[Kind::Conv2d, Kind::SumPool2d],
            &[Kind::SumPool2d],
        ];
        for &kind in kinds[rng.gen_range(0..5)] {
            let window = window(&mut rng, kind, now, most);
            now = window.size_out();
            stages.push(Stage::Window(window));
        }
        let thresholds = thresholds(now.iter().product(), &mut rng);
        layers.push(Layer { stages, thresholds });
    }
    let (n, from) = (rng.gen_range(1..12), now.iter().product::<usize>());
    let full = (0..n * from)
        .map(|_| f64::from(rng.gen_range(-9..12)) / 8.0)
        .collect();
    let thresholds = thresholds(n, &mut rng);
    let stages = vec![Stage::Full(full)];
    layers.push(Layer { stages, thresholds });
    Chain {
        size,
        layers,
        subtract,
    }
}
