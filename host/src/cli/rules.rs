//! Options that say by which rules a file is to be read, of `import` and `quantise`.

use anyhow::Result;
use clap::Args;
use ferrospike_host::import::{Dialect, ImportOptions, ResetRule};

/// The rules of the network; what is left open comes from the file, then from the dialect.
#[derive(Debug, Args)]
pub struct RuleArgs {
    /// Framework whose rules hold: snntorch, norse, spikingjelly, sinabs, rockpool, spyx, lava, nengo,
    /// nengo-loihi, brian2, neuron, euler (NIR's equations as they stand) or custom (the file says all)
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
    /// Reset after a spike: subtract, zero or none
    #[arg(long, value_name = "RULE")]
    reset: Option<String>,
    /// Time step in seconds, where the dialect does not fix it
    #[arg(long, value_name = "SECONDS")]
    dt: Option<f64>,
    /// Most spikes of a neuron in a step, for sinabs and rockpool [default: 4 there, else 1]
    #[arg(long, value_name = "N")]
    max_spikes: Option<u8>,
    /// Encoder of images, for example phase:10
    #[arg(long)]
    encoder: Option<String>,
    /// Rule for answers, for example count
    #[arg(long)]
    decoder: Option<String>,
    /// Name of the network instead of the file's
    #[arg(long)]
    name: Option<String>,
}

impl RuleArgs {
    /// As the importer takes them.
    pub fn options(&self) -> Result<ImportOptions> {
        Ok(ImportOptions {
            dialect: self
                .dialect
                .as_deref()
                .map(str::parse::<Dialect>)
                .transpose()?,
            reset: self
                .reset
                .as_deref()
                .map(str::parse::<ResetRule>)
                .transpose()?,
            dt: self.dt,
            max_spikes: self.max_spikes,
            encoder: self.encoder.clone(),
            decoder: self.decoder.clone(),
            name: self.name.clone(),
            ..Default::default()
        })
    }
}
