//! Boards that learn, beside the model.

use super::make::{compiled, full_rule, learner, network, options, rule, samples, Shared};
use ferrospike_host::board::{Board, BoardError};
use ferrospike_host::compile::compile;
use ferrospike_host::data::{Inputs, Values};
use ferrospike_host::learning::{HomeostasisRule, Rule};
use ferrospike_host::run::{
    learn, learn_on, run_all, Job, Learned, Lesson, Opened, Outcome, Port, RunError, Taught,
};
use ferrospike_model::image::Image;
use ferrospike_model::program::Operation;

fn job<'a>(image: &'a Image, inputs: &'a Inputs) -> Job<'a> {
    Job {
        image,
        inputs,
        first: 0,
        count: inputs.count(),
        boards: 1,
        compare: true,
        trust: false,
    }
}

fn taught(board: &mut Board<Shared>, job: &Job, lesson: &Lesson) -> Result<Taught, RunError> {
    learn_on(board, job, lesson, &mut (), &mut |_| (), &mut |_| ())
}

fn differing(outcomes: &[Outcome]) -> u64 {
    outcomes
        .iter()
        .map(|o| o.comparison.as_ref().unwrap().differing)
        .sum()
}

/// A weight's change for each distance of two spikes, on the device.
#[test]
fn a_window_measured_is_the_one_given() {
    let step = 1.0 / 512.0;
    let before = [40.0, 20.0, 10.0, 5.0].map(|x| x * step);
    let after = [-36.0, -18.0, -9.0].map(|x| x * step);
    for delay in [0, 2] {
        let mut network = network(1, 1, |_, _| 0.25);
        network.connections[0].delay = delay;
        let image = compiled(&network, 8, &rule(0.0, 255.0 * step, &before, &after));
        let place = Learned::of(&image).unwrap().places()[0].clone();
        for distance in -6i32..=6 {
            let mut bits = vec![0; 2 * 24];
            let source = 10 - delay as i32;
            bits[2 * source as usize] = 1;
            bits[2 * (10 + distance) as usize + 1] = 1;
            let inputs = Inputs {
                name: "two spikes".into(),
                values: Values::Spikes {
                    steps: 24,
                    inputs: 2,
                    bits,
                },
                labels: None,
            };
            let (_, mut board) = Shared::board(&image);
            let done = taught(&mut board, &job(&image, &inputs), &Lesson::default()).unwrap();
            assert_eq!(differing(&done.outcomes), 0);
            let weight = f64::from(done.image.synapses[place.first * 8]) * step;
            let wanted = match distance {
                d @ 0.. => before.get(d as usize),
                d => after.get((-d - 1) as usize),
            };
            let wanted = 0.25 + wanted.copied().unwrap_or(0.0);
            assert_eq!(weight, wanted, "delay {delay}, distance {distance}");
        }
    }
}

#[test]
fn a_board_learns_what_the_model_learns() {
    for lanes in [4, 8, 16, 32] {
        let image = learner(37, 21, lanes);
        let inputs = samples(12, 16, 37, 21);
        let port = Opened::new(&Port::Model, 0, Some(&image)).unwrap();
        let job = job(&image, &inputs);
        let (mut steps, mut seen) = (0, 0);
        let lesson = Lesson {
            epochs: 2,
            keep: false,
        };
        let mut step = |_: ferrospike_host::run::Seen| steps += 1;
        let done = learn(&job, &lesson, &port, &mut (), &mut step, &mut |_| seen += 1).unwrap();
        assert_eq!((steps, seen, done.outcomes.len()), (24 * 16, 24, 24));
        assert_eq!(differing(&done.outcomes), 0);
        let first = done.outcomes[0].comparison.as_ref().unwrap();
        let learned = Learned::of(&image).unwrap();
        assert_eq!(first.weights as usize, learned.words() * lanes);
        // Weights, biases and random numbers are others now, and nothing else of S.
        let mut elsewhere = 0..image.synapses.len();
        let inside = |byte: usize| {
            let word = byte / lanes;
            let places = learned.places().iter();
            places
                .filter(|p| (p.first..p.first + p.words).contains(&word))
                .count()
                > 0
        };
        assert!(elsewhere.all(|i| inside(i) || image.synapses[i] == done.image.synapses[i]));
        for place in learned.places() {
            let bytes = place.first * lanes..(place.first + place.words) * lanes;
            assert_ne!(
                image.synapses[bytes.clone()],
                done.image.synapses[bytes],
                "{place:?}"
            );
        }
        let spikes = |o: &Outcome| o.sample.counters.unwrap().spikes;
        assert!(done.outcomes.iter().map(spikes).sum::<u32>() > 100);
    }
}

