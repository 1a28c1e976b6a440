//! The model in pieces for the database: each a few kilobytes, only those that hold anything, and only those that have
//! changed need be written again.

use super::delta::{Malformed, VERSION, read, read_signed, write, write_signed};
use super::features::SLOTS;
use super::{Cell, Model, TEXTS};

/// Into how many pieces a model falls: the first holds the sums, the second the table of texts, the others numbers.
pub const PIECES: usize = NUMBERS + 2;
/// So many pieces hold numbers.
const NUMBERS: usize = 256;
const IN_PIECE: usize = SLOTS / NUMBERS;

impl Model {
    /// A piece as bytes; `None` where it holds nothing, or there is no such piece.
    pub fn piece(&self, number: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        write(&mut bytes, VERSION);
        match number {
            _ if self.cells.is_empty() => return None,
            0 => {
                write_signed(&mut bytes, self.bias);
                self.lessons.iter().chain(&self.tokens).for_each(|sum| write(&mut bytes, *sum));
            }
            1 => {
                let mut last = 0;
                for (at, times) in self.texts.iter().enumerate().filter(|(_, times)| **times != [0; 2]) {
                    write(&mut bytes, (at - last) as u64);
                    times.iter().for_each(|times| write(&mut bytes, (*times).into()));
                    last = at;
                }
            }
            _ => {
                let start = number.checked_sub(2)?.checked_mul(IN_PIECE)?;
                let cells = self.cells.get(start..start + IN_PIECE)?;
                let mut last = 0;
                for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| **cell != Cell::default()) {
                    write(&mut bytes, (at - last) as u64);
                    write_signed(&mut bytes, cell.weight.into());
                    cell.counts.iter().for_each(|count| write(&mut bytes, (*count).into()));
                    last = at;
                }
                if bytes.len() == 1 {
                    return None;
                }
            }
        }
        Some(bytes)
    }

    /// Puts a piece in its place, in a model that is empty there.
    ///
    /// # Errors
    /// The bytes are cut off, of another version, or nonsense. Then the model is to be thrown away.
    pub fn set_piece(&mut self, number: usize, mut bytes: &[u8]) -> Result<(), Malformed> {
        let bytes = &mut bytes;
        if number >= PIECES || read(bytes)? != VERSION {
            return Err(Malformed);
        }
        self.make_room();
        if number == 0 {
            self.bias = read_signed(bytes)?;
            for sum in self.lessons.iter_mut().chain(&mut self.tokens) {
                *sum = read(bytes)?;
            }
            return if bytes.is_empty() { Ok(()) } else { Err(Malformed) };
        }
        let (start, end) = if number == 1 { (0, TEXTS) } else { ((number - 2) * IN_PIECE, (number - 1) * IN_PIECE) };
        let mut at = start;
        while !bytes.is_empty() {
            let gap = usize::try_from(read(bytes)?).map_err(|_| Malformed)?;
            at = at.checked_add(gap).filter(|at| *at < end).ok_or(Malformed)?;
            if number == 1 {
                for times in self.texts.get_mut(at).ok_or(Malformed)? {
                    *times = read(bytes)?.try_into().map_err(|_| Malformed)?;
                }
            } else {
                let cell = self.cells.get_mut(at).ok_or(Malformed)?;
                cell.weight = read_signed(bytes)?.try_into().map_err(|_| Malformed)?;
                for count in &mut cell.counts {
                    *count = read(bytes)?.try_into().map_err(|_| Malformed)?;
                }
            }
        }
        Ok(())
    }
}
