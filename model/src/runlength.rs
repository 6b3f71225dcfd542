//! The run-length code of spike bitmaps (`docs/protocol.md`, section 2): a byte n < 255 means n words
//! of 0 and then one word, which follows; 255 means 255 words of 0 and no word.
//!
//! ```
//! use ferrospike_model::runlength::{decode, encode};
//! assert_eq!(encode(&[0, 0, 0x81, 0], 8), [2, 0x81, 1]);
//! assert_eq!(decode(&[2, 0x81, 1], 8, 4), Ok((vec![0, 0, 0x81, 0], 3)));
//! ```
// What comes from outside is never indexed.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

use thiserror::Error;

/// Why bytes are no bitmap.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RunLengthError {
    /// The bytes end before the bitmap does.
    #[error("the run-length code ends after {words} of {groups} words")]
    Truncated {
        /// Words decoded.
        words: usize,
        /// Words expected.
        groups: usize,
    },
    /// A run of zeros leaves the bitmap.
    #[error(
        "byte {offset} of the run-length code means {run} words of 0, but only {left} are left"
    )]
    TooLong {
        /// Where.
        offset: usize,
        /// Zeros in the run.
        run: usize,
        /// Words left.
        left: usize,
    },
}

/// Bytes of a word of H on the link.
pub fn bytes_per_word(lanes: usize) -> usize {
    lanes.div_ceil(8).clamp(1, 4)
}

/// Codes the words of a bitmap. The code covers exactly these words.
pub fn encode(words: &[u32], lanes: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut run = 0;
    for word in words {
        if *word == 0 {
            run += 1;
            if run == 255 {
                bytes.push(255);
                run = 0;
            }
        } else {
            bytes.push(run as u8);
            bytes.extend(word.to_le_bytes().iter().take(bytes_per_word(lanes)));
            run = 0;
        }
    }
    if run > 0 {
        bytes.push(run as u8);
    }
    bytes
}

/// Decodes `groups` words from the start of `bytes`; also returns the number of bytes used.
pub fn decode(
    bytes: &[u8],
    lanes: usize,
    groups: usize,
) -> Result<(Vec<u32>, usize), RunLengthError> {
    let mut words: Vec<u32> = Vec::new();
    let mut at = 0;
    while words.len() < groups {
        let truncated = RunLengthError::Truncated {
            words: words.len(),
            groups,
        };
        let Some(&first) = bytes.get(at) else {
            return Err(truncated);
        };
        let (run, left) = (usize::from(first), groups - words.len());
        if run > left {
            return Err(RunLengthError::TooLong {
                offset: at,
                run,
                left,
            });
        }
        words.resize(words.len() + run, 0);
        at += 1;
        if run < 255 && words.len() < groups {
            let (word, next) = read_word(bytes, at, lanes).ok_or(truncated)?;
            words.push(word);
            at = next;
        }
    }
    Ok((words, at))
}

/// Plain words of a bitmap.
pub fn encode_plain(words: &[u32], lanes: usize) -> Vec<u8> {
    words
        .iter()
        .flat_map(|w| w.to_le_bytes().into_iter().take(bytes_per_word(lanes)))
        .collect()
}

/// Decodes `groups` plain words from the start of `bytes`.
pub fn decode_plain(bytes: &[u8], lanes: usize, groups: usize) -> Result<Vec<u32>, RunLengthError> {
    let size = bytes_per_word(lanes);
    let word = |g| read_word(bytes, g * size, lanes).map(|(word, _)| word);
    let words: Vec<u32> = (0..groups).map_while(word).collect();
    if words.len() < groups {
        return Err(RunLengthError::Truncated {
            words: words.len(),
            groups,
        });
    }
    Ok(words)
}

fn read_word(bytes: &[u8], at: usize, lanes: usize) -> Option<(u32, usize)> {
    let end = at.checked_add(bytes_per_word(lanes))?;
    let mut word = [0; 4];
    let read = bytes.get(at..end)?;
    word.get_mut(..read.len())?.copy_from_slice(read);
    Some((u32::from_le_bytes(word), end))
}
