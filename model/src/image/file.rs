//! The bytes of an image file (`docs/program.md`, section 3).

use super::{Header, CRC, MAGIC};
use thiserror::Error;

/// Most bytes of a header.
pub(super) const MAX_HEADER: usize = 16 << 20;
/// Most bytes of S in a file.
pub(super) const MAX_SYNAPSES: usize = 64 << 20;
const START: usize = 16;

/// A network ready to be loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// What it is.
    pub header: Header,
    /// Contents of S from word 0, `synapse_words * lanes` bytes.
    pub synapses: Vec<u8>,
}

/// Why an image cannot be used: what is wrong, where, the value found, and what to try.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImageError {
    /// Other first bytes.
    #[error("not a ferrospike image: the file begins with {found:02x?} instead of \"FSPKIMG1\"; give a .fsn file made by 'ferrospike import'")]
    NotAnImage {
        /// First bytes of the file.
        found: Vec<u8>,
    },
    /// The file ends too early.
    #[error("the image is truncated: its sizes at offset 8 and 12 ask for {needed} bytes, the file has {found}; copy or compile it again")]
    Truncated {
        /// Bytes that the sizes ask for.
        needed: usize,
        /// Bytes of the file.
        found: usize,
    },
    /// The file goes on after its end.
    #[error("the image has {found} bytes where its sizes at offset 8 and 12 ask for {needed}; copy or compile it again")]
    Trailing {
        /// Bytes that the sizes ask for.
        needed: usize,
        /// Bytes of the file.
        found: usize,
    },
    /// A size that no image has.
    #[error("the image's {what} (offset {offset}) is {bytes} bytes, more than the {limit} allowed; the file is damaged or not an image")]
    TooLarge {
        /// Which size.
        what: &'static str,
        /// Where it is.
        offset: usize,
        /// Value found.
        bytes: usize,
        /// Largest value.
        limit: usize,
    },
    /// The CRC does not agree.
    #[error("the image is damaged: its last four bytes give the CRC {stored:08x}, the contents have {computed:08x}; copy or compile it again")]
    Damaged {
        /// CRC in the file.
        stored: u32,
        /// CRC of the contents.
        computed: u32,
    },
    /// The header is no JSON of the kind expected.
    #[error("the image's header (offset 16) cannot be read: {message}; it may come from another version of ferrospike: compile it again")]
    Header {
        /// What the parser says, with line and column.
        message: String,
    },
    /// A field of the header contradicts the format or another field.
    #[error(
        "the image's header is inconsistent: {place} is {value}, but {rule}; compile it again"
    )]
    Inconsistent {
        /// Which field.
        place: String,
        /// Value found.
        value: String,
        /// What it must be.
        rule: String,
    },
    /// The device is too small or has another number of lanes.
    #[error("the image does not fit the device: it needs {needed} {what}, the device has {available}; {remedy}")]
    DoesNotFit {
        /// What is missing.
        what: &'static str,
        /// Needed.
        needed: usize,
        /// There.
        available: usize,
        /// What to try.
        remedy: &'static str,
    },
    /// No device has this shape.
    #[error("not a device: {0}")]
    Shape(#[from] crate::device::AccessError),
    /// The program `clear` was refused.
    #[error("the image's program 'clear' failed: {0}")]
    Refused(#[from] crate::interpreter::Refusal),
}

fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    let slice = bytes.get(offset..offset.checked_add(4)?)?;
    Some(u32::from_le_bytes(slice.try_into().ok()?))
}

impl Image {
    /// The bytes of the file. Refuses an image that [`Image::from_bytes`] would refuse.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ImageError> {
        self.check()?;
        let header = serde_json::to_vec(&self.header).map_err(header_error)?;
        at_most("length of the header", 8, header.len(), MAX_HEADER)?;
        let mut bytes = Vec::with_capacity(START + header.len() + self.synapses.len() + 12);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&(header.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&(self.synapses.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&header);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes.extend_from_slice(&self.synapses);
        bytes.extend_from_slice(&CRC.checksum(&bytes).to_le_bytes());
        Ok(bytes)
    }

    /// Reads the bytes of a file; every size is checked before it is used.
    pub fn from_bytes(bytes: &[u8]) -> Result<Image, ImageError> {
        let found = bytes.len();
        if !bytes.starts_with(MAGIC) {
            return Err(ImageError::NotAnImage {
                found: bytes.iter().take(8).copied().collect(),
            });
        }
        let truncated = |needed| ImageError::Truncated { needed, found };
        let size = |offset| u32_at(bytes, offset).ok_or(truncated(START + 4));
        let (header_size, synapse_size) = (size(8)? as usize, size(12)? as usize);
        at_most("length of the header", 8, header_size, MAX_HEADER)?;
        at_most("contents of S", 12, synapse_size, MAX_SYNAPSES)?;
        let synapses_at = (START + header_size).next_multiple_of(8);
        let crc_at = synapses_at + synapse_size;
        let needed = crc_at + 4;
        if found > needed {
            return Err(ImageError::Trailing { needed, found });
        }
        let stored = u32_at(bytes, crc_at).ok_or(truncated(needed))?;
        let part = |range: std::ops::Range<usize>| bytes.get(range).ok_or(truncated(needed));
        let computed = CRC.checksum(part(0..crc_at)?);
        if stored != computed {
            return Err(ImageError::Damaged { stored, computed });
        }
        let header =
            serde_json::from_slice(part(START..START + header_size)?).map_err(header_error)?;
        let image = Image {
            header,
            synapses: part(synapses_at..crc_at)?.to_vec(),
        };
        image.check()?;
        Ok(image)
    }
}

fn header_error(error: serde_json::Error) -> ImageError {
    ImageError::Header {
        message: error.to_string(),
    }
}

fn at_most(
    what: &'static str,
    offset: usize,
    bytes: usize,
    limit: usize,
) -> Result<(), ImageError> {
    if bytes > limit {
        return Err(ImageError::TooLarge {
            what,
            offset,
            bytes,
            limit,
        });
    }
    Ok(())
}
