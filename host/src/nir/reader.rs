//! From a store of arrays to the nested graph that the file describes.

use super::hdf5::Store;
use super::{NirError, Node, MAX_NODES};
use std::collections::BTreeMap;

/// Most levels of nested graphs.
const MAX_DEPTH: usize = 8;
/// Longest name that is accepted, in bytes.
const MAX_NAME: usize = 256;

/// A graph as it stands in the file.
pub(super) struct RawGraph {
    /// Version string of the file; empty inside.
    pub version: String,
    /// Name for messages.
    pub name: String,
    /// Nodes by name.
    pub nodes: BTreeMap<String, RawNode>,
    /// Edges by name.
    pub edges: Vec<(String, String)>,
    /// Metadata.
    pub metadata: BTreeMap<String, String>,
}

/// A node or a nested graph.
pub(super) enum RawNode {
    /// A node; its name is the short one.
    Leaf(Node),
    /// A nested graph.
    Graph(RawGraph),
}

/// Arrays by path component.
#[derive(Default)]
pub(super) struct Tree {
    children: BTreeMap<String, Tree>,
}

impl Tree {
    fn insert(&mut self, path: &str) {
        let mut at = self;
        for part in path
            .split('/')
            .filter(|p| !p.is_empty())
            .take(4 * MAX_DEPTH)
        {
            at = at.children.entry(part.to_string()).or_default();
        }
    }
    /// Names of what is directly below.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.children.keys()
    }
    pub fn at(&self, part: &str) -> Option<&Tree> {
        self.children.get(part)
    }
}

pub(super) struct Reader<'a> {
    pub store: &'a dyn Store,
    path: &'a str,
    nodes: usize,
}

/// Reads the graph of a file; `path` is its name for messages.
pub(super) fn read(store: &dyn Store, path: &str) -> Result<RawGraph, NirError> {
    let mut reader = Reader {
        store,
        path,
        nodes: 0,
    };
    let mut tree = Tree::default();
    for name in store.paths().map_err(|reason| reader.damaged(reason))? {
        tree.insert(&name);
    }
    let not = |reason: &str| NirError::NotNir {
        path: path.into(),
        reason: reason.into(),
    };
    let node = tree
        .at("node")
        .ok_or_else(|| not("there is no group 'node'"))?;
    if node.at("type").is_none() {
        return Err(not(
            "there is no 'node/type'; nir.write was interrupted by an error",
        ));
    }
    let kind = reader.text("node/type")?;
    if kind != "NIRGraph" {
        return Err(not(&format!("its root is a single {kind}, not a NIRGraph")));
    }
    let mut graph = reader.graph(node, "node", "", 0)?;
    if tree.at("version").is_some() {
        graph.version = reader.text("version")?;
    }
    Ok(graph)
}

impl Reader<'_> {
    fn damaged(&self, reason: String) -> NirError {
        NirError::Damaged {
            path: self.path.into(),
            reason,
        }
    }

    fn text(&self, at: &str) -> Result<String, NirError> {
        let strings = self.store.strings(at).map_err(|e| self.damaged(e))?;
        match strings.data.into_iter().next() {
            Some(text) if text.len() <= MAX_NAME => Ok(text),
            Some(text) => Err(self.damaged(format!("'{at}' has {} characters", text.len()))),
            None => Err(self.damaged(format!("'{at}' is empty"))),
        }
    }

    fn graph(
        &mut self,
        tree: &Tree,
        at: &str,
        name: &str,
        depth: usize,
    ) -> Result<RawGraph, NirError> {
        if depth >= MAX_DEPTH {
            let what = format!("levels of nested graphs at '{name}'");
            return Err(NirError::TooLarge {
                what,
                found: depth + 1,
                limit: MAX_DEPTH,
            });
        }
        let mut nodes = BTreeMap::new();
        for (key, child) in tree.at("nodes").map(|t| &t.children).into_iter().flatten() {
            self.nodes += 1;
            if self.nodes > MAX_NODES {
                let what = "nodes of the file".to_string();
                return Err(NirError::TooLarge {
                    what,
                    found: self.nodes,
                    limit: MAX_NODES,
                });
            }
            if key.len() > MAX_NAME {
                return Err(self.damaged(format!("a node's name has {} bytes", key.len())));
            }
            let full = if name.is_empty() {
                key.clone()
            } else {
                format!("{name}.{key}")
            };
            let below = format!("{at}/nodes/{key}");
            if child.at("type").is_none() {
                return Err(self.damaged(format!("node '{full}' has no type")));
            }
            let kind = self.text(&format!("{below}/type"))?;
            let node = if kind == "NIRGraph" {
                RawNode::Graph(self.graph(child, &below, &full, depth + 1)?)
            } else {
                RawNode::Leaf(self.leaf(child, &below, &full, &kind)?)
            };
            nodes.insert(key.clone(), node);
        }
        let edges = match tree.at("edges") {
            Some(_) => self.edges(&format!("{at}/edges"))?,
            None => Vec::new(),
        };
        let metadata = self.metadata(tree, at)?;
        let name = if name.is_empty() {
            "the file".into()
        } else {
            format!("'{name}'")
        };
        Ok(RawGraph {
            version: String::new(),
            name,
            nodes,
            edges,
            metadata,
        })
    }

    fn edges(&self, at: &str) -> Result<Vec<(String, String)>, NirError> {
        // A graph without edges is written as an empty array of numbers.
        if self.store.numbers(at).is_ok_and(|t| t.data.is_empty()) {
            return Ok(Vec::new());
        }
        let strings = self.store.strings(at).map_err(|e| self.damaged(e))?;
        if !matches!(strings.shape.as_slice(), [_, 2]) {
            let shape = strings.shape;
            return Err(self.damaged(format!("'{at}' has the shape {shape:?}, not (edges, 2)")));
        }
        Ok(strings
            .data
            .chunks_exact(2)
            .filter_map(|e| match e {
                [from, to] => Some((from.clone(), to.clone())),
                _ => None,
            })
            .collect())
    }

    fn metadata(&self, tree: &Tree, at: &str) -> Result<BTreeMap<String, String>, NirError> {
        let mut found = BTreeMap::new();
        for (key, child) in tree
            .at("metadata")
            .map(|t| &t.children)
            .into_iter()
            .flatten()
        {
            let below = format!("{at}/metadata/{key}");
            if !child.children.is_empty() {
                continue;
            }
            if let Ok(strings) = self.store.strings(&below) {
                found.insert(key.clone(), strings.data.join(" "));
            } else if let Ok(t) = self.store.numbers(&below) {
                let words: Vec<String> = t.data.iter().take(64).map(f64::to_string).collect();
                found.insert(key.clone(), words.join(" "));
            } else if key.starts_with(super::KEY_PREFIX) {
                return Err(self.damaged(format!("the metadata '{key}' is no text and no number")));
            }
        }
        Ok(found)
    }
}
