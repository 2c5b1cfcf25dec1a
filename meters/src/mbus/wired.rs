//! The link layer on wires (EN 13757-2): frames with a sum of eight bits.

use crate::telegram::Unusable;

const LONG: u8 = 0x68;
const SHORT: u8 = 0x10;
const STOP: u8 = 0x16;
/// A meter's answer to what needs none.
pub const ACKNOWLEDGE: u8 = 0xe5;

/// A frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
	/// The single byte by which a meter says that it has understood.
	Acknowledge,
	/// Control and address.
	Short(u8, u8),
	/// Control, address, and what the application says from its CI field on.
	Long(u8, u8, Vec<u8>),
}

/// Takes the first frame out of a stream; none if there is none yet. Noise before it is dropped. An
/// error is a frame whose sum is wrong.
pub fn cut(buffer: &mut Vec<u8>) -> Option<Result<Frame, Unusable>> {
	loop {
		match *buffer.first()? {
			ACKNOWLEDGE => {
				buffer.remove(0);
				return Some(Ok(Frame::Acknowledge));
			},
			SHORT => {
				let [_, control, address, sum, stop] = buffer.first_chunk().copied()?;
				if stop == STOP && sum == control.wrapping_add(address) {
					buffer.drain(..5);
					return Some(Ok(Frame::Short(control, address)));
				}
			},
			LONG => {
				let [_, length, again, start] = buffer.first_chunk().copied()?;
				if length == again && start == LONG && length >= 3 {
					let end = usize::from(length) + 4;
					let frame = buffer.get(4..end + 2)?;
					let (body, trailer) = frame.split_at(usize::from(length));
					let sum = body.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
					if trailer != [sum, STOP] {
						buffer.remove(0);
						return Some(Err(Unusable::new(
							"ChecksumWrong",
							"a frame's checksum is wrong",
						)));
					}
					let frame = Frame::Long(body[0], body[1], body[2..].to_vec());
					buffer.drain(..end + 2);
					return Some(Ok(frame));
				}
			},
			_ => {},
		}
		buffer.remove(0);
	}
}

/// A frame without data.
pub fn short(control: u8, address: u8) -> [u8; 5] {
	[SHORT, control, address, control.wrapping_add(address), STOP]
}

/// A frame with data, at most 252 bytes.
pub fn long(control: u8, address: u8, data: &[u8]) -> Vec<u8> {
	let length = (data.len() + 2).min(255) as u8;
	let mut frame = vec![LONG, length, length, LONG, control, address];
	frame.extend(data.iter().take(253));
	let sum = frame[4..].iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
	frame.extend([sum, STOP]);
	frame
}
