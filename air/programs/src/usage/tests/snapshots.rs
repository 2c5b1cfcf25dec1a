//! What a diff here shows is a consensus break: proofs of one version are refused by the other.

use super::{sample, sealed_sample};
use crate::{
	snapshot,
	usage::{
		constraint_degrees, context, digest, encode, options, Columns, PublicInputs, UsageAir,
		COLUMNS, CONSTRAINTS, NUM_CONSTRAINTS, SHAPE, WITNESS_WIDTH,
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
		sum: 15,
		pins: 16,
		identity: 17,
	};
	assert_eq!(COLUMNS, map);
	assert_eq!(COLUMNS.into_array(), core::array::from_fn(|i| i));
	assert_eq!(Columns::from_row(&[0; WITNESS_WIDTH - 1]), None);
}

#[test]
fn constraint_map_and_degrees() {
	assert_eq!(CONSTRAINTS.into_array(), core::array::from_fn(|i| i));
	// Evaluation degrees over 1,024 rows: a base of n gives n * 1023, a gate 896 more.
	let degrees: Vec<_> = constraint_degrees()
		.into_array()
		.iter()
		.map(|degree| degree.get_evaluation_degree(1024))
		.collect();
	let mut expected = [8057; NUM_CONSTRAINTS];
	expected[12..].copy_from_slice(&[
		4092, 4092, 1919, 2942, 2942, 1919, 1919, 1919, 1919, 1919, 1919, 1919, 1919,
	]);
	assert_eq!(degrees, expected);
}

/// Constraints, periodic columns, and the assertions for a statement with claims of all kinds but one.
#[test]
fn circuit() {
	let inputs = PublicInputs::new(&sealed_sample()).unwrap();
	let info = TraceInfo::new(SHAPE.width(), inputs.trace_length());
	assert_eq!(snapshot::of(&UsageAir::new(info.clone(), inputs, options())), CIRCUIT);
	// The claim that the other one has in the place of a hidden quantity.
	let inputs = PublicInputs::new(&sample()).unwrap();
	let [.., assertions] = snapshot::of(&UsageAir::new(info, inputs, options()));
	assert_eq!(assertions, ASSERTIONS);
}

#[test]
fn headers_of_the_shortest_and_the_longest_proof() {
	let headers = [1 << 9, 1 << 20].map(|rows| hex(&context(rows).to_bytes()));
	assert_eq!(headers, HEADERS);
}

#[test]
fn statement_encoding_and_digest() {
	let statement = sample();
	assert_eq!(encode(&statement).len(), 16 + 32 + 8 + 1 + 8 + 3 * 86 + 6 * 36);
	assert_eq!(hex(&digest(&statement)), DIGEST);
	let elements = PublicInputs::new(&statement).unwrap().to_elements();
	assert_eq!(elements.len(), 9);
	let limbs: String = elements[1..]
		.iter()
		.map(|limb| hex(&u32::try_from(limb.as_int()).unwrap().to_le_bytes()))
		.collect();
	assert_eq!(limbs, DIGEST);
}

/// Statements without a claim of a hidden quantity are as they were before there was one.
#[test]
fn encoding_and_digest_with_a_hidden_quantity() {
	let statement = sealed_sample();
	assert_eq!(encode(&statement).len(), encode(&sample()).len() + 32);
	assert_eq!(hex(&digest(&statement)), SEALED_DIGEST);
}

/// Width 36, length 2^9 and 2^20, no metadata; the modulus; 37 queries, blowup 32, 20 bits of
/// grinding, cubic extension, folding 8, remainder degree 127, linear batching twice, one partition;
/// 54 constraints.
const HEADERS: [&str; 2] = [
	"2400000900000801000000ffffffff25201403087f000001016d",
	"2400001400000801000000ffffffff25201403087f000001016d",
];
const DIGEST: &str = "1d327f15b48c854c40916089483047bf3e88697dbb2a3581131801872339dd69";
const SEALED_DIGEST: &str = "e13250a0fc1c7054a00caa46ef99521e8f0008e92642263c72ac7b686b1fb6a5";
const CIRCUIT: [&str; 3] = [
	"9be8f5c48f076a20ed3a3e97aad8d294fd5ddcca3d6b26c625bc2c39d794e7c9",
	"c5a5565483af0fb75e769b96e9253a29df8d33c9d4f1db20636063bc16ecf0ab",
	"0360ea9cb333842ad5546eb9b72486c3a5c3a9a8d9d0365f2b00e6025139bb2c",
];
const ASSERTIONS: &str = "ebded7da6373d30912aaef3342121f43d90d26d993f7f1d746dd8bac2008c6f3";
