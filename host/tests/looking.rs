//! Looking at runs: the page of `ferrospike report`, the map of memory, the work of layers, decoders, encoding on the
//! device, and waves.

use ferrospike_host::board::Board;
use ferrospike_host::compile::{compile, CompileOptions, ReportChoice};
use ferrospike_host::data::Inputs;
use ferrospike_host::import::{import_nir, Dialect, ImportOptions};
use ferrospike_host::link::Options;
use ferrospike_host::report::{choose, page, record, regions, work, Page, Recording};
use ferrospike_host::run::{
    decode, encode, given, run_all, run_watched, Decoder, Job, Opened, Outcome, Port, Reference,
};
use ferrospike_host::transport::{Emulator, EmulatorOptions, Transport, TransportError};
use ferrospike_host::watch::Raster;
use ferrospike_model::image::Image;
use std::path::{Path, PathBuf};

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn network(path: &str, encoder: Option<&str>, report: ReportChoice) -> Image {
    let options = ImportOptions {
        encoder: encoder.map(String::from),
        dialect: path.contains("conv").then_some(Dialect::Euler),
        dt: path.contains("conv").then_some(1.0),
        ..Default::default()
    };
    let imported = import_nir(&repository(path), &options).unwrap();
    let options = CompileOptions {
        report,
        ..CompileOptions::new(ferrospike_host::run::default_shape())
    };
    compile(&imported.network, &options).unwrap().0
}

fn tiny(encoder: Option<&str>, report: ReportChoice) -> Image {
    network("examples/tiny/tiny.nir", encoder, report)
}

fn digits() -> Inputs {
    Inputs::open(&repository("examples/tiny/tiny_test_100.npz")).unwrap()
}

fn board(image: &Image) -> Board<Emulator> {
    let emulator = Emulator::new(EmulatorOptions {
        shape: ferrospike_host::run::default_shape(),
        ..Default::default()
    });
    let mut board = Board::connect(emulator.unwrap(), Options::default()).unwrap();
    board.load(image, &mut ()).unwrap();
    board
}

fn recorded(loaded: &Image, image: &Image, sample: usize) -> Recording {
    let inputs = digits();
    let given = given(&inputs, sample, image).unwrap();
    let label = inputs.labels.as_ref().map(|l| l[sample]);
    record(&mut board(loaded), image, sample, &given, label, || ()).unwrap()
}

fn shown(image: &Image, recording: &Recording) -> String {
    let shape = ferrospike_host::run::default_shape();
    let chosen = choose(image, recording, &[]).unwrap();
    let regions = regions(image, shape.synapse_words * shape.lanes).unwrap();
    let work = work(image, &recording.sample).unwrap();
    page(&Page {
        image,
        recording,
        chosen: &chosen,
        regions: &regions,
        work: &work,
        port: "the device in Rust",
        shape,
        input: "tiny.npz",
    })
}

/// The drawings of a page, each a whole XML text.
fn drawings(html: &str) -> Vec<&str> {
    let starts = html.match_indices("<svg ").map(|(at, _)| at);
    let end = |at: usize| at + html[at..].find("</svg>").unwrap() + "</svg>".len();
    starts.map(|at| &html[at..end(at)]).collect()
}

#[test]
fn the_page_is_whole_and_needs_nothing_else() {
    // Hidden spikes are not reported: they come from the history.
    let image = tiny(None, ReportChoice::Outputs);
    let recording = recorded(&image, &image, 3);
    assert_eq!(recording.comparison.differing, 0);
    assert!(recording.comparison.spikes > 100);
    let html = shown(&image, &recording);
    for words in ["http", "src=", "<script", "<link", "@import", "url("] {
        assert!(!html.contains(words), "{words}");
    }
    for words in [
        "<!DOCTYPE html>",
        "lang=\"en\"",
        "prefers-color-scheme: dark",
        "Equal: ",
        "No mismatches",
        "as the device counted",
    ] {
        assert!(html.contains(words), "{words}");
    }
    let drawings = drawings(&html);
    // A raster and a histogram for each population, traces, the map, and a picture of 7 x 7 inputs.
    assert!(drawings.len() > 3 + 3 + 8 + 1, "{}", drawings.len());
    for drawing in drawings {
        let document = roxmltree::Document::parse(drawing).unwrap();
        let root = document.root_element();
        let id = root.attribute("aria-labelledby").unwrap();
        for id in id.split(' ') {
            let of = root.children().find(|c| c.attribute("id") == Some(id));
            assert!(of.unwrap().text().is_some_and(|t| t.len() > 8), "{id}");
        }
    }
    let ids: Vec<&str> = html
        .split(" id=\"")
        .skip(1)
        .map(|t| t.split('"').next().unwrap())
        .collect();
    let different: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(different.len(), ids.len());
}

