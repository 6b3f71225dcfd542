//! Import, quantisation and compilation against recorded runs of the frameworks, damaged files and
//! everything that must be refused.

#[path = "import/bench.rs"]
mod bench;
#[path = "import/compiled.rs"]
mod compiled;
#[path = "import/golden.rs"]
mod golden;
#[path = "import/graphs.rs"]
mod graphs;
#[path = "import/refused.rs"]
mod refused;
