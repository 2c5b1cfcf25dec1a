//! HDLC frames (IEC 62056-46): cut out of a stream, checked, and put together where they are segments.

use crate::{crc, telegram::Unusable};

const FLAG: u8 = 0x7e;
/// The longest frame between its flags: eleven bits.
const LONGEST_FRAME: usize = 2047;
/// Bytes of an application message.
const LONGEST_MESSAGE: usize = 16 * 1024;
/// What stands before a message in its first frame: of those that meters send, and of those that they
/// answer to.
const LLC: [[u8; 3]; 2] = [[0xe6, 0xe7, 0], [0xe6, 0xe6, 0]];

/// A frame with its checksum right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
	/// Whether the message goes on in the next frame.
	pub segmented: bool,
	/// Kind and numbers.
	pub control: u8,
	/// The part of a message.
	pub information: Vec<u8>,
}

/// Takes the first frame out of a stream; none if there is none yet. Bytes before it that are of no
/// frame are dropped, and `noise` tells that there were some. An error is a frame whose checksum is
/// wrong.
pub fn cut(buffer: &mut Vec<u8>, noise: &mut bool) -> Option<Result<Frame, Unusable>> {
	loop {
		let start = buffer.iter().position(|byte| *byte == FLAG).unwrap_or(buffer.len());
		*noise |= start > 0;
		buffer.drain(..start);
		// A flag that ends a frame may begin the next.
		let [kind, low] = buffer.get(1..3).map(|two| [two[0], two[1]])?;
		let length = usize::from(kind & 7) << 8 | usize::from(low);
		if kind & 0xf0 != 0xa0 || !(7..=LONGEST_FRAME).contains(&length) {
			buffer.remove(0);
			continue;
		}
		let header = match header(&buffer[1..], length) {
			Header::Incomplete => return None,
			Header::Wrong => {
				buffer.remove(0);
				continue;
			},
			Header::Ends(end) => end,
		};
		if buffer.len() < length + 2 {
			return None;
		}
		let frame = &buffer[1..=length];
		let (covered, sum) = frame.split_at(length - 2);
		if crc::x25(covered).to_le_bytes() != sum || buffer[length + 1] != FLAG {
			buffer.remove(0);
			return Some(Err(Unusable::new("ChecksumWrong", "a frame's checksum is wrong")));
		}
		let frame = Frame {
			segmented: kind & 8 != 0,
			control: frame[header - 1],
			// After the header's own checksum.
			information: covered.get(header + 2..).unwrap_or_default().to_vec(),
		};
		buffer.drain(..=length);
		return Some(Ok(frame));
	}
}

enum Header {
	Incomplete,
	Wrong,
	/// Bytes up to the control field and with it.
	Ends(usize),
}

/// The header's end, if its checksum is right. `bytes` start after the flag.
fn header(bytes: &[u8], length: usize) -> Header {
	let mut at = 2;
	for _ in 0..2 {
		let first = at;
		loop {
			let Some(byte) = bytes.get(at) else { return Header::Incomplete };
			at += 1;
			if byte & 1 == 1 {
				break;
			}
			if at - first == 4 {
				return Header::Wrong;
			}
		}
	}
	// The control field.
	at += 1;
	if at + 2 > length {
		return Header::Wrong;
	}
	if at + 2 == length {
		// Without information the frame's checksum is the header's.
		return Header::Ends(at);
	}
	match bytes.get(..at + 2) {
		None => Header::Incomplete,
		Some(bytes) if crc::x25(&bytes[..at]).to_le_bytes() == bytes[at..] => Header::Ends(at),
		Some(_) => Header::Wrong,
	}
}

/// Puts messages together.
#[derive(Default)]
pub struct Assembler {
	message: Vec<u8>,
	/// The number of the next information frame, if the frames are numbered.
	next: Option<u8>,
	/// Whether a message has begun.
	begun: bool,
}

impl Assembler {
	/// Forgets what has begun.
	pub fn reset(&mut self) {
		*self = Self::default();
	}

	/// Takes a frame. The message, if it is complete; frames without information are passed over.
	pub fn take(&mut self, frame: Frame) -> Option<Result<Vec<u8>, Unusable>> {
		if frame.information.is_empty() {
			return None;
		}
		match self.append(&frame) {
			Err(unusable) => {
				self.reset();
				Some(Err(unusable))
			},
			Ok(()) if frame.segmented => None,
			Ok(()) => {
				let message = std::mem::take(&mut self.message);
				self.reset();
				Some(Ok(message))
			},
		}
	}

	fn append(&mut self, frame: &Frame) -> Result<(), Unusable> {
		let missing = || Unusable::new("SegmentMissing", "a frame of the telegram is missing");
		let numbered = frame.control & 1 == 0;
		let number = frame.control >> 1 & 7;
		let mut part = &frame.information[..];
		let first = LLC.iter().find_map(|llc| part.strip_prefix(llc));
		// Nobody but a new message begins like this: the end of the last one was lost.
		if self.begun && first.is_some() && !numbered {
			self.reset();
		}
		if self.begun {
			if self.next.is_some_and(|next| !numbered || next != number) {
				return Err(missing());
			}
		} else {
			part = first.ok_or_else(missing)?;
			self.begun = true;
		}
		self.next = numbered.then_some((number + 1) & 7);
		if self.message.len() + part.len() > LONGEST_MESSAGE {
			return Err(Unusable::new("TelegramTooLong", "the telegram is longer than 16 KiB"));
		}
		self.message.extend_from_slice(part);
		Ok(())
	}
}

/// A message in frames of at most `most` bytes of information. For simulated meters.
pub fn wrap(message: &[u8], most: usize) -> Vec<u8> {
	let message = [&LLC[0][..], message].concat();
	let parts: Vec<&[u8]> = message.chunks(most.clamp(1, 1024)).collect();
	let mut stream = Vec::new();
	for (at, part) in parts.iter().enumerate() {
		let segmented = if at + 1 < parts.len() { 8 } else { 0 };
		// Format, two addresses, control, two checksums.
		let length = 2 + 1 + 1 + 1 + 2 + part.len() + 2;
		let mut frame =
			vec![0xa0 | segmented | (length >> 8) as u8, length as u8, 0x03, 0x21, 0x13];
		frame.extend(crc::x25(&frame).to_le_bytes());
		frame.extend_from_slice(part);
		frame.extend(crc::x25(&frame).to_le_bytes());
		stream.push(FLAG);
		stream.extend(frame);
		stream.push(FLAG);
	}
	stream
}
