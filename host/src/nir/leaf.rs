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
        let convolution = [
            "weight",
            "bias?",
            "stride?",
            "padding?",
            "dilation?",
            "groups?",
            "input_shape?",
        ];
        let pool = ["kernel_size", "stride?", "padding?"];
        let (kind_id, wanted): (Kind, &[&str]) = match kind {
            "Input" => (Kind::Input, &["shape"]),
            "Output" => (Kind::Output, &["shape?"]),
            "Flatten" => (Kind::Flatten, &["start_dim?", "end_dim?"]),
            "Scale" => (Kind::Scale, &["scale"]),
            "Conv1d" => (Kind::Conv1d, &convolution),
            "Conv2d" => (Kind::Conv2d, &convolution),
            "SumPool2d" => (Kind::SumPool2d, &pool),
            "AvgPool2d" => (Kind::AvgPool2d, &pool),
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
        Ok(Node {
            name: name.into(),
            kind: kind_id,
            parameters,
            texts,
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
