//! `ferrospike deploy`.

use super::progress::{note, Loader};
use super::shared::{open_image, PortArgs};
use super::Report;
use anyhow::Result;
use clap::Args;
use ferrospike_host::number::thousands;
use ferrospike_host::run::{ensure_loaded, Loading, Opened};
use serde_json::json;
use std::path::PathBuf;

/// Load a network into a board and verify it by the board's CRC
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ferrospike deploy mnist.fsn --port /dev/ttyUSB0")]
pub struct Cmd {
    /// The image, made by `ferrospike import`
    image: PathBuf,
    #[command(flatten)]
    port: PortArgs,
    /// Load even if the board's CRC says that the image is there
    #[arg(long)]
    force: bool,
}

impl Cmd {
    pub fn run(&self, quiet: bool) -> Result<Report> {
        let image = open_image(&self.image)?;
        let port = self.port.parse()?;
        let mut opened = Opened::new(&port, self.port.baud, Some(&image))?;
        opened.preload(false);
        let mut board = opened.board(None)?;
        let mut progress = Loader::new(quiet);
        let loading = if self.force {
            board.load(&image, &mut progress)?;
            Loading::Loaded
        } else {
            ensure_loaded(&mut board, &image, &mut progress)?
        };
        board.clear()?;
        let info = board.info();
        if port.forgets() {
            let text = "note: a simulated board forgets everything when this command ends";
            note(text, quiet);
        }
        let done = match loading {
            Loading::Loaded => "loaded; the board's CRC agrees",
            Loading::WasThere | Loading::Preloaded => "was there already, as the board's CRC says",
        };
        let (name, bytes) = (&image.header.name, image.synapses.len());
        let text = format!(
            "{name}: {} bytes on board '{}': {done}\n",
            thousands(bytes as u64),
            info.board
        );
        let json = json!({
            "image": name,
            "bytes": bytes,
            "board": info.board,
            "loaded": loading == Loading::Loaded,
            "forgets": port.forgets(),
        });
        Ok(Report::new(text, json))
    }
}
