//! Link, transports and board against the emulated device, over good and bad wires, and the
//! simulator transport against stand-ins for the core.

#[path = "link/board.rs"]
mod board;
#[path = "link/campaign.rs"]
mod campaign;
#[path = "link/common.rs"]
mod common;
#[path = "link/documented.rs"]
mod documented;
#[path = "link/faults.rs"]
mod faults;
#[path = "link/fuzzed.rs"]
mod fuzzed;
#[path = "link/icarus.rs"]
mod icarus;
#[path = "link/probe.rs"]
mod probe;
#[path = "link/pty.rs"]
mod pty;
#[path = "link/recovery.rs"]
mod recovery;
#[path = "link/rtl.rs"]
mod rtl;
#[path = "link/timed.rs"]
mod timed;
#[path = "link/wire.rs"]
mod wire;
