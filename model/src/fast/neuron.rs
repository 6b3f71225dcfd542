//! The arithmetic of UPDATE (`docs/numerics.md`, section 2) for one neuron, without a branch and without a
//! number of more than 32 bits.
//!
//! The products of section 2 have 41 bits. But for a factor A of at most 2^16 and a value x of 24 bits with
//! the halves x = 2^16 high + low, `A x = 2^16 A high + A low`, where `A high` has 25 bits and `A low` with
//! any correction below 2^16 is less than 2^32. So floors of sums of products are sums of the products with
//! high halves, of the upper halves of the products with low halves, and of what the lower halves carry.

use crate::numbers::{correction, HELD_VALUES, LOWEST};
use crate::program::{Parameters, Reset, Rounding, Update, LIMIT};

/// Kinds of UPDATE that a loop is made for: one of the resets, with a threshold, not inverted, no held
/// steps, the current used before its decay.
pub(crate) const HARD: u8 = 1;
/// As [`HARD`].
pub(crate) const SOFT: u8 = 2;
/// As [`HARD`].
pub(crate) const DELAYED: u8 = 3;
/// All others.
pub(crate) const ANY: u8 = 0;

/// The kind of an UPDATE.
pub(crate) fn kind(update: &Update) -> u8 {
    let other = update.inverted
        || update.no_threshold
        || update.current_after_decay
        || update.held_steps > 0;
    match update.reset {
        _ if other => ANY,
        Reset::Hard => HARD,
        Reset::Soft => SOFT,
        Reset::Delayed => DELAYED,
        Reset::None => ANY,
    }
}

/// What all neurons of a population share, but for the parameters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// `c(u)` for every u, and what comes to it for those below 0.
    correct_u: (u32, u32),
    /// The same of v.
    correct_v: (u32, u32),
    v_min: i32,
    v_max: i32,
    sub: i32,
    inverted: bool,
    silent: bool,
    after_decay: bool,
    hard: bool,
    soft: bool,
    late: bool,
    holds: bool,
    /// v after a spike, if neurons are held.
    hold: i32,
    /// A neuron with less is held.
    held_below: i32,
}

/// What comes of a neuron.
pub(crate) struct After {
    pub current: i32,
    pub membrane: i32,
    pub fires: bool,
    pub saturations: u32,
}

fn corrections(rounding: Rounding) -> (u32, u32) {
    let all = correction(0, rounding);
    (all as u32, (correction(-1, rounding) - all) as u32)
}

/// The product of a factor and a value: the whole of `A high`, and `A low`.
#[inline(always)]
fn product(factor: i32, x: i32) -> (i32, u32) {
    (
        factor * (x >> 16),
        (factor as u32).wrapping_mul(x as u32 & 0xffff),
    )
}

impl Rule {
    #[inline(always)]
    pub fn new(update: &Update) -> Self {
        let holds = update.held_steps > 0;
        Rule {
            correct_u: corrections(update.rounding_current),
            correct_v: corrections(update.rounding_membrane),
            v_min: update.v_min,
            v_max: update.v_max,
            sub: update.sub,
            inverted: update.inverted,
            silent: update.no_threshold,
            after_decay: update.current_after_decay,
            hard: update.reset == Reset::Hard,
            soft: update.reset == Reset::Soft,
            late: update.reset == Reset::Delayed,
            holds,
            hold: LOWEST + i32::from(update.held_steps) - 1,
            held_below: match holds {
                true => LOWEST + HELD_VALUES,
                false => i32::MIN,
            },
        }
    }

    /// UPDATE of a neuron with the stored u and v; `previous` is -1 if it spiked in the last step, else 0.
    /// No factor is above one. KIND is that of the UPDATE, or [`ANY`].
    #[inline(always)]
    pub fn neuron<const KIND: u8>(
        &self,
        own: &Parameters,
        (u0, v0): (i32, i32),
        previous: i32,
    ) -> After {
        // What the kind says is known when the loop is made.
        let asked = |flag: bool| KIND == ANY && flag;
        let is = |flag: bool, kind: u8| (KIND == ANY && flag) || KIND == kind;
        let (hard, soft) = (is(self.hard, HARD), is(self.soft, SOFT));
        let late = is(self.late, DELAYED);
        let holds = asked(self.holds);
        let (high, low) = product(own.current_decay as i32, u0);
        let correct = self.correct_u.0 + ((u0 >> 31) as u32 & self.correct_u.1);
        let u1 = high + (low.wrapping_add(correct) >> 16) as i32;
        let (high_v, low_v) = product(own.membrane_decay as i32, v0);
        let used = if asked(self.after_decay) { u1 } else { u0 };
        let (high_i, low_i) = product(own.gain as i32, used);
        let correct = self.correct_v.0 + ((v0 >> 31) as u32 & self.correct_v.1);
        let carry = ((low_v & 0xffff) + (low_i & 0xffff) + correct) >> 16;
        let h0 = high_v + high_i + ((low_v >> 16) + (low_i >> 16) + carry) as i32 + own.bias;
        let h1 = if late { h0 - (self.sub & previous) } else { h0 };
        let over = !(-LIMIT..=LIMIT).contains(&h1);
        let h = h1.max(self.v_min).min(self.v_max);
        let fires = !asked(self.silent) & ((h < own.threshold) == asked(self.inverted));
        let lowered = h - self.sub;
        let limited = lowered.clamp(-LIMIT, LIMIT);
        let after = match (hard, soft) {
            (true, _) if holds => self.hold,
            (true, _) => own.reset_value,
            (_, true) => limited,
            _ => h,
        };
        let held = holds & (v0 < self.held_below);
        let waits = if v0 > LOWEST { v0 - 1 } else { own.reset_value };
        let v1 = if fires { after } else { h };
        let limits = soft & fires & (limited != lowered);
        After {
            current: u1,
            membrane: if held { waits } else { v1 },
            fires: fires & !held,
            saturations: u32::from(over & !held) + u32::from(limits & !held),
        }
    }
}
