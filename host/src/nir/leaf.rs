//! One node of a file: which parameters its type has, read and checked.

use super::parameters::parameters_of;
use super::reader::{Reader, Tree};
use super::{NirError, Node, Tensor, KEY_PREFIX};
use std::collections::BTreeMap;

impl Reader<'_> {
    /// Reads the node at `at`.
    pub(super) fn leaf(
        &self,
        tree: &Tree,
        at: &str,
        name: &str,
        kind: &str,
    ) -> Result<Node, NirError> {
        let Some((kind_id, wanted)) = parameters_of(kind) else {
            return Err(NirError::Unmapped {
                node: name.into(),
                kind: kind.into(),
            });
        };
        let mut parameters = BTreeMap::new();
        let mut texts = BTreeMap::new();
        for parameter in wanted {
            let (key, optional) = match parameter.strip_suffix('?') {
                Some(key) => (key, true),
                None => (*parameter, false),
            };
            if tree.at(key).is_none() {
                if optional {
                    continue;
                }
                let (node, kind, parameter) = (name.into(), kind.into(), key.into());
                return Err(NirError::Missing {
                    node,
                    kind,
                    parameter,
                });
            }
            let place = format!("{at}/{key}");
            let tensor = match self.store.numbers(&place) {
                Ok(tensor) => tensor,
                // Padding may be a word.
                Err(reason) => match self.store.strings(&place) {
                    Ok(strings) if key == "padding" && strings.data.len() == 1 => {
                        let word = strings.data.into_iter().next().unwrap_or_default();
                        texts.insert(key.to_string(), word.chars().take(16).collect());
                        continue;
                    }
                    _ => {
                        return Err(NirError::Parameter {
                            node: name.into(),
                            parameter: key.into(),
                            reason,
                        })
                    }
                },
            };
            finite(name, key, &tensor)?;
            parameters.insert(key.to_string(), tensor);
        }
        if kind_id.is_neuron() {
            self.keys(tree, at, name, &mut parameters, &mut texts)?;
        }
        Ok(Node {
            name: name.into(),
            kind: kind_id,
            parameters,
            texts,
        })
    }
}

/// Most rule keys of a node.
const MAX_KEYS: usize = 64;

impl Reader<'_> {
    /// Metadata of a node that are rule keys (`docs/import.md`): numbers and words.
    fn keys(
        &self,
        tree: &Tree,
        at: &str,
        name: &str,
        parameters: &mut BTreeMap<String, Tensor>,
        texts: &mut BTreeMap<String, String>,
    ) -> Result<(), NirError> {
        let Some(metadata) = tree.at("metadata") else {
            return Ok(());
        };
        let ours = metadata.names().filter(|key| key.starts_with(KEY_PREFIX));
        for key in ours.take(MAX_KEYS) {
            let place = format!("{at}/metadata/{key}");
            match (self.store.strings(&place), self.store.numbers(&place)) {
                (Ok(strings), _) if strings.data.len() == 1 => {
                    let word = strings.data.into_iter().next().unwrap_or_default();
                    texts.insert(key.clone(), word.chars().take(64).collect());
                }
                (_, Ok(tensor)) => {
                    finite(name, key, &tensor)?;
                    parameters.insert(key.clone(), tensor);
                }
                (_, Err(reason)) => {
                    return Err(NirError::Parameter {
                        node: name.into(),
                        parameter: key.clone(),
                        reason,
                    })
                }
            }
        }
        Ok(())
    }
}

fn finite(node: &str, parameter: &str, tensor: &Tensor) -> Result<(), NirError> {
    match tensor.data.iter().enumerate().find(|(_, x)| !x.is_finite()) {
        None => Ok(()),
        Some((index, value)) => Err(NirError::NotFinite {
            node: node.into(),
            parameter: parameter.into(),
            index,
            value: *value,
        }),
    }
}
