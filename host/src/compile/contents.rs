//! What is written into S beside programs, and what the header says of it.

use super::layout::{put_longs, stride, Layout, ScanPlan};
use ferrospike_model::image::{Connection, Population};

impl Layout<'_> {
    /// Writes the tables of pairs.
    pub fn tables(&self, s: &mut [u8]) {
        for q in self.quantised {
            let place = &self.places[q.index];
            let stride = stride(place.per_neuron);
            for (i, p) in q.parameters.iter().enumerate().filter(|_| stride > 0) {
                let pairs = (0..3).filter(|pair| place.per_neuron >> pair & 1 == 1);
                put_longs(s, place.table + i * stride, pairs.map(|pair| p.pair(pair)));
            }
        }
    }

    /// Writes the rows of weights.
    pub fn rows(&self, s: &mut [u8]) {
        for scan in &self.scans {
            let stride = self.places[scan.to].groups * self.lanes;
            let base = scan.row_base * self.lanes;
            for (to, row) in scan
                .segment
                .mantissas
                .chunks_exact(scan.sources)
                .enumerate()
            {
                for (from, &w) in row.iter().enumerate() {
                    s[base + from * stride + to] = w as u8;
                }
            }
        }
    }

    /// The header's populations.
    pub fn populations(&self) -> Vec<Population> {
        let quantised = |i| self.quantised.iter().find(|q| q.index == i);
        let describe = |(i, p): (usize, &crate::import::Population)| {
            let (place, q) = (&self.places[i], quantised(i));
            let held = p.neuron.as_ref().is_some_and(|r| r.held_steps > 0);
            let held_shows = q.filter(|_| held).map(|q| {
                let mut values: Vec<i32> = q.parameters.iter().map(|p| p.reset_value).collect();
                if values.windows(2).all(|w| w[0] == w[1]) {
                    values.truncate(1);
                }
                values
            });
            Population {
                name: p.name.clone(),
                role: p.role,
                neurons: p.neurons,
                first_group: place.first_group,
                bitmap: place.bitmap,
                spikes_report: place.spikes_report,
                membrane_report: place.membrane_report,
                held_shows,
                unit: q.map_or(0.0, |q| q.unit),
                model: p
                    .neuron
                    .as_ref()
                    .map_or("input".into(), |r| r.words.clone()),
            }
        };
        self.network
            .populations
            .iter()
            .enumerate()
            .map(describe)
            .collect()
    }

    /// The header's connections: one for each SCAN.
    pub fn connections(&self) -> Vec<Connection> {
        let describe = |scan: &ScanPlan| {
            let source = scan.connection.map(|c| &self.network.connections[c]);
            let constant = format!(
                "constant current of {}",
                self.network.populations[scan.to].name
            );
            let mut name = source.map_or(constant, |c| c.name.clone());
            if scan.part > 0 {
                name += &format!(" (part {})", scan.part + 1);
            }
            Connection {
                name,
                from: source.map(|c| c.from),
                to: scan.to,
                delay: source.map_or(0, |c| c.delay),
                form: if source.is_some() { "dense" } else { "always" }.into(),
                bits: 8,
                exponent: scan.segment.exponent,
                first_word: scan.row_base,
                words: scan.sources * self.places[scan.to].groups,
                weights: scan.segment.mantissas.len(),
            }
        };
        self.scans.iter().map(describe).collect()
    }
}
