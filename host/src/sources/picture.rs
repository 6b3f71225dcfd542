//! Pictures: PNG, as grey values, one frame with a channel for each pixel, row after row.

use super::options::{Extent, Options};
use super::samples::{Samples, Values};
use super::{bytes, format};
use crate::data::DataError;
use crate::encode::Frames;
use std::io::Cursor;
use std::path::Path;

/// Most pixels of a picture.
const MAX_PIXELS: usize = 1 << 24;

/// Reads a picture of any PNG kind; transparency is ignored, 16 bits become 8.
pub(super) fn read(path: &Path, options: &Options) -> Result<Samples, DataError> {
    let bytes = bytes(path)?;
    let (extent, grey) = grey(&bytes).map_err(|reason| format(path, reason))?;
    let (extent, grey) = match options.size {
        Some(size) if size != extent => (size, resized(&grey, extent, size)),
        _ => (extent, grey),
    };
    let values = grey.into_iter().map(u16::from).collect();
    let frames = Frames::new(255, extent.pixels(), values);
    let frames = frames.map_err(|e| format(path, e.to_string()))?;
    Ok(Samples {
        name: path.display().to_string(),
        values: Values::Whole(vec![frames]),
        labels: None,
    })
}

/// Size and grey values: `floor((299 R + 587 G + 114 B + 500) / 1000)`, the luma of ITU-R BT.601.
fn grey(bytes: &[u8]) -> Result<(Extent, Vec<u8>), String> {
    let png = |e: png::DecodingError| format!("it is no whole PNG picture ({e})");
    let limits = png::Limits {
        bytes: 4 * MAX_PIXELS,
    };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(png)?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    let extent = Extent { width, height };
    if width.checked_mul(height).is_none_or(|n| n > MAX_PIXELS) {
        return Err(format!("{extent} pixels are more than {MAX_PIXELS}"));
    }
    let size = reader.output_buffer_size();
    let size = size.filter(|&n| n <= 8 * MAX_PIXELS);
    let size = size.ok_or_else(|| format!("{extent} pixels are too large"))?;
    let mut data = vec![0; size];
    let info = reader.next_frame(&mut data).map_err(png)?;
    let of = info.color_type.samples();
    let data = data.get(..info.buffer_size()).unwrap_or(&[]);
    let luma = |pixel: &[u8]| match *pixel {
        [r, g, b] | [r, g, b, _] => {
            let sum = 299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b);
            ((sum + 500) / 1000) as u8
        }
        [grey, ..] => grey,
        [] => 0,
    };
    let grey: Vec<u8> = data.chunks_exact(of).map(luma).collect();
    if grey.len() != extent.pixels() {
        return Err(format!("it has {} pixels, not {extent}", grey.len()));
    }
    Ok((extent, grey))
}

/// The picture in another size: each new pixel is the mean of the area that it covers, to the nearest (a half up), in
/// whole numbers.
fn resized(grey: &[u8], from: Extent, to: Extent) -> Vec<u8> {
    // In units of 1 / (from * to): old pixel i covers [i to, (i + 1) to), new pixel j covers [j from, (j + 1) from).
    let shares = |j: usize, from: usize, to: usize| {
        let (start, end) = (j * from, (j + 1) * from);
        (start / to..end.div_ceil(to)).map(move |i| {
            let share = end.min((i + 1) * to) - start.max(i * to);
            (i, share as u64)
        })
    };
    let total = (from.width * from.height) as u64;
    let mut out = Vec::with_capacity(to.pixels());
    for row in 0..to.height {
        for column in 0..to.width {
            let mut sum = 0;
            for (y, high) in shares(row, from.height, to.height) {
                for (x, wide) in shares(column, from.width, to.width) {
                    let value = grey.get(y * from.width + x).copied().unwrap_or(0);
                    sum += u64::from(value) * high * wide;
                }
            }
            out.push(((2 * sum + total) / (2 * total)) as u8);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_means() {
        let extent = |width, height| Extent { width, height };
        let grey = [0, 100, 200, 40, 80, 120];
        let to = |w, h| resized(&grey, extent(3, 2), extent(w, h));
        assert_eq!(to(3, 2), grey);
        assert_eq!(to(1, 1), [90]);
        assert_eq!(to(3, 1), [20, 90, 160]);
        // (0 + 100 / 2) / 1.5 = 33.3, (100 / 2 + 200) / 1.5 = 166.7
        assert_eq!(to(2, 1), [43, 137]);
        assert_eq!(
            to(6, 2),
            [0, 0, 100, 100, 200, 200, 40, 40, 80, 80, 120, 120]
        );
    }
}
