//! A usage proof and a split proof about one quantity, as the runtime puts them together.

use crate::support::{
	self,
	split::{Deal, DEAL, PERIOD},
};
use meterproof_programs::{
	split,
	usage::{self, Claim},
};
use meterproof_prover::{
	split::Delivery,
	usage::{GroupWitness, Opening, ProveError},
};
use meterproof_verifier::{verify_split, verify_usage, Reject};

/// What was read for each trade.
type Readings = Vec<u32>;

/// Trades of one period, what was read for each, and what of it is claimed as delivered.
struct Settlement {
	usage: usage::Statement,
	witness: Vec<GroupWitness>,
	split: split::Statement,
	deliveries: Vec<Delivery>,
}

/// Claims as the runtime forms them: of each split's quantity the group in its place.
fn settlement(trades: &[(Deal, Readings)]) -> Settlement {
	let deals: Vec<_> = trades.iter().map(|(deal, _)| *deal).collect();
	let groups: Vec<_> =
		trades.iter().map(|(_, readings)| (Claim::AtLeast(0), readings.clone())).collect();
	let (mut split, mut deliveries) = support::split::statement(&deals);
	let (mut usage, mut witness) = support::usage::statement(&groups);
	assert_eq!((usage.genesis, usage.period), (split.genesis, split.period));
	for (i, delivery) in deliveries.iter_mut().enumerate() {
		delivery.direction = usage.groups[i].direction.number();
		let commitment = delivery.quantity_commitment(PERIOD);
		split.splits[i].quantity_commitment = commitment;
		usage.groups[i].claim = Claim::AtLeastHidden(commitment);
		let opening = Opening { reading: delivery.delivered, salt: delivery.salt };
		witness[i].openings.push(opening);
	}
	Settlement { usage, witness, split, deliveries }
}

impl Settlement {
	/// Both proofs, and the usage statement with its slack commitments.
	fn prove(&self) -> (usage::Statement, Vec<u8>, Vec<u8>) {
		let usage =
			meterproof_prover::usage::prove(self.usage.clone(), &self.witness, |_| ()).unwrap();
		let split = meterproof_prover::split::prove(&self.split, &self.deliveries, |_| ()).unwrap();
		(usage.statement, usage.proof, split)
	}
}

/// The verdicts of both verifiers on what a seller hands in with these quantity commitments: both
/// statements are formed from the same.
fn verdicts(
	(usage, usage_proof): (&usage::Statement, &[u8]),
	(split, split_proof): (&split::Statement, &[u8]),
	commitments: &[[u8; 32]],
) -> [Result<(), Reject>; 2] {
	let (mut usage, mut split) = (usage.clone(), split.clone());
	for (i, commitment) in commitments.iter().enumerate() {
		usage.groups[i].claim = Claim::AtLeastHidden(*commitment);
		split.splits[i].quantity_commitment = *commitment;
	}
	[verify_usage(&usage, usage_proof), verify_split(&split, split_proof)]
}

fn commitments(split: &split::Statement) -> Vec<[u8; 32]> {
	split.splits.iter().map(|split| split.quantity_commitment).collect()
}

const REFUSED: Result<(), Reject> = Err(Reject::ProofOfWork);

#[test]
fn one_quantity_settles_both() {
	let less = Deal { delivered: 0, ..DEAL };
	let all = Deal { delivered: DEAL.quantity, ..DEAL };
	let trades = [(DEAL, vec![4_000, 321]), (less, vec![77]), (all, vec![9_999])];
	for trades in [&trades[..1], &trades] {
		let settlement = settlement(trades);
		let (usage, usage_proof, split_proof) = settlement.prove();
		let split = &settlement.split;
		let both = verdicts((&usage, &usage_proof), (split, &split_proof), &commitments(split));
		assert_eq!(both, [Ok(()), Ok(())]);
	}
}

#[test]
fn as_many_trades_as_there_is_room_for() {
	let settlement = settlement(&vec![(DEAL, vec![2_000, 2_000, 400]); 15]);
	let (usage, usage_proof, split_proof) = settlement.prove();
	let split = &settlement.split;
	let both = verdicts((&usage, &usage_proof), (split, &split_proof), &commitments(split));
	assert_eq!(both, [Ok(()), Ok(())]);
}

/// A seller that read 100 and splits by 4,321 has a proof of each, and none of both.
#[test]
fn two_quantities_settle_neither() {
	let greedy = settlement(&[(DEAL, vec![100])]);
	let honest = settlement(&[(Deal { delivered: 100, ..DEAL }, vec![100])]);
	let (usage, usage_proof, honest_split) = honest.prove();
	let split_proof =
		meterproof_prover::split::prove(&greedy.split, &greedy.deliveries, |_| ()).unwrap();
	let usage = (&usage, usage_proof.as_slice());
	let greedily = (&greedy.split, split_proof.as_slice());
	assert_eq!(verdicts(usage, greedily, &commitments(&honest.split)), [Ok(()), REFUSED]);
	assert_eq!(verdicts(usage, greedily, &commitments(&greedy.split)), [REFUSED, Ok(())]);
	assert_eq!(verdicts(usage, greedily, &[[0; 32]]), [REFUSED, REFUSED]);
	let honestly = (&honest.split, honest_split.as_slice());
	assert_eq!(verdicts(usage, honestly, &commitments(&honest.split)), [Ok(()), Ok(())]);
	// There is no usage proof about the greedy quantity.
	let error = meterproof_prover::usage::prove(greedy.usage.clone(), &greedy.witness, |_| ());
	let claimed = greedy.usage.groups[0].claim;
	assert_eq!(error, Err(ProveError::ClaimNotMet { group: 0, claimed, sum: 100 }));
}

