//! Networks of convolutions and pools by their definition: nested loops over what leaves, nothing else. All
//! numbers are dyadic, so that floats are exact.

use super::bench::Spikes;
use super::make::{border, graph, node, tensor};
use ferrospike_host::import::{import_graph, Dialect, ImportOptions, Network, ResetRule};
use ferrospike_host::nir::{Graph, Kind, Node};

/// Channels, height and width.
pub type Size = [usize; 3];

/// A convolution or a pool.
#[derive(Clone, Debug)]
pub struct Window {
    pub kind: Kind,
    pub size_in: Size,
    pub channels: usize,
    pub kernel: [usize; 2],
    pub stride: [usize; 2],
    /// Before and after, for each axis.
    pub padding: [[usize; 2]; 2],
    pub dilation: [usize; 2],
    pub groups: usize,
    pub same: bool,
    /// `[out][in / groups][y][x]`; empty for pools.
    pub weights: Vec<f64>,
    pub bias: Vec<f64>,
}

impl Window {
    pub fn size_out(&self) -> Size {
        let axis = |i: usize| {
            let reach = self.dilation[i] * (self.kernel[i] - 1) + 1;
            let there = self.size_in[i + 1] + self.padding[i][0] + self.padding[i][1];
            (there >= reach).then(|| (there - reach) / self.stride[i] + 1)
        };
        [self.channels, axis(0).unwrap_or(0), axis(1).unwrap_or(0)]
    }

    /// What leaves, value by value.
    pub fn apply(&self, x: &[f64]) -> Vec<f64> {
        let ([_, height, width], [c, h, w]) = (self.size_in, self.size_out());
        let [kh, kw] = self.kernel;
        let pool = self.weights.is_empty();
        let groups = if pool { self.channels } else { self.groups };
        let inside = self.size_in[0] / groups;
        let mut out = Vec::new();
        for co in 0..c {
            for oy in 0..h {
                for ox in 0..w {
                    let mut sum = self.bias.get(co).copied().unwrap_or(0.0);
                    for ci in 0..inside {
                        for ky in 0..kh {
                            for kx in 0..kw {
                                let at = |o: usize, i: usize, k: usize| {
                                    (o * self.stride[i] + k * self.dilation[i]) as i64
                                        - self.padding[i][0] as i64
                                };
                                let (y, x_) = (at(oy, 0, ky), at(ox, 1, kx));
                                let outside = |p: i64, n: usize| p < 0 || p >= n as i64;
                                if outside(y, height) || outside(x_, width) {
                                    continue;
                                }
                                let channel = co / (c / groups) * inside + ci;
                                let value =
                                    x[(channel * height + y as usize) * width + x_ as usize];
                                sum += value
                                    * match self.kind {
                                        Kind::SumPool2d => 1.0,
                                        Kind::AvgPool2d => 1.0 / (kh * kw) as f64,
                                        _ => self.weights[((co * inside + ci) * kh + ky) * kw + kx],
                                    };
                            }
                        }
                    }
                    out.push(sum);
                }
            }
        }
        out
    }

    pub fn node(&self, name: &str) -> Node {
        let pair = |p: [usize; 2]| tensor(&[2], p.map(|n| n as f64).to_vec());
        let padding = [self.padding[0][0], self.padding[1][0]];
        let mut parameters = vec![("stride", pair(self.stride))];
        if !self.same {
            parameters.push(("padding", pair(padding)));
        }
        if self.weights.is_empty() {
            parameters.push(("kernel_size", pair(self.kernel)));
        } else {
            let [kh, kw] = self.kernel;
            let shape = [self.channels, self.size_in[0] / self.groups, kh, kw];
            parameters.push(("weight", tensor(&shape, self.weights.clone())));
            parameters.push(("dilation", pair(self.dilation)));
            parameters.push(("groups", tensor(&[], vec![self.groups as f64])));
            parameters.push(("bias", tensor(&[self.channels], self.bias.clone())));
        }
        let mut node = node(name, self.kind, &parameters);
        if self.same {
            node.texts.insert("padding".into(), "same".into());
        }
        node
    }
}

