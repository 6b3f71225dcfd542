//! Networks described in JSON, with their arrays in an npz (`docs/import.md`, section 2): the way for plain
//! PyTorch, TensorFlow and everything without NIR. A description becomes the graph that a NIR file would give.
// What comes from outside is never indexed.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

use super::ImportError;
use crate::data::{bounded, read_named};
use crate::nir::{
    parameters_of, Graph, Kind, Node, Tensor, KEY_PREFIX, MAX_ELEMENTS, MAX_NODES, PRIMITIVES,
};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

/// Largest description.
const MAX_FILE: u64 = 16 << 20;
/// Most bytes of all arrays together.
const MAX_ARRAYS: u64 = 512 << 20;
/// Longest name, in bytes.
const MAX_NAME: usize = 256;
/// Most axes of an array.
const MAX_AXES: usize = 8;

type Arrays = BTreeMap<String, Tensor>;

/// A description that was read.
pub(super) struct Described {
    pub graph: Graph,
    /// Its own name.
    pub name: Option<String>,
}

/// Reads a description and its arrays.
pub(super) fn read(path: &Path) -> Result<Described, ImportError> {
    let fail = |reason: String| ImportError::Description {
        path: path.display().to_string(),
        reason,
    };
    let read = bounded(path, MAX_FILE).map_err(|e| fail(format!("it cannot be read ({e})")))?;
    let Some(bytes) = read else {
        let reason = format!("it is larger than {MAX_FILE} bytes; put the numbers into an npz");
        return Err(fail(reason));
    };
    let value: Value =
        serde_json::from_slice(&bytes).map_err(|e| fail(format!("no JSON ({e})")))?;
    drop(bytes);
    let top = value
        .as_object()
        .ok_or_else(|| fail("it is no JSON object".into()))?;
    parse(top, path).map_err(fail)
}

fn parse(top: &Map<String, Value>, path: &Path) -> Result<Described, String> {
    known(top, "the network", &TOP)?;
    if top.get("format").and_then(Value::as_str) != Some("ferrospike-network") {
        return Err("its \"format\" is not \"ferrospike-network\"".into());
    }
    if top.get("version").and_then(Value::as_u64) != Some(1) {
        return Err("its \"version\" is not 1, the one that this version reads".into());
    }
    let nodes = list(top, "nodes")?.ok_or("it has no \"nodes\"")?;
    if nodes.is_empty() || nodes.len() > MAX_NODES {
        return Err(format!(
            "it has {} nodes; 1 to {MAX_NODES} are possible",
            nodes.len()
        ));
    }
    let arrays = arrays(top, nodes, path)?;
    let mut graph = Graph {
        metadata: metadata(top)?,
        ..Graph::default()
    };
    let mut places = BTreeMap::new();
    for (index, value) in nodes.iter().enumerate() {
        let node = node(value, index, &arrays)?;
        if places.insert(node.name.clone(), index).is_some() {
            return Err(format!("two nodes have the name '{}'", node.name));
        }
        graph.nodes.push(node);
    }
    graph.edges = edges(top, &places)?;
    Ok(Described {
        graph,
        name: text(top, "name")?.map(String::from),
    })
}

const TOP: [&str; 13] = [
    "format",
    "version",
    "name",
    "arrays",
    "dialect",
    "dt",
    "encoder",
    "decoder",
    "framework",
    "exporter",
    "rule",
    "nodes",
    "edges",
];

fn known(object: &Map<String, Value>, of: &str, keys: &[&str]) -> Result<(), String> {
    match object.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(format!(
            "{of} has the unknown key \"{}\"; known are {}",
            short(key),
            keys.join(", ")
        )),
        None => Ok(()),
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

fn text<'a>(object: &'a Map<String, Value>, key: &str) -> Result<Option<&'a str>, String> {
    match object.get(key) {
        None => Ok(None),
        Some(Value::String(text)) if text.len() <= MAX_NAME => Ok(Some(text)),
        Some(_) => Err(format!(
            "\"{key}\" must be a string of at most {MAX_NAME} bytes"
        )),
    }
}