/// A weight that is another on the device is found, in the step in which it first matters, and marked.
#[test]
fn a_wrong_weight_is_marked() {
    let image = tiny(None, ReportChoice::Outputs);
    let right = recorded(&image, &image, 3);
    let mut wrong = image.clone();
    let first = image.header.connections[0].first_word * image.header.lanes;
    for byte in &mut wrong.synapses[first + 20 * image.header.lanes..][..64] {
        *byte ^= 0x40;
    }
    let recording = recorded(&wrong, &image, 3);
    assert_eq!(recording.expected, right.expected);
    assert!(recording.comparison.differing > 10);
    let first = recording.comparison.first.clone().unwrap();
    assert_ne!(first.expected, first.got);
    let html = shown(&image, &recording);
    for words in [
        "Different: ",
        "class=\"wrong\"",
        "on the device,",
        "<td class=\"n\">",
    ] {
        assert!(html.contains(words), "{words}");
    }
    assert!(!html.contains("No mismatches") && !html.contains("Equal: "));
    assert!(!shown(&image, &right).contains("class=\"wrong\""));
}

#[test]
fn neurons_are_chosen_by_name() {
    let image = tiny(None, ReportChoice::Outputs);
    let recording = recorded(&image, &image, 0);
    let name = &image.header.populations[1].name;
    let pick = |text: &str| choose(&image, &recording, &[text.replace('$', name)]);
    assert_eq!(pick("$:1,3-5").unwrap()[0].neurons, [1, 3, 4, 5]);
    for (text, words) in [
        ("nothing:1", "there is no population 'nothing'"),
        ("input", "must be POPULATION:NEURONS"),
        ("$:999", "is no neuron of"),
        ("$:1-x", "is no neuron of"),
    ] {
        let error = pick(text).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
}

/// Work adds up to the device's own counter, with dense and with listed rows; regions of S lie side by side.
#[test]
fn work_and_memory_add_up() {
    let convolutions = network("host/tests/data/conv_chain.nir", None, ReportChoice::All);
    let inputs: usize = convolutions.header.populations[0].neurons;
    let steps: Vec<Vec<Vec<u32>>> = (0..8u32)
        .map(|t| {
            let bits: Vec<bool> = (0..inputs as u32)
                .map(|i| (i * 7 + t * 3) % 5 == 0)
                .collect();
            vec![ferrospike_host::board::bitmap_words(
                &bits,
                convolutions.header.lanes,
            )]
        })
        .collect();
    let sample = Reference::new(&convolutions)
        .unwrap()
        .run(0, &steps)
        .unwrap();
    assert!(convolutions
        .header
        .connections
        .iter()
        .any(|c| c.form == "listed"));
    let dense = tiny(None, ReportChoice::All);
    let other = recorded(&dense, &dense, 0).sample;
    for (image, sample) in [(&convolutions, &sample), (&dense, &other)] {
        let work = work(image, sample).unwrap();
        let operations: u64 = work.iter().map(|w| w.operations).sum();
        let counted = u64::from(sample.counters.unwrap().synaptic_operations);
        assert!(counted > 200);
        assert_eq!(operations, counted);
        assert!(work.iter().all(|w| w.clocks > 0));
        let size = image.synapses.len() + 4096;
        let regions = regions(image, size).unwrap();
        let mut at = 0;
        for region in &regions {
            assert_eq!(region.start, at);
            at += region.bytes;
        }
        assert_eq!(at, size);
        let filling = regions
            .iter()
            .filter(|r| r.name == "filling")
            .map(|r| r.bytes);
        // Nothing but the ends of words is unknown.
        assert!(filling.sum::<usize>() <= 64 * regions.len());
        // Planted: a sample with a spike less has less work.
        let mut fewer = sample.clone();
        let mut words = fewer
            .steps
            .iter_mut()
            .flat_map(|s| s[0].spikes.as_mut().unwrap());
        let word = words.find(|w| **w != 0).unwrap();
        *word &= *word - 1;
        let less: u64 = operations_of(image, &fewer);
        assert!(less < operations);
    }
}

fn operations_of(image: &Image, sample: &ferrospike_host::run::Sample) -> u64 {
    work(image, sample)
        .unwrap()
        .iter()
        .map(|w| w.operations)
        .sum()
}

/// Neurons that encode on the device spike as the host's `phase` does, and all that follows is equal; a value that is
/// another by one is not.
#[test]
fn the_device_encodes_as_the_host() {
    let host = tiny(Some("phase:10"), ReportChoice::All);
    let device = tiny(Some("bias:10"), ReportChoice::All);
    let inputs = digits();
    let port = Opened::new(&Port::Model, 0, Some(&device)).unwrap();
    let job = |image, compare| Job {
        image,
        inputs: &inputs,
        first: 0,
        count: 30,
        boards: 2,
        compare,
        trust: false,
    };
    let a = run_all(&job(&host, true), &port, &mut (), &|_| ()).unwrap();
    let b = run_all(&job(&device, true), &port, &mut (), &|_| ()).unwrap();
    let mut spikes = 0;
    for (a, b) in a.iter().zip(&b) {
        assert_eq!(b.comparison.as_ref().unwrap().differing, 0);
        assert_eq!(a.answer, b.answer);
        assert_eq!(a.sample.steps.len(), b.sample.steps.len());
        for (a, b) in a.sample.steps.iter().zip(&b.sample.steps) {
            for (a, b) in a.iter().zip(b).skip(1) {
                assert_eq!(a.spikes, b.spikes);
            }
        }
    }
    let mut model = Reference::new(&device).unwrap();
    for index in 0..30 {
        let (steps, row) = given(&inputs, index, &device).unwrap();
        let mut row = row.unwrap();
        let wanted: Vec<_> = encode(&inputs, index, &host).unwrap().concat();
        let run = |model: &mut Reference, row: &ferrospike_host::run::Row| -> Vec<Vec<u32>> {
            model.write(row).unwrap();
            let sample = model.run(index, &steps).unwrap();
            sample
                .steps
                .iter()
                .map(|s| s[0].spikes.clone().unwrap())
                .collect()
        };
        assert_eq!(run(&mut model, &row), wanted, "sample {index}");
        spikes += wanted.iter().flatten().map(|w| w.count_ones()).sum::<u32>();
        // Planted: the first value that is not full is full.
        let byte = row.bytes.iter_mut().find(|b| **b < 200).unwrap();
        *byte = 255;
        assert_ne!(run(&mut model, &row), wanted, "sample {index}");
    }
    assert!(spikes > 1000, "{spikes}");
    // Who would run it without its values is told so.
    let refused = encode(&inputs, 0, &device).unwrap_err().to_string();
    assert!(refused.contains("phase:STEPS"), "{refused}");
}

/// Counts what the host sends.
struct Counting {
    below: Emulator,
    sent: std::rc::Rc<std::cell::Cell<usize>>,
}

impl Transport for Counting {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        self.sent.set(self.sent.get() + bytes.len());
        self.below.write(bytes)
    }
    fn read(&mut self, into: &mut Vec<u8>, wait: u32) -> Result<usize, TransportError> {
        self.below.read(into, wait)
    }
    fn now(&self) -> u64 {
        self.below.now()
    }
    fn describe(&self) -> String {
        self.below.describe()
    }
}

