//! A save file for GTKWave: the signals of the core to begin with, in groups, under names that people read.

use super::Wire;
use std::path::Path;

/// A signal: its module, the instance of it in the machine (empty: the machine's own), its name.
type Signal = (&'static str, &'static str, &'static str);

/// Groups of signals.
const GROUPS: [(&str, &[Signal]); 7] = [
    (
        "bytes in and out of the core",
        &[
            ("machine", "", "stream_valid"),
            ("machine", "", "stream_data"),
            ("machine", "", "stream_ready"),
            ("machine", "", "put_valid"),
            ("machine", "", "put_data"),
            ("machine", "", "put_ready"),
        ],
    ),
    (
        "command unit",
        &[
            ("command", "command", "state_q"),
            ("command", "command", "code_q"),
            ("command", "command", "pointer_q"),
            ("command", "command", "left_q"),
        ],
    ),
    (
        "sequencer: state, place in the program",
        &[
            ("sequencer", "sequencer", "state_q"),
            ("sequencer", "sequencer", "operation_at_q"),
            ("sequencer", "sequencer", "low_q"),
            ("sequencer", "sequencer", "high_q"),
        ],
    ),
    (
        "SCAN: spikes that are found, rows that stream",
        &[
            ("find", "find", "pointer_q"),
            ("find", "find", "left_q"),
            ("find", "find", "word_q"),
            ("rows", "rows", "spike_valid_q"),
            ("rows", "rows", "spike_lane_q"),
            ("rows", "rows", "spike_row_q"),
            ("rows", "rows", "group_q"),
            ("segments", "segments", "state_q"),
        ],
    ),
    (
        "UPDATE: sweep of neurons",
        &[("sweep", "sweep", "state_q"), ("sweep", "sweep", "left_q")],
    ),
    (
        "state: writes of U, V and H",
        &[
            ("machine", "", "synapse_port_address"),
            ("machine", "", "currents_write_group"),
            ("machine", "", "membranes_write_neuron"),
            ("machine", "", "membranes_data"),
            ("machine", "", "history_write_address"),
            ("machine", "", "history_data"),
        ],
    ),
    (
        "REPORT",
        &[
            ("reporter", "reporter", "state_q"),
            ("reporter", "reporter", "left_q"),
        ],
    ),
];

/// The save file for waves of a core whose Verilog this is. Signals that the core does not have are left out.
pub(super) fn save_file(waves: &Path, wire: Wire, verilog: &str) -> String {
    let (bench, above) = match wire {
        Wire::Bytes => ("bytes_bench", "core.machine"),
        Wire::Uart => ("uart_bench", "core.device.machine"),
    };
    let name = waves.file_name().unwrap_or(waves.as_os_str());
    let mut text = format!(
        "[*] signals of the simulated board to begin with\n[dumpfile] \"{}\"\n[timestart] 0\n[size] 1400 900\n[pos] -1 -1\n\
         *-1.500000 0\n[sst_width] 220\n[signals_width] 360\n[sst_expanded] 1\n",
        name.to_string_lossy()
    );
    text += &format!("@28\n{bench}.clock\n");
    for (title, signals) in GROUPS {
        text += &format!("@200\n-{title}\n");
        for (module, instance, signal) in signals {
            let Some(range) = range(verilog, module, signal) else {
                continue;
            };
            let path = match *instance {
                "" => above.to_string(),
                instance => format!("{above}.{instance}"),
            };
            // Single wires as bits, vectors in hexadecimal.
            let format = if range.is_empty() { "@28" } else { "@22" };
            text += &format!("{format}\n{bench}.{path}.{signal}{range}\n");
        }
    }
    text
}

/// The range of a signal in a module, `[7:0]`; empty of a single wire, none if the module has no such signal.
fn range(verilog: &str, module: &str, signal: &str) -> Option<String> {
    let start = verilog.find(&format!("\nmodule {module} ("))?;
    let body = verilog.get(start..)?;
    let body = body.get(..body.find("\nendmodule")?)?;
    let declared = body.lines().find(|line| {
        let line = line.trim_start();
        let kind = ["reg", "wire", "input", "output"]
            .iter()
            .any(|k| line.starts_with(k));
        let name = line.trim_end_matches([';', ',', ' ']);
        kind && name.split_whitespace().last() == Some(signal)
    })?;
    let open = declared.find('[');
    let close = declared.find(']');
    Some(match (open, close) {
        (Some(a), Some(b)) => declared.get(a..=b).unwrap_or("").to_string(),
        _ => String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_have_their_ranges() {
        let verilog = "\nmodule sequencer (\n    input  wire       clock,\n    output wire [3:0] shown\n);\n    reg  [3:0] \
                       state_q = 4'd0;\n    reg  [3:0] state_q;\n    reg go;\nendmodule\nmodule sequencer_b (\n    reg [1:0] x;\nendmodule\n";
        let of = |module: &str, signal: &str| range(verilog, module, signal);
        assert_eq!(of("sequencer", "state_q").as_deref(), Some("[3:0]"));
        assert_eq!(of("sequencer", "shown").as_deref(), Some("[3:0]"));
        assert_eq!(of("sequencer", "go").as_deref(), Some(""));
        assert_eq!(of("sequencer", "x"), None);
        assert_eq!(of("machine", "x"), None);
        let text = save_file(Path::new("a/run.fst"), Wire::Bytes, verilog);
        assert!(text.contains("[dumpfile] \"run.fst\""), "{text}");
        assert!(
            text.contains("\nbytes_bench.core.machine.sequencer.state_q[3:0]\n"),
            "{text}"
        );
        assert!(!text.contains("reporter"), "{text}");
    }
}
