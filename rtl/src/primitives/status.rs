//! The status block that the link sends (`docs/protocol.md`, section 1), in one memory: a table that never
//! changes, and the counters.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `read` | 1 | the link reads: `index` has the memory, and the counters stand still |
//! | `index` | 7 | byte of the block |
//! | `data` | 8 | with `read`: that byte, one clock later |
//! | `clear` | 1 | counters to 0; those outside are 0 in the clock after |
//! | `error`, `running` | 4, 1 | bytes 2 and 3 |
//! | `cycles`, `steps`, `weight_words`, `list_words`, `spikes`, `stalls`, `link_errors` | 8 | the lowest bits of the counters |
//! | `saturations`, `wraps` | 16 | |
//! | `spikes_above` | 8, or none | bits 15 to 8 of the spikes, where two are counted in a clock |
//! | `synaptic_operations` | 24 | the lowest 16 count with 4 and 8 lanes and no listed rows |
//!
//! A device without listed rows has no bits outside for list words: they stay 0.
//!
//! Only the lowest bits of a counter, those that change often, are flip-flops outside. The block goes
//! round and brings the memory up to them, a byte in two clocks: where the bits outside are less than the
//! byte in the memory, they have gone through zero, and one is carried into the next byte. A counter may
//! therefore go through zero only once in a round: a round is 80 clocks, or 80 and those of `read`.
//! `read` waits for no one: it must come 8 clocks before the first byte is used, so that no counter is cut
//! in two, and last no longer than 170 clocks. After `clear` the counters of the memory are 0 within 41
//! clocks, also while `read` is 1. Before the first `clear` nothing is written and all counters are 0.

use super::convert::{low_bits, several, unsigned};
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
    /// The feature bit of listed rows.
    pub const LISTS: u32 = 0b10;
    /// Feature: LEARN.
    pub const LEARN: u32 = 0b10_0000;

    /// Whether listed rows are among the features.
    pub fn has_lists(&self) -> bool {
        self.features & Self::LISTS != 0
    }

    /// The first 40 bytes of the status block, without a refusal and with no program running.
    pub fn bytes(&self) -> [u8; 40] {
        let mut out = [0u8; 40];
        out[0] = 2;
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

/// Offset and name of the counters with bytes outside, and how many there are.
const COUNTERS: [(usize, &str, usize); 10] = [
    (40, "cycles", 1),
    (44, "steps", 1),
    (48, "synaptic_operations", 3),
    (52, "weight_words", 1),
    (LIST_WORDS, "list_words", 1),
    (SPIKES, "spikes", 1),
    (64, "saturations", 2),
    (68, "wraps", 2),
    (72, "stalls", 1),
    (76, "link_errors", 1),
];

/// Place of the list words.
const LIST_WORDS: usize = 56;
/// Place of the spikes.
const SPIKES: usize = 60;
/// First byte of the counters.
const FIRST: usize = 40;
/// Last byte of the counters.
const LAST: usize = 79;

/// The status block; see the top of this file for its ports.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct StatusBlock {
    pub clock: Signal<In, Clock>,
    pub clear: Signal<In, Bit>,
    pub read: Signal<In, Bit>,
    pub index: Signal<In, Bits<7>>,
    pub data: Signal<Out, Bits<8>>,
    pub error: Signal<In, Bits<4>>,
    pub running: Signal<In, Bit>,
    pub cycles: Signal<In, Bits<8>>,
    pub steps: Signal<In, Bits<8>>,
    pub synaptic_operations: Signal<In, Bits<24>>,
    pub weight_words: Signal<In, Bits<8>>,
    pub list_words: Signal<In, Bits<8>>,
    pub spikes: Signal<In, Bits<8>>,
    pub spikes_above: Vec<Signal<In, Bits<8>>>,
    pub saturations: Signal<In, Bits<16>>,
    pub wraps: Signal<In, Bits<16>>,
    pub stalls: Signal<In, Bits<8>>,
    pub link_errors: Signal<In, Bits<8>>,
    _identity: Identity,
    _memory: [u8; 128],
    _at: usize,
    _byte: u8,
    _held: i64,
    _fresh: Option<u8>,
    _writing: bool,
    _clearing: bool,
    _awake: bool,
    _carry: bool,
}

