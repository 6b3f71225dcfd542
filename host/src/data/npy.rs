//! Arrays in NumPy's `.npy` format, versions 1 to 3.

use super::DataError;

/// An array as it is in the file.
#[derive(Clone, Debug)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    kind: Kind,
    /// Truth values, which have the same bytes as unsigned numbers of 8 bits.
    truth: bool,
    /// Little-endian.
    data: Vec<u8>,
}

/// Types of elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Unsigned(usize),
    Signed(usize),
    Float(usize),
}

impl Kind {
    /// The type, and whether its bytes are most significant first; what is refused is told by name.
    fn parse(text: &str) -> Result<(Self, bool), String> {
        let refused = |what: &str| {
            Err(format!(
                "its element type '{text}' is {what}; save it as bool, whole numbers or floats of 16, 32 or 64 bits"
            ))
        };
        let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        let (order, kind) = (part(0, 1), part(1, 2));
        let size = part(2, text.len()).parse().unwrap_or(0usize);
        let known = match kind {
            "b" if size == 1 => Kind::Unsigned(1),
            "u" if [1, 2, 4, 8].contains(&size) => Kind::Unsigned(size),
            "i" if [1, 2, 4, 8].contains(&size) => Kind::Signed(size),
            "f" if [2, 4, 8].contains(&size) => Kind::Float(size),
            "f" => return refused("a float of another size, whose bits depend on the machine"),
            "c" => return refused("a complex number"),
            "U" | "S" | "a" => return refused("text"),
            "O" => return refused("any Python object, which only Python can read"),
            "M" | "m" => return refused("a time"),
            "V" => return refused("raw bytes or a record"),
            _ => return refused("unknown"),
        };
        match order {
            "<" | "|" | "=" => Ok((known, false)),
            ">" => Ok((known, true)),
            _ => refused("of an unknown order of bytes"),
        }
    }

    fn size(self) -> usize {
        match self {
            Kind::Unsigned(n) | Kind::Signed(n) | Kind::Float(n) => n,
        }
    }

    fn value(self, bytes: &[u8]) -> f64 {
        let raw = bytes
            .iter()
            .rev()
            .fold(0u64, |x, &byte| x << 8 | u64::from(byte));
        match self {
            Kind::Unsigned(_) => raw as f64,
            Kind::Signed(n) => {
                let shift = 64 - 8 * n as u32;
                ((raw << shift) as i64 >> shift) as f64
            }
            Kind::Float(2) => half(raw as u16),
            Kind::Float(4) => f64::from(f32::from_bits(raw as u32)),
            Kind::Float(_) => f64::from_bits(raw),
        }
    }
}

/// A number of 16 bits as one of 64.
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 0x3ff) / 1024.0);
    let magnitude = match exponent {
        0 => fraction * 2f64.powi(-14),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction) * 2f64.powi(exponent - 15),
    };
    if bits >> 15 == 1 {
        -magnitude
    } else {
        magnitude
    }
}

/// Elements of `size` bytes from Fortran order (first axis fastest) to C order.
fn last_axis_fastest(shape: &[usize], size: usize, data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut at = vec![0usize; shape.len()];
    for _ in 0..data.len() / size.max(1) {
        let (mut place, mut step) = (0, 1);
        for (&index, &length) in at.iter().zip(shape) {
            place += index * step;
            step *= length;
        }
        out.extend_from_slice(data.get(place * size..(place + 1) * size).unwrap_or(&[]));
        for (index, &length) in at.iter_mut().zip(shape).rev() {
            *index += 1;
            if *index < length {
                break;
            }
            *index = 0;
        }
    }
    out
}

/// Most axes of an array, as in NumPy.
const MAX_AXES: usize = 64;