/// What encoding on the device saves the link, and what it costs the device: MNIST, ten images. Prints the table of
/// `docs/encoders.md` (`cargo test --workspace --test looking saves -- --nocapture`).
#[test]
fn encoding_on_the_device_saves_the_link() {
    let inputs = Inputs::open(&repository("examples/mnist/mnist_test_1000.npz")).unwrap();
    println!("| steps | bytes an image, `phase` | bytes an image, `bias` | clocks of a step that encode |");
    println!("| --- | --- | --- | --- |");
    let mut last = (0, 0);
    for steps in [10, 20, 50, 100] {
        let bytes = ["phase", "bias"].map(|encoder| {
            let encoder = format!("{encoder}:{steps}");
            let image = network(
                "examples/mnist/mnist.nir",
                Some(&encoder),
                ReportChoice::Outputs,
            );
            let sent = std::rc::Rc::new(std::cell::Cell::new(0));
            let below = Emulator::new(EmulatorOptions {
                shape: image.smallest_shape(),
                ..Default::default()
            });
            let below = below.unwrap();
            let counting = Counting {
                below,
                sent: sent.clone(),
            };
            let mut board = Board::connect(counting, Options::default()).unwrap();
            board.load(&image, &mut ()).unwrap();
            let before = sent.get();
            for index in 0..10 {
                let (steps, row) = given(&inputs, index, &image).unwrap();
                if let Some(row) = row {
                    board.write_values(row.word, &row.bytes).unwrap();
                }
                board.clear().unwrap();
                board.run_stream(&steps, |_| ()).unwrap();
            }
            let sample = given(&inputs, 0, &image).unwrap();
            let mut model = Reference::new(&image).unwrap();
            sample.1.iter().for_each(|row| model.write(row).unwrap());
            let sample = model.run(0, &sample.0).unwrap();
            let clocks: u64 = work(&image, &sample)
                .unwrap()
                .iter()
                .take(2)
                .map(|w| w.clocks)
                .sum();
            ((sent.get() - before) / 10, clocks / steps as u64)
        });
        let ((phase, _), (bias, clocks)) = (bytes[0], bytes[1]);
        println!("| {steps} | {phase} | {bias} | {clocks} |");
        last = (phase, bias);
    }
    assert!(last.1 * 2 < last.0, "{last:?}");
}