/// What was learned runs frozen and equals the model; it is not what the image did before. It can learn on, too.
#[test]
fn what_was_learned_runs_frozen() {
    let image = learner(37, 21, 8);
    let inputs = samples(12, 16, 37, 21);
    let (_, mut board) = Shared::board(&image);
    let done = taught(&mut board, &job(&image, &inputs), &Lesson::default()).unwrap();
    let bytes = done.image.to_bytes().unwrap();
    let saved = Image::from_bytes(&bytes).unwrap();
    assert!(saved
        .header
        .notes
        .iter()
        .any(|n| n == "learned over 12 samples of 'random spikes'"));
    let frozen = |image: &Image| {
        let port = Opened::new(&Port::Model, 0, Some(image)).unwrap();
        let outcomes = run_all(&job(image, &inputs), &port, &mut (), &|_| ()).unwrap();
        assert_eq!(differing(&outcomes), 0);
        outcomes
            .into_iter()
            .map(|o| o.sample.steps)
            .collect::<Vec<_>>()
    };
    let (before, after) = (frozen(&image), frozen(&saved));
    assert!(before != after);
    // A second time it is the same.
    assert!(after == frozen(&saved));
    let (_, mut board) = Shared::board(&saved);
    let on = taught(&mut board, &job(&saved, &inputs), &Lesson::default()).unwrap();
    assert_eq!(differing(&on.outcomes), 0);
    let twice = Lesson {
        epochs: 2,
        keep: false,
    };
    let (_, mut board) = Shared::board(&image);
    let both = taught(&mut board, &job(&image, &inputs), &twice).unwrap();
    assert_eq!(on.image.synapses, both.image.synapses);
}

/// A run begins with the image's weights, whatever the board holds; with `keep` it goes on, as one run would have.
#[test]
fn a_board_goes_on_where_it_was() {
    let image = learner(37, 21, 8);
    let inputs = samples(12, 16, 37, 21);
    let whole = job(&image, &inputs);
    let parts = [
        Job { count: 5, ..whole },
        Job {
            first: 5,
            count: 7,
            ..whole
        },
    ];
    let lesson = Lesson::default();
    let keep = Lesson {
        keep: true,
        ..lesson
    };
    let (shared, mut board) = Shared::board(&image);
    let once = taught(&mut board, &whole, &lesson).unwrap();
    // Another connection, as of another command.
    let mut board = shared.connect();
    let first = taught(&mut board, &parts[0], &lesson).unwrap();
    assert_eq!(differing(&first.outcomes), 0);
    assert_ne!(first.image.synapses, once.image.synapses);
    let mut board = shared.connect();
    let second = taught(&mut board, &parts[1], &keep).unwrap();
    assert_eq!(differing(&second.outcomes), 0);
    assert_eq!(second.image.synapses, once.image.synapses);
    let steps = |outcomes: &[Outcome]| -> Vec<_> {
        outcomes.iter().map(|o| o.sample.steps.clone()).collect()
    };
    let both = [steps(&first.outcomes), steps(&second.outcomes)].concat();
    assert!(both == steps(&once.outcomes));
    // A board that holds something else cannot go on.
    shared.turn(0);
    let error = taught(&mut shared.connect(), &parts[1], &keep).unwrap_err();
    assert!(error.to_string().contains("without --keep"), "{error}");
}

/// A weight that is changed behind the host's back, a random number, another change in the program: all are found.
#[test]
fn planted_faults_are_found() {
    let image = learner(37, 21, 8);
    let inputs = samples(6, 16, 37, 21);
    let job = job(&image, &inputs);
    let learned = Learned::of(&image).unwrap();
    let place = |name: Option<&str>| {
        let named = |p: &&ferrospike_host::run::Place| {
            p.connection
                .map(|c| image.header.connections[c].name.as_str())
                == name
        };
        learned.places().iter().find(named).unwrap().first
    };
    // Of source 9 to neuron 10: row 9 of 3 words.
    let weight = (place(Some("plastic")) + 9 * 3 + 1) * 8 + 2;
    for (byte, words) in [
        (
            weight,
            "population 'neurons', neuron 10, weight of 'plastic' from neuron 9 (row 9)",
        ),
        (
            place(Some("learned bias of neurons")) * 8 + 5,
            "population 'neurons', neuron 5, 'learned bias of neurons'",
        ),
        (place(None) * 8, "byte 0 of the random numbers"),
    ] {
        let (shared, mut board) = Shared::board(&image);
        let mut count = 0;
        let mut done = |o: &Outcome| {
            count += 1;
            assert!(count > 3 || o.comparison.as_ref().unwrap().differing == 0);
            if count == 3 {
                shared.turn(byte);
            }
        };
        let result = learn_on(
            &mut board,
            &job,
            &Lesson::default(),
            &mut (),
            &mut |_| (),
            &mut done,
        );
        let outcomes = result.unwrap().outcomes;
        let found = &outcomes[3].comparison.as_ref().unwrap();
        assert!(found.differing_weights > 0, "{words}");
        let all: Vec<String> = (outcomes.iter())
            .filter_map(|o| o.comparison.as_ref()?.first.as_ref())
            .map(ToString::to_string)
            .collect();
        assert_eq!(all.len(), 1, "{all:?}");
        // What differs first may be a spike that came of it, where it is no weight of its own.
        assert!(all[0].starts_with("sample 3, "), "{all:?}");
        // Alone it is named.
        let expected = learned.read(&mut board).unwrap();
        shared.turn(byte);
        let got = learned.read(&mut board).unwrap();
        let mut comparison = Default::default();
        learned.compare(&image.header, 3, &expected, &got, &mut comparison);
        assert_eq!((comparison.differing, comparison.differing_weights), (1, 1));
        let first = comparison.first.unwrap().to_string();
        assert!(first.contains(words), "{first}");
    }
}

