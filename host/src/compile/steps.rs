//! The programs `clear` and `step`.

use super::layout::Layout;
use super::rows::{Block, Rows};
use crate::import::ResetKind;
use crate::quantise::QuantisedPopulation;
use ferrospike_model::program::{
    Clear, End, Fold, Form, Operation, Report, ReportKind, Reset, Scan, Update,
};

/// All state to its start, the history to 0, t to 0.
pub(super) fn clear(layout: &Layout) -> Vec<Operation> {
    let mut operations = Vec::new();
    let own = |q: &&QuantisedPopulation| layout.network.populations[q.index].pass_of.is_none();
    for q in layout.quantised.iter().filter(own) {
        operations.push(Operation::Clear(state(layout, q)));
    }
    if layout.scratch_groups > 0 {
        operations.push(Operation::Clear(Clear {
            state: true,
            first_group: layout.scratch_group as u16,
            neurons: (layout.scratch_groups * layout.lanes).min(65535) as u16,
            ..Clear::default()
        }));
    }
    operations.push(Operation::Clear(Clear {
        history: true,
        history_words: layout.used().history_words as u16,
        ..Clear::default()
    }));
    operations.push(Operation::End(End {
        restart: true,
        ..End::default()
    }));
    operations
}

/// The state of a population to its start.
fn state(layout: &Layout, q: &QuantisedPopulation) -> Clear {
    let place = &layout.places[q.index];
    Clear {
        state: true,
        v0: q.start,
        first_group: place.first_group as u16,
        neurons: (place.groups * layout.lanes).min(65535) as u16,
        ..Clear::default()
    }
}

/// A program for each population that is cleared in an interval, with that interval and its offset.
pub(super) fn periodic(layout: &Layout) -> Vec<([u32; 2], Vec<Operation>)> {
    let program = |q: &QuantisedPopulation| {
        let rule = layout.network.populations[q.index].neuron.as_ref()?;
        let clear = Operation::Clear(state(layout, q));
        Some((rule.clear?, vec![clear, Operation::End(End::default())]))
    };
    layout.quantised.iter().filter_map(program).collect()
}

/// One time step.
pub(super) fn step(layout: &Layout) -> Vec<Operation> {
    let mut operations = work(layout);
    operations.push(end());
    operations
}

/// One time step that learns.
pub(super) fn learn(layout: &Layout) -> Vec<Operation> {
    let mut operations = work(layout);
    operations.extend(layout.learns());
    operations.push(end());
    operations
}

fn end() -> Operation {
    Operation::End(End {
        advance: true,
        mark: true,
        ..End::default()
    })
}

/// What a time step does, without its end.
fn work(layout: &Layout) -> Vec<Operation> {
    let mut operations = Vec::new();
    for q in layout.quantised {
        let blocks: Vec<&Block> = layout.blocks.iter().filter(|b| b.to == q.index).collect();
        for (index, block) in blocks.iter().enumerate() {
            operations.extend(scans(layout, block).into_iter().map(Operation::Scan));
            let next = blocks.get(index + 1).and_then(|b| b.connection);
            operations.extend(fold(layout, block, next).map(Operation::Fold));
        }
        operations.push(Operation::Update(update(layout, q)));
    }
    for place in &layout.places {
        if let Some(number) = place.spikes_report {
            let (bitmap, groups) = (place.bitmap, place.groups as u16);
            let kind = ReportKind::Spikes {
                plain: false,
                bitmap,
                groups,
            };
            operations.push(Operation::Report(Report { number, kind }));
        }
    }
    for place in &layout.places {
        if let Some(number) = place.membrane_report {
            let (first_group, neurons) = (place.first_group as u16, place.order.places as u16);
            let kind = ReportKind::State {
                current: false,
                first_group,
                neurons,
            };
            operations.push(Operation::Report(Report { number, kind }));
        }
    }
    operations
}

