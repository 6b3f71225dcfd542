//! `scripts/fuzz.sh`, or `RUSTC_BOOTSTRAP=1 cargo fuzz run commands`
#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| drop(ferrospike_fuzz::commands(data)));
