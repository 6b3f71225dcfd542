//! A fault that `scripts/fuzz.sh` must find: four bytes that are compared one by one, so that only a fuzzer that sees
//! what code a byte leads to comes to the last of them.
#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut bytes = data.iter();
    for wanted in b"FSN!" {
        if bytes.next() != Some(wanted) {
            return;
        }
    }
    panic!("the planted fault");
});
