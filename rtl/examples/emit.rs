//! Writes the default configuration's Verilog: `cargo run -p ferrospike-rtl --example emit -- DIR`.
use ferrospike_rtl::top::{verilog, Configuration, Entry};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".into());
    for entry in [Entry::Bytes, Entry::Uart] {
        let text = verilog(&Configuration::default(), entry)?;
        std::fs::write(format!("{folder}/{}.v", entry.module()), text)?;
    }
    Ok(())
}