/// Quantities of two trades in each other's place.
#[test]
fn quantities_of_other_groups() {
	let small = Deal { delivered: 5, ..DEAL };
	let settlement = settlement(&[(DEAL, vec![4_321]), (small, vec![5])]);
	let (usage, usage_proof, split_proof) = settlement.prove();
	let (usage, split) = ((&usage, usage_proof.as_slice()), &settlement.split);
	let mut commitments = commitments(split);
	commitments.swap(0, 1);
	assert_eq!(verdicts(usage, (split, &split_proof), &commitments), [REFUSED, REFUSED]);
	commitments[0] = commitments[1];
	assert_eq!(verdicts(usage, (split, &split_proof), &commitments), [REFUSED, REFUSED]);
}

/// One commitment for two trades says that both delivered that much: each group has to have read
/// it.
#[test]
fn one_commitment_for_two_trades() {
	// The first and the third group are of one direction.
	let shared = |readings: [Readings; 3]| {
		let mut settlement = settlement(&readings.map(|readings| (DEAL, readings)));
		let salt = settlement.deliveries[0].salt;
		settlement.deliveries[2].salt = salt;
		let commitment = settlement.split.splits[0].quantity_commitment;
		settlement.split.splits[2].quantity_commitment = commitment;
		settlement.usage.groups[2].claim = Claim::AtLeastHidden(commitment);
		settlement.witness[2].openings.last_mut().unwrap().salt = salt;
		settlement
	};
	let both = shared([vec![4_321], vec![5_000], vec![5_000]]);
	let (usage, usage_proof, split_proof) = both.prove();
	let commitments = commitments(&both.split);
	assert_eq!(commitments[0], commitments[2]);
	let found = verdicts((&usage, &usage_proof), (&both.split, &split_proof), &commitments);
	assert_eq!(found, [Ok(()), Ok(())]);

	let one = shared([vec![9_000], vec![9_000], vec![4_320]]);
	let error = meterproof_prover::usage::prove(one.usage.clone(), &one.witness, |_| ());
	let claimed = one.usage.groups[2].claim;
	assert_eq!(error, Err(ProveError::ClaimNotMet { group: 2, claimed, sum: 4_320 }));
	// Of groups of two directions it is the commitment of one at most.
	let mut turned = both.usage.clone();
	turned.groups[1].claim = turned.groups[0].claim;
	let error = meterproof_prover::usage::prove(turned, &both.witness, |_| ());
	assert_eq!(error, Err(ProveError::QuantityMismatch { group: 1 }));
}

/// The commitment that a split speaks of has a period and a direction in it that its circuit does
/// not look at; the usage statement's does.
#[test]
fn a_quantity_of_another_period_or_direction() {
	let honest = settlement(&[(DEAL, vec![4_321])]);
	let mut turned = settlement(&[(DEAL, vec![4_321])]);
	turned.deliveries[0].direction ^= 1;
	let commitment = turned.deliveries[0].quantity_commitment(PERIOD);
	turned.split.splits[0].quantity_commitment = commitment;
	turned.usage.groups[0].claim = Claim::AtLeastHidden(commitment);
	let split_proof =
		meterproof_prover::split::prove(&turned.split, &turned.deliveries, |_| ()).unwrap();
	assert_eq!(verify_split(&turned.split, &split_proof), Ok(()));
	let error = meterproof_prover::usage::prove(turned.usage.clone(), &turned.witness, |_| ());
	assert_eq!(error, Err(ProveError::QuantityMismatch { group: 0 }));
	let (usage, usage_proof, _) = honest.prove();
	let both = verdicts((&usage, &usage_proof), (&turned.split, &split_proof), &[commitment]);
	assert_eq!(both, [REFUSED, Ok(())]);
}

/// Of other chains and periods: each statement binds its own.
#[test]
fn proofs_of_other_settlements() {
	let settlement = settlement(&[(DEAL, vec![4_321])]);
	let (usage, usage_proof, split_proof) = settlement.prove();
	let commitments = commitments(&settlement.split);
	let elsewhere = |genesis: [u8; 32], period: u64| {
		let usage = usage::Statement { genesis, period, ..usage.clone() };
		let split = split::Statement { genesis, period, ..settlement.split.clone() };
		verdicts((&usage, &usage_proof), (&split, &split_proof), &commitments)
	};
	assert_eq!(elsewhere([0x5a; 32], PERIOD), [Ok(()), Ok(())]);
	assert_eq!(elsewhere([0x5b; 32], PERIOD), [REFUSED, REFUSED]);
	assert_eq!(elsewhere([0x5a; 32], PERIOD + 1), [REFUSED, REFUSED]);
	// One proof is not the other.
	let swapped = verdicts((&usage, &split_proof), (&settlement.split, &usage_proof), &commitments);
	assert_eq!(swapped, [Err(Reject::Header), Err(Reject::Header)]);
}
