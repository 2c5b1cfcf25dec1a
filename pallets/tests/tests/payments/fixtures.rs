//! The statement and the proof that the benchmarks verify.

use std::path::PathBuf;

use codec::{Decode, Encode};
use meterproof_primitives::{TransferStatement, VerifyTransfer};

use super::*;

fn path() -> PathBuf {
	PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../payments/fixtures/unshield.bin")
}

#[test]
#[ignore = "writes the fixture anew; run it after a change of the transfer statement"]
fn write() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let draft = unshielding(&note, 1_000, BOB);
		let body = draft.proved();
		let statement = statement(NATIVE_ASSET, &draft.public, &body);
		std::fs::create_dir_all(path().parent().unwrap()).unwrap();
		std::fs::write(path(), (statement, body.proof.into_inner()).encode()).unwrap();
	});
}

#[test]
fn is_accepted() {
	let bytes = std::fs::read(path()).unwrap();
	let (statement, proof) =
		<(TransferStatement<AccountId>, Vec<u8>)>::decode(&mut &bytes[..]).unwrap();
	assert!(Verifier::verify(&statement, &proof), "see `write`");
	assert!(proof.len() <= meterproof_primitives::MAX_PAYMENT_PROOF_BYTES as usize);
}
