//! What an operation costs in clocks: the device's own counter in Icarus, against the formulas of
//! `docs/architecture.md`. Eight lanes, multipliers of every kind; nothing waits for the link.

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "random/bench.rs"]
mod bench;

use bench::{header, verify, Bench};
use ferrospike_model::program::{
    Bitmap, Clear, End, Fold, Form, Format, Learn, Operation, Report, ReportKind, Scan, Update,
};
use ferrospike_rtl::core::choices::Choices;
use ferrospike_rtl::lane::Pipeline;
use ferrospike_rtl::primitives::products::Multiplier;

const LANES: usize = 8;
/// Clocks of an END without a mark.
const END: u64 = 5;

const FORMATS: [Format; 4] = [Format::Bits8, Format::Bits4, Format::Bits2, Format::Bits1];

/// A command stream with programs whose cost is asked for.
#[derive(Default)]
struct Programs {
    stream: Vec<u8>,
    names: Vec<(String, u64)>,
    /// What each program waits for with a late S: two clocks for a long, unless it was read ahead, one for a
    /// word of U or H.
    waits: Vec<u64>,
    /// Bytes that the programs will send.
    answers: usize,
}

impl Programs {
    fn command(&mut self, opcode: u8, address: usize, count: usize, data: &[u8]) {
        self.stream.extend(header(opcode, address, count));
        self.stream.extend(data);
    }

    /// Writes a program and has it verified.
    fn load(&mut self, program: &[u8]) {
        self.command(0x10, 0, program.len() / LANES, program);
        self.stream.extend(verify(0, program, LANES));
        self.answers += 5;
    }

    /// `operation` and an END are to take `clocks`, END's own not counted.
    fn expect(&mut self, name: String, operation: Option<Operation>, clocks: u64, answers: usize) {
        self.answers += answers;
        let end = Operation::End(End::default());
        let longs = operation.iter().chain([&end]).flat_map(Operation::encode);
        let bytes: Vec<u8> = longs.flat_map(u64::to_le_bytes).collect();
        self.load(&bytes);
        self.command(0x51, 0, 0, &[]);
        let engine = match &operation {
            Some(Operation::Update(update)) => {
                let pairs = 2 * u64::from(update.per_neuron.count_ones());
                (pairs * u64::from(update.neurons)).max(1)
            }
            Some(Operation::Fold(fold)) => u64::from(fold.neurons),
            Some(Operation::Report(Report {
                kind: ReportKind::State { neurons, .. },
                ..
            })) => u64::from(*neurons),
            Some(Operation::Report(Report {
                kind: ReportKind::Spikes { groups, .. },
                ..
            })) => u64::from(*groups),
            _ => 0,
        };
        let ended = matches!(operation, Some(Operation::End(_)));
        let longs = match operation {
            // The second long is read ahead, UPDATE's parameters one behind the other.
            Some(Operation::Scan(_) | Operation::Clear(_)) => 2,
            Some(Operation::Update(_) | Operation::Fold(_)) => 3,
            _ if ended => 1,
            _ => bytes.len() as u64 / 8,
        };
        self.waits.push(engine + 2 * longs);
        self.names.push((name, clocks + END));
    }

    /// `update` is run twice, when what was known of groups has been forgotten; the second time is to take `clocks`.
    fn again(&mut self, name: String, update: Update, clocks: u64) {
        let longs = [Operation::Update(update), Operation::End(End::default())];
        let longs = longs.iter().flat_map(Operation::encode);
        let bytes: Vec<u8> = longs.flat_map(u64::to_le_bytes).collect();
        self.command(0x10, 0, bytes.len() / LANES, &bytes);
        // A CRC of so many words takes longer than 4,096 clocks.
        self.command(0x30, 0, 1024, &[0; 4]);
        self.stream.extend(verify(0, &bytes, LANES));
        self.answers += 10;
        for name in [String::new(), name] {
            self.command(0x51, 0, 0, &[]);
            self.names.push((name, clocks + END));
        }
    }

    /// Sets the first bits of the source bitmap: `spikes` in each of `groups` groups.
    fn history(&mut self, groups: usize, spikes: usize) {
        let words = vec![((1u16 << spikes) - 1) as u8; groups];
        self.command(0x13, 0, groups, &words);
    }

    /// Runs them, and the same with the long pipeline, which waits for its reads.
    fn run(self) {
        self.run_with(1);
    }

