//! The two entries of the product, and the configuration that is emitted.
//!
//! | module | ports |
//! | --- | --- |
//! | `ferrospike_uart` | `clock`, `rx`, `tx`: what a board has |
//! | `ferrospike_bytes` | `clock`, `in_valid`, `in_data`, `in_ready`, `out_valid`, `out_data`, `out_ready`: the same with the UART taken off, for the simulated board |

use crate::core::choices::Choices;
use crate::core::machine::Machine;
use crate::core::watchdog::Watchdog;
use crate::emit::{self, EmitError};
use crate::link::{Link, UartReceiver, UartTransmitter};
use crate::primitives::memory::COLUMN;
use crate::primitives::products::Multiplier;
use crate::primitives::status::Identity;
use rust_hdl::prelude::*;
use thiserror::Error;

/// Protocol features of this core (`docs/protocol.md`, status block): dense rows, formats 4, 2 and 1,
/// per-neuron pairs, FOLD. The machine adds listed rows if it has them.
const FEATURES: u32 = 0b1_1101;

/// What is emitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// Lanes: 4, 8, 16 or 32.
    pub lanes: usize,
    /// Words of S, a multiple of 64 up to 2^20.
    pub synapse_words: usize,
    /// Groups of U and V, a power of two up to 2^12.
    pub groups: usize,
    /// Words of H, a power of two up to 2^14.
    pub history_words: usize,
    /// Clock in Hz.
    pub clock_hz: u32,
    /// UART bits a second, at most an eighth of the clock.
    pub baud: u32,
    /// Receive buffer in bytes, a power of two from 256 to 4,096.
    pub receive_bytes: usize,
    /// Transmit buffer in bytes, a power of two from 256 to 4,096.
    pub transmit_bytes: usize,
    /// What the machine is made of.
    pub choices: Choices,
    /// Name that the device tells the host, at most 16 ASCII characters.
    pub board: String,
}

impl Default for Configuration {
    /// The iCE40 UP5K shape: 8 lanes, 16,384 words of S, 2,048 neurons.
    fn default() -> Self {
        Self {
            lanes: 8,
            synapse_words: 16384,
            groups: 256,
            history_words: 1024,
            clock_hz: 24_000_000,
            baud: 1_000_000,
            receive_bytes: Link::RECEIVE_DEPTH,
            transmit_bytes: Link::TRANSMIT_DEPTH,
            choices: Choices::default(),
            board: "simulated".into(),
        }
    }
}

/// Which module is the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// `ferrospike_uart`.
    Uart,
    /// `ferrospike_bytes`.
    Bytes,
}

impl Entry {
    /// Name of the top module.
    pub fn module(self) -> &'static str {
        match self {
            Entry::Uart => "ferrospike_uart",
            Entry::Bytes => "ferrospike_bytes",
        }
    }
}

/// Why a configuration cannot be emitted.
#[derive(Debug, Error)]
pub enum ConfigurationError {
    /// A value outside its range.
    #[error("{what} is {value}: {rule}")]
    Value {
        /// The field.
        what: &'static str,
        /// What was asked for.
        value: u64,
        /// What is possible.
        rule: &'static str,
    },
    /// The emitter refused.
    #[error("the design could not be emitted: {0}")]
    Emit(#[from] EmitError),
    /// The thread that builds the design could not be started, or gave up.
    #[error("the design could not be built: {0}")]
    Thread(String),
}

impl Configuration {
    /// What the device will tell the host of itself.
    fn identity(&self) -> Identity {
        Identity {
            lanes: self.lanes as u8,
            synapse_words: self.synapse_words as u32,
            groups: self.groups as u16,
            history_words: self.history_words as u16,
            clock_hz: self.clock_hz,
            features: FEATURES,
            receive_bytes: self.receive_bytes as u16,
            transmit_bytes: self.transmit_bytes as u16,
            board: self.board.clone(),
        }
    }

