//! The transport protocol: escape sequences around and within a file, padding and a checksum.

use super::Checksum;
use crate::telegram::Unusable;

const ESCAPE: [u8; 4] = [0x1b; 4];
const BEGIN: [u8; 4] = [1; 4];
const END: u8 = 0x1a;
/// The start: an escape sequence and the version.
const START: [u8; 8] = [0x1b, 0x1b, 0x1b, 0x1b, 1, 1, 1, 1];
/// Bytes of a file with its escape sequences. Meters send some hundred.
const LONGEST: usize = 16 * 1024;

/// Takes the first whole file out of a stream. What stands before it, and files that were cut off by
/// the start of another, are dropped; so is a file that is longer than any meter's.
pub fn cut(buffer: &mut Vec<u8>) -> Option<Vec<u8>> {
	let Some(mut start) = find(buffer, 0) else {
		// The last seven bytes can be the beginning of a start.
		buffer.drain(..buffer.len().saturating_sub(START.len() - 1));
		return None;
	};
	let mut at = start + START.len();
	while let Some(four) = buffer.get(at..at + 4) {
		if four != ESCAPE {
			at += 1;
			continue;
		}
		let Some(next) = buffer.get(at + 4..at + 8) else { break };
		if next == BEGIN {
			start = at;
		} else if next[0] == END {
			let frame = buffer[start..at + 8].to_vec();
			buffer.drain(..at + 8);
			return Some(frame);
		}
		// An escaped escape sequence; anything else is for the reader of the file to refuse.
		at += 8;
	}
	if buffer.len() - start > LONGEST {
		buffer.drain(..at);
	} else {
		buffer.drain(..start);
	}
	None
}

fn find(buffer: &[u8], from: usize) -> Option<usize> {
	buffer.get(from..)?.windows(START.len()).position(|window| window == START).map(|at| from + at)
}

/// The messages within a frame, after its checksum was found right.
pub fn open(frame: &[u8], checksum: Checksum) -> Result<Vec<u8>, Unusable> {
	let cut_off = || Unusable::new("TelegramIncomplete", "the telegram is incomplete");
	if frame.len() > LONGEST {
		return Err(Unusable::new("TelegramTooLong", "the telegram is longer than 16 KiB"));
	}
	if !frame.starts_with(&START) || frame.len() < START.len() + 8 {
		return Err(cut_off());
	}
	let (covered, sum) = frame.split_at(frame.len() - 2);
	if checksum.of(covered) != sum {
		if checksum.other().of(covered) == sum {
			return Err(other_checksum(checksum));
		}
		return Err(Unusable::new("ChecksumWrong", "the telegram's checksum is wrong"));
	}
	let (body, trailer) = frame[START.len()..].split_at(frame.len() - START.len() - 8);
	let padding = usize::from(trailer[5]);
	if trailer[..4] != ESCAPE || trailer[4] != END || padding > 3 {
		return Err(cut_off());
	}
	let mut file = Vec::with_capacity(body.len());
	let mut rest = body;
	while let Some(first) = rest.first() {
		if rest.starts_with(&ESCAPE) {
			if rest.get(4..8) != Some(&ESCAPE) {
				return Err(Unusable::new(
					"EscapeUnknown",
					"the telegram has an escape sequence that is not known",
				));
			}
			file.extend(ESCAPE);
			rest = &rest[8..];
		} else {
			file.push(*first);
			rest = &rest[1..];
		}
	}
	let length = file.len().checked_sub(padding).ok_or_else(cut_off)?;
	file.truncate(length);
	Ok(file)
}

/// The refusal of a telegram with the checksum that was not expected.
pub fn other_checksum(expected: Checksum) -> Unusable {
	let other = expected.other().text();
	Unusable::new(
		"ChecksumVariant",
		format!(
			"the telegram's checksum is right as CRC-16/{}: say checksum = \"{other}\"",
			other.to_uppercase()
		),
	)
}

/// A frame around messages. For simulated meters.
pub fn wrap(file: &[u8], checksum: Checksum) -> Vec<u8> {
	let mut frame = START.to_vec();
	let mut rest = file;
	while let Some(first) = rest.first() {
		if rest.starts_with(&ESCAPE) {
			frame.extend(ESCAPE);
			frame.extend(ESCAPE);
			rest = &rest[4..];
		} else {
			frame.push(*first);
			rest = &rest[1..];
		}
	}
	let padding = (4 - frame.len() % 4) % 4;
	frame.extend(std::iter::repeat_n(0, padding));
	frame.extend(ESCAPE);
	frame.extend([END, padding as u8]);
	let sum = checksum.of(&frame);
	frame.extend(sum);
	frame
}