impl Array {
    /// Reads a whole `.npy` file; an error is a reason in words.
    pub(super) fn parse(file: &[u8]) -> Result<Self, String> {
        let cut = || "the array is cut off in its header".to_string();
        let body = file
            .strip_prefix(b"\x93NUMPY")
            .ok_or("it does not begin as a NumPy array")?;
        let (start, size) = match *body {
            [1, _, a, b, ..] => (4, usize::from(u16::from_le_bytes([a, b]))),
            [2 | 3, _, a, b, c, d, ..] => (6, u32::from_le_bytes([a, b, c, d]) as usize),
            [version, ..] => return Err(format!("its NumPy format {version} is unknown")),
            [] => return Err(cut()),
        };
        let body = body.get(start..).ok_or_else(cut)?;
        let (header, data) = body.split_at_checked(size).ok_or_else(cut)?;
        let header = String::from_utf8_lossy(header);
        let after = |key: &str| {
            let at = header.find(key)? + key.len();
            Some(header.get(at..)?.trim_start_matches([':', ' ']))
        };
        let odd = |what: &str| format!("its header gives no usable {what}: {}", header.trim());
        let descr = after("'descr'").and_then(|t| t.strip_prefix('\'')?.split('\'').next());
        if after("'descr'").is_some_and(|t| t.starts_with('[')) {
            let reason = "its elements are records (a structured type); save each field as an array of its own";
            return Err(reason.into());
        }
        let (kind, reversed) = Kind::parse(descr.ok_or_else(|| odd("element type"))?)?;
        let order = after("'fortran_order'").unwrap_or("");
        let fortran = order.starts_with("True");
        if !fortran && !order.starts_with("False") {
            return Err(odd("order of elements"));
        }
        let shape = after("'shape'").and_then(|t| t.strip_prefix('(')?.split(')').next());
        let shape = shape
            .ok_or_else(|| odd("shape"))?
            .split(',')
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .map(|t| t.parse::<usize>().map_err(|_| odd("shape")))
            .collect::<Result<Vec<_>, _>>()?;
        // The product of any of its axes is a number, even if one of them is 0.
        let all = shape
            .iter()
            .try_fold(1usize, |n, &x| n.checked_mul(x.max(1)));
        if all.is_none() || shape.len() > MAX_AXES {
            return Err(odd("shape"));
        }
        let bytes = shape
            .iter()
            .try_fold(kind.size(), |n, &x| n.checked_mul(x))
            .ok_or_else(|| odd("shape"))?;
        if bytes != data.len() {
            let have = data.len();
            return Err(format!(
                "its shape {shape:?} needs {bytes} bytes, but {have} are there"
            ));
        }
        let mut data = match fortran && shape.len() > 1 {
            true => last_axis_fastest(&shape, kind.size(), data),
            false => data.to_vec(),
        };
        if reversed {
            data.chunks_exact_mut(kind.size()).for_each(<[u8]>::reverse);
        }
        let truth = descr.is_some_and(|d| d.contains('b'));
        Ok(Self {
            shape,
            kind,
            truth,
            data,
        })
    }

    /// The elements, last axis fastest.
    pub(crate) fn numbers(&self) -> Vec<f64> {
        let elements = self.data.chunks_exact(self.kind.size());
        elements.map(|bytes| self.kind.value(bytes)).collect()
    }

    /// The largest value that unsigned elements of up to 16 bits can have; none for others.
    pub(crate) fn full_scale(&self) -> Option<u16> {
        match self.kind {
            _ if self.truth => Some(1),
            Kind::Unsigned(1) => Some(u8::MAX.into()),
            Kind::Unsigned(2) => Some(u16::MAX),
            _ => None,
        }
    }

    /// Number of elements.
    pub(crate) fn len(&self) -> usize {
        self.data.len() / self.kind.size()
    }

    /// The elements, which must be whole numbers from 0 to `most`.
    pub(crate) fn bytes(&self, path: &str, what: &str, most: u8) -> Result<Vec<u8>, DataError> {
        let small = |(index, bytes): (usize, &[u8])| {
            let value = self.kind.value(bytes);
            if value.fract() == 0.0 && (0.0..=f64::from(most)).contains(&value) {
                return Ok(value as u8);
            }
            Err(DataError::Value {
                path: path.into(),
                what: what.into(),
                index,
                value,
                most,
            })
        };
        let elements = self.data.chunks_exact(self.kind.size());
        elements.enumerate().map(small).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        let mut file = b"\x93NUMPY\x01\x00".to_vec();
        file.extend((header.len() as u16).to_le_bytes());
        file.extend(header.as_bytes());
        file.extend(data);
        file
    }