/// After a run the device holds the image as it is in its file.
#[test]
fn an_encoder_on_the_device_leaves_the_image() {
    let image = tiny(Some("bias:10"), ReportChoice::Outputs);
    let mut board = board(&image);
    let inputs = digits();
    let given = given(&inputs, 0, &image).unwrap();
    let recording = record(&mut board, &image, 0, &given, None, || ()).unwrap();
    assert_eq!(recording.comparison.differing, 0);
    assert!(board.is_loaded(&image).unwrap());
    let row = given.1.unwrap();
    board.write_values(row.word, &row.bytes).unwrap();
    assert!(!board.is_loaded(&image).unwrap());
}

/// Decoders against the counts, first spikes and membranes of samples, looked up by hand.
#[test]
fn decoders_decide_as_they_say() {
    let mut image = tiny(None, ReportChoice::All);
    let inputs = digits();
    let port = Opened::new(&Port::Model, 0, Some(&image)).unwrap();
    let job = Job {
        image: &image,
        inputs: &inputs,
        first: 0,
        count: 60,
        boards: 1,
        compare: false,
        trust: false,
    };
    let outcomes = run_all(&job, &port, &mut (), &|_| ()).unwrap();
    let output = image.header.populations.len() - 1;
    let p = image.header.populations[output].clone();
    let (mut different, mut silent) = ([0; 2], 0);
    for outcome in &outcomes {
        let sample = &outcome.sample;
        let on = |step: usize, n: usize| {
            p.spiked(
                sample.steps[step][output].spikes.as_ref().unwrap(),
                n,
                image.header.lanes,
            )
        };
        let steps = sample.steps.len();
        let counts: Vec<usize> = (0..p.neurons)
            .map(|n| (0..steps).filter(|&t| on(t, n)).count())
            .collect();
        let first: Vec<usize> = (0..p.neurons)
            .map(|n| (0..steps).find(|&t| on(t, n)).unwrap_or(usize::MAX))
            .collect();
        let v = &sample.states[output].as_ref().unwrap().membranes;
        let mut decided = |decoder: &str| {
            image.header.decoder = decoder.into();
            decode(&image, sample).unwrap()
        };
        let count = decided("count").class.unwrap();
        assert!((0..p.neurons).all(|n| (counts[n], v[n]) <= (counts[count], v[count])));
        let membrane = decided("membrane").class.unwrap();
        assert!((0..p.neurons).all(|n| v[n] <= v[membrane]));
        let earliest = decided("first").class;
        let total: usize = counts.iter().sum();
        assert_eq!(earliest.is_some(), total > 0);
        if let Some(earliest) = earliest {
            assert_eq!(first[earliest], *first.iter().min().unwrap());
            different[0] += usize::from(earliest != count);
        }
        different[1] += usize::from(membrane != count);
        let value = decided("vector:-1:1").value;
        assert_eq!(value.is_some(), total > 0);
        silent += usize::from(total == 0);
        if let Some(value) = value {
            let preferred = |n: usize| -1.0 + 2.0 * n as f64 / (p.neurons - 1) as f64;
            let sum: f64 = (0..p.neurons)
                .map(|n| counts[n] as f64 * preferred(n))
                .sum();
            assert!((value - sum / total as f64).abs() < 1e-12);
            assert_eq!(decided("vector:-1:1").class, None);
        }
    }
    // The rules are not one and the same: each would be found in another's place.
    assert!(different.iter().all(|&n| n > 0), "{different:?}, {silent}");
    for (text, shown) in [
        ("count", "count"),
        ("vector:0:10", "vector:0:10"),
        ("first", "first"),
    ] {
        assert_eq!(text.parse::<Decoder>().unwrap().to_string(), shown);
    }
    for text in [
        "",
        "most",
        "vector",
        "vector:1",
        "vector:a:b",
        "vector:-1e308:1e308",
    ] {
        let error = text.parse::<Decoder>().unwrap_err().to_string();
        assert!(
            error.contains("known are count, first, membrane"),
            "{error}"
        );
    }
}