/// A board that holds an image with another seed, or another change, is told that it holds the right one.
#[test]
fn another_seed_or_change_is_found() {
    let image = learner(37, 21, 8);
    let inputs = samples(4, 16, 37, 21);
    let job = job(&image, &inputs);
    let random = Learned::of(&image)
        .unwrap()
        .places()
        .iter()
        .find(|p| p.connection.is_none())
        .unwrap()
        .first;
    let entry = image.header.learn_entry.unwrap();
    let program = image.program(entry).unwrap();
    let learn = program
        .iter()
        .find(|(_, o)| matches!(o, Operation::Learn(_)))
        .unwrap()
        .0 as usize;
    // The state, and the change of the first LEARN by four steps.
    for byte in [random * 8, (learn + 3) * 8 + 1] {
        let (shared, mut board) = Shared::board(&image);
        let mut first = true;
        let mut seen = |_: ferrospike_host::run::Seen| {
            if std::mem::take(&mut first) {
                shared.turn(byte);
            }
        };
        let done = learn_on(
            &mut board,
            &job,
            &Lesson::default(),
            &mut (),
            &mut seen,
            &mut |_| (),
        )
        .unwrap();
        assert!(differing(&done.outcomes) > 0);
        let comparison = done.outcomes.iter().filter_map(|o| o.comparison.as_ref());
        assert!(comparison.map(|c| c.differing_weights).sum::<u64>() > 0);
    }
}

#[test]
fn a_device_without_learn_runs_frozen_only() {
    let image = learner(9, 5, 8);
    let inputs = samples(2, 8, 9, 5);
    let job = job(&image, &inputs);
    let shared = Shared::new(&image, 0b1_1111);
    let mut board = shared.connect();
    assert!(!board.info().has_learning());
    let error = taught(&mut board, &job, &Lesson::default()).unwrap_err();
    assert!(
        matches!(&error, RunError::Board(BoardError::NoLearning { .. })),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains("has no LEARN; run it without --learn"),
        "{error}"
    );
    // Nothing was loaded. Frozen it runs.
    assert!(board.clear().is_err());
    board.load(&image, &mut ()).unwrap();
    board.clear().unwrap();
    board.run_step(&[vec![0, 0], vec![0]]).unwrap();
    // A host that does not ask is refused by the device, at the first LEARN.
    let mut careless = image.clone();
    careless.header.step_entry = image.header.learn_entry.unwrap();
    let program = image.program(careless.header.step_entry).unwrap();
    let at = program
        .iter()
        .find(|(_, o)| matches!(o, Operation::Learn(_)))
        .unwrap()
        .0;
    let mut board = shared.connect();
    board.load(&careless, &mut ()).unwrap();
    board.clear().unwrap();
    let error = board.run_step(&[vec![0, 0], vec![0]]).unwrap_err();
    assert!(
        matches!(error, BoardError::Refused { code: 2, detail } if detail == at),
        "{error}"
    );
    // One that has it says so.
    let (_, board) = Shared::board(&image);
    assert!(board.info().has_learning());
    assert!(board.info().feature_names().contains(&"LEARN"));
}

#[test]
fn what_cannot_be_learned_is_said() {
    let image = learner(9, 5, 8);
    let inputs = samples(2, 8, 9, 5);
    let port = Opened::new(&Port::Model, 0, Some(&image)).unwrap();
    let refused = |job: &Job, lesson: &Lesson| {
        let result = learn(job, lesson, &port, &mut (), &mut |_| (), &mut |_| ());
        result.unwrap_err().to_string()
    };
    let good = job(&image, &inputs);
    let lesson = Lesson::default();
    assert!(refused(&Job { boards: 2, ..good }, &lesson).contains("leave --sims away"));
    assert!(refused(
        &good,
        &Lesson {
            epochs: 0,
            ..lesson
        }
    )
    .contains("1 is the least"));
    let mut frozen = image.clone();
    frozen.header.learn_entry = None;
    frozen.header.learning.clear();
    let error = refused(
        &Job {
            image: &frozen,
            ..good
        },
        &lesson,
    );
    assert!(
        error.contains("nothing learns in the image 'learner'"),
        "{error}"
    );
}

