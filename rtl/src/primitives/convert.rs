//! Between rust-hdl's `Bits` and plain integers, for the simulation side of the primitives.

use rust_hdl::prelude::*;

/// The value as an unsigned number; `N` at most 128.
pub fn unsigned<const N: usize>(x: Bits<N>) -> i64 {
    x.to_u128() as i64
}

/// The value as a two's complement number; `N` at most 63.
pub fn signed<const N: usize>(x: Bits<N>) -> i64 {
    let raw = x.to_u128() as i64;
    (raw << (64 - N)) >> (64 - N)
}

/// The low `N` bits of a number; `N` at most 63.
pub fn low_bits<const N: usize>(x: i64) -> Bits<N> {
    Bits::from((x as u64) & ((1u64 << N) - 1))
}

/// So many ports or blocks that a configuration may leave out.
pub fn several<T: Default>(count: usize) -> Vec<T> {
    (0..count).map(|_| T::default()).collect()
}
