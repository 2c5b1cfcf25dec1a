//! What the node's log says of the blocks it made.

use std::collections::BTreeMap;

/// What making a block took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
	/// Milliseconds.
	pub ms: u64,
	/// Why no more went in, in the SDK's word.
	pub end: String,
}

/// By number. Of a block made twice the last one counts.
pub fn made(log: &str) -> BTreeMap<u64, Made> {
	log.lines().filter_map(line).collect()
}

/// Such as `… Prepared block for proposing at 7 (12 ms) hash: …; end: NoMoreTransactions; …`.
fn line(line: &str) -> Option<(u64, Made)> {
	let (_, rest) = line.split_once("Prepared block for proposing at ")?;
	let (number, rest) = rest.split_once(" (")?;
	let (ms, rest) = rest.split_once(" ms)")?;
	let (_, rest) = rest.split_once("; end: ")?;
	let (end, _) = rest.split_once(';')?;
	Some((number.parse().ok()?, Made { ms: ms.parse().ok()?, end: end.into() }))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn blocks_are_found() {
		let log = "2026-01-01 00:00:00 💤 Idle (0 peers), best: #6\n\
			2026-01-01 00:00:00 🎁 Prepared block for proposing at 7 (412 ms) hash: 0x01; \
			parent_hash: 0x02; end: HitDeadline; extrinsics_count: 603\n\
			2026-01-01 00:00:02 🎁 Prepared block for proposing at 8 (3 ms)\n";
		let expected = Made { ms: 412, end: "HitDeadline".into() };
		assert_eq!(made(log), BTreeMap::from([(7, expected)]));
	}
}
