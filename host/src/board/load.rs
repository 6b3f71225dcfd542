//! Loading images.

use super::run::Program;
use super::{Board, BoardError, Memory};
use crate::transport::Transport;
use ferrospike_model::image::{Image, CRC};
use ferrospike_model::program::{Form, Operation};

/// Words of one CRC.
const VERIFIED: usize = 1 << 15;
/// Bytes between reports of progress.
const PART: usize = 4096;

/// Shows how far a long transfer is.
pub trait Progress {
    /// A transfer of `total` bytes begins.
    fn start(&mut self, total: usize);
    /// Another `bytes` bytes are done.
    fn advance(&mut self, bytes: usize);
    /// All is done.
    fn finish(&mut self);
}

/// Shows nothing.
impl Progress for () {
    fn start(&mut self, _: usize) {}
    fn advance(&mut self, _: usize) {}
    fn finish(&mut self) {}
}

impl<T: Transport> Board<T> {
    /// Loads an image: checks that it fits, writes S, and compares the device's CRC of it. Until
    /// that has succeeded no program can be run through this board. State is not cleared.
    pub fn load(&mut self, image: &Image, progress: &mut dyn Progress) -> Result<(), BoardError> {
        self.program = None;
        let program = Program::new(image)?;
        image.check_fit(self.shape())?;
        self.check_lists(image)?;
        progress.start(image.synapses.len());
        let lanes = image.header.lanes;
        let words = PART / lanes;
        for (i, part) in image.synapses.chunks(words * lanes).enumerate() {
            self.write(Memory::S, i * words, part)?;
            progress.advance(part.len());
        }
        self.flush()?;
        if let Some(difference) = self.difference(0, &image.synapses)? {
            return Err(difference);
        }
        progress.finish();
        self.attach(program);
        Ok(())
    }

    /// Asks the device whether it holds this image already (by CRC); if it does, the image can be
    /// run as after [`Board::load`].
    pub fn is_loaded(&mut self, image: &Image) -> Result<bool, BoardError> {
        self.program = None;
        if image.check_fit(self.shape()).is_err() {
            return Ok(false);
        }
        let program = Program::new(image)?;
        self.check_lists(image)?;
        if self.difference(0, &image.synapses)?.is_some() {
            return Ok(false);
        }
        self.attach(program);
        Ok(true)
    }

    /// Takes the caller's word that the device holds this image, as a simulation does that started
    /// with it in its memory: only its first word is verified.
    pub fn assume_loaded(&mut self, image: &Image) -> Result<(), BoardError> {
        self.program = None;
        let program = Program::new(image)?;
        image.check_fit(self.shape())?;
        self.check_lists(image)?;
        let first = image.synapses.get(..image.header.lanes);
        if let Some(difference) = self.difference(0, first.unwrap_or_default())? {
            return Err(difference);
        }
        self.attach(program);
        Ok(())
    }

    /// A device without listed rows would refuse the program in its first step.
    fn check_lists(&self, image: &Image) -> Result<(), BoardError> {
        if self.info().has_lists() {
            return Ok(());
        }
        let header = &image.header;
        for entry in [header.clear_entry, header.step_entry] {
            let listed = |o: &Operation| matches!(o, Operation::Scan(s) if s.form == Form::Listed);
            if image.program(entry)?.iter().any(|(_, o)| listed(o)) {
                return Err(BoardError::NoLists {
                    name: header.name.clone(),
                    board: self.info().board.clone(),
                });
            }
        }
        Ok(())
    }

    fn attach(&mut self, program: Program) {
        self.expected = super::Expected::new(self.shape().lanes);
        self.expected.learn(&program.operations);
        self.program = Some(program);
    }

    /// The first part of S that does not hold these bytes, from a word on; if there is none, the device runs programs.
    pub(super) fn difference(
        &mut self,
        word: usize,
        bytes: &[u8],
    ) -> Result<Option<BoardError>, BoardError> {
        let lanes = self.shape().lanes;
        for (i, part) in bytes.chunks(VERIFIED * lanes).enumerate() {
            let (first, count) = (word + i * VERIFIED, part.len() / lanes);
            let wanted = CRC.checksum(part);
            let found = self.verify_s(first, count, wanted)?;
            if found != wanted {
                let last = first + count - 1;
                return Ok(Some(BoardError::Verify {
                    first,
                    last,
                    found,
                    wanted,
                }));
            }
        }
        Ok(None)
    }
}
