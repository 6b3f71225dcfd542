//! The descriptions of boards and their shells: consistent, in the ranges of the PLLs, with the settings
//! that the families' own calculators find, and silent in Icarus.

use ferrospike_host::bench::board::Target;
use ferrospike_host::build::{
    markdown, replace_between, sites, Board, Fpga, Level, Multiplier, Report, Tools,
};
use ferrospike_rtl::link::baud_error;
use ferrospike_rtl::shell::START_SECONDS;
use ferrospike_testbench::Icarus;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const STUBS: &str = include_str!("../../testbench/verilog/board_stubs.v");
const BENCH: &str = include_str!("../../testbench/verilog/board_bench.v");

fn boards() -> Vec<Board> {
    let boards = Board::all().unwrap();
    assert!(boards.len() >= 16, "{} boards", boards.len());
    boards
}

#[test]
fn descriptions_are_consistent() {
    let prices = ["low (under 30)", "middle (30-80)", "high (over 80)"];
    for board in boards() {
        let (name, description) = (board.name, &board.description);
        assert!(prices.contains(&description.price.as_str()), "{name}");
        assert!(!description.notes.is_empty(), "{name}");
        let pins: Vec<_> = sites(board.constraints).collect();
        let apart: BTreeSet<_> = pins.iter().map(|(_, site)| site).collect();
        assert_eq!(apart.len(), pins.len(), "{name}: a pin has two ports");
        let configuration = board.configuration().unwrap();
        let error = baud_error(configuration.clock_hz, configuration.baud);
        assert!(error <= 0.005, "{name}: {error}");
        assert!(configuration.baud * 8 <= configuration.clock_hz, "{name}");
        assert!(configuration.board.len() <= 16, "{name}");
        assert!([4, 8, 16, 32].contains(&configuration.lanes), "{name}");
        for way in [&description.program.flash, &description.program.load] {
            let files = way.iter().flatten().filter(|word| *word == "{bitstream}");
            assert_eq!(files.count(), usize::from(way.is_some()), "{name}");
        }
        assert!(description.program.flash.is_some(), "{name}");
        let dsp = match &description.fpga {
            Fpga::Ice40 { device, .. } => device == "up5k",
            _ => true,
        };
        let parallel = description.core.multiplier == Multiplier::Parallel;
        assert_eq!(dsp, parallel, "{name}: multipliers");
    }
    let upduino = Board::find("upduino").unwrap();
    assert_eq!(upduino.description.pins.levels["flash_select"], Level::High);
}

/// README's table and the reports it is made from are of the boards as they are described now.
#[test]
fn reports_are_of_these_descriptions() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut reports = Vec::new();
    for board in boards() {
        let name = board.name;
        let report = root.join("docs/boards").join(format!("{name}.json"));
        let report = Report::read(&report).unwrap();
        let core = &board.description.core;
        assert_eq!(&report.core, core, "{name}");
        assert_eq!(report.board, name);
        assert_eq!(
            report.clock.required_hz,
            board.clock().unwrap().core_hz,
            "{name}"
        );
        assert_eq!(report.device, board.description.fpga.device(), "{name}");
        let fits = board.description.too_small.is_none();
        assert_eq!(
            (report.clock.met, report.bitstream.is_some()),
            (fits, fits),
            "{name}"
        );
        assert_eq!(report.failure.is_none(), fits, "{name}");
        assert_eq!(
            report.seed,
            fits.then_some(board.description.seed),
            "{name}"
        );
        // A neuron takes six multipliers of 18 bits; of an ECP5 or Gowin their blocks are counted.
        let blocks = report
            .cells
            .iter()
            .find(|c| c.name.starts_with("MULT18X18"));
        if let Some(blocks) = blocks {
            assert_eq!(blocks.used as usize, 6 * core.sweep, "{name}");
        }
        reports.push(report);
    }
    let page = std::fs::read_to_string(root.join("README.md")).unwrap();
    let again = replace_between(&page, &markdown(&reports)).unwrap();
    assert_eq!(page, again, "scripts/boards_table.sh makes the table again");
}

