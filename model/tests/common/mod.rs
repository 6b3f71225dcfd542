//! A small image by hand: 5 inputs, one row of weights each, 3 neurons in 4 lanes.

use ferrospike_model::image::{Connection, Header, Image, Population, Role};
use ferrospike_model::program::*;

/// Where the image's inputs lie.
pub const INPUT: Bitmap = Bitmap {
    base: 0,
    log2_depth: 1,
};
/// Where the image's spikes lie.
pub const SPIKES: Bitmap = Bitmap {
    base: 4,
    log2_depth: 0,
};

/// The update of the image: LIF, half of u stays, all of v, threshold 100, subtract.
pub fn update() -> Update {
    Update {
        reset: Reset::Soft,
        bitmap: SPIKES,
        first_group: 1,
        neurons: 3,
        parameters: Parameters {
            current_decay: 32768,
            membrane_decay: 65536,
            gain: 65536,
            threshold: 100,
            ..Parameters::default()
        },
        sub: 100,
        v_min: -LIMIT,
        v_max: LIMIT,
        ..Update::default()
    }
}

/// The scan of the image: rows from word 0, 5 sources.
pub fn scan() -> Scan {
    Scan {
        exponent: 1,
        source: INPUT,
        source_groups: 2,
        last_lanes: 3,
        stride: 1,
        first_group: 1,
        groups: 1,
        ..Scan::default()
    }
}

/// Programs as longs after `bytes`, which are padded; their entries.
pub fn append(bytes: &mut Vec<u8>, programs: &[&[Operation]]) -> Vec<u32> {
    let mut entries = Vec::new();
    for program in programs {
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        entries.push((bytes.len() / 8) as u32);
        bytes.extend(
            program
                .iter()
                .flat_map(Operation::encode)
                .flat_map(u64::to_le_bytes),
        );
    }
    entries
}

/// The image.
pub fn image() -> Image {
    let mut synapses: Vec<u8> = (0..5u8).flat_map(|row| [10 + row, 20, 0xf6, 0]).collect();
    let clear = [
        Operation::Clear(Clear {
            state: true,
            history: true,
            neurons: 8,
            history_words: 5,
            ..Clear::default()
        }),
        Operation::End(End {
            restart: true,
            ..End::default()
        }),
    ];
    let spikes = ReportKind::Spikes {
        plain: false,
        bitmap: SPIKES,
        groups: 1,
    };
    let state = ReportKind::State {
        current: false,
        first_group: 1,
        neurons: 3,
    };
    let step = [
        Operation::Scan(scan()),
        Operation::Update(update()),
        Operation::Report(Report {
            number: 7,
            kind: spikes,
        }),
        Operation::Report(Report {
            number: 8,
            kind: state,
        }),
        Operation::End(End {
            advance: true,
            mark: true,
            ..End::default()
        }),
    ];
    let entries = append(&mut synapses, &[&clear, &step]);
    let population = |name: &str, role, neurons, first_group, bitmap| Population {
        name: name.into(),
        role,
        neurons,
        order: None,
        first_group,
        bitmap,
        spikes_report: None,
        membrane_report: None,
        held_shows: None,
        pass_of: None,
        unit: 0.25,
        model: String::new(),
    };
    let header = Header {
        name: "by hand".into(),
        source: "test".into(),
        dialect: "lava".into(),
        lanes: 4,
        synapse_words: synapses.len() / 4,
        groups: 2,
        history_words: 5,
        clear_entry: entries[0],
        step_entry: entries[1],
        populations: vec![
            population("in", Role::Input, 5, 0, INPUT),
            population("out", Role::Output, 3, 1, SPIKES),
        ],
        connections: vec![Connection {
            name: "dense".into(),
            from: Some(0),
            to: 1,
            delay: 0,
            form: "dense".into(),
            bits: 8,
            exponent: 1,
            first_word: 0,
            words: 5,
            weights: 15,
            first_long: 0,
            longs: 0,
            delivered: 20,
        }],
        encoder: String::new(),
        decoder: "count".into(),
        periodic: Vec::new(),
        learn_entry: None,
        learning: Vec::new(),
        notes: vec!["none".into()],
    };
    Image { header, synapses }
}