/// Every spike that is reported becomes a dot of the raster that is drawn while samples run.
#[test]
fn watching_shows_every_spike() {
    let image = tiny(None, ReportChoice::All);
    let inputs = digits();
    let port = Opened::new(&Port::Model, 0, Some(&image)).unwrap();
    let job = Job {
        image: &image,
        inputs: &inputs,
        first: 0,
        count: 2,
        boards: 1,
        compare: true,
        trust: false,
    };
    // As many rows as all neurons need, so that none share a dot.
    let raster = std::cell::RefCell::new(Raster::new(&image, 60, 1000));
    let mut ends = |outcome: &Outcome| raster.borrow_mut().sample(outcome);
    let mut steps = 0;
    let mut seen = |seen: ferrospike_host::run::Seen| {
        steps += 1;
        raster.borrow_mut().step(&image, &seen);
    };
    let outcomes = run_watched(&job, &port, &mut (), &mut seen, &mut ends).unwrap();
    assert_eq!(steps, 20);
    let lines = raster.borrow().lines();
    let last = &lines[lines.len() - 1].text;
    assert!(
        last.contains("sample 1: answer ") && last.contains("equal to the model"),
        "{last}"
    );
    let dots = |role| {
        let of = lines.iter().filter(|l| l.role == Some(role));
        let letters = of
            .flat_map(|l| l.text.chars())
            .filter(|c| ('\u{2800}'..='\u{28ff}').contains(c));
        letters
            .map(|c| (c as u32 - 0x2800).count_ones())
            .sum::<u32>()
    };
    let small = image.header.populations.last().unwrap();
    assert!(small.neurons <= 32);
    let sent: u32 = outcomes
        .iter()
        .flat_map(|o| &o.sample.steps)
        .flat_map(|s| s.last().unwrap().spikes.as_ref().unwrap())
        .map(|w| w.count_ones())
        .sum();
    assert!(sent > 3);
    assert_eq!(dots(ferrospike_model::image::Role::Output), sent);
    let several = Job { boards: 2, ..job };
    let refused = run_watched(&several, &port, &mut (), &mut |_| (), &mut |_| ());
    assert!(refused
        .unwrap_err()
        .to_string()
        .contains("one board can be watched"));
}

