//! From runs of groups and the places of their words to the segments of a list.

use ferrospike_model::program::Segment;

/// Successive groups of a row, and the words that feed them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Run {
    /// Groups behind the source's first one.
    pub group: u32,
    pub groups: u32,
    pub words: Vec<u32>,
}

/// Segments that only move, between two places of words.
pub(super) fn distance(from: usize, to: usize) -> usize {
    match to.checked_sub(from) {
        Some(ahead) => ahead / 256,
        None => from.abs_diff(to).saturating_sub(1) / 256,
    }
}

/// The segments of runs whose words begin at these places.
pub(super) fn segments(runs: &[Run], begins: &[usize], exponent: u8) -> Vec<Segment> {
    let mut segments = Vec::with_capacity(runs.len());
    let mut group = 0;
    let mut word = begins.first().map_or(0, |&at| at as i64);
    for (run, &begin) in runs.iter().zip(begins) {
        let mut skip = begin as i64 - word;
        while !Segment::WORD_SKIPS.contains(&skip) {
            let step = skip.clamp(*Segment::WORD_SKIPS.start(), *Segment::WORD_SKIPS.end());
            segments.push(Segment {
                word_skip: step as i16,
                ..Segment::default()
            });
            skip -= step;
        }
        segments.push(Segment {
            groups: run.groups as u8,
            exponent,
            last: false,
            word_skip: skip as i16,
            group_skip: ((run.group - group) & 0xfff) as u16,
        });
        group = run.group + run.groups;
        word = (begin + run.words.len()) as i64;
    }
    segments
}