/// What stands between two populations.
#[derive(Clone, Debug)]
pub enum Stage {
    Window(Window),
    /// `[to * sources + from]`.
    Full(Vec<f64>),
}

/// Windows, then integrate-and-fire neurons; each layer one population.
#[derive(Clone, Debug)]
pub struct Layer {
    pub stages: Vec<Stage>,
    pub thresholds: Vec<f64>,
}

/// A chain of layers.
#[derive(Clone, Debug)]
pub struct Chain {
    pub size: Size,
    pub layers: Vec<Layer>,
    /// The threshold is subtracted, else the membrane becomes 0.
    pub subtract: bool,
}

impl Chain {
    pub fn inputs(&self) -> usize {
        self.size.iter().product()
    }

    /// Spikes of all populations and membranes after the last step.
    pub fn run(&self, input: &Spikes) -> (Vec<Spikes>, Vec<Vec<f64>>) {
        let mut v: Vec<Vec<f64>> = (self.layers.iter())
            .map(|l| vec![0.0; l.thresholds.len()])
            .collect();
        let mut spikes = vec![input.clone()];
        spikes.extend(self.layers.iter().map(|_| Spikes::new()));
        for row in input {
            let mut x: Vec<f64> = row.iter().map(|&s| f64::from(u8::from(s))).collect();
            for (index, layer) in self.layers.iter().enumerate() {
                for stage in &layer.stages {
                    x = match stage {
                        Stage::Window(window) => window.apply(&x),
                        Stage::Full(w) => (w.chunks(x.len()))
                            .map(|row| row.iter().zip(&x).map(|(w, x)| w * x).sum())
                            .collect(),
                    };
                }
                let mut fired = Vec::new();
                for ((v, x), t) in v[index].iter_mut().zip(&x).zip(&layer.thresholds) {
                    *v += x;
                    let fires = *v > *t;
                    *v = match (fires, self.subtract) {
                        (false, _) => *v,
                        (true, false) => 0.0,
                        (true, true) => *v - t,
                    };
                    fired.push(fires);
                }
                x = fired.iter().map(|&s| f64::from(u8::from(s))).collect();
                spikes[index + 1].push(fired);
            }
        }
        (spikes, v)
    }

    pub fn graph(&self) -> Graph {
        let mut input = border(Kind::Input, 1.0);
        let size = self.size.map(|n| n as f64).to_vec();
        input.parameters.insert("shape".into(), tensor(&[3], size));
        let mut nodes = vec![input];
        let mut names = vec!["input".to_string()];
        for (l, layer) in self.layers.iter().enumerate() {
            let n = layer.thresholds.len();
            for (s, stage) in layer.stages.iter().enumerate() {
                let name = format!("w{l}_{s}");
                let made = match stage {
                    Stage::Window(window) => window.node(&name),
                    Stage::Full(w) => {
                        names.push(format!("flat{l}"));
                        nodes.push(node(&format!("flat{l}"), Kind::Flatten, &[]));
                        let weight = tensor(&[n, w.len() / n], w.clone());
                        node(&name, Kind::Linear, &[("weight", weight)])
                    }
                };
                nodes.push(made);
                names.push(name);
            }
            let parameters = [
                ("r", tensor(&[n], vec![1.0; n])),
                ("v_threshold", tensor(&[n], layer.thresholds.clone())),
            ];
            nodes.push(node(&format!("if{l}"), Kind::If, &parameters));
            names.push(format!("if{l}"));
        }
        nodes.push(border(Kind::Output, 1.0));
        names.push("output".into());
        let edges: Vec<(&str, &str)> = (names.windows(2)).map(|w| (&*w[0], &*w[1])).collect();
        graph(nodes, &edges)
    }

    pub fn network(&self) -> Network {
        let reset = if self.subtract {
            ResetRule::Subtract
        } else {
            ResetRule::Zero
        };
        let options = ImportOptions {
            dialect: Some(Dialect::Euler),
            reset: Some(reset),
            dt: Some(1.0),
            ..ImportOptions::default()
        };
        import_graph(&self.graph(), "chain.nir", &options)
            .unwrap_or_else(|e| panic!("{e}: {self:?}"))
            .network
    }
}