impl StatusBlock {
    /// A block for this device.
    pub fn new(identity: Identity) -> Self {
        Self::with(identity, 0)
    }

    /// The same if so many neurons leave the pipeline beside the first: none, or one.
    pub fn with(identity: Identity, partners: usize) -> Self {
        let mut memory = [0; 128];
        memory[..FIRST].copy_from_slice(&identity.bytes());
        Self {
            clock: Default::default(),
            clear: Default::default(),
            read: Default::default(),
            index: Default::default(),
            data: Default::default(),
            error: Default::default(),
            running: Default::default(),
            cycles: Default::default(),
            steps: Default::default(),
            synaptic_operations: Default::default(),
            weight_words: Default::default(),
            list_words: Default::default(),
            spikes: Default::default(),
            spikes_above: several(partners),
            saturations: Default::default(),
            wraps: Default::default(),
            stalls: Default::default(),
            link_errors: Default::default(),
            _identity: identity,
            _memory: memory,
            _at: FIRST,
            _byte: 0,
            _held: 0,
            _fresh: None,
            _writing: false,
            _clearing: false,
            _awake: false,
            _carry: false,
        }
    }

    /// Bytes outside of a counter: rows are at most 4,095 groups long, and 65,536 synaptic operations in
    /// a round take more than 8 lanes, or table entries that say so.
    fn outside(&self, place: usize, bytes: usize) -> usize {
        let lists = self._identity.has_lists();
        match place {
            48 if self._identity.lanes <= 8 && !lists => 2,
            LIST_WORDS if !lists => 0,
            SPIKES if !self.spikes_above.is_empty() => 2,
            _ => bytes,
        }
    }

    /// The bits outside of the counter with this byte, and the byte's own.
    fn fresh(&self, at: usize) -> Option<(i64, u8)> {
        let above: i64 = (self.spikes_above.iter())
            .map(|bits| unsigned(bits.val()) << 8)
            .sum();
        let values = [
            unsigned(self.cycles.val()),
            unsigned(self.steps.val()),
            unsigned(self.synaptic_operations.val()),
            unsigned(self.weight_words.val()),
            unsigned(self.list_words.val()),
            unsigned(self.spikes.val()) + above,
            unsigned(self.saturations.val()),
            unsigned(self.wraps.val()),
            unsigned(self.stalls.val()),
            unsigned(self.link_errors.val()),
        ];
        (COUNTERS.iter().zip(values))
            .find(|((place, _, bytes), _)| {
                (*place..place + self.outside(*place, *bytes)).contains(&at)
            })
            .map(|((place, _, _), value)| match at - place {
                0 => (value, value as u8),
                byte => (self._held, (self._held >> (8 * byte)) as u8),
            })
    }
}

