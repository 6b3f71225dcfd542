//! What kind of device is emulated.

use crate::link::status::VERSION;
use ferrospike_model::device::Shape;

/// What the emulated device is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmulatorOptions {
    /// Lanes and sizes of the memories.
    pub shape: Shape,
    /// Protocol version that it claims to speak.
    pub version: u8,
    /// Clock that it claims to have, in Hz.
    pub clock_hz: u32,
    /// Feature bits. Without that of LEARN it refuses programs that learn.
    pub features: u32,
    /// Bytes of its receive buffer, up to 32768.
    pub receive_buffer: u16,
    /// Bytes of its transmit buffer, up to 32768.
    pub transmit_buffer: u16,
    /// Name of its board, up to 16 characters.
    pub board: String,
}

impl Default for EmulatorOptions {
    fn default() -> Self {
        Self {
            shape: Shape {
                lanes: 8,
                synapse_words: 1 << 16,
                groups: 256,
                history_words: 1 << 12,
            },
            version: VERSION,
            clock_hz: 25_000_000,
            features: 0b11_1111,
            receive_buffer: 2048,
            transmit_buffer: 2048,
            board: "emulator".into(),
        }
    }
}
