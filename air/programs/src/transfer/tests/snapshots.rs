//! What a diff here shows is a consensus break: proofs of one version are refused by the other.

use super::sample;
use crate::{
	hash::encode as encode_words,
	note::{empty_roots, node, nullifier, nullifier_key, owner, DigestBytes, Note, TREE_DEPTH},
	snapshot,
	transfer::{
		constraint_degrees, digest, encode, Columns, Public, PublicInputs, Statement, TransferAir,
		COLUMNS, CONSTRAINTS, NUM_ASSERTIONS, NUM_CONSTRAINTS, PARAMETERS, SHAPE, TRACE_LENGTH,
		WITNESS_WIDTH,
	},
};
use alloc::{format, string::String, vec::Vec};
use winter_air::{Air, TraceInfo};
use winter_math::{fields::f64::BaseElement, ToElements};
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
		low: 15,
		high: 16,
		kept: [17, 18, 19, 20],
		dummy: 21,
		position: 22,
	};
	assert_eq!(COLUMNS, map);
	assert_eq!(COLUMNS.into_array(), core::array::from_fn(|i| i));
	assert_eq!(Columns::from_row(&[0; WITNESS_WIDTH - 1]), None);
}

#[test]
fn constraint_map_and_degrees() {
	assert_eq!(CONSTRAINTS.into_array(), core::array::from_fn(|i| i));
	// Evaluation degrees over 1,024 rows: a base of n gives n * 1023, a slot's gate 896 more, a
	// wire 1022.
	let degrees: Vec<_> = constraint_degrees()
		.into_array()
		.iter()
		.map(|degree| degree.get_evaluation_degree(TRACE_LENGTH))
		.collect();
	let mut expected = [2045; NUM_CONSTRAINTS];
	expected[..12].fill(8057);
	expected[12..15].copy_from_slice(&[4092, 4092, 1919]);
	expected[CONSTRAINTS.flag] = 2046;
	expected[CONSTRAINTS.worthless] = 3068;
	// Bit, path and root.
	expected[26..35].fill(3068);
	assert_eq!(degrees, expected);
	assert_eq!((NUM_CONSTRAINTS, NUM_ASSERTIONS), (61, 20));
}

/// Constraints, periodic columns and assertions.
#[test]
fn circuit() {
	let inputs = PublicInputs::new(&sample()).unwrap();
	let info = TraceInfo::new(SHAPE.width(), TRACE_LENGTH);
	assert_eq!(snapshot::of(&TransferAir::new(info, inputs, PARAMETERS.options())), CIRCUIT);
}

#[test]
fn header_of_a_proof() {
	assert_eq!(hex(&PARAMETERS.context(TRACE_LENGTH).to_bytes()), HEADER);
}

#[test]
fn statement_encoding_and_digest() {
	let statement = sample();
	assert_eq!(encode(&statement).len(), 16 + 32 + 4 + 5 * 32 + 32 + 1 + 32 + 8 + 8);
	assert_eq!(hex(&digest(&statement)), DIGEST);
	let elements = PublicInputs::new(&statement).unwrap().to_elements();
	assert_eq!((elements.len(), elements[0].as_int()), (9, 0x7061_0001));
	let limbs: String = elements[1..]
		.iter()
		.map(|limb| hex(&u32::try_from(limb.as_int()).unwrap().to_le_bytes()))
		.collect();
	assert_eq!(limbs, DIGEST);
}

#[test]
fn digests_of_the_other_kinds() {
	let of = |public| hex(&digest(&Statement { public, ..sample() }));
	assert_eq!(of(Public::Shield { from: [11; 32], amount: 12 }), SHIELD_DIGEST);
	assert_eq!(of(Public::Transfer { fee: 14 }), TRANSFER_DIGEST);
}

/// Notes outlive proofs: these never change.
#[test]
fn hashes_of_a_note() {
	let (spending_key, randomness) = (digest_of(1), digest_of(2));
	let key = nullifier_key(&spending_key).unwrap();
	let owner = owner(&key, 3).unwrap();
	let note = Note { asset: 4, amount: 5 + (6 << 32), owner, randomness };
	let leaf = note.commitment().unwrap();
	let nullifier = nullifier(&key, &leaf, 7).unwrap();
	let empty = empty_roots();
	let node = node(&leaf, &empty[0]).unwrap();
	let hashes = [key, owner, leaf, nullifier, node, empty[TREE_DEPTH]].map(|hash| hex(&hash));
	assert_eq!(hashes, HASHES);
}

/// Words 0 to 3 from this number on.
fn digest_of(number: u64) -> DigestBytes {
	encode_words(&[0, 1, 2, 3].map(|i| BaseElement::new(100 * number + i)))
}

/// Width 41, length 2^10, no metadata; the modulus; 37 queries, blowup 32, 20 bits of grinding,
/// cubic extension, folding 8, remainder degree 127, linear batching twice, one partition; 99
/// constraints.
const HEADER: &str = "2900000a00000801000000ffffffff25201403087f00000101c7";
const DIGEST: &str = "a8b294f5f99f7466d127440c5410af224e92af0290b760cc7f7e22c21a8bafac";
const SHIELD_DIGEST: &str = "c20f471e15116f60e411f72f1523368389be89072fe7cc5836e0c577da84b01d";
const TRANSFER_DIGEST: &str = "e307decfe3a95920c70d2a230f530f2aea88a70020683ccf4833b7d2183901ca";
/// Nullifier key, owner, note, nullifier, node, root of the empty tree.
const HASHES: [&str; 6] = [
	"61d9a54410ade96f94bb0901f8a521d5402ef809508b3d2b40be56da806c36bf",
	"02b06a332082617364147c94de6206448e985f6092a9f8c18fcb7717dd5f445b",
	"116cdab79af27f7fcc6c5473615ff097b8375dd998245a64267e03b2df3c639f",
	"0efdb334e9bc692a9e54b5a694a3c094919005ff80abf5e1067dc2ca46bb08e0",
	"63fe9c968ddb8dc753b6f0cea2a7d4908633ece891112893020252f40242b317",
	"8736d278416309b552a4af03118009b26d6ec509ccc5d0abb697da32c1e9ad3e",
];
const CIRCUIT: [&str; 3] = [
	"6c2b9e714eaac5cbe8fc61eb9b01b939b16af2281e89804607c7f75ddb373d77",
	"d25dc8f1d7d6d98fe5d1246c11daddb0572bd67e634b41ba6a6b256acea9e73e",
	"1de8b25840bb70f6fc9288d6663110d7f1805edac41cb557dfdbbfd4a391ae48",
];