fn list<'a>(object: &'a Map<String, Value>, key: &str) -> Result<Option<&'a Vec<Value>>, String> {
    match object.get(key) {
        None => Ok(None),
        Some(Value::Array(list)) => Ok(Some(list)),
        Some(_) => Err(format!("\"{key}\" must be a list")),
    }
}

/// Keys of the network as a NIR file has them.
fn metadata(top: &Map<String, Value>) -> Result<BTreeMap<String, String>, String> {
    let mut found = BTreeMap::new();
    for key in ["dialect", "encoder", "decoder", "framework", "exporter"] {
        if let Some(word) = text(top, key)? {
            found.insert(format!("{KEY_PREFIX}{key}"), word.into());
        }
    }
    if let Some(dt) = top.get("dt") {
        let dt = dt.as_f64().ok_or("\"dt\" must be a number of seconds")?;
        found.insert(format!("{KEY_PREFIX}dt"), dt.to_string());
    }
    let Some(rule) = top.get("rule") else {
        return Ok(found);
    };
    let rule = rule.as_object().ok_or("\"rule\" must be an object")?;
    for (key, value) in rule {
        let word = match value {
            Value::String(word) if word.len() <= MAX_NAME => word.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            _ => {
                return Err(format!(
                    "\"{}\" in the network's \"rule\" must be one number or word; arrays belong to nodes",
                    short(key)
                ))
            }
        };
        found.insert(format!("{KEY_PREFIX}{key}"), word);
    }
    Ok(found)
}

/// The arrays that nodes name.
fn arrays(top: &Map<String, Value>, nodes: &[Value], path: &Path) -> Result<Arrays, String> {
    let Some(file) = text(top, "arrays")? else {
        return Ok(Arrays::new());
    };
    let mut parts = Path::new(file).components();
    let (Some(Component::Normal(_)), None) = (parts.next(), parts.next()) else {
        return Err(format!(
            "\"arrays\" is '{file}'; it must be the name of a file in the same folder"
        ));
    };
    let rules = nodes.iter().filter_map(|n| n.get("rule")?.as_object());
    let own = nodes.iter().filter_map(Value::as_object);
    let named: BTreeSet<&str> = own
        .chain(rules)
        .flat_map(|object| object.values().filter_map(Value::as_str))
        .collect();
    let beside = path.with_file_name(file);
    let found = read_named(&beside, |name| named.contains(name), MAX_ARRAYS);
    let mut arrays = Arrays::new();
    for (name, array) in found.map_err(|e| e.to_string())? {
        if array.len() > MAX_ELEMENTS || array.shape.len() > MAX_AXES {
            return Err(format!(
                "array '{}' has the shape {:?}; {MAX_ELEMENTS} elements and {MAX_AXES} axes are the most",
                short(&name),
                array.shape
            ));
        }
        let data = array.numbers();
        finite(&name, &data)?;
        let shape = array.shape;
        arrays.insert(name, Tensor { shape, data });
    }
    Ok(arrays)
}

fn finite(what: &str, data: &[f64]) -> Result<(), String> {
    match data.iter().enumerate().find(|(_, x)| !x.is_finite()) {
        Some((at, x)) => Err(format!("element {at} of '{}' is {x}", short(what))),
        None => Ok(()),
    }
}

