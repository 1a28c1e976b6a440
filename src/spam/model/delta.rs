//! One lesson as a change of the model: kept in the database, added by every process, taken back on undo.

use std::fmt;

use super::features::SLOTS;

/// Weights are whole multiples of this, so that adding them is exact and in any order the same.
pub(super) const UNIT: f32 = 1.0 / 65_536.0;

/// What one lesson changes. The default changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// Whether it was a lesson of spam.
    pub(super) spam: bool,
    /// What is added to the weight of each token, of each mark, and of all texts.
    pub(super) token_step: i32,
    pub(super) mark_step: i32,
    pub(super) bias_step: i32,
    /// The hash of the text.
    pub(super) text: u64,
    /// The numbers, in order.
    pub(super) tokens: Vec<u32>,
    pub(super) marks: Vec<u32>,
}

/// The bytes are not what this program wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is no part of a model of this version")
    }
}

impl std::error::Error for Malformed {}

/// The version of the features; what was learned with others means nothing here.
pub(super) const VERSION: u64 = 1;

impl Delta {
    /// Whether there is nothing to add: the same text had been learned before.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The hash of the text that it is about, as a database keeps whole numbers.
    pub const fn text_hash(&self) -> i64 {
        self.text.cast_signed()
    }

    /// Whether it was a lesson of spam.
    pub const fn is_spam(&self) -> bool {
        self.spam
    }

    /// As bytes for the database, two for each number or so: a kilobyte for a comment of average length.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.tokens.len() * 2 + 32);
        write(&mut bytes, VERSION);
        write(&mut bytes, u64::from(self.spam));
        for step in [self.token_step, self.mark_step, self.bias_step] {
            write_signed(&mut bytes, step.into());
        }
        write(&mut bytes, self.text);
        write_slots(&mut bytes, &self.tokens);
        write_slots(&mut bytes, &self.marks);
        bytes
    }

    /// Reads what [`Delta::to_bytes`] wrote.
    ///
    /// # Errors
    /// The bytes are cut off, of another version, or nonsense.
    pub fn from_bytes(mut bytes: &[u8]) -> Result<Self, Malformed> {
        let bytes = &mut bytes;
        if read(bytes)? != VERSION {
            return Err(Malformed);
        }
        let mut delta = Self { spam: read(bytes)? == 1, ..Self::default() };
        for step in [&mut delta.token_step, &mut delta.mark_step, &mut delta.bias_step] {
            *step = read_signed(bytes)?.try_into().map_err(|_| Malformed)?;
        }
        delta.text = read(bytes)?;
        delta.tokens = read_slots(bytes)?;
        delta.marks = read_slots(bytes)?;
        if bytes.is_empty() { Ok(delta) } else { Err(Malformed) }
    }
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
pub(super) fn write(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

pub(super) fn read(bytes: &mut &[u8]) -> Result<u64, Malformed> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first().ok_or(Malformed)?;
        *bytes = rest;
        number |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(Malformed)
}

/// Numbers in their order, as how far each is from the one before.
pub(super) fn write_slots(bytes: &mut Vec<u8>, slots: &[u32]) {
    write(bytes, slots.len() as u64);
    let mut last = 0;
    for slot in slots {
        write(bytes, u64::from(slot - last));
        last = *slot;
    }
}

pub(super) fn read_slots(bytes: &mut &[u8]) -> Result<Vec<u32>, Malformed> {
    let (mut slots, mut last) = (Vec::new(), 0_u64);
    // A count that is too high finds the end of the bytes.
    for _ in 0..read(bytes)? {
        last = last.checked_add(read(bytes)?).filter(|slot| *slot < SLOTS as u64).ok_or(Malformed)?;
        slots.push(u32::try_from(last).map_err(|_| Malformed)?);
    }
    Ok(slots)
}

/// Small numbers of either sign become small ones without.
pub(super) fn write_signed(bytes: &mut Vec<u8>, number: i64) {
    write(bytes, ((number << 1) ^ (number >> 63)).cast_unsigned());
}

pub(super) fn read_signed(bytes: &mut &[u8]) -> Result<i64, Malformed> {
    let number = read(bytes)?;
    Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
}
