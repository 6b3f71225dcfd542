//! The status block that the link sends (`docs/protocol.md`, section 1): a table of constants, the
//! refusal in force, and the counters.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `index` | 7 | byte of the block |
//! | `data` | 8 | that byte, one clock later |
//! | `error`, `running` | 4, 1 | |
//! | nine counters | 32 | their upper bytes are kept when the lowest is read |

use rust_hdl::prelude::*;

/// What the status block says of a device; see `docs/protocol.md`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Lanes.
    pub lanes: u8,
    /// Words of S.
    pub synapse_words: u32,
    /// Groups of U and V.
    pub groups: u16,
    /// Words of H.
    pub history_words: u16,
    /// Clock in Hz.
    pub clock_hz: u32,
    /// Feature bits.
    pub features: u32,
    /// Receive buffer, bytes.
    pub receive_bytes: u16,
    /// Transmit buffer, bytes.
    pub transmit_bytes: u16,
    /// Board, at most 16 ASCII characters.
    pub board: String,
}

impl Identity {
    /// The first 40 bytes of the status block, without a refusal and with no program running.
    pub fn bytes(&self) -> [u8; 40] {
        let mut out = [0u8; 40];
        out[0] = 1;
        out[1] = self.lanes;
        out[4..8].copy_from_slice(&self.synapse_words.to_le_bytes());
        out[8..10].copy_from_slice(&self.groups.to_le_bytes());
        out[10..12].copy_from_slice(&self.history_words.to_le_bytes());
        out[12..16].copy_from_slice(&self.clock_hz.to_le_bytes());
        out[16..20].copy_from_slice(&self.features.to_le_bytes());
        out[20..22].copy_from_slice(&self.receive_bytes.to_le_bytes());
        out[22..24].copy_from_slice(&self.transmit_bytes.to_le_bytes());
        for (place, character) in out[24..40].iter_mut().zip(self.board.bytes()) {
            *place = character;
        }
        out
    }
}

/// The status block as bytes: a table of constants, the refusal, and the counters.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct StatusBlock {
    pub clock: Signal<In, Clock>,
    pub index: Signal<In, Bits<7>>,
    pub data: Signal<Out, Bits<8>>,
    pub error: Signal<In, Bits<4>>,
    pub running: Signal<In, Bit>,
    pub cycles: Signal<In, Bits<32>>,
    pub steps: Signal<In, Bits<32>>,
    pub synaptic_operations: Signal<In, Bits<32>>,
    pub weight_words: Signal<In, Bits<32>>,
    pub spikes: Signal<In, Bits<32>>,
    pub saturations: Signal<In, Bits<32>>,
    pub wraps: Signal<In, Bits<32>>,
    pub stalls: Signal<In, Bits<32>>,
    pub link_errors: Signal<In, Bits<32>>,
    _identity: Identity,
    _last: usize,
    _held: u32,
}

impl StatusBlock {
    /// A block for this device.
    pub fn new(identity: Identity) -> Self {
        Self {
            _identity: identity,
            ..Default::default()
        }
    }
}

impl Logic for StatusBlock {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let index = self.index.val().to_u64() as usize;
            let counters = [
                self.cycles.val(),
                self.steps.val(),
                self.synaptic_operations.val(),
                self.weight_words.val(),
                Bits::default(),
                self.spikes.val(),
                self.saturations.val(),
                self.wraps.val(),
                self.stalls.val(),
                self.link_errors.val(),
            ];
            let fresh = index != self._last;
            self._last = index;
            match index {
                2 => self.data.next = Bits::from(self.error.val().to_u64()),
                3 => self.data.next = Bits::from(u64::from(self.running.val())),
                0..=39 => self.data.next = Bits::from(u64::from(self._identity.bytes()[index])),
                40..=79 => {
                    if fresh && index.is_multiple_of(4) {
                        self._held = counters[(index - 40) / 4].to_u64() as u32;
                    }
                    self.data.next = Bits::from(u64::from(self._held >> (8 * (index % 4)) & 255));
                }
                _ => self.data.next = Bits::default(),
            }
        }
    }
    fn connect(&mut self) {
        self.data.connect();
    }
    fn hdl(&self) -> Verilog {
        let mut cases = String::new();
        for (index, byte) in self._identity.bytes().iter().enumerate() {
            cases += &match index {
                2 => "      7'd2: data <= {4'd0, error};\n".into(),
                3 => "      7'd3: data <= {7'd0, running};\n".into(),
                _ if *byte == 0 => String::new(),
                _ => format!("      7'd{index}: data <= 8'd{byte};\n"),
            };
        }
        let counters = [
            "cycles",
            "steps",
            "synaptic_operations",
            "weight_words",
            "",
            "spikes",
            "saturations",
            "wraps",
            "stalls",
            "link_errors",
        ];
        for (number, name) in counters
            .iter()
            .enumerate()
            .filter(|(_, name)| !name.is_empty())
        {
            cases += &format!(
                "      7'd{}: if (last != index) begin data <= {name}[7:0]; held <= {name}[31:8]; end\n",
                40 + 4 * number
            );
        }
        for index in (40..80).filter(|index| index % 4 != 0 && !(56..60).contains(index)) {
            let low = 8 * (index % 4 - 1);
            cases += &format!("      7'd{index}: data <= held[{}:{low}];\n", low + 7);
        }
        Verilog::Custom(format!(
            "// The status block of docs/protocol.md, byte by byte. The upper bytes of a counter are kept\n\
             // when its lowest is read, so that a counter that moves is never read in two halves.\n\
             reg [6:0] last = 7'd127;\nreg [23:0] held = 24'd0;\n\
             always @(posedge clock) begin\n   last <= index;\n   case (index)\n{cases}      default: data <= 8'd0;\n   endcase\nend\n"
        ))
    }
}