impl Logic for StatusBlock {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let index = unsigned(self.index.val()) as usize;
            let at = self._at;
            let reading =
                self.read.val() && (self._clearing || (!self._writing && at.is_multiple_of(4)));
            let whole = u16::from(self._byte) + u16::from(self._carry);
            let (value, carry) = match self._fresh {
                Some(fresh) => (fresh, u16::from(fresh) < whole),
                None => (whole as u8, whole > 255),
            };
            if !self._writing {
                let fresh = self.fresh(at);
                self._fresh = fresh.map(|(_, byte)| byte);
                self._held = fresh.map_or(self._held, |(held, _)| held);
            }
            let byte = self._memory[if reading { index } else { at }];
            let field = match index {
                2 => unsigned(self.error.val()),
                3 => i64::from(self.running.val()),
                _ => 0,
            };
            self.data.next = low_bits(i64::from(byte) | field);
            self._byte = byte;
            if self._clearing || self._writing {
                self._memory[at] = if self._clearing { 0 } else { value };
                self._carry = carry && !self._clearing && at % 4 != 3;
                self._at = if at == LAST { FIRST } else { at + 1 };
            }
            self._writing = self._awake && !self._clearing && !self._writing && !reading;
            self._clearing &= at != LAST;
            if self.clear.val() {
                self._at = FIRST;
                self._writing = false;
                self._clearing = true;
                self._awake = true;
                self._carry = false;
            }
        }
    }
    fn connect(&mut self) {
        self.data.connect();
    }
    fn hdl(&self) -> Verilog {
        let table = (self._identity.bytes().iter().enumerate())
            .filter(|(_, byte)| **byte != 0)
            .map(|(index, byte)| format!("   memory[{index}] = 8'd{byte};\n"))
            .collect::<String>();
        // Bits 5 to 2 of an offset tell the counters apart.
        let fresh = |byte: usize| {
            (COUNTERS.iter())
                .filter(|(place, _, bytes)| byte < self.outside(*place, *bytes))
                .map(|(place, name, _)| {
                    let part = match (*place, byte) {
                        (SPIKES, 1) => "spikes_above$0".into(),
                        _ => format!("{name}[{}:{}]", 8 * byte + 7, 8 * byte),
                    };
                    format!("      4'd{}: fresh{byte} = {part};\n", place / 4 % 16)
                })
                .collect::<String>()
        };
        let has = |byte: usize| {
            let these = (COUNTERS.iter())
                .filter(|(place, _, bytes)| byte < self.outside(*place, *bytes))
                .map(|(place, _, _)| format!("(at[5:2] == 4'd{})", place / 4 % 16))
                .collect::<Vec<_>>();
            match these.len() {
                0 => "1'b0".into(),
                _ => these.join(" | "),
            }
        };
        Verilog::Custom(format!(
            "\
// The status block of docs/protocol.md: a table, and the counters, which follow the bits outside.
(* no_rw_check *) reg [7:0] memory [0:127];
integer place;
initial begin
   for (place = 0; place < 128; place = place + 1) memory[place] = 8'd0;
{table}end
reg [6:0] at = 7'd{FIRST};
reg [7:0] q;
reg [3:0] field = 4'd0;
reg writing = 1'b0, clearing = 1'b0, carry = 1'b0;
// Nothing is written before the first connection: a chip's memories and its clock need some time.
reg awake = 1'b0;
wire reading = read & (clearing | (~writing & (at[1:0] == 2'd0)));
wire last = at == 7'd{LAST};
// The bytes outside: the lowest of the counters, the next of some.
reg [7:0] fresh0, fresh1, fresh2, held1, held2;
always @(*) begin
   case (at[5:2])
{}      default: fresh0 = 8'dx;
   endcase
   case (at[5:2])
{}      default: fresh1 = 8'dx;
   endcase
   case (at[5:2])
{}      default: fresh2 = 8'dx;
   endcase
end
wire is_fresh0 = (at[1:0] == 2'd0){};
wire is_fresh1 = (at[1:0] == 2'd1) & ({});
wire is_fresh2 = (at[1:0] == 2'd2) & ({});
wire is_fresh = is_fresh0 | is_fresh1 | is_fresh2;
wire [7:0] fresh = at[1] ? held2 : at[0] ? held1 : fresh0;
// For a byte that is outside the carry is that of its distance, for the others that of their sum.
// It is taken when the byte of the memory is read, in flip-flops to keep the way short.
reg [7:0] distance;
reg outside;
wire [8:0] sum = {{1'b0, q}} + {{1'b0, distance}} + {{8'd0, carry}};
always @(*) begin
   data = q;
   data[3:0] = q[3:0] | field;
end
always @(posedge clock) begin
   q <= memory[reading ? index : at];
   field <= 4'd0;
   if (index == 7'd2) field <= error;
   if (index == 7'd3) field <= {{3'd0, running}};
   if (~writing) begin
      distance <= is_fresh ? ~fresh : 8'd0;
      outside <= is_fresh;
      // All bytes of a counter are from the same clock.
      if (at[1:0] == 2'd0) begin
         held1 <= fresh1;
         held2 <= fresh2;
      end
   end
   if (clearing | writing) begin
      memory[at] <= clearing ? 8'd0 : outside ? ~distance : sum[7:0];
      carry <= sum[8] & ~clearing & (at[1:0] != 2'd3);
      at <= last ? 7'd{FIRST} : at + 7'd1;
   end
   writing <= awake & ~clearing & ~writing & ~reading;
   if (last) clearing <= 1'b0;
   if (clear) begin
      at <= 7'd{FIRST};
      writing <= 1'b0;
      clearing <= 1'b1;
      awake <= 1'b1;
      carry <= 1'b0;
   end
end
",
            fresh(0),
            fresh(1),
            fresh(2),
            if self._identity.has_lists() {
                ""
            } else {
                " & (at[5:2] != 4'd14)"
            },
            has(1),
            has(2)
        ))
    }
}
