//! Layers that the files of lava-dl's package do not have, and everything that is refused, from a store in memory.

use super::chain;
use crate::import::{import_graph, ImportOptions, Network};
use crate::nir::{Store, Strings, Tensor};
use std::collections::BTreeMap;

/// Arrays by their paths.
#[derive(Clone, Default)]
struct Memory {
    numbers: BTreeMap<String, Tensor>,
    words: BTreeMap<String, String>,
}

impl Store for Memory {
    fn paths(&self) -> Result<Vec<String>, String> {
        Ok(self
            .numbers
            .keys()
            .chain(self.words.keys())
            .cloned()
            .collect())
    }

    fn numbers(&self, path: &str) -> Result<Tensor, String> {
        let found = self.numbers.get(path).cloned();
        found.ok_or_else(|| format!("'{path}' is missing"))
    }

    fn strings(&self, path: &str) -> Result<Strings, String> {
        let found = self.words.get(path).cloned();
        let word = found.ok_or_else(|| format!("'{path}' is missing"))?;
        Ok(Strings {
            shape: vec![1],
            data: vec![word],
        })
    }
}

impl Memory {
    fn word(mut self, path: &str, word: &str) -> Self {
        self.words.insert(format!("layer/{path}"), word.into());
        self
    }

    fn put(mut self, path: &str, shape: &[usize], data: &[f64]) -> Self {
        let tensor = Tensor {
            shape: shape.to_vec(),
            data: data.to_vec(),
        };
        self.numbers.insert(format!("layer/{path}"), tensor);
        self
    }

    /// A dense layer of 2 neurons behind 3 values.
    fn dense(self, layer: usize, kind: &str) -> Self {
        let at = |key: &str| format!("{layer}/{key}");
        self.word(&at("type"), kind)
            .word(&at("neuron/type"), "CUBA")
            .put(&at("shape"), &[1], &[2.0])
            .put(
                &at("weight"),
                &[2, 3],
                &[2.0, -4.0, 6.0, 0.0, 300.0, -300.0],
            )
            .put(&at("neuron/iDecay"), &[], &[1024.0])
            .put(&at("neuron/vDecay"), &[], &[128.0])
            .put(&at("neuron/vThMant"), &[], &[80.0])
    }

    fn import(&self) -> Result<(Network, Vec<String>), String> {
        let (graph, choices) = chain(self).map_err(|e| e.to_string())?;
        let imported = import_graph(&graph, "memory", &ImportOptions::default());
        imported
            .map(|i| (i.network, choices))
            .map_err(|e| e.to_string())
    }

    fn refused(&self) -> String {
        match self.import() {
            Err(message) => message,
            Ok(_) => String::from("it was imported"),
        }
    }
}

#[test]
fn a_first_dense_layer_says_the_size_of_the_input_and_weights_are_limited() {
    let (network, choices) = Memory::default()
        .dense(0, "dense")
        .import()
        .unwrap_or_default();
    let sizes: Vec<usize> = network.populations.iter().map(|p| p.neurons).collect();
    assert_eq!(sizes, [3, 2]);
    assert_eq!(
        network.connections[0].weights.values(),
        [2.0, -4.0, 6.0, 0.0, 254.0, -256.0]
    );
    assert!(
        choices
            .join(" ")
            .contains("2 weights are beyond -256 to 254"),
        "{choices:?}"
    );
    let rule = network.populations[1].neuron.clone().unwrap_or_default();
    assert!(rule.current_decay.all(0.75) && rule.membrane_decay.all(1.0 - 1.0 / 32.0));
}

#[test]
fn delays_belong_to_neurons_or_inputs_or_all() {
    let with = |delays: &[f64]| {
        let net = Memory::default().dense(0, "dense");
        net.put("0/delay", &[delays.len()], delays).import()
    };
    let (network, choices) = with(&[70.0, 1.0]).unwrap_or_default();
    let mut delays: Vec<usize> = network.connections.iter().map(|c| c.delay).collect();
    delays.sort_unstable();
    assert_eq!(delays, [2, 63], "Lava's step more");
    assert!(
        choices.join(" ").contains("1 delays are beyond 62"),
        "{choices:?}"
    );
    let (network, _) = with(&[0.0, 4.0, 5.0]).unwrap_or_default();
    assert_eq!(network.connections.len(), 3);
    let (network, _) = with(&[7.0]).unwrap_or_default();
    assert_eq!(network.connections[0].delay, 8);
    let message = with(&[-1.0]).err().unwrap_or_default();
    assert!(message.contains("element -1"), "{message}");
    let message = with(&[1.0; 5]).err().unwrap_or_default();
    assert!(message.contains("5 elements"), "{message}");
}

#[test]
fn a_recurrent_layer_hears_itself_a_step_later() {
    let net = Memory::default().dense(0, "dense_rec");
    let net = net.put("0/weight_rec", &[2, 2], &[0.0, 2.0, 4.0, 0.0]);
    let (network, _) = net.import().unwrap_or_default();
    let own = network.connections.iter().find(|c| c.from == c.to);
    assert_eq!(own.map(|c| (c.delay, c.weights.len())), Some((1, 4)));
    let message = net.put("0/delay", &[1], &[2.0]).refused();
    assert!(message.contains("recurrent and has delays"), "{message}");
}

#[test]
fn what_has_no_place_is_refused_by_name() {
    let good = || Memory::default().dense(0, "dense");
    for (net, says) in [
        (good().word("0/neuron/type", "SDNN"), "'SDNN'"),
        (good().dense(1, "unpool"), "'unpool'"),
        (
            good().put("0/neuron/gradedSpike", &[], &[1.0]),
            "graded spikes",
        ),
        (
            good().put("0/neuron/messageBits", &[], &[8.0]),
            "graded spikes",
        ),
        (
            good().put("0/weight/real", &[2, 3], &[0.0; 6]),
            "complex weights",
        ),
        (good().put("0/weight", &[2, 3], &[0.5; 6]), "whole numbers"),
        (good().put("0/shape", &[1], &[0.0]), "'shape'"),
        (good().put("0/shape", &[1], &[7.0]), "[7, 3]"),
        (good().put("0/neuron/vThMant", &[], &[1e6]), "17 bits"),
        (good().put("0/neuron/iDecay", &[], &[5000.0]), "0 to 4096"),
        (
            good().put("0/bias", &[3], &[1.0; 3]),
            "3 elements for 2 neurons",
        ),
        (good().dense(2, "dense"), "no 'layer/1/type'"),
        (Memory::default(), "no file of lava-dl"),
    ] {
        let message = net.refused();
        assert!(message.contains(says), "{says}: {message}");
    }
}
