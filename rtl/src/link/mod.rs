//! The link of `docs/protocol.md`, section 1: two byte streams over a wire that may lose, damage or double.
//!
//! [`Link`] is the whole of it with bytes on its physical side; [`UartReceiver`] and [`UartTransmitter`] turn
//! these into the levels of two pins.

mod cobs_decoder;
mod cobs_encoder;
mod crc32;
mod duplex;
mod frame_receiver;
mod frame_transmitter;
mod uart_receiver;
mod uart_transmitter;

pub use cobs_decoder::CobsDecoder;
pub use cobs_encoder::CobsEncoder;
pub use crc32::Crc32;
pub use duplex::Link;
pub use frame_receiver::FrameReceiver;
pub use frame_transmitter::FrameTransmitter;
pub use uart_receiver::UartReceiver;
pub use uart_transmitter::UartTransmitter;

/// What the phase accumulator of a UART adds each clock: a bit lasts 65536 / step clocks.
fn phase_step(clock_hz: u64, baud: u64) -> u64 {
    let clock_hz = clock_hz.max(1);
    ((65536 * baud + clock_hz / 2) / clock_hz).clamp(1, 8192)
}

/// How far the bits of a UART are from `baud` in a clock of `clock_hz`, as a part of it: 0.005 is 0.5 %.
pub fn baud_error(clock_hz: u32, baud: u32) -> f64 {
    let step = phase_step(u64::from(clock_hz), u64::from(baud));
    let real = f64::from(clock_hz) * step as f64 / 65536.0;
    (real / f64::from(baud.max(1)) - 1.0).abs()
}
