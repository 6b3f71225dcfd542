//! A sample looked at closely: every spike, current and membrane of every step, from the device and from the model, and a
//! page in HTML that shows them. `docs/looking.md` explains what is on the page.
//!
//! The page is one file without scripts and without anything from elsewhere: drawings are SVG inside it, colours follow
//! the reader's choice of dark or light, and each drawing has a title and a description for screen readers.

mod choose;
mod compare;
mod histogram;
mod map;
mod memory;
mod page;
mod raster;
mod record;
mod svg;
mod traces;
mod work;
mod work_table;

pub use choose::{choose, Chosen};
pub use memory::{regions, Kind, Region};
pub use page::{page, Page};
pub use record::{record, Recording};
pub use work::{work, Work};

use ferrospike_model::image::{Image, Population, Role};

/// Spikes of a population that are known, `(step, neuron)`, steps ascending.
fn spikes(image: &Image, steps: &[Vec<crate::run::Activity>], index: usize) -> Vec<(usize, usize)> {
    let lanes = image.header.lanes;
    let mut found = Vec::new();
    let Some(p) = image.header.populations.get(index) else {
        return found;
    };
    for (number, step) in steps.iter().enumerate() {
        let words = step.get(index).and_then(|a| a.spikes.as_deref());
        let of = |words| (0..p.neurons).filter(move |&n| p.spiked(words, n, lanes));
        found.extend(
            words
                .into_iter()
                .flat_map(of)
                .map(|neuron| (number, neuron)),
        );
    }
    found
}

/// The class of a population in the page's style: it has the colour of its role.
fn class(p: &Population) -> &'static str {
    match p.role {
        Role::Input => "input",
        Role::Hidden => "hidden",
        Role::Output => "output",
    }
}
