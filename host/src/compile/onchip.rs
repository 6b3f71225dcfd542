//! Encoding on the device: the input of an image becomes neurons that integrate a sample's values and spike by themselves,
//! so that a sample costs the link a byte for each value instead of a bit for each value and step.
//!
//! A row of S holds the sample's values. In every step a SCAN adds it to the neurons' currents, which forget it at once
//! (A = 0), and the membranes add it up (B = G = 1) until they reach 255, which is then subtracted: `v += x`, and a spike
//! whenever `v` reaches 255. That is the accumulator of `phase`, to the bit.

use super::error::CompileError;
use ferrospike_model::image::{Connection, Image, Role};
use ferrospike_model::program::{
    Clear, Form, Format, Operation, Parameters, Reset, Scan, Sign, Update, LIMIT, ONE,
};

/// Name of the connection that is the row of values.
pub(crate) const VALUES: &str = "values of the sample";
/// What an accumulator holds before it spikes: the largest value of a byte.
const FULL: i32 = 255;

/// The image with its input as neurons; its encoder is `bias:STEPS`.
pub(super) fn on_chip(mut image: Image) -> Result<Image, CompileError> {
    let header = &image.header;
    let lanes = header.lanes;
    let mut inputs = header.populations.iter().enumerate();
    let inputs: Vec<usize> = inputs
        .by_ref()
        .filter(|(_, p)| p.role == Role::Input)
        .map(|(index, _)| index)
        .collect();
    let (&[index], true) = (&inputs[..], header.periodic.is_empty()) else {
        return Err(CompileError::Limit {
            what: "the encoder 'bias'".into(),
            reason: "it takes networks with one input and without clears in an interval; use phase, which has the same spikes"
                .into(),
        });
    };
    let clear = image.program(header.clear_entry)?;
    // One step, or one and the one that learns.
    let steps = [Some(header.step_entry), header.learn_entry];
    let steps = steps.into_iter().flatten().map(|e| image.program(e));
    let steps: Vec<_> = steps.collect::<Result<_, _>>()?;
    let input = &header.populations[index];
    let (groups, places, bitmap) = (input.groups(lanes), input.places(), input.bitmap);
    let (first_group, row) = (header.groups, header.synapse_words);
    let weights = input.neurons;
    let sixteen = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    let scan = Scan {
        form: Form::Always,
        format: Format::Bits8,
        sign: Sign::Added,
        last_lanes: (places - (groups - 1) * lanes) as u8,
        row_base: row as u32,
        first_group: sixteen(first_group),
        groups: sixteen(groups),
        ..Scan::default()
    };
    let update = Update {
        reset: Reset::Soft,
        bitmap,
        first_group: sixteen(first_group),
        neurons: sixteen(places),
        parameters: Parameters {
            membrane_decay: ONE,
            gain: ONE,
            threshold: FULL,
            ..Parameters::default()
        },
        sub: FULL,
        v_min: -LIMIT,
        v_max: LIMIT,
        ..Update::default()
    };
    let start = Clear {
        state: true,
        first_group: sixteen(first_group),
        neurons: sixteen(groups * lanes),
        ..Clear::default()
    };
    let after = |operations: Vec<(u32, Operation)>| operations.into_iter().map(|(_, o)| o);
    let mut programs = vec![[Operation::Clear(start)]
        .into_iter()
        .chain(after(clear))
        .collect::<Vec<_>>()];
    for step in steps {
        let first = [Operation::Scan(scan), Operation::Update(update)];
        programs.push(first.into_iter().chain(after(step)).collect());
    }
    image.synapses.resize((row + groups) * lanes, 0);
    let mut entries = Vec::new();
    for program in programs {
        image
            .synapses
            .resize(image.synapses.len().next_multiple_of(8), 0);
        entries.push((image.synapses.len() / 8) as u32);
        let longs = program.iter().flat_map(Operation::encode);
        image.synapses.extend(longs.flat_map(u64::to_le_bytes));
    }
    image
        .synapses
        .resize(image.synapses.len().next_multiple_of(lanes.max(8)), 0);
    let header = &mut image.header;
    let mut entries = entries.into_iter();
    let next = |old: u32, entries: &mut dyn Iterator<Item = u32>| entries.next().unwrap_or(old);
    header.clear_entry = next(header.clear_entry, &mut entries);
    header.step_entry = next(header.step_entry, &mut entries);
    header.learn_entry = entries.next();
    header.synapse_words = image.synapses.len() / lanes;
    header.groups += groups;
    header.connections.push(Connection {
        name: VALUES.into(),
        from: None,
        to: index,
        delay: 0,
        form: "always".into(),
        bits: 8,
        exponent: 0,
        first_word: row,
        words: groups,
        weights,
        first_long: 0,
        longs: 0,
        delivered: groups * lanes,
    });
    let input = &mut header.populations[index];
    input.role = Role::Hidden;
    input.first_group = first_group;
    input.model = "encoder: v + x, spike and subtraction at 255".into();
    image.check()?;
    Ok(image)
}
