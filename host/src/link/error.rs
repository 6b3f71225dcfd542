//! What can go wrong on a link.

use super::status::VERSION;
use crate::transport::TransportError;
use thiserror::Error;

/// Why a link does not work.
#[derive(Debug, Error)]
pub enum LinkError {
    /// The transport failed.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Nothing that makes sense came back.
    #[error(
        "no answer from {device}: {tries} attempts {doing}, {heard}. Check that the board is \
         powered and holds a ferrospike core built for this rate, and that this is the right port \
         (`ferrospike ports`)"
    )]
    NoAnswer {
        /// The other end.
        device: String,
        /// Attempts made.
        tries: u32,
        /// What they were for.
        doing: &'static str,
        /// What came back, in words.
        heard: String,
    },
    /// The device speaks another version of the protocol.
    #[error("device speaks protocol {device}, this host {VERSION}; update {}", older(.device))]
    Version {
        /// The device's version.
        device: u8,
    },
    /// The device's status block is shorter than its version says.
    #[error(
        "{device} sent a status block of {bytes} bytes instead of {}: its core does not match \
         this host; rebuild it with this version of ferrospike",
        super::status::STATUS_BYTES
    )]
    Status {
        /// The other end.
        device: String,
        /// Bytes that came.
        bytes: usize,
    },
    /// The device forgot this connection.
    #[error(
        "{device} is no longer connected to this host (its connection number is {found}, not \
         {expected}): it was reset or reconfigured, or another program took it over. Connect again"
    )]
    Lost {
        /// The other end.
        device: String,
        /// Number of this connection.
        expected: u8,
        /// Number that the device gave.
        found: u8,
    },
    /// The device describes itself otherwise than when it connected.
    #[error(
        "{device} says of itself something else than when it connected, in the same connection: it is not the device \
         that it was, or its core does not match this host. Connect again"
    )]
    Changed {
        /// The other end.
        device: String,
    },
    /// The device sends and sends.
    #[error(
        "{device} has sent {bytes} bytes that nothing has asked for: its core does not match this host; rebuild it with \
         this version of ferrospike"
    )]
    Flood {
        /// The other end.
        device: String,
        /// Bytes that wait.
        bytes: usize,
    },
    /// The device has done everything and sent less than was expected.
    #[error(
        "{device} finished all commands (error code {code}) but sent only {got} of {wanted} \
         expected bytes: the program's reports do not match the image. Compile the image again"
    )]
    Idle {
        /// The other end.
        device: String,
        /// Bytes that were waited for.
        wanted: usize,
        /// Bytes that came.
        got: usize,
        /// Error code in its status.
        code: u8,
    },
    /// The device takes no more data, or sends none that it should.
    #[error(
        "{device} has made no progress for {tries} attempts though it answers: {left} bytes are \
         waiting to be sent. A program that does not end may be running; connect again to stop it"
    )]
    Stuck {
        /// The other end.
        device: String,
        /// Attempts.
        tries: u32,
        /// Bytes not taken.
        left: usize,
    },
}

fn older(device: &u8) -> &'static str {
    if *device > VERSION {
        "ferrospike on this host, or load the board with a core built by this version"
    } else {
        "the core on the board (emit it again with `ferrospike rtl`, build it and program the board again)"
    }
}
