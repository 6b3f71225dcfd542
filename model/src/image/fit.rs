//! Loading an image into a device.

use super::{Header, Image, ImageError};
use crate::device::{Device, Shape};
use crate::interpreter::Refusal;

impl Image {
    /// The smallest shape that the image fits.
    pub fn smallest_shape(&self) -> Shape {
        let h = &self.header;
        Shape {
            lanes: h.lanes,
            synapse_words: h.synapse_words.max(1).next_multiple_of(64),
            groups: h.groups.max(2).next_power_of_two(),
            history_words: h.history_words.max(1).next_power_of_two(),
        }
    }

    /// Checks that the image fits a device of this shape.
    pub fn check_fit(&self, shape: Shape) -> Result<(), ImageError> {
        let h = &self.header;
        if h.lanes != shape.lanes {
            return Err(ImageError::DoesNotFit {
                what: "lanes",
                needed: h.lanes,
                available: shape.lanes,
                remedy: "compile it again for the device's number of lanes",
            });
        }
        for (what, needed, available, remedy) in [
            (
                "words of S",
                h.synapse_words,
                shape.synapse_words,
                "use narrower weights, a smaller network or a larger board",
            ),
            (
                "groups of U and V",
                h.groups,
                shape.groups,
                "use fewer neurons or a larger board",
            ),
            (
                "words of H",
                h.history_words,
                shape.history_words,
                "use shorter delays, fewer neurons or a larger board",
            ),
        ] {
            if needed > available {
                return Err(ImageError::DoesNotFit {
                    what,
                    needed,
                    available,
                    remedy,
                });
            }
        }
        Ok(())
    }

    /// A device of this shape, loaded and cleared.
    pub fn device(&self, shape: Shape) -> Result<Device, ImageError> {
        shape.check()?;
        self.check_fit(shape)?;
        let mut device = Device::new(shape)?;
        device.write_synapses(0, &self.synapses)?;
        device.clear(&self.header)?;
        Ok(device)
    }
}

impl Device {
    /// Runs the image's program `clear`: all state to its start, t = 0.
    pub fn clear(&mut self, header: &Header) -> Result<(), Refusal> {
        self.run(header.clear_entry).map(|_| ())
    }
}
