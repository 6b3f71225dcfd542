//! Options that say by which rules a file is to be read, of `import` and `quantise`.

use anyhow::Result;
use clap::{Args, ValueEnum};
use ferrospike_host::encode::Encoder;
use ferrospike_host::import::{Dialect, ImportOptions, ResetRule};
use ferrospike_host::run::Decoder;
use ferrospike_model::program::Rounding;

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
    /// Bits after the point of u and v, 0 to 23 [default: as many as are safe]
    #[arg(long, value_name = "BITS", value_parser = clap::value_parser!(u8).range(..=23))]
    fraction_bits: Option<u8>,
    /// Rounding of the decays [default: as the file has it, else the quantiser chooses]
    #[arg(long, value_enum, value_name = "HOW")]
    rounding: Option<Rounded>,
    /// Rounding of the current's decay, where it is another
    #[arg(long, value_enum, value_name = "HOW")]
    current_rounding: Option<Rounded>,
    /// Encoder of images and frames, for example phase:10 (see `ferrospike encode --help`), or bias:32 (on the device)
    #[arg(long)]
    encoder: Option<Encoder>,
    /// Rule for answers: count, first, membrane or vector:LOW:HIGH
    #[arg(long)]
    decoder: Option<Decoder>,
    /// Name of the network instead of the file's
    #[arg(long)]
    name: Option<String>,
}

/// How a decay is rounded.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Rounded {
    Floor,
    HalfUp,
    TowardZero,
}

impl Rounded {
    fn rounding(self) -> Rounding {
        match self {
            Rounded::Floor => Rounding::Floor,
            Rounded::HalfUp => Rounding::HalfUp,
            Rounded::TowardZero => Rounding::TowardZero,
        }
    }
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
            fraction_bits: self.fraction_bits,
            rounding: self.rounding.map(Rounded::rounding),
            current_rounding: self.current_rounding.map(Rounded::rounding),
            encoder: self.encoder.map(|e| e.to_string()),
            decoder: self.decoder.map(|d| d.to_string()),
            name: self.name.clone(),
            ..Default::default()
        })
    }
}
