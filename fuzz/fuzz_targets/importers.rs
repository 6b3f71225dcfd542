//! `scripts/fuzz.sh`, or `cargo fuzz run --sanitizer none importers`
#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    ferrospike_fuzz::importers(data);
});
