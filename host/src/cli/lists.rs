//! Listed rows in words: what the table of a SCAN says, and its lists.

use ferrospike_model::image::Image;
use ferrospike_model::program::{Scan, Segment, TableEntry};
use std::collections::BTreeMap;

/// Lists and segments of a list that are written out.
const LISTS: usize = 4;
const SEGMENTS: usize = 8;

/// A listed SCAN, its table in sum, and the lists that most sources have.
pub fn scan(image: &Image, s: &Scan, from: &str, sign: &str) -> String {
    let h = &image.header;
    let source = h.populations.iter().find(|p| p.bitmap == s.source);
    let places = source.map_or(0, |p| p.places());
    let mut lists: BTreeMap<u32, usize> = BTreeMap::new();
    let (mut with, mut operations) = (0usize, 0u64);
    let (mut words, mut groups) = ((u32::MAX, 0), (u16::MAX, 0));
    for place in 0..places {
        let at = s.row_base as usize + place * usize::from(s.stride);
        let entry = TableEntry::decode(long(image, at).unwrap_or(0));
        if entry.operations == 0 {
            continue;
        }
        with += 1;
        operations += u64::from(entry.operations);
        *lists.entry(entry.list).or_default() += 1;
        words = (words.0.min(entry.first_word), words.1.max(entry.first_word));
        groups = (
            groups.0.min(entry.first_group),
            groups.1.max(entry.first_group),
        );
    }
    let mut text = format!(
        "SCAN    {from}, listed, delay {}, table at long {}, {} bits {sign}{}",
        s.delay,
        s.row_base,
        s.format.bits(),
        if s.wrap { ", wraps" } else { "" }
    );
    if with == 0 {
        return text + "; no source has a list";
    }
    text += &format!(
        "; {with} of {places} sources have one of {} lists, {operations} weights in all, from word {}..={} \
         and group {}..={}",
        lists.len(),
        words.0,
        words.1,
        groups.0,
        groups.1
    );
    let mut most: Vec<(u32, usize)> = lists.into_iter().collect();
    most.sort_by_key(|&(at, count)| (std::cmp::Reverse(count), at));
    for &(at, count) in most.iter().take(LISTS) {
        text += &format!(
            "\n            list at long {at}, of {count} sources: {}",
            list(image, at)
        );
    }
    if most.len() > LISTS {
        text += &format!("\n            and {} lists more", most.len() - LISTS);
    }
    text
}

/// Segments: groups, skips where there are any, and the exponent.
fn list(image: &Image, first: u32) -> String {
    let mut parts = Vec::new();
    let mut at = first as usize;
    while let Some(pair) = long(image, at) {
        for half in [pair as u32, (pair >> 32) as u32] {
            let segment = Segment::decode(half);
            let mut text = format!("{} groups", segment.groups);
            if segment.word_skip != 0 {
                text += &format!(" words {:+}", segment.word_skip);
            }
            if segment.group_skip != 0 {
                text += &format!(" groups +{}", segment.group_skip);
            }
            if segment.exponent != 0 {
                text += &format!(" << {}", segment.exponent);
            }
            parts.push(text);
            if segment.last {
                let more = parts.len().saturating_sub(SEGMENTS);
                parts.truncate(SEGMENTS);
                let end = if more > 0 {
                    format!(", and {more} more")
                } else {
                    String::new()
                };
                return parts.join(", ") + &end;
            }
        }
        at += 1;
    }
    parts.truncate(SEGMENTS);
    parts.join(", ") + ", without an end"
}

fn long(image: &Image, at: usize) -> Option<u64> {
    let bytes = image
        .synapses
        .get(at.checked_mul(8)?..)?
        .first_chunk::<8>()?;
    Some(u64::from_le_bytes(*bytes))
}
