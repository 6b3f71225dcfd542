//! The L lanes of LEARN side by side, and the random numbers with which they round.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `advance`, `word` | 1, SW | a word of S enters, every stage goes on |
//! | `mask` | L | lanes that change |
//! | `enters` | 1 | with `advance`: the word is one of weights, and the random numbers go on |
//! | `load`, `state` | 1, 32 | take a state |
//! | `state_now` | 32 | the state |
//! | the operation's | | as in `learn.rs` |
//! | `learned` | SW | what became of the word of three advances ago |

use super::learn::LearnLane;
use crate::primitives::learning::NextRandom;
use crate::primitives::wiring::{Pack, Unpack};
use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct LearnLanes<const L: usize, const SW: usize> {
    pub clock: Signal<In, Clock>,
    pub advance: Signal<In, Bit>,
    pub word: Signal<In, Bits<SW>>,
    pub mask: Signal<In, Bits<L>>,
    pub enters: Signal<In, Bit>,
    pub load: Signal<In, Bit>,
    pub state: Signal<In, Bits<32>>,
    pub state_now: Signal<Out, Bits<32>>,
    pub without_sign: Signal<In, Bit>,
    pub decays: Signal<In, Bit>,
    pub decay: Signal<In, Bits<3>>,
    pub change: Signal<In, Bits<17>>,
    pub minimum: Signal<In, Bits<8>>,
    pub maximum: Signal<In, Bits<8>>,
    pub learned: Signal<Out, Bits<SW>>,
    octets: Unpack<L, 8, SW>,
    lane: [LearnLane; L],
    turned: [Constant<Bits<8>>; L],
    results: Pack<L, 8, SW>,
    random: DFF<Bits<32>>,
    following: NextRandom,
}

impl<const L: usize, const SW: usize> Default for LearnLanes<L, SW> {
    fn default() -> Self {
        let turned =
            |lane: usize| Constant::new(Bits::from(u64::from((lane as u8).reverse_bits())));
        Self {
            clock: Default::default(),
            advance: Default::default(),
            word: Default::default(),
            mask: Default::default(),
            enters: Default::default(),
            load: Default::default(),
            state: Default::default(),
            state_now: Default::default(),
            without_sign: Default::default(),
            decays: Default::default(),
            decay: Default::default(),
            change: Default::default(),
            minimum: Default::default(),
            maximum: Default::default(),
            learned: Default::default(),
            octets: Default::default(),
            lane: array_init::array_init(|_| LearnLane::default()),
            turned: array_init::array_init(turned),
            results: Default::default(),
            random: Default::default(),
            following: Default::default(),
        }
    }
}

impl<const L: usize, const SW: usize> Logic for LearnLanes<L, SW> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, random);
        self.following.state.next = self.random.q.val();
        if self.advance.val() & self.enters.val() {
            self.random.d.next = self.following.following.val();
        }
        if self.load.val() {
            self.random.d.next = self.state.val();
        }
        self.state_now.next = self.random.q.val();
        self.octets.word.next = self.word.val();
        for i in 0..L {
            self.lane[i].clock.next = self.clock.val();
            self.lane[i].advance.next = self.advance.val();
            self.lane[i].octet.next = self.octets.part[i].val();
            self.lane[i].learns.next = self.mask.val().get_bit(i);
            self.lane[i].rounding.next =
                self.random.q.val().get_bits::<8>(0) ^ self.turned[i].val();
            self.lane[i].without_sign.next = self.without_sign.val();
            self.lane[i].decays.next = self.decays.val();
            self.lane[i].decay.next = self.decay.val();
            self.lane[i].change.next = self.change.val();
            self.lane[i].minimum.next = self.minimum.val();
            self.lane[i].maximum.next = self.maximum.val();
            self.results.part[i].next = self.lane[i].learned.val();
        }
        self.learned.next = self.results.word.val();
    }
}
