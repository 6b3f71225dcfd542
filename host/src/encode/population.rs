//! Population codes: receptive fields at equal distances, whose activations say where a value lies (Bohte, Kok and La
//! Poutré, 2002, with the fields' centres from one end of the scale to the other).

use super::Frames;

/// Full scale of an activation.
const ACTIVE: u16 = 255;

/// Shape of a receptive field, with `z` the distance of a value from the centre, in widths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bell {
    /// `exp(-z^2 / 2)`.
    Gaussian,
    /// `max(0, 1 - |z|)`.
    Triangular,
}

/// The activation of each field of each channel, as frames of their own: `floor(255 bell(z) + 1/2)`.
///
/// With the distance d = M / (fields - 1), field k is centred at k d, and z = (x - k d) / (width d). All is computed in
/// doubles, one IEEE operation after the other, with the exponential of the crate `libm`: no processor's own.
pub(super) fn activations(frames: &Frames, fields: usize, bell: Bell, width: f64) -> Frames {
    let distance = f64::from(frames.full()) / (fields.max(2) - 1) as f64;
    let active = |value: u16, field: usize| {
        let z = (f64::from(value) - field as f64 * distance) / (width * distance);
        let height = match bell {
            Bell::Gaussian => libm::exp(-z * z / 2.0),
            Bell::Triangular => (1.0 - z.abs()).max(0.0),
        };
        (f64::from(ACTIVE) * height + 0.5).floor() as u16
    };
    let (values, active) = (frames.values().iter(), &active);
    let values = values.flat_map(|&value| (0..fields).map(move |field| active(value, field)));
    frames.with_channels(ACTIVE, frames.channels() * fields, values.collect())
}
