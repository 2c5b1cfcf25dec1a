//! What a diff here shows is a consensus break: proofs of one version are refused by the other.

use super::{digest_of, sample};
use crate::{
	commitment::{commit, Tag},
	seal::{key_commitment, randomness},
	snapshot,
	split::{
		constraint_degrees, digest, encode, Columns, PublicInputs, SplitAir, COLUMNS, CONSTRAINTS,
		LONG_TRACE, NUM_ASSERTIONS, NUM_CONSTRAINTS, PARAMETERS, SHAPE, SHORT_TRACE, WITNESS_WIDTH,
	},
};
use alloc::{format, string::String, vec::Vec};
use winter_air::{Air, TraceInfo};
use winter_math::ToElements;
use winter_utils::Serializable;

fn hex(bytes: &[u8]) -> String {
	bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn column_map() {
	let map = Columns {
		state: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
		digits: [12, 13],
		remaining: 14,
		worth: 15,
		left: 16,
		rate: 17,
		kept: [18, 19, 20, 21],
	};
	assert_eq!(COLUMNS, map);
	assert_eq!(COLUMNS.into_array(), core::array::from_fn(|i| i));
	assert_eq!(Columns::from_row(&[0; WITNESS_WIDTH - 1]), None);
}

#[test]
fn constraint_map_and_degrees() {
	assert_eq!(CONSTRAINTS.into_array(), core::array::from_fn(|i| i));
	assert_eq!((NUM_CONSTRAINTS, NUM_ASSERTIONS), (50, 27));
	// Evaluation degrees over N rows: a base of n gives n * (N - 1), a slot's gate 7 N / 8 more, a
	// wire 63 N / 64, two wires half a block apart 31 N / 32.
	for (rows, [round, digit, remaining, wired, worth]) in
		[(SHORT_TRACE, [4025, 2044, 959, 1015, 1518]), (LONG_TRACE, [8057, 4092, 1919, 2031, 3038])]
	{
		let degrees: Vec<_> = constraint_degrees()
			.into_array()
			.iter()
			.map(|degree| degree.get_evaluation_degree(rows))
			.collect();
		let mut expected = [wired; NUM_CONSTRAINTS];
		expected[..12].fill(round);
		expected[12..16].copy_from_slice(&[digit, digit, remaining, worth]);
		assert_eq!(degrees, expected);
	}
}

/// Constraints, periodic columns and assertions.
#[test]
fn circuit() {
	let inputs = PublicInputs::new(&sample()).unwrap();
	let info = TraceInfo::new(SHAPE.width(), inputs.trace_length());
	assert_eq!(snapshot::of(&SplitAir::new(info, inputs, PARAMETERS.options())), CIRCUIT);
}

#[test]
fn headers_of_proofs() {
	let headers = [SHORT_TRACE, LONG_TRACE].map(|rows| hex(&PARAMETERS.context(rows).to_bytes()));
	assert_eq!(headers, HEADERS);
}

#[test]
fn statement_encoding_and_digest() {
	let statement = sample();
	assert_eq!(encode(&statement).len(), 16 + 32 + 8 + 4 + 8 + 2 * (8 + 4 + 8 + 7 * 32));
	assert_eq!(hex(&digest(&statement)), DIGEST);
	let elements = PublicInputs::new(&statement).unwrap().to_elements();
	assert_eq!((elements.len(), elements[0].as_int()), (9, 0x7370_0001));
	let limbs: String = elements[1..]
		.iter()
		.map(|limb| hex(&u32::try_from(limb.as_int()).unwrap().to_le_bytes()))
		.collect();
	assert_eq!(limbs, DIGEST);
}

/// Trades outlive proofs: these never change.
#[test]
fn hashes_of_a_sealed_trade() {
	let key = digest_of(7);
	let hashes = [
		key_commitment(&key).unwrap(),
		randomness(&key, 42).unwrap(),
		commit(Tag::Quantity, 4_321, 0, 42, 1, &[1, 2, 3, 4]),
	];
	assert_eq!(hashes.map(|hash| hex(&hash)), HASHES);
}

/// Width 40, length 2^9 and 2^10, no metadata; the modulus; 38 queries, blowup 32, 20 bits of
/// grinding, cubic extension, folding 8, remainder degree 127, linear batching twice, one partition;
/// 95 constraints.
const HEADERS: [&str; 2] = [
	"2800000900000801000000ffffffff26201403087f00000101bf",
	"2800000a00000801000000ffffffff26201403087f00000101bf",
];
const DIGEST: &str = "805ed050e09c5c56f9ad099e006ae84e4af172da43b52b8317705de59a152b83";
/// Commitment to a key, randomness, commitment to a quantity.
const HASHES: [&str; 3] = [
	"6f4e47f5455975e2b5a31f560a78fc81d289282e7d167717440e32c65b7d78c5",
	"fec0c9fb1ae9cf79738faa4d09a0aeb5670d3b67c258f1a0ff922e9c3dd5200b",
	"4e5487eb1a2d8b14c1dafdd5d3896edfe87ee01d900a622146391f6b15fa4723",
];
const CIRCUIT: [&str; 3] = [
	"1a98db9229965ee818a3907f300ce411884323704aea12ab6f5cb2c4919501d2",
	"f5b8bd63391e847911e02b5c96bdeac1441ca591adae76766628a5e62fb6b101",
	"e28dd35025dff2a1426d4b4c89a2d9f14cd92e6b6f39339db4d3a34c7a95de85",
];
