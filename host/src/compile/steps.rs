//! The programs `clear` and `step`.

use super::layout::{Layout, ScanPlan};
use crate::import::ResetKind;
use crate::quantise::QuantisedPopulation;
use ferrospike_model::program::{
    Clear, End, Form, Operation, Report, ReportKind, Reset, Scan, Update,
};

/// All state to its start, the history to 0, t to 0.
pub(super) fn clear(layout: &Layout) -> Vec<Operation> {
    let mut operations = Vec::new();
    for q in layout.quantised {
        let place = &layout.places[q.index];
        operations.push(Operation::Clear(Clear {
            state: true,
            v0: q.start,
            first_group: place.first_group as u16,
            neurons: (place.groups * layout.lanes).min(65535) as u16,
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

/// One time step.
pub(super) fn step(layout: &Layout) -> Vec<Operation> {
    let mut operations = Vec::new();
    for q in layout.quantised {
        for plan in layout.scans.iter().filter(|s| s.to == q.index) {
            operations.push(Operation::Scan(scan(layout, plan)));
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
    for (place, p) in layout.places.iter().zip(&layout.network.populations) {
        if let Some(number) = place.membrane_report {
            let (first_group, neurons) = (place.first_group as u16, p.neurons as u16);
            let kind = ReportKind::State {
                current: false,
                first_group,
                neurons,
            };
            operations.push(Operation::Report(Report { number, kind }));
        }
    }
    operations.push(Operation::End(End {
        advance: true,
        mark: true,
        ..End::default()
    }));
    operations
}

fn scan(layout: &Layout, plan: &ScanPlan) -> Scan {
    let to = &layout.places[plan.to];
    let neurons = layout.network.populations[plan.to].neurons;
    let mut scan = Scan {
        form: Form::Always,
        exponent: plan.segment.exponent as u8,
        last_lanes: ((neurons - 1) % layout.lanes + 1) as u8,
        row_base: plan.row_base as u32,
        stride: to.groups as u16,
        first_group: to.first_group as u16,
        groups: to.groups as u16,
        ..Scan::default()
    };
    if let Some(c) = plan.connection.map(|c| &layout.network.connections[c]) {
        scan.form = Form::Dense;
        scan.delay = c.delay as u8;
        scan.source = layout.places[c.from].bitmap;
        scan.source_groups = layout.places[c.from].groups as u16;
    }
    scan
}

fn update(layout: &Layout, q: &QuantisedPopulation) -> Update {
    let place = &layout.places[q.index];
    let population = &layout.network.populations[q.index];
    let mut update = Update {
        rounding_current: q.rounding,
        rounding_membrane: q.rounding,
        reset: Reset::None,
        no_threshold: true,
        per_neuron: place.per_neuron,
        bitmap: place.bitmap,
        first_group: place.first_group as u16,
        neurons: population.neurons as u16,
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
            update.held_steps = rule.held_steps;
            update.reset = match rule.reset {
                ResetKind::Hard => Reset::Hard,
                ResetKind::Soft => Reset::Soft,
                ResetKind::Delayed => Reset::Delayed,
            };
        }
    }
    update
}