    /// Checks all values against their ranges.
    ///
    /// # Errors
    ///
    /// A value outside its range.
    pub fn check(&self) -> Result<(), ConfigurationError> {
        let power = |what, value: usize, low: usize, high: usize, rule| {
            if value.is_power_of_two() && (low..=high).contains(&value) {
                Ok(())
            } else {
                Err(ConfigurationError::Value {
                    what,
                    value: value as u64,
                    rule,
                })
            }
        };
        power("lanes", self.lanes, 4, 32, "4, 8, 16 and 32 are possible")?;
        if !self.synapse_words.is_multiple_of(64) || !(64..=1 << 20).contains(&self.synapse_words) {
            return Err(ConfigurationError::Value {
                what: "words of S",
                value: self.synapse_words as u64,
                rule: "a multiple of 64 from 64 to 1,048,576 is possible",
            });
        }
        power(
            "groups",
            self.groups,
            2,
            1 << 12,
            "a power of two from 2 to 4,096 is possible",
        )?;
        power(
            "words of H",
            self.history_words,
            16,
            1 << 14,
            "a power of two from 16 to 16,384 is possible",
        )?;
        let rule = "a power of two from 256 to 4,096 is possible";
        power("receive buffer", self.receive_bytes, 256, 4096, rule)?;
        power("transmit buffer", self.transmit_bytes, 256, 4096, rule)?;
        if self.baud == 0 || u64::from(self.baud) * 8 > u64::from(self.clock_hz) {
            return Err(ConfigurationError::Value {
                what: "baud",
                value: u64::from(self.baud),
                rule: "it must be more than 0 and at most an eighth of the clock",
            });
        }
        if let Multiplier::Serial(clocks) = self.choices.multiplier {
            if !(2..=17).contains(&clocks) {
                return Err(ConfigurationError::Value {
                    what: "clocks of the serial multiplier",
                    value: u64::from(clocks),
                    rule: "2 to 17 are possible",
                });
            }
        }
        if !(1..=2).contains(&self.choices.sweep) {
            return Err(ConfigurationError::Value {
                what: "neurons of a sweep's clock",
                value: self.choices.sweep as u64,
                rule: "1 and 2 are possible",
            });
        }
        if self.choices.sweep == 2 && self.choices.multiplier != Multiplier::Inferred {
            return Err(ConfigurationError::Value {
                what: "neurons of a sweep's clock",
                value: 2,
                rule: "2 take multipliers of the operator *",
            });
        }
        if self.choices.rest && self.choices.multiplier.clocks() > 1 {
            return Err(ConfigurationError::Value {
                what: "clocks of a tick",
                value: self.choices.multiplier.clocks() as u64,
                rule: "groups at rest take one clock: multipliers in parallel",
            });
        }
        let bits = self.choices.watchdog;
        if bits > 0 && !Watchdog::BITS.contains(&bits) {
            return Err(ConfigurationError::Value {
                what: "bits of the watchdog",
                value: u64::from(bits),
                rule: "8 to 31 are possible, and 0 for none",
            });
        }
        if self.board.len() > 16 || !self.board.is_ascii() {
            return Err(ConfigurationError::Value {
                what: "length of the board's name",
                value: self.board.len() as u64,
                rule: "at most 16 ASCII characters are possible",
            });
        }
        Ok(())
    }
}

/// Names of the arrays that hold S, below the machine's module in the emitted Verilog: that with the lowest
/// bits of a word first, each with as many bits.
pub fn synapse_columns(lanes: usize) -> impl Iterator<Item = String> {
    (0..8 * lanes / COLUMN).map(|n| format!("synapses.column{n}"))
}

/// Stack for building a device: with 32 lanes it is a value of some hundred kilobytes, moved from hand to hand,
/// which is too much for the usual stack of a thread.
const STACK: usize = 64 << 20;

/// The Verilog of a configuration, with `entry` as its top module.
///
/// # Errors
///
/// A value of the configuration outside its range, or a fault in the design.
pub fn verilog(configuration: &Configuration, entry: Entry) -> Result<String, ConfigurationError> {
    configuration.check()?;
    let text = || match configuration.lanes {
        4 => emit::<4, 32, 96>(configuration, entry),
        8 => emit::<8, 64, 192>(configuration, entry),
        16 => emit::<16, 128, 384>(configuration, entry),
        _ => emit::<32, 256, 768>(configuration, entry),
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, text)
            .map_err(|e| ConfigurationError::Thread(e.to_string()))?;
        thread.join().unwrap_or_else(|cause| {
            let said = cause.downcast_ref::<String>().cloned();
            let said = said.or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).into()));
            Err(ConfigurationError::Thread(said.unwrap_or_default()))
        })
    })
}

fn emit<const L: usize, const SW: usize, const UW: usize>(
    configuration: &Configuration,
    entry: Entry,
) -> Result<String, ConfigurationError> {
    let text = match entry {
        Entry::Bytes => {
            let mut top = BytesTop::<L, SW, UW>::new(configuration);
            top.connect_all();
            emit::verilog(&top, entry.module())?
        }
        Entry::Uart => {
            let mut top = UartTop::<L, SW, UW>::new(configuration);
            top.connect_all();
            emit::verilog(&top, entry.module())?
        }
    };
    Ok(text)
}

