//! Cases with steps without an input, in which a network comes to rest.

use super::RandomCase;

impl RandomCase {
    /// The same case with so many steps without an input behind each of its steps. Populations that nothing else keeps
    /// busy decay until their state stays as it is.
    pub fn with_silence(&self, steps: usize) -> RandomCase {
        let mut case = self.clone();
        case.steps = self
            .steps
            .iter()
            .flat_map(|step| {
                let silent: Vec<Vec<u32>> = step.iter().map(|w| vec![0; w.len()]).collect();
                std::iter::once(step.clone()).chain(std::iter::repeat_n(silent, steps))
            })
            .collect();
        case
    }
}
