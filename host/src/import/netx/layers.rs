//! Layers of a `.net` file: input, flatten, dense, recurrent dense, convolution.

use super::{list, neuron, sizes, Chain, Layer, Parameters};
use crate::import::ImportError;
use crate::nir::{Kind, Tensor, MAX_NEURONS};

/// Largest and smallest weight of netx; others are limited.
const WEIGHTS: (f64, f64) = (-256.0, 254.0);
/// Longest delay of netx; longer ones are limited.
const MOST_DELAY: f64 = 62.0;

/// Adds a layer; `last`: none follows.
pub(super) fn add(layer: &Layer, chain: &mut Chain, last: bool) -> Result<(), ImportError> {
    let kind = layer.word("type")?;
    if chain.graph.nodes.is_empty() && kind != "input" {
        first(layer, chain, &kind)?;
    }
    match kind.as_str() {
        "input" => input(layer, chain),
        "flatten" => {
            let shape = sizes(&chain.shape);
            let parameters = [("start_dim", 0.0), ("end_dim", -1.0)]
                .map(|(key, x)| (key.to_string(), list(vec![x])))
                .into_iter()
                .chain([("input_type".to_string(), shape)]);
            chain.push(name(layer), Kind::Flatten, parameters.collect());
            chain.shape = vec![chain.size()];
            Ok(())
        }
        "dense" | "dense_rec" => dense(layer, chain, kind == "dense_rec"),
        "conv" => convolution(layer, chain),
        "average" if last => {
            chain.choices.push(format!(
                "{}: averages of spikes are what a host counts, so this last layer is left out",
                name(layer)
            ));
            Ok(())
        }
        other => Err(layer.wrong(format!(
            "has the type '{other}', which cannot be imported; input, flatten, dense, dense_rec and conv can"
        ))),
    }
}

fn name(layer: &Layer) -> String {
    format!("layer{}", layer.number)
}

/// The sizes of `shape`, channels first.
fn shape(layer: &Layer) -> Result<Vec<usize>, ImportError> {
    let shape = layer.whole("shape")?.map(|t| t.data).unwrap_or_default();
    let good = |&d: &f64| (1.0..=MAX_NEURONS as f64).contains(&d);
    let product: f64 = shape.iter().product();
    if shape.is_empty()
        || shape.len() > 3
        || !shape.iter().all(good)
        || product > MAX_NEURONS as f64
    {
        return Err(layer.wrong(format!(
            "'shape' is {shape:?}, it must be 1 to 3 sizes and at most {MAX_NEURONS} in all"
        )));
    }
    Ok(shape.iter().map(|&d| d as usize).collect())
}

fn input(layer: &Layer, chain: &mut Chain) -> Result<(), ImportError> {
    if !chain.graph.nodes.is_empty() {
        return Err(layer.wrong("is an input behind another layer"));
    }
    chain.shape = shape(layer)?;
    if layer.has("neuron/type") {
        let weight = layer.number_of("weight")?.unwrap_or(64.0);
        let bias = layer.number_of("bias")?.unwrap_or(0.0);
        chain.choices.push(format!(
            "{}: its neurons turn numbers into spikes (bias {weight} x + {bias}); the spikes are the input here",
            name(layer)
        ));
    }
    let parameters = vec![("shape".to_string(), sizes(&chain.shape))];
    chain.push("input".into(), Kind::Input, parameters);
    Ok(())
}

/// The input of a file that has no layer for it.
fn first(layer: &Layer, chain: &mut Chain, kind: &str) -> Result<(), ImportError> {
    let columns = layer.whole("weight")?.and_then(|w| match w.shape[..] {
        [_, columns] => Some(columns),
        _ => None,
    });
    let Some(columns) = columns.filter(|_| kind.starts_with("dense")) else {
        return Err(layer.wrong("is the first one, so that the shape of the input is not known"));
    };
    chain.shape = vec![columns];
    let parameters = vec![("shape".to_string(), sizes(&chain.shape))];
    chain.push("input".into(), Kind::Input, parameters);
    Ok(())
}

/// Weights as netx gives them to a Loihi.
fn weights(layer: &Layer, key: &str, chain: &mut Chain) -> Result<Tensor, ImportError> {
    if layer.has(&format!("{key}/real")) {
        let reason =
            "has complex weights (resonate-and-fire neurons), which send numbers; spikes are bits";
        return Err(layer.wrong(reason));
    }
    let Some(mut weight) = layer.whole(key)? else {
        return Err(layer.wrong(format!("has no '{key}'")));
    };
    let (low, high) = WEIGHTS;
    let mixed = weight.data.iter().any(|&w| w < 0.0) && weight.data.iter().any(|&w| w > 0.0);
    let most = if mixed { high } else { high + 1.0 };
    let beyond = |w: &&f64| **w < low || **w > most;
    let limited = weight.data.iter().filter(beyond).count();
    if limited > 0 {
        chain.choices.push(format!(
            "{}: {limited} weights are beyond {low} to {most} and limited, as netx does it",
            name(layer)
        ));
        weight.data.iter_mut().for_each(|w| *w = w.clamp(low, most));
    }
    Ok(weight)
}

fn matrix(
    layer: &Layer,
    key: &str,
    columns: usize,
    chain: &mut Chain,
) -> Result<Tensor, ImportError> {
    let mut weight = weights(layer, key, chain)?;
    let rows: usize = shape(layer)?.iter().product();
    if weight.shape.len() == 1 && rows > 0 && weight.data.len() % rows == 0 {
        weight.shape = vec![rows, weight.data.len() / rows];
    }
    if weight.shape != [rows, columns] {
        return Err(layer.wrong(format!(
            "'{key}' has the shape {:?}; {rows} neurons and {columns} values that arrive need [{rows}, {columns}]",
            weight.shape
        )));
    }
    Ok(weight)
}

