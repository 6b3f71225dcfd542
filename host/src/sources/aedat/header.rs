//! The header of an AEDAT4 file: how its packets are compressed, where they end, and how large the sensor is.

use super::super::options::Extent;
use super::flat::Table;

/// First bytes of a file.
const MAGIC: &[u8] = b"#!AER-DAT4.0\r\n";
/// Most bytes of its description.
const MAX_DESCRIPTION: usize = 1 << 20;

/// What packets are compressed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Lz4,
    Zstd,
}

/// What the header says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub compression: Compression,
    /// Where the packets begin.
    pub packets: usize,
    /// Where they end: at the table of packets, or at the file's end.
    pub end: usize,
    /// Of the first stream of events.
    pub sensor: Option<Extent>,
}

impl Header {
    /// An error is a reason in words.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let body = bytes
            .strip_prefix(MAGIC)
            .ok_or("it does not begin as an AEDAT4 file (#!AER-DAT4.0)")?;
        let cut = "its header is no whole FlatBuffer";
        let size = body.first_chunk::<4>().ok_or(cut)?;
        let size = u32::from_le_bytes(*size) as usize;
        let header = body.get(4..).and_then(|b| b.get(..size)).ok_or(cut)?;
        let table = Table::root(header).ok_or(cut)?;
        let compression = match table.int(0).unwrap_or(0) {
            0 => Compression::None,
            1 | 2 => Compression::Lz4,
            3 | 4 => Compression::Zstd,
            other => return Err(format!("its compression {other} is unknown")),
        };
        let packets = MAGIC.len() + 4 + size;
        let end = usize::try_from(table.long(1).unwrap_or(-1)).ok();
        let description = table.vector(2, 1).ok_or(cut)?;
        if description.len() > MAX_DESCRIPTION {
            return Err(format!(
                "its description has {} bytes, {MAX_DESCRIPTION} is the most",
                description.len()
            ));
        }
        let description = std::str::from_utf8(description)
            .map_err(|e| format!("its description is no UTF-8 text ({e})"))?;
        Ok(Self {
            compression,
            packets,
            end: end.filter(|&n| n > 0).unwrap_or(bytes.len()),
            sensor: sensor(description)?,
        })
    }
}

/// The size of the first stream of events in the description, an XML text: a node of the type EVTS has a node `info`
/// with `sizeX` and `sizeY`.
fn sensor(description: &str) -> Result<Option<Extent>, String> {
    let document = match description.trim() {
        "" => return Ok(None),
        text => roxmltree::Document::parse(text),
    };
    let document = document.map_err(|e| format!("its description is no XML text ({e})"))?;
    let attribute = |node: roxmltree::Node, key: &str| {
        let mut children = node.children();
        let found = children.find(|c| c.has_tag_name("attr") && c.attribute("key") == Some(key));
        found
            .and_then(|c| c.text())
            .map(str::trim)
            .map(String::from)
    };
    let events = document
        .descendants()
        .find(|n| attribute(*n, "typeIdentifier").as_deref() == Some("EVTS"));
    let sizes = events.into_iter().flat_map(|n| n.descendants());
    let size = |node: roxmltree::Node| {
        let side = |key: &str| {
            let side = attribute(node, key)?.parse().ok()?;
            (1..=Extent::MOST).contains(&side).then_some(side)
        };
        let (width, height) = (side("sizeX")?, side("sizeY")?);
        Some(Extent { width, height })
    };
    Ok(sizes.into_iter().find_map(size))
}
