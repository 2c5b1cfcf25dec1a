//! A proof holds for its statement alone.

use super::HONEST;
use crate::support::split::digest;
use meterproof_programs::split::{trace_length, Split, Statement};
use meterproof_verifier::{verify_split, Reject};

/// Over either trace length.
fn refused(change: impl Fn(&mut Statement)) {
	for (honest, proof) in HONEST.iter() {
		let mut statement = honest.clone();
		change(&mut statement);
		assert_ne!(statement, *honest);
		let expected = match trace_length(&statement) == trace_length(honest) {
			// Refused as late as the transcript allows.
			true => Reject::ProofOfWork,
			false => Reject::Header,
		};
		assert_eq!(verify_split(&statement, proof), Err(expected));
	}
}

/// In the first of its splits and in the last.
fn refused_of_a_split(change: impl Fn(&mut Split)) {
	refused(|s| change(&mut s.splits[0]));
	refused(|s| change(s.splits.last_mut().unwrap()));
}

#[test]
fn on_another_chain() {
	refused(|s| s.genesis[0] ^= 1);
	refused(|s| s.genesis[31] ^= 0x80);
}

#[test]
fn in_another_period() {
	refused(|s| s.period += 1);
	refused(|s| s.period -= 1);
	refused(|s| s.period += 1 << 32);
}

#[test]
fn for_another_asset() {
	refused(|s| s.asset += 1);
	refused(|s| s.asset ^= 1 << 31);
}

#[test]
fn for_another_trade() {
	refused_of_a_split(|split| split.trade += 100);
	refused_of_a_split(|split| split.trade ^= 1 << 63);
}

#[test]
fn on_other_terms() {
	refused_of_a_split(|split| split.quantity -= 1);
	refused_of_a_split(|split| split.quantity += 1);
	refused_of_a_split(|split| split.rate -= 1);
	refused_of_a_split(|split| split.rate += 1 << 32);
	// Worth as much.
	refused_of_a_split(|split| {
		split.quantity *= 2;
		split.rate /= 2;
	});
}

#[test]
fn for_another_key() {
	refused_of_a_split(|split| split.key_commitment = digest(1));
	refused_of_a_split(|split| split.key_commitment[8] ^= 1);
}

#[test]
fn for_another_quantity_delivered() {
	refused_of_a_split(|split| split.quantity_commitment = digest(1));
	refused_of_a_split(|split| split.quantity_commitment[0] ^= 1);
	refused(|s| {
		let other = s.splits[1].quantity_commitment;
		s.splits[0].quantity_commitment = other;
	});
}

#[test]
fn to_another_owner() {
	refused_of_a_split(|split| split.payout.owner = digest(1));
	refused_of_a_split(|split| split.refund.owner = digest(1));
	refused_of_a_split(|split| split.refund.owner = split.payout.owner);
	refused_of_a_split(|split| core::mem::swap(&mut split.payout.owner, &mut split.refund.owner));
}

#[test]
fn for_other_notes() {
	refused_of_a_split(|split| split.payout.note = digest(1));
	refused_of_a_split(|split| split.refund.note = digest(1));
	refused_of_a_split(|split| split.refund.note[16] ^= 1);
	refused_of_a_split(|split| split.refund.note = split.payout.note);
	refused_of_a_split(|split| core::mem::swap(&mut split.payout, &mut split.refund));
	refused(|s| {
		let [first, second] = [s.splits[0].refund, s.splits[1].refund];
		(s.splits[0].refund, s.splits[1].refund) = (second, first);
	});
}

/// Whoever relays a settlement cannot replace the notes' contents and so keep the owners from reading them.
#[test]
fn with_other_ciphertexts() {
	for byte in [0, 15, 31] {
		refused_of_a_split(|split| split.ciphertexts[byte] ^= 1);
	}
	refused(|s| {
		let [first, second] = [s.splits[0].ciphertexts, s.splits[1].ciphertexts];
		(s.splits[0].ciphertexts, s.splits[1].ciphertexts) = (second, first);
	});
}

#[test]
fn of_other_splits_or_in_another_order() {
	refused(|s| s.splits.swap(0, 1));
	refused(|s| s.splits.reverse());
	refused(|s| {
		s.splits.pop();
	});
	refused(|s| s.splits.truncate(1));
	// What stands in the blocks left over anyway.
	refused(|s| s.splits.push(s.splits[0]));
	refused(|s| s.splits[1] = s.splits[0]);
}

#[test]
fn of_another_statement() {
	for (i, (statement, _)) in HONEST.iter().enumerate() {
		for (j, (_, proof)) in HONEST.iter().enumerate() {
			let expected = if i == j { Ok(()) } else { Err(Reject::Header) };
			assert_eq!(verify_split(statement, proof), expected);
		}
	}
}
