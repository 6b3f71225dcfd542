//! Learning, from the rule file to the board: LEARN operations against numbers computed by hand, a window measured on the
//! device, boards beside the model that learns the same, and planted faults.

#[path = "learning/board.rs"]
mod board;
#[path = "learning/command.rs"]
mod command;
#[path = "learning/compiled.rs"]
mod compiled;
#[path = "learning/make.rs"]
mod make;
#[path = "learning/rules.rs"]
mod rules;
