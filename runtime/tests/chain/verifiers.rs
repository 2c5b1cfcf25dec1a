//! The runtime's verifiers take what the benchmarks' fixtures prove, and nothing beside it.

use codec::Decode;
use meterproof_primitives::{Claim, SplitStatement, UsageStatement, VerifySplit, VerifyUsage};
use meterproof_runtime::{
	configs::{SplitVerifier, UsageVerifier},
	AccountId,
};

type Usage = (UsageStatement<AccountId>, Vec<u8>);
type ProvedSplit = (SplitStatement, Vec<u8>);

const USAGE: &[u8] = include_bytes!("../../../pallets/settlement/fixtures/usage-249.bin");
const SPLIT: &[u8] = include_bytes!("../../../pallets/settlement/fixtures/split-7.bin");

#[test]
fn usage() {
	let (statement, proof) = Usage::decode(&mut &USAGE[..]).unwrap();
	assert!(UsageVerifier::verify(&statement, &proof));
	let refused = |change: &dyn Fn(&mut UsageStatement<AccountId>)| {
		let mut other = statement.clone();
		change(&mut other);
		assert!(!UsageVerifier::verify(&other, &proof));
	};
	refused(&|s| s.genesis[0] ^= 1);
	refused(&|s| s.period += 1);
	refused(&|s| s.groups[0].zone += 1);
	refused(&|s| s.groups[0].claim = Claim::AtLeast(1));
	refused(&|s| s.groups[0].claim = Claim::AtLeastHidden([1; 32]));
	refused(&|s| s.groups.clear());
	assert!(!UsageVerifier::verify(&statement, &proof[1..]));
}

#[test]
fn splits() {
	let (statement, proof) = ProvedSplit::decode(&mut &SPLIT[..]).unwrap();
	assert!(SplitVerifier::verify(&statement, &proof));
	let refused = |change: &dyn Fn(&mut SplitStatement)| {
		let mut other = statement.clone();
		change(&mut other);
		assert!(!SplitVerifier::verify(&other, &proof));
	};
	refused(&|s| s.genesis[0] ^= 1);
	refused(&|s| s.period += 1);
	refused(&|s| s.asset += 1);
	refused(&|s| s.splits[6].trade += 1);
	refused(&|s| s.splits[6].quantity += 1);
	refused(&|s| s.splits[6].rate += 1);
	refused(&|s| s.splits[6].payout.owner[0] ^= 1);
	refused(&|s| s.splits[6].refund.owner[0] ^= 1);
	refused(&|s| s.splits[6].key_commitment[0] ^= 1);
	refused(&|s| s.splits[6].quantity_commitment[0] ^= 1);
	refused(&|s| {
		let split = &mut s.splits[6];
		core::mem::swap(&mut split.payout.note, &mut split.refund.note);
	});
	refused(&|s| s.splits[6].payout.note[0] ^= 1);
	refused(&|s| s.splits[6].refund.note[0] ^= 1);
	refused(&|s| s.splits[6].ciphertexts[0] ^= 1);
	refused(&|s| s.splits.swap(0, 1));
	refused(&|s| s.splits.truncate(6));
	refused(&|s| s.splits.clear());
	assert!(!SplitVerifier::verify(&statement, &proof[1..]));
}