/// The SCANs of a block: one, or one for each table, and the same for each pass of the source.
fn scans(layout: &Layout, block: &Block) -> Vec<Scan> {
    let first = scans_of_first(layout, block);
    let mut all = first.clone();
    if let Some(c) = block.connection.map(|c| &layout.network.connections[c]) {
        for pass in layout.network.passes(c.from) {
            let source = layout.places[pass].bitmap;
            all.extend(first.iter().map(|scan| Scan { source, ..*scan }));
        }
    }
    all
}

/// What adds the scratch range, behind the last block of its sum; `next` is the connection of the block behind.
fn fold(layout: &Layout, block: &Block, next: Option<usize>) -> Option<Fold> {
    let (of, connection) = (block.fold?, block.connection?);
    let goes_on = next == Some(connection) || layout.network.goes_on(connection);
    let to = &layout.places[block.to];
    let neuron = layout.network.populations[block.to].neuron.as_ref();
    (!goes_on).then(|| Fold {
        wrap: neuron.is_some_and(|rule| rule.current_wraps),
        exponent: of.exponent,
        floor_shift: of.shift,
        scratch_group: layout.scratch_group as u16,
        first_group: to.first_group as u16,
        neurons: (to.groups * layout.lanes).min(65535) as u16,
    })
}

fn scans_of_first(layout: &Layout, block: &Block) -> Vec<Scan> {
    let to = &layout.places[block.to];
    let row = block.coding.format.row_words(to.groups);
    let neuron = layout.network.populations[block.to].neuron.as_ref();
    // The sum that is rounded down stays within its range.
    let wraps = block.fold.is_none() && neuron.is_some_and(|rule| rule.current_wraps);
    let mut scan = Scan {
        form: Form::Always,
        format: block.coding.format,
        sign: block.coding.sign,
        exponent: block.exponent as u8,
        last_lanes: ((to.order.places - 1) % layout.lanes + 1) as u8,
        row_base: block.first_word as u32,
        stride: row as u16,
        wrap: wraps,
        first_group: match block.fold {
            Some(_) => layout.scratch_group as u16,
            None => to.first_group as u16,
        },
        groups: to.groups as u16,
        ..Scan::default()
    };
    if let Some(c) = block.connection.map(|c| &layout.network.connections[c]) {
        scan.form = Form::Dense;
        scan.delay = c.delay as u8;
        scan.source = layout.places[c.from].bitmap;
        scan.source_groups = layout.places[c.from].groups as u16;
    }
    match &block.rows {
        Rows::Always(_) => vec![scan],
        Rows::Dense { shared, .. } => {
            scan.stride = if *shared { 0 } else { row as u16 };
            vec![scan]
        }
        Rows::Listed(listed) => {
            let mut at = block.first_long;
            let of = |table: &Vec<_>| {
                let row_base = at as u32;
                at += table.len();
                Scan {
                    form: Form::Listed,
                    row_base,
                    stride: 1,
                    // Said by the lists.
                    exponent: 0,
                    last_lanes: 1,
                    first_group: 0,
                    groups: 1,
                    ..scan
                }
            };
            listed.tables.iter().map(of).collect()
        }
    }
}

fn update(layout: &Layout, q: &QuantisedPopulation) -> Update {
    let place = &layout.places[q.index];
    let population = &layout.network.populations[q.index];
    let mut update = Update {
        rounding_current: q.rounding_current,
        rounding_membrane: q.rounding_membrane,
        reset: Reset::None,
        no_threshold: true,
        per_neuron: place.per_neuron,
        bitmap: place.bitmap,
        first_group: place.first_group as u16,
        neurons: place.order.places as u16,
        table: place.table as u32,
        parameters: q.parameters.first().copied().unwrap_or_default(),
        sub: q.sub,
        v_min: q.v_min,
        v_max: q.v_max,
        ..Update::default()
    };
    if let Some(rule) = &population.neuron {
        update.current_after_decay = rule.current_after_decay;
        if rule.threshold.is_some() {
            update.no_threshold = false;
            update.inverted = rule.inverted;
            update.held_steps = rule.held_steps;
            update.reset = match rule.reset {
                ResetKind::Hard => Reset::Hard,
                ResetKind::Soft => Reset::Soft,
                ResetKind::Delayed => Reset::Delayed,
                ResetKind::None => Reset::None,
            };
        }
    }
    update
}