    /// The same on machines with so many neurons in a clock.
    fn run_with(mut self, sweep: usize) {
        let choices = Choices {
            sweep,
            ..Choices::default()
        };
        let bench = Bench::of(Bench::shape(LANES), choices, |text| text);
        let choices = Choices {
            pipeline: Pipeline::Long,
            ..choices
        };
        let late = Bench::of(bench.shape, choices, |text| text);
        let wrong = self.wrong(&bench, 0);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        for ((_, clocks), waits) in self.names.iter_mut().zip(&self.waits) {
            *clocks += waits;
        }
        let wrong = self.wrong(&late, 0);
        assert!(wrong.is_empty(), "late: {}", wrong.join("\n"));
    }

    /// The programs that take another number of clocks than expected, or up to `slack` more.
    fn wrong(&self, bench: &Bench, slack: u64) -> Vec<String> {
        assert_eq!(bench.shape.lanes, LANES);
        // Verified once more, which is answered when the last program has ended.
        let stream = [&self.stream[..], &verify(0, &[0; LANES], LANES)].concat();
        let lines = bench.run(&stream, self.answers + 5, 0);
        assert_eq!(lines.iter().find(|line| line.starts_with("GIVEN UP")), None);
        let cycles: Vec<u64> = lines
            .iter()
            .filter_map(|line| line.strip_prefix("C "))
            .map(|counters| u64::from_str_radix(counters.rsplit(' ').next().unwrap(), 16).unwrap())
            .collect();
        assert_eq!(cycles.len(), self.names.len(), "{lines:?}");
        let mut before = 0;
        let mut wrong = Vec::new();
        for ((name, clocks), total) in self.names.iter().zip(cycles) {
            let got = total - before;
            before = total;
            println!("{name}: {} clocks", got - END.min(got));
            if !name.is_empty() && !(*clocks..=*clocks + slack).contains(&got) {
                wrong.push(format!(
                    "{name}: expected {}, took {}",
                    clocks - END,
                    got as i64 - END as i64
                ));
            }
        }
        wrong
    }
}

fn scan(source_groups: usize, groups: usize, form: Form, format: Format) -> Option<Operation> {
    Some(Operation::Scan(Scan {
        form,
        format,
        source: Bitmap::default(),
        source_groups: source_groups as u16,
        last_lanes: LANES as u8,
        row_base: 64,
        stride: format.row_words(groups) as u16,
        groups: groups as u16,
        ..Scan::default()
    }))
}

#[test]
fn scan_adds_a_group_of_a_row_in_every_clock() {
    let mut programs = Programs::default();
    programs.expect("END".into(), None, 0, 0);
    let marked = End {
        mark: true,
        ..End::default()
    };
    programs.expect("END with a mark".into(), Some(Operation::End(marked)), 3, 3);
    for source in [1, 4, 16] {
        programs.history(source, 0);
        let operation = scan(source, 16, Form::Dense, Format::Bits8);
        let name = format!("SCAN of {source} groups without a spike");
        programs.expect(name, operation, 5 + source as u64, 0);
    }
    for (source, spikes, groups) in [
        (1, 1, 1),
        (1, 1, 16),
        (1, 8, 16),
        (2, 8, 1),
        (2, 8, 2),
        (2, 8, 16),
        (4, 8, 16),
        (8, 1, 1),
        (8, 3, 5),
        (16, 8, 16),
    ] {
        programs.history(source, spikes);
        for format in FORMATS {
            let rows = source * spikes;
            let name = format!("SCAN of {source} groups, {rows} rows of {groups}, {format:?}");
            let operation = scan(source, groups, Form::Dense, format);
            programs.expect(name, operation, 8 + (rows * groups) as u64, 0);
        }
    }
    for format in FORMATS {
        let name = format!("SCAN always, 16 groups, {format:?}");
        programs.expect(name, scan(0, 16, Form::Always, format), 8 + 16, 0);
    }
    programs.run();
}

