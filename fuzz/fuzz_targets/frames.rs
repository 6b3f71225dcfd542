//! `scripts/fuzz.sh`, or `RUSTC_BOOTSTRAP=1 cargo fuzz run frames`
#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| ferrospike_fuzz::frames(data));
