//! Sellers of sealed trades: what they prove, and the calls they make of it.

use meterproof_primitives::{
	ciphertext_digest, Claim, Digest, Evidence, NoteAddress, NoteCiphertext, Output, SealedClaim,
	SharedKey, SplitStatement, UsageStatement, NATIVE_ASSET, SEALED_KEY_LENGTH,
};
use meterproof_programs::{note::Note, seal};
use meterproof_prover::{split::Delivery, usage::Opening as Opened};

use super::*;

/// Price and imbalance price.
pub(crate) const RATE: u64 = (PRICE + IMBALANCE_PRICE) as u64;
pub(crate) const PAYOUT: NoteAddress = NoteAddress { owner: [1; 32], key: [11; 32] };
pub(crate) const REFUND: NoteAddress = NoteAddress { owner: [2; 32], key: [12; 32] };

/// The key that both sides of a trade share.
pub(crate) fn key(trade: u64) -> Digest {
	let mut key = [7; 32];
	key[0] = trade as u8;
	key
}

/// The buyer's note.
pub(crate) fn refund(trade: u64, period: PeriodIndex, amount: u64) -> Digest {
	let randomness = seal::randomness(&key(trade), period).unwrap();
	let note = Note { asset: NATIVE_ASSET, amount, owner: REFUND.owner, randomness };
	note.commitment().unwrap()
}

/// Sells `quantity` to the buyer, sealed, for one period or more; the trade.
pub(crate) fn sell_sealed(
	operator: AccountId,
	quantity: Quantity,
	first: PeriodIndex,
	last: PeriodIndex,
	registrars: &[AccountId],
) -> u64 {
	let id = pallet_market::NextTradeId::<Test>::get();
	Market::offer_sealed(
		RuntimeOrigin::signed(operator),
		ZONE,
		Resource::Electricity,
		Direction::Export,
		BUYER,
		quantity,
		PRICE,
		IMBALANCE_PRICE,
		first,
		last,
		PAYOUT,
	)
	.unwrap();
	let commitment = seal::key_commitment(&key(id)).unwrap();
	Market::accept_sealed(
		RuntimeOrigin::signed(BUYER),
		id,
		terms(id),
		PAYOUT,
		registrars.to_vec().try_into().unwrap(),
		Evidence::File,
		REFUND,
		SharedKey { commitment, ciphertext: [9; SEALED_KEY_LENGTH] },
	)
	.unwrap();
	id
}

/// Contents that nobody can read.
fn ciphertext(n: u8) -> NoteCiphertext {
	NoteCiphertext { ephemeral: [n; 32], note: [n; 184], outgoing: [n; 112], auditor: None }
}

/// The arguments of `submit_sealed_proof`.
#[derive(Clone)]
pub(crate) struct Sealing {
	pub period: PeriodIndex,
	pub resource: Resource,
	pub claims: Vec<SealedClaim<AccountId>>,
	pub slots: u32,
	pub openings: Vec<Opening>,
	pub usage_proof: Vec<u8>,
	pub split_proof: Vec<u8>,
}

/// What the claims of a call are proved by.
pub(crate) fn statements(sealing: &Sealing) -> (UsageStatement<AccountId>, SplitStatement) {
	let groups = sealing.claims.iter().map(|claim| claim.group.clone()).collect();
	let leaves = leaves(&sealing.openings);
	let formed = Settlement::sealed_statement_with_leaves(sealing.period, groups, &leaves);
	let (mut usage, mut split) = formed.unwrap();
	let parts = usage.groups.iter_mut().zip(&mut split.splits);
	for (claim, (group, part)) in sealing.claims.iter().zip(parts) {
		let [payout, refund] = &claim.outputs;
		group.claim = Claim::AtLeastHidden(claim.quantity_commitment);
		group.slack_commitment = claim.slack_commitment;
		part.quantity_commitment = claim.quantity_commitment;
		(part.payout.note, part.refund.note) = (payout.commitment, refund.commitment);
		part.ciphertexts = ciphertext_digest([&payout.ciphertext, &refund.ciphertext]);
	}
	(usage, split)
}

