//! Convolutions and pooling: what NIR's parameters say, the shape that leaves, and the sparse matrix.

use super::matrix::Matrix;
use super::neuron::bad;
use super::weights::{Sparse, Weights, MAX_ENTRIES};
use super::window_parameters::{image, numbers, padding};
use super::ImportError;
use crate::nir::{Kind, Node, MAX_NEURONS};

/// One axis of an image, and how the window moves along it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis {
    size: usize,
    kernel: usize,
    stride: usize,
    before: usize,
    dilation: usize,
    out: usize,
}

/// A window that moves over an image of channels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Windows {
    channels_in: usize,
    channels_out: usize,
    groups: usize,
    axes: [Axis; 2],
    /// One axis in space: the first of `axes` has the size 1.
    line: bool,
}

impl Windows {
    /// The window of a node, if values of the shape `arriving` come in.
    pub fn of(node: &Node, arriving: &[usize]) -> Result<Self, ImportError> {
        let line = node.kind == Kind::Conv1d;
        let dimensions = if line { 1 } else { 2 };
        let (channels_out, channels, groups, kernel) = match node.kind {
            Kind::Conv1d | Kind::Conv2d => {
                let shape = node
                    .parameters
                    .get("weight")
                    .map_or(&[][..], |t| t.shape.as_slice());
                let kernel = match *shape {
                    [_, _, k] if line => [1, k],
                    [_, _, h, w] if !line => [h, w],
                    _ => {
                        let form = if line { "k" } else { "kh, kw" };
                        let reason = format!(
                            "'weight' has the shape {shape:?}, not (out, in / groups, {form})"
                        );
                        return Err(bad(&node.name, reason));
                    }
                };
                let there = node.parameters.get("weight").map_or(0, |t| t.data.len());
                if shape.iter().fold(1usize, |n, &d| n.saturating_mul(d)) != there {
                    let reason = format!("'weight' has {there} elements for the shape {shape:?}");
                    return Err(bad(&node.name, reason));
                }
                let groups = numbers(node, "groups", 1)?[1];
                let (out, each) = (shape[0], shape[1]);
                let most = [out, each, groups, kernel[0], kernel[1]];
                if most.iter().any(|&n| n == 0 || n > MAX_NEURONS) {
                    let reason = format!(
                        "'weight' has the shape {shape:?} and 'groups' is {groups}; each must be 1 \
                         to {MAX_NEURONS}"
                    );
                    return Err(bad(&node.name, reason));
                }
                if out % groups != 0 {
                    let reason =
                        format!("{out} channels that leave cannot be parted into {groups} groups");
                    return Err(bad(&node.name, reason));
                }
                (Some(out), Some(each * groups), groups, kernel)
            }
            _ => (None, None, 1, numbers(node, "kernel_size", 0)?),
        };
        let [channels_in, height, width] = image(node, arriving, channels, dimensions)?;
        let stride = match node.parameters.contains_key("stride") {
            true => numbers(node, "stride", 1)?,
            // A pool's window moves by its own size.
            false if channels.is_none() => kernel,
            false => [1, 1],
        };
        let dilation = numbers(node, "dilation", 1)?;
        let (before, after) = padding(node, kernel, stride, dilation)?;
        let mut axes = Vec::with_capacity(2);
        for (i, size) in [height, width].into_iter().enumerate() {
            let lone = line && i == 0;
            axes.push(axis(
                node,
                size,
                kernel[i],
                if lone { 1 } else { stride[i] },
                if lone { [0, 0] } else { [before[i], after[i]] },
                if lone { 1 } else { dilation[i] },
            )?);
        }
        let channels_out = channels_out.unwrap_or(channels_in);
        let windows = Windows {
            channels_in,
            channels_out,
            groups: if channels.is_none() {
                channels_in
            } else {
                groups
            },
            axes: [axes[0], axes[1]],
            line,
        };
        let coming = [channels_in, height, width]
            .iter()
            .fold(1usize, |n, &d| n.saturating_mul(d));
        if coming > MAX_NEURONS {
            let reason = format!("{coming} values arrive, {MAX_NEURONS} is the most");
            return Err(bad(&node.name, reason));
        }
        let leaving = windows
            .shape()
            .iter()
            .fold(1usize, |n, &d| n.saturating_mul(d));
        if leaving > MAX_NEURONS {
            let reason = format!(
                "values of the shape {:?} leave it, {MAX_NEURONS} is the most; use a larger stride \
                 or fewer channels",
                windows.shape()
            );
            return Err(bad(&node.name, reason));
        }
        Ok(windows)
    }