fn node(value: &Value, index: usize, arrays: &Arrays) -> Result<Node, String> {
    let object = value
        .as_object()
        .ok_or(format!("node {index} is no JSON object"))?;
    let name = text(object, "name")?.filter(|n| !n.is_empty());
    let name = name.ok_or(format!("node {index} has no \"name\""))?;
    let of = format!("node '{}'", short(name));
    let kind = text(object, "kind")?.ok_or(format!("{of} has no \"kind\""))?;
    let Some((kind, wanted)) = parameters_of(kind) else {
        return Err(format!(
            "{of} is of the unknown kind '{}'; known are {PRIMITIVES}",
            short(kind)
        ));
    };
    let mut keys: Vec<&str> = wanted.iter().map(|key| key.trim_end_matches('?')).collect();
    keys.extend(["name", "kind"]);
    if kind.is_neuron() {
        keys.extend(["threshold", "rule"]);
    }
    if kind == Kind::Linear {
        keys.push("rule");
    }
    known(object, &of, &keys)?;
    let mut node = Node {
        name: name.into(),
        kind,
        parameters: BTreeMap::new(),
        texts: BTreeMap::new(),
    };
    for (key, value) in object {
        if ["name", "kind", "rule"].contains(&key.as_str()) {
            continue;
        }
        if let (Some(word @ ("same" | "valid")), "padding") = (value.as_str(), key.as_str()) {
            node.texts.insert(key.clone(), word.into());
            continue;
        }
        let key = match (key.as_str(), kind) {
            ("threshold", Kind::Threshold) => "threshold",
            ("threshold", _) => "v_threshold",
            (key, _) => key,
        };
        let tensor = tensor(value, &format!("\"{key}\" of {of}"), arrays)?;
        node.parameters.insert(key.into(), tensor);
    }
    // Rule keys stand for time constants, but for nothing else.
    let always = |key: &&&str| match kind.is_neuron() {
        true => ["v_threshold", "threshold"].contains(*key),
        false => !key.ends_with('?'),
    };
    for key in wanted.iter().filter(always) {
        if !node.parameters.contains_key(*key) {
            return Err(format!("{of} has no \"{key}\""));
        }
    }
    if let Some(rule) = object.get("rule") {
        let rule = rule
            .as_object()
            .ok_or(format!("\"rule\" of {of} must be an object"))?;
        for (key, value) in rule {
            let full = format!("{KEY_PREFIX}{key}");
            match value {
                Value::String(word) if !arrays.contains_key(word) => {
                    node.texts.insert(full, word.chars().take(64).collect());
                }
                Value::Bool(truth) => {
                    node.texts.insert(full, truth.to_string());
                }
                _ => {
                    let what = format!("\"{}\" in the \"rule\" of {of}", short(key));
                    node.parameters.insert(full, tensor(value, &what, arrays)?);
                }
            }
        }
    }
    Ok(node)
}

/// A number, a list of numbers (of lists), or an array by its name.
fn tensor(value: &Value, what: &str, arrays: &Arrays) -> Result<Tensor, String> {
    if let Some(name) = value.as_str() {
        let found = arrays.get(name).cloned();
        return found.ok_or(format!(
            "{what} names the array '{}', which is not there",
            short(name)
        ));
    }
    let mut tensor = Tensor::default();
    let mut at = value;
    while let Value::Array(list) = at {
        tensor.shape.push(list.len());
        if tensor.shape.len() > MAX_AXES {
            return Err(format!("{what} has more than {MAX_AXES} axes"));
        }
        match list.first() {
            Some(first) => at = first,
            None => break,
        }
    }
    fill(value, &tensor.shape, &mut tensor.data).ok_or(format!(
        "{what} must be a number, a list of numbers (all rows of one length), or the \
             name of an array"
    ))?;
    finite(what, &tensor.data)?;
    Ok(tensor)
}

fn fill(value: &Value, shape: &[usize], data: &mut Vec<f64>) -> Option<()> {
    match (value, shape) {
        (Value::Number(number), []) => data.push(number.as_f64()?),
        (Value::Array(list), [length, rest @ ..]) if list.len() == *length => {
            for value in list {
                fill(value, rest, data)?;
            }
        }
        _ => return None,
    }
    Some(())
}

/// The edges given, or from each node to the next.
fn edges(
    top: &Map<String, Value>,
    places: &BTreeMap<String, usize>,
) -> Result<Vec<(usize, usize)>, String> {
    let Some(given) = list(top, "edges")? else {
        return Ok((1..places.len()).map(|to| (to - 1, to)).collect());
    };
    let mut edges = BTreeSet::new();
    for (index, edge) in given.iter().enumerate() {
        let ends = edge.as_array().map(Vec::as_slice);
        let Some([Value::String(from), Value::String(to)]) = ends else {
            return Err(format!("edge {index} must be [\"from\", \"to\"]"));
        };
        let find = |name: &String| {
            places.get(name).copied().ok_or(format!(
                "edge {index} names the node '{}', which is not there",
                short(name)
            ))
        };
        edges.insert((find(from)?, find(to)?));
    }
    Ok(edges.into_iter().collect())
}
