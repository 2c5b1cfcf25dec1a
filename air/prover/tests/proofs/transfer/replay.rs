//! A proof holds for its statement alone.

use super::HONEST;
use crate::support::transfer::digest;
use meterproof_programs::transfer::{Public, Statement};
use meterproof_verifier::{verify_transfer, Reject};

/// Of every kind.
fn refused(change: impl Fn(&mut Statement)) {
	for (honest, proof) in HONEST.iter() {
		let mut statement = honest.clone();
		change(&mut statement);
		if statement != *honest {
			let result = verify_transfer(&statement, proof);
			assert_eq!(
				result,
				Err(Reject::ProofOfWork),
				"refused as late as the transcript allows"
			);
		}
	}
}

/// Of those that have what the change is about.
fn refused_public(change: impl Fn(Public) -> Option<Public>) {
	let mut changed = 0;
	for (honest, proof) in HONEST.iter() {
		if let Some(public) = change(honest.public) {
			assert_ne!(public, honest.public);
			let statement = Statement { public, ..honest.clone() };
			assert_eq!(verify_transfer(&statement, proof), Err(Reject::ProofOfWork));
			changed += 1;
		}
	}
	assert!(changed > 0);
}

#[test]
fn on_another_chain() {
	refused(|s| s.genesis[0] ^= 1);
	refused(|s| s.genesis[31] ^= 0x80);
}

#[test]
fn for_another_asset() {
	refused(|s| s.asset += 1);
	refused(|s| s.asset ^= 1 << 31);
	refused(|s| s.asset = 0);
}

#[test]
fn for_another_tree() {
	refused(|s| s.root = digest(1));
	refused(|s| s.root = [0; 32]);
	refused(|s| s.root[0] ^= 1);
}

#[test]
fn for_other_nullifiers() {
	for i in 0..2 {
		refused(|s| s.nullifiers[i] = digest(1));
		refused(|s| s.nullifiers[i][31] ^= 1);
	}
	refused(|s| s.nullifiers.swap(0, 1));
	refused(|s| s.nullifiers = HONEST[0].0.nullifiers);
}

#[test]
fn for_other_outputs_or_in_another_order() {
	for i in 0..2 {
		refused(|s| s.outputs[i] = digest(1));
		refused(|s| s.outputs[i][0] ^= 1);
	}
	refused(|s| s.outputs.swap(0, 1));
	refused(|s| s.outputs[1] = s.outputs[0]);
	refused(|s| core::mem::swap(&mut s.outputs, &mut s.nullifiers));
}

/// Whoever relays a payment cannot replace its contents and so keep the payee from reading them.
#[test]
fn with_other_ciphertexts() {
	for byte in [0, 15, 31] {
		refused(|s| s.ciphertexts[byte] ^= 1);
	}
}

#[test]
fn to_or_from_another_account() {
	refused_public(|public| match public {
		Public::Shield { amount, .. } => Some(Public::Shield { from: [9; 32], amount }),
		Public::Unshield { amount, fee, .. } => Some(Public::Unshield { to: [9; 32], amount, fee }),
		Public::Transfer { .. } => None,
	});
}

#[test]
fn of_another_amount() {
	for by in [1, 1 << 32, u64::MAX - 200] {
		refused_public(|public| match public {
			Public::Shield { from, amount } => Some(Public::Shield { from, amount: amount + by }),
			Public::Unshield { to, amount, fee } => {
				Some(Public::Unshield { to, amount: amount + by, fee })
			},
			Public::Transfer { .. } => None,
		});
	}
}

#[test]
fn for_another_fee() {
	for other in [0, 4, 6, 5 + (1 << 32), u64::MAX] {
		refused_public(|public| match public {
			Public::Shield { .. } => None,
			Public::Transfer { .. } => Some(Public::Transfer { fee: other }),
			Public::Unshield { to, amount, .. } => {
				Some(Public::Unshield { to, amount, fee: other })
			},
		});
	}
	// More of it for the author, less for the recipient: the sum is the same.
	refused_public(|public| match public {
		Public::Unshield { to, amount, fee } => {
			Some(Public::Unshield { to, amount: amount - 1, fee: fee + 1 })
		},
		_ => None,
	});
}

#[test]
fn as_another_kind_of_payment() {
	let kinds = [
		Public::Shield { from: [0; 32], amount: 100 },
		Public::Shield { from: [0xf0; 32], amount: 5 },
		Public::Transfer { fee: 100 },
		Public::Transfer { fee: 65 },
		Public::Unshield { to: [0; 32], amount: 5, fee: 0 },
		Public::Unshield { to: [0xf0; 32], amount: 100, fee: 0 },
		Public::Unshield { to: [0x70; 32], amount: 65, fee: 0 },
	];
	for public in kinds {
		refused(|s| s.public = public);
	}
}

#[test]
fn of_another_payment() {
	for (i, (statement, _)) in HONEST.iter().enumerate() {
		for (j, (_, proof)) in HONEST.iter().enumerate() {
			let expected = if i == j { Ok(()) } else { Err(Reject::ProofOfWork) };
			assert_eq!(verify_transfer(statement, proof), expected);
		}
	}
}