impl Sealing {
	/// Claims without proofs, of as many slots as there are.
	pub fn unproved(period: PeriodIndex, operators: &[AccountId]) -> Self {
		let claims: Vec<_> = operators
			.iter()
			.map(|operator| SealedClaim {
				group: group(*operator),
				quantity_commitment: [3; 32],
				slack_commitment: [4; 32],
				outputs: [5, 6].map(|n| Output { commitment: [n; 32], ciphertext: ciphertext(n) }),
			})
			.collect();
		let count = |claim: &SealedClaim<AccountId>| {
			<Metering as Commitments<_>>::count(&claim.group, period)
		};
		Self {
			period,
			resource: Resource::Electricity,
			slots: claims.iter().map(count).sum(),
			claims,
			openings: vec![],
			usage_proof: vec![0; 64],
			split_proof: vec![0; 64],
		}
	}

	/// A submission with both proofs, from the meters' readings and what is said to be delivered.
	pub fn proved(
		period: PeriodIndex,
		delivered: &[(AccountId, u32)],
		readings: &Readings,
	) -> Self {
		Self::opening(period, delivered, readings, vec![])
	}

	/// The same, of meters whose commitments are in part under the roots of gateways.
	pub fn opening(
		period: PeriodIndex,
		delivered: &[(AccountId, u32)],
		readings: &Readings,
		openings: Vec<Opening>,
	) -> Self {
		let operators: Vec<_> = delivered.iter().map(|(who, _)| *who).collect();
		let mut sealing = Self::unproved(period, &operators);
		sealing.slots += openings.iter().map(|opening| opening.leaves.len() as u32).sum::<u32>();
		let leaves = leaves(&openings);
		sealing.openings = openings;
		let groups = operators.into_iter().map(group).collect();
		let formed = Settlement::sealed_statement_with_leaves(period, groups, &leaves);
		let (_, split) = formed.unwrap();
		let deliveries: Vec<_> = delivered
			.iter()
			.zip(&split.splits)
			.map(|((_, quantity), part)| {
				let direction = Direction::Export as u8;
				Delivery::new(*quantity, direction, key(part.trade)).unwrap()
			})
			.collect();
		for (i, delivery) in deliveries.iter().enumerate() {
			let claim = &mut sealing.claims[i];
			claim.quantity_commitment = delivery.quantity_commitment(period);
			let notes = delivery.notes(NATIVE_ASSET, period, &split.splits[i]).unwrap();
			for (output, note) in claim.outputs.iter_mut().zip(notes) {
				output.commitment = note.commitment().unwrap();
			}
		}
		let (usage, split) = statements(&sealing);
		let usage = usage.map_accounts(Into::into);
		let mut witness = witness(&usage, period, readings);
		for (group, delivery) in witness.iter_mut().zip(&deliveries) {
			group.openings.push(Opened { reading: delivery.delivered, salt: delivery.salt });
		}
		let proved = meterproof_prover::usage::prove(usage, &witness, |_| {}).unwrap();
		for (claim, part) in sealing.claims.iter_mut().zip(&proved.statement.groups) {
			claim.slack_commitment = part.slack_commitment;
		}
		sealing.usage_proof = proved.proof;
		sealing.split_proof = meterproof_prover::split::prove(&split, &deliveries, |_| {}).unwrap();
		sealing
	}

	pub fn call(&self) -> Call<Test> {
		Call::submit_sealed_proof {
			period: self.period,
			resource: self.resource,
			claims: self.claims.clone().try_into().unwrap(),
			slots: self.slots,
			openings: self.openings.clone().try_into().unwrap(),
			usage_proof: self.usage_proof.clone().try_into().unwrap(),
			split_proof: self.split_proof.clone().try_into().unwrap(),
		}
	}

	pub fn submit(&self, who: AccountId) -> DispatchResultWithPostInfo {
		use frame::deps::frame_support::traits::UnfilteredDispatchable;
		self.call().dispatch_bypass_filter(RuntimeOrigin::signed(who))
	}

	/// Checks that the submission leaves storage alone and fails with `error`, at full weight.
	pub fn is_refused(&self, who: AccountId, error: Error<Test>) {
		let guard = StorageNoopGuard::new();
		let failure = self.submit(who).unwrap_err();
		drop(guard);
		assert_eq!(failure.error, error.into());
		assert_eq!(failure.post_info.actual_weight, None, "refused proofs pay their full weight");
	}
}
