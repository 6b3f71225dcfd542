//! Import, quantisation and compilation against recorded runs of the frameworks, damaged files and
//! everything that must be refused.

#[path = "import/bench.rs"]
mod bench;
#[path = "import/chains.rs"]
mod chains;
#[path = "import/compiled.rs"]
mod compiled;
#[path = "import/convolutions.rs"]
mod convolutions;
#[path = "import/damaged.rs"]
mod damaged;
#[path = "import/descriptions.rs"]
mod descriptions;
#[path = "import/faults.rs"]
mod faults;
#[path = "import/files.rs"]
mod files;
#[path = "import/golden.rs"]
mod golden;
#[path = "import/golden_list.rs"]
mod golden_list;
#[path = "import/graphs.rs"]
mod graphs;
#[path = "import/hostile.rs"]
mod hostile;
#[path = "import/lava.rs"]
mod lava;
#[path = "import/listed.rs"]
mod listed;
#[path = "import/make.rs"]
mod make;
#[path = "import/mnist.rs"]
mod mnist;
#[path = "import/narrow.rs"]
mod narrow;
#[path = "import/netx.rs"]
mod netx;
#[path = "import/paper.rs"]
mod paper;
#[path = "import/primitives.rs"]
mod primitives;
#[path = "import/recordings.rs"]
mod recordings;
#[path = "import/recordings_verilog.rs"]
mod recordings_verilog;
#[path = "import/refused.rs"]
mod refused;
#[path = "import/refused_windows.rs"]
mod refused_windows;
#[path = "import/sparse.rs"]
mod sparse;
#[path = "import/steps.rs"]
mod steps;
#[path = "import/traced.rs"]
mod traced;
#[path = "import/truth.rs"]
mod truth;
#[path = "import/tune.rs"]
mod tune;
