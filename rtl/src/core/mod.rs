//! The core: the sequencer that walks the step program, the engines it starts, the memories they
//! share, and the command unit that serves the host.

pub mod choices;
pub mod command;
pub mod counters;
pub mod learner;
pub mod long;
pub mod machine;
pub mod operands;
pub mod pairs;
pub mod range;
pub mod report;
pub mod sequencer;
pub mod watchdog;