/// The device without its UART.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct BytesTop<const L: usize, const SW: usize, const UW: usize> {
    pub clock: Signal<In, Clock>,
    pub in_valid: Signal<In, Bit>,
    pub in_data: Signal<In, Bits<8>>,
    pub in_ready: Signal<Out, Bit>,
    pub out_valid: Signal<Out, Bit>,
    pub out_data: Signal<Out, Bits<8>>,
    pub out_ready: Signal<In, Bit>,
    link: Link,
    machine: Machine<L, SW, UW>,
}

impl<const L: usize, const SW: usize, const UW: usize> BytesTop<L, SW, UW> {
    /// The device of a configuration.
    pub fn new(configuration: &Configuration) -> Self {
        Self {
            clock: Default::default(),
            in_valid: Default::default(),
            in_data: Default::default(),
            in_ready: Default::default(),
            out_valid: Default::default(),
            out_data: Default::default(),
            out_ready: Default::default(),
            link: Link::new(
                configuration.receive_bytes,
                configuration.transmit_bytes,
                configuration.choices.small_memories,
            ),
            machine: Machine::new(configuration.identity(), configuration.choices),
        }
    }
}

impl<const L: usize, const SW: usize, const UW: usize> Logic for BytesTop<L, SW, UW> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, link, machine);
        self.link.in_valid.next = self.in_valid.val();
        self.link.in_data.next = self.in_data.val();
        self.in_ready.next = self.link.in_ready.val();
        self.out_valid.next = self.link.out_valid.val();
        self.out_data.next = self.link.out_data.val();
        self.link.out_ready.next = self.out_ready.val();
        self.machine.connect.next = self.link.connect.val();
        self.machine.stream_valid.next = self.link.stream_valid.val();
        self.machine.stream_data.next = self.link.stream_data.val();
        self.link.stream_ready.next = self.machine.stream_ready.val();
        self.link.put_valid.next = self.machine.put_valid.val();
        self.link.put_data.next = self.machine.put_data.val();
        self.machine.put_ready.next = self.link.put_ready.val();
        self.machine.status_index.next = self.link.status_index.val();
        self.link.status_data.next = self.machine.status_data.val();
        self.machine.status_read.next = self.link.status_read.val();
        self.machine.link_error.next = self.link.link_error.val();
    }
}

/// The device as a board has it.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct UartTop<const L: usize, const SW: usize, const UW: usize> {
    pub clock: Signal<In, Clock>,
    pub rx: Signal<In, Bit>,
    pub tx: Signal<Out, Bit>,
    receiver: UartReceiver,
    transmitter: UartTransmitter,
    device: BytesTop<L, SW, UW>,
}

impl<const L: usize, const SW: usize, const UW: usize> UartTop<L, SW, UW> {
    /// The device of a configuration.
    pub fn new(configuration: &Configuration) -> Self {
        let (clock, baud) = (
            u64::from(configuration.clock_hz),
            u64::from(configuration.baud),
        );
        Self {
            clock: Default::default(),
            rx: Default::default(),
            tx: Default::default(),
            receiver: UartReceiver::new(clock, baud),
            transmitter: UartTransmitter::new(clock, baud),
            device: BytesTop::new(configuration),
        }
    }
}

impl<const L: usize, const SW: usize, const UW: usize> Logic for UartTop<L, SW, UW> {
    #[hdl_gen]
    fn update(&mut self) {
        clock!(self, clock, receiver, transmitter, device);
        comment!("A byte comes every 80 clocks at the most; the link takes one in two: it is always ready.");
        self.receiver.rx.next = self.rx.val();
        self.tx.next = self.transmitter.tx.val();
        self.device.in_valid.next = self.receiver.valid.val();
        self.device.in_data.next = self.receiver.data.val();
        self.transmitter.valid.next = self.device.out_valid.val();
        self.transmitter.data.next = self.device.out_data.val();
        self.device.out_ready.next = self.transmitter.ready.val();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s_has_any_multiple_of_64_words() {
        for (synapse_words, possible) in [
            (0, false),
            (32, false),
            (64, true),
            (100, false),
            (192, true),
            (12_288, true),
            (12_289, false),
            ((1 << 20) - 64, true),
            (1 << 20, true),
            ((1 << 20) + 64, false),
        ] {
            let configuration = Configuration {
                synapse_words,
                ..Configuration::default()
            };
            assert_eq!(configuration.check().is_ok(), possible, "{synapse_words}");
        }
    }
}
