//! One node of a file: which parameters its type has, read and checked.

use super::reader::{Reader, Tree};
use super::{Kind, NirError, Node, Tensor};
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
        let lif = ["tau", "r", "v_leak", "v_threshold", "v_reset?"];
        let cuba = [
            "tau_syn",
            "tau_mem",
            "r",
            "v_leak",
            "w_in?",
            "v_threshold",
            "v_reset?",
        ];
        let (kind_id, wanted): (Kind, &[&str]) = match kind {
            "Input" => (Kind::Input, &["shape"]),
            "Output" => (Kind::Output, &["shape?"]),
            "Flatten" => (Kind::Pass, &[]),
            "Linear" => (Kind::Linear, &["weight"]),
            "Affine" => (Kind::Affine, &["weight", "bias"]),
            "IF" => (Kind::If, &["r", "v_threshold", "v_reset?"]),
            "LIF" => (Kind::Lif, &lif),
            "CubaLIF" => (Kind::CubaLif, &cuba),
            "LI" => (Kind::Li, &lif[..3]),
            "CubaLI" => (Kind::CubaLi, &cuba[..5]),
            _ => {
                return Err(NirError::Unmapped {
                    node: name.into(),
                    kind: kind.into(),
                })
            }
        };
        let mut parameters = BTreeMap::new();
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
            let tensor = self
                .store
                .numbers(&format!("{at}/{key}"))
                .map_err(|reason| NirError::Parameter {
                    node: name.into(),
                    parameter: key.into(),
                    reason,
                })?;
            finite(name, key, &tensor)?;
            parameters.insert(key.to_string(), tensor);
        }
        Ok(Node {
            name: name.into(),
            kind: kind_id,
            parameters,
        })
    }
}

fn finite(node: &str, parameter: &str, tensor: &Tensor) -> Result<(), NirError> {
    match tensor.data.iter().position(|x| !x.is_finite()) {
        None => Ok(()),
        Some(index) => Err(NirError::NotFinite {
            node: node.into(),
            parameter: parameter.into(),
            index,
            value: tensor.data[index],
        }),
    }
}
