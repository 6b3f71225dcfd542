//! Samples of images that encode on the device (`bias:STEPS`): their values are written into a row of S.

use super::encode::{encode, sample, Steps};
use super::RunError;
use crate::compile::VALUES;
use crate::data::{Inputs, Values};
use crate::encode::{Code, Encoder};
use ferrospike_model::image::Image;

/// Bytes of S that belong to a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// First word.
    pub word: usize,
    /// Whole words.
    pub bytes: Vec<u8>,
}

impl Row {
    /// The same words as they are in the image file: without a sample.
    pub fn empty(&self) -> Self {
        Self {
            word: self.word,
            bytes: vec![0; self.bytes.len()],
        }
    }
}

/// The encoder of an image that encodes on the device.
fn on_chip(image: &Image) -> Option<Encoder> {
    let encoder: Encoder = image.header.encoder.parse().ok()?;
    let has_row = image.header.connections.iter().any(|c| c.name == VALUES);
    (encoder.code == Code::Bias && has_row).then_some(encoder)
}

/// The inputs of sample `index`, and the row of S that must be written before it runs, if the image encodes on the device.
///
/// # Errors
///
/// Those of [`encode`]; samples that are no values of a byte each, or as many as the image's encoder has neurons.
pub fn given(
    inputs: &Inputs,
    index: usize,
    image: &Image,
) -> Result<(Steps, Option<Row>), RunError> {
    let Some(encoder) = on_chip(image) else {
        return Ok((encode(inputs, index, image)?, None));
    };
    let header = &image.header;
    let row = header.connections.iter().find(|c| c.name == VALUES);
    let place = row.and_then(|c| Some((c, header.populations.get(c.to)?)));
    let refused = |what: String| RunError::Invalid(format!("'{}': {what}", inputs.name));
    let (connection, population) =
        place.ok_or_else(|| refused("the image's encoder is not there".into()))?;
    let values: Vec<u8> = match &inputs.values {
        Values::Images { pixels, bytes } => sample(bytes, *pixels, index, inputs)?.to_vec(),
        Values::Frames {
            frames: 1,
            channels,
            full: 255,
            values,
        } => sample(values, *channels, index, inputs)?.iter().map(|&v| v as u8).collect(),
        _ => {
            return Err(refused(
                "the image encodes on the device and takes 'images', or 'frames' of one frame and 8 bits, no spikes".into(),
            ))
        }
    };
    if values.len() != population.neurons {
        return Err(refused(format!(
            "it has {} values a sample, but the network '{}' encodes {}; use the data that the network was trained for",
            values.len(),
            header.name,
            population.neurons
        )));
    }
    let mut bytes = vec![0; connection.words * header.lanes];
    for (neuron, value) in values.into_iter().enumerate() {
        if let Some(byte) = bytes.get_mut(population.place(neuron)) {
            *byte = value;
        }
    }
    let row = Row {
        word: connection.first_word,
        bytes,
    };
    // No population is an input: each step has none.
    Ok((vec![Vec::new(); encoder.steps], Some(row)))
}