/// LEARN: a word of weights in every other clock.
#[test]
fn learn_changes_a_word_in_two_clocks() {
    let learn = |groups: usize, source: usize, every: Option<usize>| Learn {
        every: every.is_some(),
        source_groups: source as u16,
        last_lanes: LANES as u8,
        row_base: 64,
        stride: groups as u16,
        groups: groups as u16,
        target: Bitmap {
            base: 512,
            log2_depth: 0,
        },
        rows: every.unwrap_or(0) as u16,
        change: 256,
        minimum: -128,
        maximum: 127,
        random: 60,
        ..Learn::default()
    };
    for pipeline in [Pipeline::Middle, Pipeline::Short, Pipeline::Long] {
        let mut programs = Programs::default();
        // A late S: two clocks more for the first long, and for those behind it together.
        let late = if pipeline.is_late() { 6 } else { 0 };
        for (groups, learning, source, spikes) in [
            (0, 0, 1, 1),
            (1, 0, 1, 1),
            (16, 0, 4, 8),
            (1, 1, 1, 0),
            (2, 2, 16, 0),
            (1, 1, 1, 1),
            (1, 1, 1, 8),
            (4, 1, 1, 8),
            (4, 4, 1, 8),
            (4, 2, 8, 8),
            (2, 2, 16, 1),
            (2, 2, 16, 8),
        ] {
            programs.history(source, spikes);
            let mut words = vec![0; groups];
            words[..learning].fill(0x5a);
            programs.command(0x13, 512, groups, &words);
            let rows = source * spikes;
            let each = learned_group(source, rows);
            let clocks = 15 + late + 3 * groups as u64 + learning as u64 * each;
            let name = format!("LEARN in {learning} of {groups} groups, {rows} rows");
            let operation = Operation::Learn(learn(groups, source, None));
            programs.expect(name, Some(operation), clocks, 0);
        }
        for (groups, rows) in [(1, 0), (1, 1), (4, 20), (3, 64)] {
            programs.command(0x13, 512, groups, &vec![1; groups]);
            let each = if rows == 0 { 4 } else { 12 + 2 * rows as u64 };
            let clocks = 15 + late + groups as u64 * (3 + each);
            let name = format!("LEARN in {groups} groups, every one of {rows} rows");
            let operation = Operation::Learn(learn(groups, 0, Some(rows)));
            programs.expect(name, Some(operation), clocks, 0);
        }
        let choices = Choices {
            pipeline,
            learn: true,
            ..Choices::default()
        };
        let bench = Bench::of(Bench::shape(LANES), choices, |text| text);
        let wrong = programs.wrong(&bench, 0);
        assert!(wrong.is_empty(), "{pipeline}: {}", wrong.join("\n"));
    }
}

/// Clocks of a group that learns: its rows, or the search for them.
fn learned_group(source: usize, rows: usize) -> u64 {
    match rows {
        0 => 3 + source as u64,
        _ => 14 + 2 * rows as u64,
    }
}

