//! What a link is told, and what it tells.

/// How to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Connection number; `None`: random.
    pub connection: Option<u8>,
    /// CONNECTs sent before giving up.
    pub attempts: u32,
    /// Repetitions without any answer before giving up on an established connection.
    pub retries: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connection: None,
            attempts: 8,
            retries: 12,
        }
    }
}

/// What the link had to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Frames sent.
    pub frames_sent: u64,
    /// Good frames received.
    pub frames_received: u64,
    /// Damaged frames received.
    pub damaged: u64,
    /// Times that data were sent again from the acknowledged position.
    pub repeats: u64,
    /// RESENDs sent.
    pub resends: u64,
}
