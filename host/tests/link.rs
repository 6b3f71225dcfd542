//! Link, transports and board against the emulated device, over good and bad wires, and the
//! simulator transport against stand-ins for the core.

#[path = "link/board.rs"]
mod board;
#[path = "link/common.rs"]
mod common;
#[path = "link/icarus.rs"]
mod icarus;
#[path = "link/timed.rs"]
mod timed;
#[path = "link/wire.rs"]
mod wire;