/// What is measured of a board is of the core that it is described with, not of one that was built some time.
#[test]
fn the_report_of_another_core_is_refused() {
    let board = Board::find("ulx3s-45f").unwrap();
    let report = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/boards/ulx3s-45f.json");
    let mut report = Report::read(&report).unwrap();
    assert!(Target::new(board.clone(), report.clone()).is_ok());
    report.core.receive_bytes /= 2;
    report.core.learn = false;
    let error = Target::new(board, report).unwrap_err().to_string();
    let told = "another core than its description: learn is false and not true, receive_bytes is 1024 and not 2048;";
    assert!(error.contains(told), "{error}");
}

/// The boards whose titles begin as `name`, the first cell of a row of the pin table, says: "Colorlight i5, i9" are two.
fn named<'a>(name: &str, boards: &'a [Board]) -> Vec<&'a Board> {
    let mut names = name.split(", ");
    let first = names.next().unwrap_or_default();
    let stem = first.rsplit_once(' ').map_or("", |(stem, _)| stem);
    let titles: Vec<String> = std::iter::once(first.to_string())
        .chain(names.map(|last| format!("{stem} {last}")))
        .collect();
    let is = |board: &&Board| {
        let title = &board.description.title;
        titles
            .iter()
            .any(|t| title == t || title.starts_with(&format!("{t} ")))
    };
    boards.iter().filter(is).collect()
}

/// What the pin table of `page` says that descriptions and constraints do not, and boards that it does not have.
fn wrong_pins(page: &str, boards: &[Board]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    let rows = page
        .lines()
        .skip_while(|line| !line.starts_with("| board | clock | rx | tx |"));
    for row in rows.skip(2).take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [name, clock, rx, tx, _, programmer, temporary] = cells[..] else {
            wrong.push(format!("'{row}' has not seven cells"));
            continue;
        };
        let words = |cell: &str| -> Vec<String> {
            cell.split([' ', ','])
                .filter(|w| !w.is_empty())
                .map(str::to_string)
                .collect()
        };
        for board in named(name, boards) {
            seen.insert(board.name);
            let pin = |port: &str| {
                let found = sites(board.constraints).find(|(p, _)| *p == port);
                found.map_or("none", |(_, site)| site).to_string()
            };
            let input = board.description.clock.input_hz;
            let program = &board.description.program;
            let flash = program.flash.as_ref().map_or("", |words| words[0].as_str());
            let (clock, rx, tx) = (words(clock), words(rx), words(tx));
            let is = [
                (clock[0] == pin("clock"), "clock"),
                (
                    clock[1].parse() == Ok(input / 1_000_000) && clock[2] == "MHz",
                    "MHz",
                ),
                (rx[0] == pin("rx"), "rx"),
                (tx[0] == pin("tx"), "tx"),
                (programmer == format!("`{flash}`"), "programmer"),
                ((temporary == "yes") == program.load.is_some(), "temporary"),
            ];
            let other = is.iter().filter(|(right, _)| !right);
            wrong.extend(other.map(|(_, what)| format!("{}: {what}", board.name)));
        }
    }
    let missing = boards.iter().filter(|board| !seen.contains(board.name));
    wrong.extend(missing.map(|board| format!("{} is not in the table", board.name)));
    wrong
}

#[test]
fn the_pin_table_is_that_of_the_constraints() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/boards.md");
    let page = std::fs::read_to_string(page).unwrap();
    let boards = boards();
    assert_eq!(wrong_pins(&page, &boards), Vec::<String>::new());
    for (from, to, told) in [
        ("| B10 | B12 |", "| B12 | B10 |", "hx8k-evn: rx"),
        ("P7, 100 MHz", "P7, 12 MHz", "alchitry-cu: MHz"),
        (
            "| `tinyprog` | |",
            "| `tinyprog` | yes |",
            "tinyfpga-bx: temporary",
        ),
        (
            "| Colorlight i5, i9 |",
            "| Colorlight i5 |",
            "colorlight-i9 is not",
        ),
        ("| `dfu-util` |", "| `iceprog` |", "orangecrab: programmer"),
    ] {
        let planted = page.replace(from, to);
        let wrong = wrong_pins(&planted, &boards);
        assert!(
            wrong.iter().any(|line| line.starts_with(told)),
            "{told}: {wrong:?}"
        );
    }
}

#[test]
fn an_unknown_board_is_refused_with_the_known_ones() {
    let told = Board::find("icebraker").unwrap_err().to_string();
    assert!(
        told.contains("'icebraker'") && told.contains("icebreaker, "),
        "{told}"
    );
}