/// A bias falls by its change with each spike, down to its minimum, and rises in every other step.
#[test]
fn a_bias_follows_the_spikes() {
    let unit = 1.0 / 128.0;
    let given = Rule {
        homeostasis: vec![HomeostasisRule {
            population: "neurons".into(),
            minimum: -20.0 * unit,
            maximum: 127.0 * unit,
            at_spike: Some((-8.0 * unit).into()),
            each_step: Some((3.0 * unit).into()),
        }],
        ..Rule::default()
    };
    let image = compiled(&network(1, 2, |_, _| 0.25), 8, &given);
    let learned = Learned::of(&image).unwrap();
    let place = learned
        .places()
        .iter()
        .find(|p| p.connection.is_some())
        .unwrap();
    // Teacher 0 in steps 1, 2, 3 and 5 of 6.
    let mut bits = vec![0; 3 * 6];
    for step in [1, 2, 3, 5] {
        bits[3 * step + 1] = 1;
    }
    let inputs = Inputs {
        name: "a teacher".into(),
        values: Values::Spikes {
            steps: 6,
            inputs: 3,
            bits,
        },
        labels: None,
    };
    let (_, mut board) = Shared::board(&image);
    let done = taught(&mut board, &job(&image, &inputs), &Lesson::default()).unwrap();
    assert_eq!(differing(&done.outcomes), 0);
    let bytes = &done.image.synapses[place.first * 8..][..2];
    // 3, -5, -13, -20 (its minimum), -17, -20; 6 times 3.
    assert_eq!(
        bytes.iter().map(|&b| b as i8).collect::<Vec<_>>(),
        [-20, 18]
    );
}

/// An image whose samples are written into S learns too, and goes on.
#[test]
fn an_image_that_encodes_on_the_device_learns() {
    let mut network = network(12, 5, |from, to| 0.02 * (from + to) as f64);
    network.populations.remove(1);
    network.connections.pop();
    network.connections[0].to = 1;
    network.encoder = "bias:10".into();
    let image = compile(&network, &options(8, Some(&full_rule())))
        .unwrap()
        .0;
    let inputs = Inputs {
        name: "pictures".into(),
        values: Values::Images {
            pixels: 12,
            bytes: (0..12 * 6).map(|i| (i * 37 % 256) as u8).collect(),
        },
        labels: None,
    };
    let whole = job(&image, &inputs);
    let (shared, mut board) = Shared::board(&image);
    let once = taught(&mut board, &whole, &Lesson::default()).unwrap();
    assert_eq!(differing(&once.outcomes), 0);
    let spikes: u32 = once
        .outcomes
        .iter()
        .map(|o| o.sample.counters.unwrap().spikes)
        .sum();
    assert!(spikes > 100 && once.image.synapses != image.synapses);
    let first = Job { count: 2, ..whole };
    taught(&mut shared.connect(), &first, &Lesson::default()).unwrap();
    let second = Job {
        first: 2,
        count: 4,
        ..whole
    };
    let keep = Lesson {
        epochs: 1,
        keep: true,
    };
    let done = taught(&mut shared.connect(), &second, &keep).unwrap();
    assert_eq!(differing(&done.outcomes), 0);
    assert_eq!(done.image.synapses, once.image.synapses);
}

/// The core itself, in Icarus: with LEARN it learns what the model learns; without, the host does not let it.
#[test]
fn a_simulated_core_learns() {
    let image = learner(9, 5, 8);
    let inputs = samples(2, 6, 9, 5);
    let sim = Port::parse("sim").unwrap();
    let run = |learns: bool| {
        let port = Opened::with(&sim, 0, Some(&image), learns).unwrap();
        let job = job(&image, &inputs);
        learn(
            &job,
            &Lesson::default(),
            &port,
            &mut (),
            &mut |_| (),
            &mut |_| (),
        )
    };
    let done = run(true).unwrap();
    assert_eq!(differing(&done.outcomes), 0);
    assert!(done.image.synapses != image.synapses);
    let model = Opened::new(&Port::Model, 0, Some(&image)).unwrap();
    let same = learn(
        &job(&image, &inputs),
        &Lesson::default(),
        &model,
        &mut (),
        &mut |_| (),
        &mut |_| (),
    );
    assert_eq!(done.image, same.unwrap().image);
    let error = run(false).unwrap_err().to_string();
    assert!(error.contains("has no LEARN"), "{error}");
}