    #[test]
    fn arrays_are_read_or_refused() {
        let header = "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }\n";
        let good = file(header, &[1, 0, 255, 255]);
        let array = Array::parse(&good).unwrap();
        assert_eq!(array.shape, [2]);
        let text = array.bytes("x.npz", "spikes", 1).unwrap_err().to_string();
        assert!(text.contains("element 1 of 'spikes'") && text.contains("is -1"));
        for size in 0..good.len() {
            assert!(Array::parse(&good[..size]).is_err());
        }
        for (from, to) in [
            ("<i2", "?i2"),
            ("False", "Maybe"),
            ("(2,)", "(0, 9223372036854775807, 9223372036854775807)"),
            ("(2,)", "(99999999999999999999,)"),
            ("(2,)", "(4294967296, 4294967296, 4294967296)"),
            ("shape", "form"),
        ] {
            assert!(Array::parse(&file(&header.replace(from, to), &[1, 0, 2, 0])).is_err());
        }
    }

    #[test]
    fn every_type_is_read_or_refused_by_name() {
        for (descr, data) in [
            ("|b1", vec![1u8]),
            ("|u1", vec![1]),
            ("|i1", vec![1]),
            ("<u2", vec![1, 0]),
            (">u2", vec![0, 1]),
            (">i4", vec![0, 0, 0, 1]),
            ("<i8", vec![1, 0, 0, 0, 0, 0, 0, 0]),
            ("<f2", vec![0, 0x3c]),
            (">f2", vec![0x3c, 0]),
            (">f4", vec![0x3f, 0x80, 0, 0]),
            ("<f8", vec![0, 0, 0, 0, 0, 0, 0xf0, 0x3f]),
        ] {
            let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': (1,), }}");
            let array = Array::parse(&file(&header, &data)).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(array.numbers(), [1.0], "{descr}");
        }
        for (descr, word) in [
            ("'<f16'", "machine"),
            ("'<c8'", "complex"),
            ("'<U3'", "text"),
            ("'|S3'", "text"),
            ("'|O'", "Python object"),
            ("'<M8[ns]'", "a time"),
            ("'|V4'", "raw bytes"),
            ("'<i3'", "unknown"),
            ("[('x', '<f4')]", "structured"),
        ] {
            let header = format!("{{'descr': {descr}, 'fortran_order': False, 'shape': (1,), }}");
            let text = Array::parse(&file(&header, &[0; 4])).expect_err(descr);
            assert!(
                text.contains(word) && text.contains("save"),
                "{descr}: {text}"
            );
        }
    }

    #[test]
    fn fortran_order_and_half_precision() {
        let header = "{'descr': '<f2', 'fortran_order': True, 'shape': (2, 3), }\n";
        // [[1, 2, 0.5], [-2, 65504, 2^-24]], column by column.
        let words: [u16; 6] = [0x3c00, 0xc000, 0x4000, 0x7bff, 0x3800, 0x0001];
        let data: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
        let array = Array::parse(&file(header, &data)).unwrap();
        let want = [1.0, 2.0, 0.5, -2.0, 65504.0, 2f64.powi(-24)];
        assert_eq!(array.numbers(), want);
        assert!(half(0x7c01).is_nan() && half(0xfc00) == f64::NEG_INFINITY);
    }

    #[test]
    fn nan_is_no_number() {
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n";
        let array = Array::parse(&file(header, &f32::NAN.to_le_bytes())).unwrap();
        let text = array.bytes("x.npz", "images", 255).unwrap_err().to_string();
        assert!(text.contains("is NaN, but must be"), "{text}");
    }
}
