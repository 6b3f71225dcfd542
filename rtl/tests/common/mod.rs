//! What the tests of the blocks share: ports as bytes, rust-hdl's simulator and Icarus side by side.
#![allow(dead_code)]

use ferrospike_rtl::emit;
use ferrospike_testbench::{check, Report, Value, Vectors};
use rand::{seq::SliceRandom, Rng};
use rand_chacha::ChaCha8Rng;
use rust_hdl::prelude::*;

/// The emitted Verilog of a block, as the module `block`.
pub fn text<B: Block>(block: B) -> String {
    let mut wrapped = TopWrap::new(block);
    wrapped.connect_all();
    emit::verilog(&wrapped.uut, "block").unwrap()
}

/// The same beside the multiplier blocks of an iCE40, as Icarus needs them.
pub fn text_with_mac<B: Block>(block: B) -> String {
    text(block) + "\n" + include_str!("../../../testbench/verilog/sb_mac16.v")
}

/// A fault in the Verilog is noticed.
pub fn notices(vectors: &Vectors, verilog: &str, from: &str, to: &str) {
    assert!(verilog.contains(from), "the Verilog has no '{from}'");
    let report = check("block", &verilog.replace(from, to), vectors).unwrap();
    assert!(report.mismatches > 0, "'{to}' for '{from}' goes unnoticed");
}

/// Icarus agrees with every row.
pub fn passes(vectors: &Vectors, verilog: &str) {
    let report: Report = check("block", verilog, vectors).unwrap();
    assert!(report.passed(), "{report}");
}

/// Largest state value, 2^23 - 1.
pub const LIMIT: i32 = (1 << 23) - 1;

/// A state value: often at an end of its range, near 0, or small.
pub fn state(rng: &mut ChaCha8Rng) -> i32 {
    let ends = [-LIMIT - 1, -LIMIT, -LIMIT + 1, LIMIT, LIMIT - 1, 0, 1, -1];
    match rng.gen_range(0..6) {
        0 => *ends.choose(rng).unwrap(),
        1 => rng.gen_range(-300..300),
        2 => rng.gen_range(-70_000..70_000),
        _ => rng.gen_range(-LIMIT - 1..=LIMIT),
    }
}

/// A decay or gain: often 0, one, or beside them.
pub fn factor(rng: &mut ChaCha8Rng) -> u32 {
    match rng.gen_range(0..3) {
        0 => *[0, 1, 2, 32768, 65535, 65536].choose(rng).unwrap(),
        _ => rng.gen_range(0..=65536),
    }
}

/// The low `width` bits of a number, as the bytes of a port.
pub fn port(x: i64, width: usize) -> Vec<u8> {
    let mask = if width == 64 {
        u64::MAX
    } else {
        (1 << width) - 1
    };
    (x as u64 & mask).to_le_bytes()[..width.div_ceil(8)].to_vec()
}

/// A signal that is driven or read as bytes, the least significant first.
pub trait Wire {
    /// Bits.
    fn width(&self) -> usize;
    /// Drives it.
    fn put(&mut self, _bytes: &[u8]) {
        unreachable!("an output is not driven");
    }
    /// Its value.
    fn get(&self) -> Vec<u8>;
}

fn to_bits<const N: usize>(bytes: &[u8]) -> Bits<N> {
    let mut value = Bits::<N>::default();
    for at in (0..N).filter(|at| bytes[at / 8] >> (at % 8) & 1 == 1) {
        value = value.replace_bit(at, true);
    }
    value
}

fn to_bytes<const N: usize>(value: Bits<N>) -> Vec<u8> {
    let mut bytes = vec![0; N.div_ceil(8)];
    for at in (0..N).filter(|&at| value.get_bit(at)) {
        bytes[at / 8] |= 1 << (at % 8);
    }
    bytes
}

impl<const N: usize> Wire for Signal<In, Bits<N>> {
    fn width(&self) -> usize {
        N
    }
    fn put(&mut self, bytes: &[u8]) {
        self.next = to_bits(bytes);
    }
    fn get(&self) -> Vec<u8> {
        to_bytes(self.next)
    }
}

impl Wire for Signal<In, Bit> {
    fn width(&self) -> usize {
        1
    }
    fn put(&mut self, bytes: &[u8]) {
        self.next = bytes[0] == 1;
    }
    fn get(&self) -> Vec<u8> {
        vec![u8::from(self.next)]
    }
}

impl<const N: usize> Wire for Signal<Out, Bits<N>> {
    fn width(&self) -> usize {
        N
    }
    fn get(&self) -> Vec<u8> {
        to_bytes(self.val())
    }
}

impl Wire for Signal<Out, Bit> {
    fn width(&self) -> usize {
        1
    }
    fn get(&self) -> Vec<u8> {
        vec![u8::from(self.val())]
    }
}

/// The ports of a block, named as in its Verilog.
pub type Ports<'a> = Vec<(&'static str, &'a mut dyn Wire)>;

/// `ports!(block; a, b)`: the ports `a` and `b` of a block.
#[macro_export]
macro_rules! ports {
    ($uut:expr; $($port:ident),*) => {
        vec![$((stringify!($port), &mut $uut.$port as &mut dyn $crate::common::Wire)),*]
    };
}

/// Vectors without rows for these ports.
pub fn vectors(inputs: &Ports, outputs: &Ports) -> Vectors {
    let list = |ports: &Ports| -> Vec<(&str, usize)> {
        ports
            .iter()
            .map(|(name, wire)| (*name, wire.width()))
            .collect()
    };
    Vectors::new(&list(inputs), &list(outputs))
}

/// Adds the present values of the ports as a row.
pub fn record(vectors: &mut Vectors, inputs: &Ports, outputs: &Ports) {
    let values = |ports: &Ports| -> Vec<Value> {
        let value = |wire: &dyn Wire| Value::from_le_bytes(&wire.get());
        ports.iter().map(|(_, wire)| value(&**wire)).collect()
    };
    vectors.push(values(inputs), values(outputs).into_iter().map(Some));
}

/// One row of a combinational block: the inputs, and the outputs to expect.
pub type Case = (Vec<Vec<u8>>, Vec<Vec<u8>>);

/// `agree!(block; inputs; outputs; cases)`: the cases hold in rust-hdl's simulator and in Icarus.
/// Gives the vectors and the Verilog.
#[macro_export]
macro_rules! agree {
    ($block:ty; $($input:ident),*; $($output:ident),*; $cases:expr) => {{
        let mut uut = <$block>::default();
        uut.connect_all();
        let mut rows = $crate::common::vectors(&ports!(uut; $($input),*), &ports!(uut; $($output),*));
        for (inputs, outputs) in $cases {
            let inputs: Vec<Vec<u8>> = inputs;
            let outputs: Vec<Vec<u8>> = outputs;
            for ((_, wire), bytes) in ports!(uut; $($input),*).into_iter().zip(&inputs) {
                wire.put(bytes);
            }
            assert!(simulate(&mut uut, 10));
            for ((name, wire), bytes) in ports!(uut; $($output),*).into_iter().zip(&outputs) {
                assert_eq!(wire.get(), *bytes, "{name} for {inputs:?} in rust-hdl");
            }
            let value = |bytes: &Vec<u8>| ferrospike_testbench::Value::from_le_bytes(bytes);
            rows.push(inputs.iter().map(value), outputs.iter().map(|o| Some(value(o))));
        }
        let verilog = $crate::common::text(<$block>::default());
        $crate::common::passes(&rows, &verilog);
        (rows, verilog)
    }};
}
