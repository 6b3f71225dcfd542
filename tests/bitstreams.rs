//! Bitstreams with the real tools, one for each kind of FPGA: the design fits, the clock is met, the file is one;
//! and a design that is too large gives a report and no file. The tools are needed
//! (`scripts/setup.sh --boards`); without them these tests fail and say so.

use ferrospike_host::build::{build, Board, Options, Report, Tools, REPORT_FILE};

/// The board with a core of four lanes and little memory, which is placed and routed in less time; the reports in
/// `docs/boards/` are of whole ones.
fn small(name: &str) -> Board {
    let mut board = Board::find(name).unwrap();
    let core = &mut board.description.core;
    (core.lanes, core.synapse_words) = (4, 1024);
    (core.groups, core.history_words) = (64, 256);
    core.sweep = 1;
    board
}

fn bitstream(board: Board, logic: &str, first: &[u8]) {
    let name = board.name;
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        seed: board.description.seed,
        seeds: 1,
    };
    let mut note = |text: &str| println!("{text}");
    let report = build(&board, folder.path(), options, &Tools::find(), &mut note);
    let report = report.unwrap_or_else(|e| panic!("{name}: {e}"));
    let kept = Report::read(&folder.path().join(REPORT_FILE)).unwrap();
    assert_eq!(format!("{kept:?}"), format!("{report:?}"));
    assert!(report.tools.len() == 3 && !report.tools.values().any(|v| v.is_empty()));
    assert_eq!(report.logic().unwrap().name, logic);
    assert!(report.netlist.luts > 1000 && report.netlist.flip_flops > 1000);
    assert_eq!(report.failure, None, "{name}: {:#?}", report.critical_path);
    let file = report.bitstream.unwrap();
    let bytes = std::fs::read(folder.path().join(&file.file)).unwrap();
    assert_eq!(bytes.len() as u64, file.bytes);
    let start = &bytes[..bytes.len().min(100)];
    assert!(
        start.windows(first.len()).any(|w| w == first),
        "{name}: {start:02x?}"
    );
    assert!(
        report.clock.met
            && report.clock.achieved_hz.unwrap() >= f64::from(report.clock.required_hz)
    );
    assert!(report.critical_path.unwrap().delay_ns > 0.0);
}

/// The word that begins the configuration of an iCE40.
const ICE40: &[u8] = &[0x7e, 0xaa, 0x99, 0x7e];

#[test]
#[ignore = "four minutes of place and route; tests/netlist.rs runs its netlist, scripts/synth.sh builds it"]
fn up5k() {
    bitstream(Board::find("icebreaker").unwrap(), "ICESTORM_LC", ICE40);
}

#[test]
fn hx8k() {
    bitstream(Board::find("hx8k-evn").unwrap(), "ICESTORM_LC", ICE40);
}

/// The word before the configuration of an ECP5.
const ECP5: &[u8] = &[0xff, 0xff, 0xbd, 0xb3];

#[test]
fn ecp5() {
    bitstream(small("ulx3s-12f"), "TRELLIS_COMB", ECP5);
}

/// A Gowin bitstream is a text of zeros and ones; it begins with a line of ones.
const GOWIN: &[u8] = &[b'1'; 32];

#[test]
fn gowin() {
    bitstream(Board::find("tang-nano-9k").unwrap(), "LUT4", GOWIN);
}

#[test]
fn a_design_that_does_not_fit_leaves_a_report_and_no_bitstream() {
    let board = Board::find("icestick").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let options = Options { seed: 1, seeds: 1 };
    let built = build(
        &board,
        folder.path(),
        options,
        &Tools::find(),
        &mut |_: &str| (),
    );
    let report = built.unwrap();
    let failure = report.failure.clone().unwrap();
    assert!(failure.contains("does not fit"), "{failure}");
    assert!(report.logic().unwrap().used > 1280);
    assert!(report.bitstream.is_none());
    assert!(!folder.path().join(board.bitstream_file()).exists());
}