/// `docs/protocol.md`, section 1: with 1,024 bytes framing takes less than 5 % of the line. Elsewhere no memory is left.
#[test]
fn receive_buffers_are_small_where_no_memory_is_left() {
    let small: Vec<&str> = boards()
        .iter()
        .filter(|board| board.description.core.receive_bytes < 1024)
        .map(|board| board.name)
        .collect();
    assert_eq!(small, ["icebreaker", "icestick", "tang-nano-9k", "upduino"]);
}

#[test]
fn shells_are_silent_in_icarus() {
    for board in boards() {
        let text = board.shell().verilog().unwrap();
        // The runner takes any message of `iverilog -Wall` for an error.
        let sources = Icarus::new("ferrospike_board").source("shell.v", &text);
        if let Err(said) = sources.source("stubs.v", STUBS).compile() {
            panic!("{}: {said}\n{text}", board.name);
        }
    }
}

#[test]
fn the_core_rests_long_enough_after_the_lock() {
    for name in ["icebreaker", "alchitry-cu", "ulx3s-25f", "tang-nano-9k"] {
        let board = Board::find(name).unwrap();
        let shell = board.shell();
        let others: String = shell.ports()[3..]
            .iter()
            .map(|port| format!(", .{port}()"))
            .collect();
        let around = format!(
            "module board(input wire clock, input wire rx, output wire tx);\n\
             ferrospike_board shell(.clock(clock), .rx(rx), .tx(tx){others});\nendmodule\n"
        );
        let simulation = Icarus::new("board_bench")
            .source("shell.v", shell.verilog().unwrap())
            .source("stubs.v", STUBS)
            .source("board.v", around)
            .source("bench.v", BENCH)
            .compile()
            .unwrap();
        let told = simulation.run(&[]).unwrap().stdout;
        let clocks: f64 = told.trim().parse().unwrap();
        let seconds = clocks / f64::from(board.clock().unwrap().core_hz);
        // A counter of whole bits: at most twice as long, and the lock.
        assert!(
            (START_SECONDS..3.0 * START_SECONDS).contains(&seconds),
            "{name}: {told}"
        );
    }
}

/// What the family's calculator says, in one text.
fn calculator(board: &Board) -> String {
    let (clock, tools) = (&board.description.clock, Tools::find());
    let mhz = [clock.input_hz, clock.core_hz].map(|hz| (f64::from(hz) / 1e6).to_string());
    let (program, device) = match &board.description.fpga {
        Fpga::Ice40 { .. } => ("icepll", None),
        Fpga::Ecp5 { .. } => ("yowasp-ecppll", None),
        Fpga::Gowin { part, .. } => ("gowin_pll", Some(part)),
    };
    let mut command = Command::new(tools.locate(program).unwrap_or_else(|e| panic!("{e}")));
    command.args(["-i", &mhz[0], "-o", &mhz[1]]);
    if let Some(part) = device {
        command.args(["-d", part]);
    }
    let folder = tempfile::tempdir().unwrap();
    if program == "yowasp-ecppll" {
        command.args(["-f", "pll.v"]);
    }
    let output = command.current_dir(&folder).output().unwrap();
    assert!(output.status.success(), "{program}: {output:?}");
    let file = std::fs::read_to_string(folder.path().join("pll.v")).unwrap_or_default();
    String::from_utf8_lossy(&output.stdout).into_owned() + &file
}

/// The number after a name, as `DIVR:  0`, `.CLKI_DIV(5)` or `.IDIV_SEL(6)`.
fn number(text: &str, name: &str) -> Option<u32> {
    let places = text
        .match_indices(name)
        .map(|(at, _)| &text[at + name.len()..]);
    places.into_iter().find_map(|rest| {
        let rest = rest.strip_prefix(['(', ':'])?.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        rest[..end].parse().ok()
    })
}

#[test]
fn settings_are_those_of_the_calculators() {
    for board in boards() {
        let clock = board.clock().unwrap();
        let Some(pll) = clock.pll else { continue };
        let told = calculator(&board);
        for (name, value) in &pll.settings {
            assert_eq!(
                number(&told, name),
                Some(*value),
                "{}: {name}\n{told}",
                board.name
            );
        }
        assert!((pll.output_hz - f64::from(clock.core_hz)).abs() < 1.0);
    }
}
