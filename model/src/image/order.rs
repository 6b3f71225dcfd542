//! Neurons in another order than their places: the compiler may put the channels of a pixel side by side,
//! so that a convolution's kernel is whole words. Everything that people see keeps the order of the source.

use super::check::inconsistent;
use super::{ImageError, Population, Role};

impl Population {
    /// Places in the population's groups that its program sweeps: neurons, and what lies between them.
    pub fn places(&self) -> usize {
        match &self.order {
            Some(order) => order.iter().max().map_or(0, |&last| last as usize + 1),
            None => self.neurons,
        }
    }

    /// Place of neuron `index`, counted through the lanes from the first group on.
    pub fn place(&self, index: usize) -> usize {
        match &self.order {
            Some(order) => order.get(index).map_or(usize::MAX, |&place| place as usize),
            None => index,
        }
    }

    /// The neuron at a place; none where there is only padding.
    pub fn neuron_at(&self, place: usize) -> Option<usize> {
        match &self.order {
            Some(order) => order.iter().position(|&p| p as usize == place),
            None => (place < self.neurons).then_some(place),
        }
    }

    /// Values of [`Population::places`] places in the order of the neurons.
    pub fn in_order(&self, values: &[i32]) -> Vec<i32> {
        match &self.order {
            Some(_) => (0..self.neurons)
                .map(|i| values.get(self.place(i)).copied().unwrap_or(0))
                .collect(),
            None => values.to_vec(),
        }
    }

    /// Whether neuron `index` has its bit in the words of a bitmap.
    pub fn spiked(&self, words: &[u32], index: usize, lanes: usize) -> bool {
        let place = self.place(index);
        let word = words.get(place / lanes).copied().unwrap_or(0);
        word >> (place % lanes) & 1 == 1
    }
}

/// Checks that each neuron has a place of its own. `place` says of which population.
pub(super) fn check_order(p: &Population, place: &str) -> Result<(), ImageError> {
    let Some(order) = &p.order else {
        return Ok(());
    };
    let name = format!("order of {place}");
    if p.role == Role::Input {
        return Err(inconsistent(name, "given", "an input has none"));
    }
    if order.len() != p.neurons {
        let rule = format!("{} neurons have a place each", p.neurons);
        return Err(inconsistent(name, order.len(), rule));
    }
    let mut taken = vec![false; 65535];
    for &place in order {
        match taken.get_mut(place as usize) {
            None => return Err(inconsistent(name, place, "places are 0 to 65534")),
            Some(true) => return Err(inconsistent(name, place, "two neurons have this place")),
            Some(free) => *free = true,
        }
    }
    Ok(())
}