fn ferrospike(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ferrospike"));
    let output = command
        .env_remove("FERROSPIKE_PORT")
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// The same through the command: what goes to which stream, JSON, exit status, refusals.
#[test]
fn the_command_looks_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    let (image, html) = (file("tiny.fsn"), file("page.html"));
    std::fs::write(&image, tiny(None, ReportChoice::All).to_bytes().unwrap()).unwrap();
    let data = repository("examples/tiny/tiny_test_100.npz");
    let data = data.to_str().unwrap();
    let common = [image.as_str(), "--input", data, "--port", "model"];
    let report = [
        &["report"][..],
        &common,
        &["--sample", "5", "-o", &html, "--json"],
    ]
    .concat();
    let (status, out, _) = ferrospike(&report);
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (status, &told["equal"], &told["sample"]),
        (Some(0), &true.into(), &5.into())
    );
    assert_eq!(told["differences"].as_array().map(Vec::len), Some(0));
    assert!(std::fs::read_to_string(&html)
        .unwrap()
        .ends_with("</html>\n"));
    let run = |more: &[&str]| ferrospike(&[&["run"][..], &common, &["-n", "3"], more].concat());
    let (status, out, err) = run(&["--watch=always", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (status, told["summary"]["samples"].as_u64()),
        (Some(0), Some(3))
    );
    let braille = |c: char| ('\u{2801}'..='\u{28ff}').contains(&c);
    // Drawn, and the cursor is there again at the end.
    assert!(
        err.chars().any(braille) && err.ends_with("\u{1b}[?25h"),
        "{err}"
    );
    let (status, _, err) = run(&["--watch"]);
    assert_eq!(status, Some(0));
    assert!(
        err.contains("is no terminal") && !err.chars().any(braille),
        "{err}"
    );
    let npz = file("values.npz");
    let (status, out, _) = run(&["--decode", "vector:0:9", "--json", "-o", &npz]);
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(status, Some(0));
    assert!(told["samples"][0]["answer"].is_null());
    let values: Vec<f64> = (0..3)
        .map(|i| told["samples"][i]["value"].as_f64().unwrap())
        .collect();
    let mut npz = ndarray_npy::NpzReader::new(std::fs::File::open(&npz).unwrap()).unwrap();
    let written: ndarray::Array1<f64> = npz.by_name("values").unwrap();
    assert_eq!(written.to_vec(), values);
    for (more, words) in [
        (&["--waves", "x.vcd"][..], "give --port sim"),
        (&["--decode", "loudest"], "known are count, first, membrane"),
        (
            &["--watch=always", "--sims", "2"],
            "one board can be watched",
        ),
    ] {
        let (status, _, err) = run(more);
        assert_eq!(status, Some(2), "{more:?}");
        assert!(err.contains(words), "{more:?}: {err}");
    }
    let (status, _, err) =
        ferrospike(&[&["report"][..], &common, &["--sample", "100", "-o", &html]].concat());
    assert_eq!(status, Some(2));
    assert!(err.contains("has 100 samples"), "{err}");
    let (status, _, err) =
        ferrospike(&[&["report"][..], &common, &["--neurons", "x:1", "-o", &html]].concat());
    assert_eq!(status, Some(2));
    assert!(err.contains("there is no population 'x'"), "{err}");
}

/// Waves of the simulated board, as VCD: names that people know, values that change; the board encodes the sample itself, and is
/// equal to the model. (Needs Icarus.)
#[test]
fn waves_have_readable_names() {
    let folder = tempfile::tempdir().unwrap();
    let image = tiny(Some("bias:10"), ReportChoice::All);
    let inputs = digits();
    let mut port = Opened::new(&Port::parse("sim").unwrap(), 0, Some(&image)).unwrap();
    let file = folder.path().join("run.vcd");
    port.waves(&file).unwrap();
    let job = Job {
        image: &image,
        inputs: &inputs,
        first: 0,
        count: 1,
        boards: 1,
        compare: true,
        trust: true,
    };
    let outcomes = run_all(&job, &port, &mut (), &|_| ()).unwrap();
    assert_eq!(outcomes[0].comparison.as_ref().unwrap().differing, 0);
    let text = std::fs::read_to_string(&file).unwrap();
    for words in [
        "$timescale",
        "$scope module core",
        "sequencer",
        "$enddefinitions",
    ] {
        assert!(text.contains(words), "{words}");
    }
    assert!(text.lines().filter(|l| l.starts_with('#')).count() > 1000);
    // Every signal of the save file is in the dump, by its whole name.
    let save = std::fs::read_to_string(folder.path().join("run.vcd.gtkw")).unwrap();
    let named = save.lines().filter(|l| l.starts_with("bytes_bench.core"));
    let mut count = 0;
    for line in named {
        let signal = line.rsplit('.').next().unwrap();
        let declared = match signal.split_once('[') {
            Some((name, range)) => format!(" {name} [{range} $end"),
            None => format!(" {signal} $end"),
        };
        assert!(text.contains(&declared), "{line}");
        count += 1;
    }
    assert!(count >= 25, "{count}");
    let both = Job {
        boards: 2,
        count: 2,
        ..job
    };
    assert!(run_all(&both, &port, &mut (), &|_| ()).is_err());
    let mut model = Opened::new(&Port::Model, 0, Some(&image)).unwrap();
    assert!(model
        .waves(&file)
        .unwrap_err()
        .to_string()
        .contains("--port sim"));
    let nowhere = folder.path().join("no/such.vcd");
    assert!(port
        .waves(&nowhere)
        .unwrap_err()
        .to_string()
        .contains("cannot write"));
}