    /// Shape of what leaves.
    pub fn shape(&self) -> Vec<usize> {
        let [y, x] = self.axes;
        match self.line {
            true => vec![self.channels_out, x.out],
            false => vec![self.channels_out, y.out, x.out],
        }
    }

    /// Values of the bias where they arrive; none without a bias.
    pub fn bias(&self, node: &Node) -> Result<Option<Vec<f64>>, ImportError> {
        let Some(own) = node.parameters.get("bias").map(|t| &t.data) else {
            return Ok(None);
        };
        if own.len() != self.channels_out && own.len() != 1 {
            let reason = format!(
                "'bias' has {} elements for {} channels",
                own.len(),
                self.channels_out
            );
            return Err(bad(&node.name, reason));
        }
        let pixels = self.axes[0].out * self.axes[1].out;
        let of = |channel: usize| own[if own.len() == 1 { 0 } else { channel }];
        Ok(Some(
            (0..self.channels_out * pixels)
                .map(|i| of(i / pixels))
                .collect(),
        ))
    }

    /// The matrix, source by source.
    pub fn matrix(&self, node: &Node) -> Result<Matrix, ImportError> {
        let [y, x] = self.axes;
        let (from, to) = (
            self.channels_in / self.groups,
            self.channels_out / self.groups,
        );
        let taps = y.kernel.saturating_mul(x.kernel);
        let most = [self.channels_out, from, y.out, x.out, taps]
            .iter()
            .fold(1usize, |n, &f| n.saturating_mul(f));
        if most > MAX_ENTRIES {
            let reason = format!(
                "its {most} connections are more than the {MAX_ENTRIES} that are possible; use a \
                 larger stride, fewer channels or groups"
            );
            return Err(bad(&node.name, reason));
        }
        let weights = node.parameters.get("weight").map(|t| t.data.as_slice());
        let even = match node.kind {
            Kind::AvgPool2d => 1.0 / taps as f64,
            _ => 1.0,
        };
        let weight = |out: usize, inside: usize, tap: usize| match weights {
            Some(w) => w[(out * from + inside) * taps + tap],
            None => even,
        };
        let mut sparse = Sparse::default();
        let pixels_out = y.out * x.out;
        for channel in 0..self.channels_in {
            let (group, inside) = (channel / from, channel % from);
            for row in 0..y.size {
                for column in 0..x.size {
                    let source = (channel * y.size + row) * x.size + column;
                    for out in group * to..(group + 1) * to {
                        for (oy, ky) in y.reached(row) {
                            for (ox, kx) in x.reached(column) {
                                let target = out * pixels_out + oy * x.out + ox;
                                let value = weight(out, inside, ky * x.kernel + kx);
                                sparse.push(source as u32, target as u32, value);
                            }
                        }
                    }
                }
            }
        }
        Ok(Matrix {
            rows: self.channels_out * pixels_out,
            columns: self.channels_in * y.size * x.size,
            data: Weights::Sparse(sparse),
        })
    }
}

impl Axis {
    /// Windows that see the place `at`, ascending, and with which of their taps.
    fn reached(self, at: usize) -> impl Iterator<Item = (usize, usize)> {
        let place = at + self.before;
        let reach = self.dilation * (self.kernel - 1);
        let first = place.saturating_sub(reach).div_ceil(self.stride);
        let end = (place / self.stride + 1).min(self.out);
        (first..end).filter_map(move |window| {
            let inside = place - window * self.stride;
            inside
                .is_multiple_of(self.dilation)
                .then_some((window, inside / self.dilation))
        })
    }
}

/// Checks one axis.
fn axis(
    node: &Node,
    size: usize,
    kernel: usize,
    stride: usize,
    [before, after]: [usize; 2],
    dilation: usize,
) -> Result<Axis, ImportError> {
    if kernel == 0 || stride == 0 || dilation == 0 {
        let reason = format!(
            "kernel {kernel}, stride {stride} and dilation {dilation} must each be at least 1"
        );
        return Err(bad(&node.name, reason));
    }
    let reach = dilation * (kernel - 1) + 1;
    match (size + before + after).checked_sub(reach) {
        Some(room) => Ok(Axis {
            size,
            kernel,
            stride,
            before,
            dilation,
            out: room / stride + 1,
        }),
        None => Err(bad(
            &node.name,
            format!(
                "its window reaches over {reach} values, but {size} and a padding of {before} + \
                 {after} are there; use a smaller kernel or dilation, or more padding"
            ),
        )),
    }
}