/// The short pipeline with the multipliers of a UP5K: rows of a single group take two clocks; UPDATE and FOLD as with
/// others.
#[test]
fn a_short_pipeline_waits_between_rows_of_one_group() {
    let bench = Bench::with(LANES, Multiplier::Ice40Mac, |text| text);
    let mut programs = Programs::default();
    for (source, spikes, groups) in [
        (1, 8, 16),
        (2, 8, 2),
        (4, 8, 3),
        (1, 1, 1),
        (1, 8, 1),
        (4, 8, 1),
    ] {
        programs.history(source, spikes);
        let rows = (source * spikes) as u64;
        let clocks = match groups {
            1 => 2 * rows - 1,
            _ => rows * groups as u64,
        };
        let name = format!("SCAN of {rows} rows of {groups}");
        let operation = scan(source, groups, Form::Dense, Format::Bits8);
        programs.expect(name, operation, 8 + clocks, 0);
    }
    let always = scan(0, 16, Form::Always, Format::Bits8);
    programs.expect("SCAN always".into(), always, 8 + 16, 0);
    let update = Update {
        neurons: 40,
        table: 64,
        ..Update::default()
    };
    programs.expect("UPDATE".into(), Some(Operation::Update(update)), 26 + 40, 0);
    let pairs = Update {
        per_neuron: 3,
        ..update
    };
    programs.expect(
        "UPDATE, 2 pairs".into(),
        Some(Operation::Update(pairs)),
        16 + 19 * 40,
        0,
    );
    let fold = Fold {
        floor_shift: 1,
        scratch_group: 32,
        neurons: 40,
        ..Fold::default()
    };
    programs.expect("FOLD".into(), Some(Operation::Fold(fold)), 13 + 14 * 40, 0);
    let wrong = programs.wrong(&bench, 0);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn update_takes_a_clock_for_each_neuron() {
    updates(1);
}

/// What does not go by twos, UPDATE with pairs, FOLD and CLEAR, costs what it costs with one neuron in a clock.
#[test]
fn update_takes_a_clock_for_every_two_neurons() {
    updates(2);
    folds(2);
    clears(2);
}

/// UPDATEs on machines with `sweep` neurons in a clock.
fn updates(sweep: usize) {
    let mut programs = Programs::default();
    for groups in [1, 2, 16] {
        let neurons = groups * LANES as u16;
        for neurons in [neurons, neurons - 2, neurons - 3] {
            let update = Update {
                neurons,
                ..Update::default()
            };
            let clocks = 26 + u64::from(neurons).div_ceil(sweep as u64);
            let name = format!("UPDATE of {neurons} neurons");
            programs.expect(name, Some(Operation::Update(update)), clocks, 0);
            let decayed = Update {
                current_after_decay: true,
                ..update
            };
            let name = format!("UPDATE of {neurons} neurons, current after its decay");
            programs.expect(name, Some(Operation::Update(decayed)), clocks + 4, 0);
            // Pairs take so long that one length of 16 groups has to do.
            if groups == 16 && neurons % LANES as u16 != 5 {
                continue;
            }
            for (per_neuron, pairs) in [(1, 1), (2, 1), (4, 1), (3, 2), (5, 2), (7, 3)] {
                let update = Update {
                    per_neuron,
                    table: 64,
                    ..update
                };
                let clocks = 16 + (17 + pairs) * u64::from(neurons);
                let name = format!("UPDATE of {neurons} neurons with {pairs} pairs each");
                programs.expect(name, Some(Operation::Update(update)), clocks, 0);
                let decayed = Update {
                    current_after_decay: true,
                    ..update
                };
                let clocks = clocks + 4 * u64::from(neurons);
                let name = format!("the same, current after its decay, {pairs} pairs");
                programs.expect(name, Some(Operation::Update(decayed)), clocks, 0);
            }
        }
    }
    programs.run_with(sweep);
}

#[test]
fn groups_at_rest_take_a_clock() {
    rests(Pipeline::Middle, 1, 1);
}

#[test]
fn groups_at_rest_take_a_clock_two_abreast() {
    rests(Pipeline::Middle, 2, 1);
}

#[test]
fn groups_at_rest_take_two_clocks_in_a_long_pipeline() {
    rests(Pipeline::Long, 2, 2);
}

/// The second time an UPDATE that changes nothing takes `a_group` clocks for each group; with pairs for each neuron a group
/// is one neuron whose pairs are not read.
fn rests(pipeline: Pipeline, sweep: usize, a_group: u64) {
    let choices = Choices {
        pipeline,
        sweep,
        rest: true,
        ..Choices::default()
    };
    let bench = Bench::of(Bench::shape(LANES), choices, |text| text);
    for groups in [1u64, 12] {
        for after in [false, true] {
            let update = Update {
                neurons: (groups * LANES as u64 - 3) as u16,
                current_after_decay: after,
                no_threshold: true,
                v_max: 100,
                v_min: -100,
                ..Update::default()
            };
            let mut programs = Programs::default();
            let drain = if after { 4 } else { 0 };
            // Its waits, less one: nobody waits behind the last group.
            let late = if pipeline == Pipeline::Long { 6 } else { 0 };
            let name = format!("UPDATE of {groups} groups at rest, {pipeline}, after {after}");
            programs.again(name, update, 26 + drain + late + a_group * groups);
            let wrong = programs.wrong(&bench, 0);
            assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        }
    }
}

#[test]
fn fold_takes_a_neuron_after_the_other() {
    folds(1);
}

fn folds(sweep: usize) {
    let mut programs = Programs::default();
    for groups in [1, 2, 16] {
        let neurons = groups * LANES as u16;
        let clocks = 13 + 14 * u64::from(neurons);
        let fold = Fold {
            floor_shift: 1,
            scratch_group: 32,
            neurons,
            ..Fold::default()
        };
        let name = format!("FOLD of {neurons} neurons");
        programs.expect(name, Some(Operation::Fold(fold)), clocks, 0);
    }
    programs.run_with(sweep);
}

#[test]
fn clear_takes_a_clock_for_each_neuron_or_word() {
    clears(1);
}

fn clears(sweep: usize) {
    let mut programs = Programs::default();
    for groups in [1, 2, 16] {
        for words in [0, 1, 40] {
            let clear = Clear {
                state: true,
                history: true,
                neurons: groups * LANES as u16,
                history_words: words,
                ..Clear::default()
            };
            let clocks = 9 + u64::from((groups * LANES as u16).max(words));
            let name = format!("CLEAR of {groups} groups and {words} words of H");
            programs.expect(name, Some(Operation::Clear(clear)), clocks, 0);
        }
    }
    programs.run_with(sweep);
}

fn spike_report(plain: bool, groups: u16) -> Option<Operation> {
    let bitmap = Bitmap::default();
    Some(Operation::Report(Report {
        number: 1,
        kind: ReportKind::Spikes {
            plain,
            bitmap,
            groups,
        },
    }))
}

#[test]
fn report_of_spikes() {
    let mut programs = Programs::default();
    for groups in [1, 2, 16] {
        let number = usize::from(groups);
        programs.history(number, 1);
        let name = format!("REPORT of {groups} groups, plain");
        let clocks = 9 + 3 * u64::from(groups);
        programs.expect(name, spike_report(true, groups), clocks, 2 + number);
        let name = format!("REPORT of {groups} groups with spikes");
        let clocks = 9 + 4 * u64::from(groups);
        programs.expect(name, spike_report(false, groups), clocks, 2 + 2 * number);
        programs.history(number, 0);
        let name = format!("REPORT of {groups} groups without a spike");
        let clocks = 11 + 2 * u64::from(groups);
        programs.expect(name, spike_report(false, groups), clocks, 3);
    }
    programs.run();
}

#[test]
fn report_of_states() {
    let mut programs = Programs::default();
    for groups in [1, 2, 16] {
        let neurons = groups * LANES as u16;
        let kind = ReportKind::State {
            current: false,
            first_group: 0,
            neurons,
        };
        let report = Report { number: 1, kind };
        let name = format!("REPORT of {neurons} membranes");
        let clocks = 9 + 5 * u64::from(neurons);
        let bytes = 2 + 3 * usize::from(neurons);
        programs.expect(name, Some(Operation::Report(report)), clocks, bytes);
    }
    programs.run();
}

/// What does not fit the formulas with shift-and-add multipliers that take `ticks` clocks, whose tick comes
/// when it comes: an operation may take up to `ticks` - 1 clocks more than the formula.
fn wrong_with_ticks(bench: &Bench, ticks: u64) -> Vec<String> {
    let mut programs = Programs::default();
    for neurons in [1, 8, 13, 40] {
        let many = u64::from(neurons);
        for decayed in [false, true] {
            let more = if decayed { 4 } else { 0 };
            let update = Update {
                neurons,
                table: 64,
                current_after_decay: decayed,
                ..Update::default()
            };
            let clocks = 16 + ticks * (10 + many + more);
            let name = format!("UPDATE of {neurons}, {ticks} clocks a tick, decayed {decayed}");
            programs.expect(name, Some(Operation::Update(update)), clocks, 0);
            for (per_neuron, pairs) in [(1, 1u64), (6, 2), (7, 3)] {
                let update = Update {
                    per_neuron,
                    ..update
                };
                let each = 11 + more + (6 + pairs).div_ceil(ticks);
                let clocks = 22 + pairs + ticks * (11 + more + each * (many - 1));
                let name = format!("the same with {pairs} pairs");
                programs.expect(name, Some(Operation::Update(update)), clocks, 0);
            }
        }
        let fold = Fold {
            floor_shift: 1,
            scratch_group: 32,
            neurons,
            ..Fold::default()
        };
        let each = 11 + 3u64.div_ceil(ticks);
        let clocks = 12 + ticks * (15 + each * (many - 1));
        let name = format!("FOLD of {neurons}, {ticks} clocks a tick");
        programs.expect(name, Some(Operation::Fold(fold)), clocks, 0);
    }
    programs.wrong(bench, ticks - 1)
}

/// What does not move in ticks costs what it costs with other multipliers.
fn wrong_without_ticks(bench: &Bench) -> Vec<String> {
    let mut programs = Programs::default();
    let clear = Clear {
        state: true,
        history: true,
        neurons: 24,
        history_words: 40,
        ..Clear::default()
    };
    programs.expect("CLEAR".into(), Some(Operation::Clear(clear)), 9 + 40, 0);
    programs.history(4, 8);
    let operation = scan(4, 16, Form::Dense, Format::Bits8);
    programs.expect("SCAN".into(), operation, 8 + 4 * 8 * 16, 0);
    let plain = spike_report(true, 4);
    programs.expect("REPORT".into(), plain, 9 + 3 * 4, 2 + 4);
    programs.wrong(bench, 0)
}

#[test]
fn serial_multipliers_take_a_tick_for_each_neuron() {
    for ticks in [2, 3, 4, 6, 9, 17] {
        let bench = Bench::with(LANES, Multiplier::Serial(ticks), |text| text);
        let wrong = wrong_with_ticks(&bench, ticks.into());
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let wrong = wrong_without_ticks(&bench);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
    // A tick that comes a clock later is noticed.
    let late = Bench::with(LANES, Multiplier::Serial(4), |text| {
        let (from, to) = ("count == 5'd3", "count == 5'd4");
        assert!(text.contains(from), "the Verilog has no '{from}'");
        text.replace(from, to)
    });
    assert!(!wrong_with_ticks(&late, 4).is_empty());
}
