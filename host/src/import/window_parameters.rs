//! Parameters of convolutions and pools: numbers that are sizes, padding in words, and what arrives.

use super::neuron::bad;
use super::ImportError;
use crate::nir::{Node, MAX_NEURONS};

/// Channels, height and width of what arrives.
pub(super) fn image(
    node: &Node,
    arriving: &[usize],
    channels: Option<usize>,
    dimensions: usize,
) -> Result<[usize; 3], ImportError> {
    let told: Option<Vec<usize>> = match node.parameters.get("input_shape") {
        Some(t) => Some(whole(node, "input_shape", &t.data)?),
        None => None,
    };
    let mut shape = arriving;
    // A batch axis of one sample.
    while shape.len() > dimensions + 1 && shape[0] == 1 {
        shape = &shape[1..];
    }
    let total: usize = shape.iter().product();
    let found: Vec<usize> = match (shape.len(), channels, &told) {
        (n, ..) if n == dimensions + 1 => shape.to_vec(),
        (n, None | Some(1), _) if n == dimensions && n > 1 => [&[1], shape].concat(),
        (_, Some(c), Some(told))
            if told.len() == dimensions
                && told.iter().fold(c, |n, &d| n.saturating_mul(d)) == total =>
        {
            [&[c][..], told].concat()
        }
        _ => {
            let wanted = if dimensions == 1 {
                "(channels, length)"
            } else {
                "(channels, height, width)"
            };
            let reason = format!(
                "it takes {wanted}, but values of the shape {arriving:?} arrive; export the network \
                 with an Input of that shape (without a batch axis), and no Flatten before it"
            );
            return Err(bad(&node.name, reason));
        }
    };
    if let Some(channels) = channels.filter(|&c| c != found[0]) {
        let reason = format!(
            "its 'weight' takes {channels} channels, but values of the shape {arriving:?} arrive; the \
             first of the axes must be the channels"
        );
        return Err(bad(&node.name, reason));
    }
    if let Some(told) = told.filter(|t| t[..] != found[1..]) {
        let reason = format!(
            "'input_shape' is {told:?}, but values of the shape {arriving:?} arrive; export the network \
             again with the shape of its input"
        );
        return Err(bad(&node.name, reason));
    }
    match found[..] {
        [c, length] => Ok([c, 1, length]),
        [c, height, width] => Ok([c, height, width]),
        _ => Err(bad(
            &node.name,
            format!("the shape {arriving:?} has no channels"),
        )),
    }
}

/// Padding before and after each axis.
pub(super) fn padding(
    node: &Node,
    kernel: [usize; 2],
    stride: [usize; 2],
    dilation: [usize; 2],
) -> Result<([usize; 2], [usize; 2]), ImportError> {
    match node.texts.get("padding").map(String::as_str) {
        None => {
            let both = numbers(node, "padding", 0)?;
            Ok((both, both))
        }
        Some("valid") => Ok(([0, 0], [0, 0])),
        Some("same") => {
            if stride != [1, 1] {
                let reason = "the padding 'same' is only there for the stride 1; give the padding \
                              in numbers";
                return Err(bad(&node.name, reason.into()));
            }
            // Where they differ there is one more after than before.
            let all = [0, 1].map(|i| dilation[i].saturating_mul(kernel[i].saturating_sub(1)));
            Ok((all.map(|n| n / 2), all.map(|n| n - n / 2)))
        }
        Some(other) => {
            let reason =
                format!("the padding '{other}' is unknown; it must be 'same', 'valid' or numbers");
            Err(bad(&node.name, reason))
        }
    }
}

/// One or two whole numbers; one is meant for both axes.
pub(super) fn numbers(node: &Node, key: &str, or: usize) -> Result<[usize; 2], ImportError> {
    let Some(tensor) = node.parameters.get(key) else {
        return Ok([or, or]);
    };
    match whole(node, key, &tensor.data)?[..] {
        [n] => Ok([n, n]),
        [y, x] => Ok([y, x]),
        _ => {
            let reason = format!(
                "'{key}' has {} numbers; 1 or 2 are expected",
                tensor.data.len()
            );
            Err(bad(&node.name, reason))
        }
    }
}

/// Numbers of a file as sizes.
pub(super) fn whole(node: &Node, key: &str, data: &[f64]) -> Result<Vec<usize>, ImportError> {
    let size = |&x: &f64| {
        ((0.0..=MAX_NEURONS as f64).contains(&x) && x.fract() == 0.0).then_some(x as usize)
    };
    data.iter().map(size).collect::<Option<_>>().ok_or_else(|| {
        let reason = format!(
            "'{key}' is {:?}; it must be whole numbers from 0 to {MAX_NEURONS}",
            &data[..data.len().min(8)]
        );
        bad(&node.name, reason)
    })
}
