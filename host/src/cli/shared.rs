//! Arguments and helpers that several commands have.

use anyhow::{anyhow, Result};
use clap::Args;
use ferrospike_host::build::Board;
use ferrospike_host::data::bounded;
use ferrospike_host::run::Port;
use ferrospike_host::transport::lower_latency;
use ferrospike_model::device::Shape;
use ferrospike_model::image::Image;
use ferrospike_rtl::top::Configuration;
use std::io::Write;
use std::path::Path;

/// Most bytes of an image file that are read.
const MAX_IMAGE: u64 = 96 << 20;

/// Where the board is.
#[derive(Debug, Args)]
pub struct PortArgs {
    /// A serial device, or: sim (simulated board), sim:uart (through its pins), model (in Rust)
    #[arg(long, short, default_value = "sim", env = "FERROSPIKE_PORT")]
    pub port: String,
    /// Bits a second of a serial device
    #[arg(long, default_value_t = 1_000_000)]
    pub baud: u32,
}

impl PortArgs {
    /// The port. A serial device's adapter is asked not to wait before it hands bytes on; what keeps it from that is
    /// told on standard error.
    pub fn parse(&self) -> Result<Port> {
        let port = Port::parse(&self.port)?;
        if let Port::Serial(name) = &port {
            if let Err(why) = lower_latency(name) {
                let _ = writeln!(std::io::stderr(), "note: {why}");
            }
        }
        Ok(port)
    }
}

/// The device's sizes.
#[derive(Clone, Debug, Args)]
pub struct ShapeArgs {
    /// The sizes of this board (`ferrospike boards` lists them); single ones may be given beside it
    #[arg(long, value_name = "BOARD")]
    pub target: Option<String>,
    /// Lanes: 4, 8, 16 or 32 [default: 8]
    #[arg(long)]
    lanes: Option<usize>,
    /// Words of the synapse memory S, each as many bytes as there are lanes [default: 16384]
    #[arg(long)]
    synapse_words: Option<usize>,
    /// Groups of as many neurons as there are lanes [default: 256]
    #[arg(long)]
    groups: Option<usize>,
    /// Words of the spike history H [default: 1024]
    #[arg(long)]
    history_words: Option<usize>,
    /// A core without listed rows: smaller, but convolutions become dense matrices
    #[arg(long)]
    no_lists: bool,
}

impl ShapeArgs {
    /// As a shape.
    pub fn shape(&self) -> Result<Shape> {
        let of = match &self.target {
            Some(name) => Board::find(name)?.configuration()?,
            None => Configuration::default(),
        };
        Ok(Shape {
            lanes: self.lanes.unwrap_or(of.lanes),
            synapse_words: self.synapse_words.unwrap_or(of.synapse_words),
            groups: self.groups.unwrap_or(of.groups),
            history_words: self.history_words.unwrap_or(of.history_words),
        })
    }
}

impl ShapeArgs {
    /// Whether the core has listed rows.
    pub fn lists(&self) -> Result<bool> {
        Ok(match &self.target {
            _ if self.no_lists => false,
            Some(name) => Board::find(name)?.description.core.lists,
            None => true,
        })
    }
}

/// Reads an image file.
pub fn open_image(path: &Path) -> Result<Image> {
    let name = path.display();
    let read = bounded(path, MAX_IMAGE).map_err(|e| anyhow!("cannot read '{name}': {e}"))?;
    let bytes = read.ok_or_else(|| {
        anyhow!("'{name}' has more than {MAX_IMAGE} bytes; no image is that large")
    })?;
    Image::from_bytes(&bytes).map_err(|e| anyhow!("'{name}': {e}"))
}

/// Writes a file.
pub fn save(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(|e| anyhow!("cannot write '{}': {e}", path.display()))
}