fn dense(layer: &Layer, chain: &mut Chain, recurrent: bool) -> Result<(), ImportError> {
    let columns = chain.size();
    let weight = matrix(layer, "weight", columns, chain)?;
    let rows = weight.shape.first().copied().unwrap_or(0);
    if chain.shape.len() > 1 {
        // netx flattens channels first.
        let parameters = [("start_dim", 0.0), ("end_dim", -1.0)];
        let mut parameters: Parameters = parameters
            .map(|(key, x)| (key.to_string(), list(vec![x])))
            .into();
        parameters.push(("input_type".into(), sizes(&chain.shape)));
        chain.push(format!("{}.flat", name(layer)), Kind::Flatten, parameters);
    }
    if recurrent {
        undelayed(layer, "recurrent")?;
    }
    let own = vec![("weight".to_string(), weight)];
    match delays(layer, rows, columns, chain)? {
        None => {
            chain.push(format!("{}.weight", name(layer)), Kind::Linear, own);
        }
        Some((delay, true)) => {
            chain.push(format!("{}.weight", name(layer)), Kind::Linear, own);
            chain.push(format!("{}.delay", name(layer)), Kind::Delay, delay);
        }
        Some((delay, false)) => {
            chain.push(format!("{}.delay", name(layer)), Kind::Delay, delay);
            chain.push(format!("{}.weight", name(layer)), Kind::Linear, own);
        }
    }
    chain.shape = vec![rows];
    let neurons = neuron::push(layer, chain, name(layer), rows)?;
    if recurrent {
        let back = matrix(layer, "weight_rec", rows, chain)?;
        let own = vec![("weight".to_string(), back)];
        let name = format!("{}.weight_rec", name(layer));
        let index = chain.branch(name, Kind::Linear, own, Some(neurons));
        chain.graph.edges.push((index, neurons));
    }
    Ok(())
}

/// Delays in steps, and whether they belong to rows; netx allows one for all, one for each row or one for each column.
fn delays(
    layer: &Layer,
    rows: usize,
    columns: usize,
    chain: &mut Chain,
) -> Result<Option<(Parameters, bool)>, ImportError> {
    let Some(mut delay) = layer.whole("delay")? else {
        return Ok(None);
    };
    let count = delay.data.len();
    if ![1, rows, columns].contains(&count) {
        return Err(layer.wrong(format!(
            "'delay' has {count} elements; 1, {rows} (a neuron) or {columns} (an input) are possible"
        )));
    }
    if let Some(d) = delay.data.iter().find(|&&d| d < 0.0) {
        return Err(layer.wrong(format!("'delay' has the element {d}")));
    }
    let long = delay.data.iter().filter(|&&d| d > MOST_DELAY).count();
    if long > 0 {
        chain.choices.push(format!(
            "{}: {long} delays are beyond {MOST_DELAY} steps and limited, as netx does it",
            name(layer)
        ));
    }
    let limited = |d: &mut f64| *d = d.clamp(0.0, MOST_DELAY);
    delay.data.iter_mut().for_each(limited);
    let of_rows = count == rows || count == 1;
    if count == 1 {
        delay.data = delay.data.repeat(rows);
    }
    Ok(Some((
        vec![("delay".to_string(), list(delay.data))],
        of_rows,
    )))
}

/// Delays of layers that netx and slayer delay in different places are refused.
fn undelayed(layer: &Layer, what: &str) -> Result<(), ImportError> {
    let delay = layer.whole("delay")?;
    if delay.is_some_and(|d| d.data.iter().any(|&d| d != 0.0)) {
        return Err(layer.wrong(format!(
            "is {what} and has delays, which slayer and netx do not apply alike: its spikes would be others"
        )));
    }
    Ok(())
}

fn convolution(layer: &Layer, chain: &mut Chain) -> Result<(), ImportError> {
    undelayed(layer, "a convolution")?;
    let mut weight = weights(layer, "weight", chain)?;
    if let [o, i, h, w, 1] = weight.shape[..] {
        weight.shape = vec![o, i, h, w];
    }
    let leaving = shape(layer)?;
    let ([channels, ..], [out, _, _, _], [.., height, width]) =
        (&leaving[..], &weight.shape[..], &chain.shape[..])
    else {
        return Err(layer.wrong(format!(
            "is a convolution of the shape {:?} with a kernel {:?} over {:?}; channels, rows and columns are needed",
            leaving, weight.shape, chain.shape
        )));
    };
    if channels != out {
        return Err(layer.wrong(format!("has {channels} channels and {out} kernels")));
    }
    let arriving = sizes(&[*height, *width]);
    let bias = list(vec![0.0; *out]);
    let mut parameters: Parameters = vec![
        ("input_shape".into(), arriving),
        ("weight".into(), weight),
        ("bias".into(), bias),
    ];
    for (key, other) in [("stride", 1.0), ("padding", 0.0), ("dilation", 1.0)] {
        let mut pair = layer.whole(key)?.map_or_else(|| vec![other], |t| t.data);
        if pair.len() == 1 {
            pair = pair.repeat(2);
        }
        if pair.len() != 2 {
            return Err(layer.wrong(format!("'{key}' is {pair:?}; 1 or 2 numbers are possible")));
        }
        parameters.push((key.into(), list(pair)));
    }
    let groups = layer.number_of("groups")?.unwrap_or(1.0);
    parameters.push(("groups".into(), list(vec![groups])));
    chain.push(format!("{}.weight", name(layer)), Kind::Conv2d, parameters);
    chain.shape = leaving;
    let neurons = chain.size();
    neuron::push(layer, chain, name(layer), neurons)?;
    Ok(())
}
