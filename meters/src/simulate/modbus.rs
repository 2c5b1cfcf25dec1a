//! A simulated device that answers Modbus TCP.

use super::{Simulated, Totals};

/// Words of both tables: the total taken in words 0 to 3, the total given in words 4 to 7, the highest
/// word first; both again in words 8 and 9, 10 and 11, as far as 32 bits hold them.
const WORDS: usize = 12;
/// The longest request that is waited for.
const LONGEST: usize = 260;

/// A device with input and holding registers that say the same, whatever the unit.
pub struct ModbusMeter;

fn words(totals: &Totals) -> [u16; WORDS] {
	let export = totals.export.unwrap_or(0);
	let small = |total: u64| u64::from(u32::try_from(total).unwrap_or(u32::MAX));
	let mut words = [0; WORDS];
	for (at, number, length) in [
		(0, totals.import, 4),
		(4, export, 4),
		(8, small(totals.import), 2),
		(10, small(export), 2),
	] {
		for place in 0..length {
			words[at + place] = (number >> (16 * (length - 1 - place))) as u16;
		}
	}
	words
}

/// The answer to what follows a request's header.
fn answer(request: &[u8], totals: &Totals) -> Vec<u8> {
	let refuse = |function: u8, code: u8| vec![function | 0x80, code];
	let &[function @ (3 | 4), a0, a1, n0, n1] = request else {
		return refuse(request.first().copied().unwrap_or(0), 1);
	};
	let first = usize::from(u16::from_be_bytes([a0, a1]));
	let number = usize::from(u16::from_be_bytes([n0, n1]));
	if number == 0 || number > 125 {
		return refuse(function, 3);
	}
	let Some(words) = words(totals).get(first..first + number).map(<[u16]>::to_vec) else {
		return refuse(function, 2);
	};
	let mut answer = vec![function, 2 * number as u8];
	answer.extend(words.iter().flat_map(|word| word.to_be_bytes()));
	answer
}

impl Simulated for ModbusMeter {
	/// A device says nothing unasked.
	fn telegram(&mut self, _totals: &Totals) -> Vec<u8> {
		Vec::new()
	}

	fn asked(&mut self, requests: &mut Vec<u8>, totals: &Totals) -> Option<Vec<u8>> {
		let mut answers = Vec::new();
		// Transaction, protocol, length, unit.
		while let Some(&[t0, t1, p0, p1, l0, l1, unit]) = requests.first_chunk::<7>() {
			let length = usize::from(u16::from_be_bytes([l0, l1]));
			if [p0, p1] != [0, 0] || !(2..=LONGEST).contains(&length) {
				requests.clear();
				break;
			}
			let Some(request) = requests.get(7..6 + length) else { break };
			let answer = answer(request, totals);
			requests.drain(..6 + length);
			answers.extend([t0, t1, 0, 0]);
			answers.extend((answer.len() as u16 + 1).to_be_bytes());
			answers.push(unit);
			answers.extend(answer);
		}
		Some(answers)
	}
}
