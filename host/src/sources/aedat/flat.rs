//! Tables of FlatBuffers, every access checked: what is not inside the buffer is not there.

/// A table in a buffer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table<'a> {
    buffer: &'a [u8],
    at: usize,
    /// Where the table's list of field places begins, and its bytes.
    places: usize,
    size: usize,
}

fn number<const N: usize>(buffer: &[u8], at: usize) -> Option<[u8; N]> {
    buffer.get(at..)?.first_chunk::<N>().copied()
}

fn offset(buffer: &[u8], at: usize) -> Option<usize> {
    let by = u32::from_le_bytes(number(buffer, at)?) as usize;
    at.checked_add(by).filter(|&to| to < buffer.len())
}

impl<'a> Table<'a> {
    /// The table that the buffer begins with the offset of.
    pub fn root(buffer: &'a [u8]) -> Option<Self> {
        let at = offset(buffer, 0)?;
        let back = i32::from_le_bytes(number(buffer, at)?);
        let places = usize::try_from(i64::try_from(at).ok()? - i64::from(back)).ok()?;
        let size = usize::from(u16::from_le_bytes(number(buffer, places)?));
        buffer.get(places..places.checked_add(size)?)?;
        Some(Self {
            buffer,
            at,
            places,
            size,
        })
    }

    /// Where a field is; none if it has its default value.
    fn field(&self, index: usize) -> Option<usize> {
        let slot = 4 + 2 * index;
        if slot + 2 > self.size {
            return None;
        }
        let by = usize::from(u16::from_le_bytes(number(self.buffer, self.places + slot)?));
        (by != 0).then_some(self.at + by)
    }

    /// A number of 32 bits.
    pub fn int(&self, index: usize) -> Option<i32> {
        Some(i32::from_le_bytes(number(self.buffer, self.field(index)?)?))
    }

    /// A number of 64 bits.
    pub fn long(&self, index: usize) -> Option<i64> {
        Some(i64::from_le_bytes(number(self.buffer, self.field(index)?)?))
    }

    /// The bytes of a vector whose elements have `element` bytes each; of a missing one none.
    pub fn vector(&self, index: usize, element: usize) -> Option<&'a [u8]> {
        let Some(at) = self.field(index) else {
            return Some(&[]);
        };
        let at = offset(self.buffer, at)?;
        let count = u32::from_le_bytes(number(self.buffer, at)?) as usize;
        let size = count.checked_mul(element)?;
        self.buffer.get(at + 4..)?.get(..size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table of an int, a missing field and a vector of two bytes.
    const BUFFER: [u8; 34] = [
        14, 0, 0, 0, // the root table is at 14
        10, 0, 12, 0, 4, 0, 0, 0, 8, 0, // places of its three fields
        10, 0, 0, 0, // which begin 10 before it
        7, 0, 0, 0, // the int
        4, 0, 0, 0, // the vector is 4 further
        2, 0, 0, 0, 5, 6, 0, 0,
    ];

    #[test]
    fn fields_are_read_and_never_beyond_the_end() {
        let table = Table::root(&BUFFER).unwrap();
        assert_eq!(table.int(0), Some(7));
        assert_eq!(table.int(1), None);
        assert_eq!(table.int(9), None);
        assert_eq!(table.vector(2, 1), Some(&[5, 6][..]));
        assert_eq!(table.vector(1, 1), Some(&[][..]));
        assert_eq!(table.vector(2, 3), None);
        assert_eq!(table.vector(2, usize::MAX), None);
        for end in 0..BUFFER.len() {
            let part = Table::root(&BUFFER[..end]);
            let vector = part.and_then(|t| t.vector(2, 1));
            assert!(vector.is_none() || end >= 32, "{end}");
        }
        for place in 0..BUFFER.len() {
            for value in [0, 1, 127, 128, 255] {
                let mut buffer = BUFFER;
                buffer[place] = value;
                let table = Table::root(&buffer);
                let _ = table.map(|t| (t.int(0), t.long(0), t.vector(2, 16)));
            }
        }
    }
}
