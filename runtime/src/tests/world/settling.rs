//! Proofs, provers, and what becomes of groups that nobody proves.

use meterproof_primitives::{
	ciphertext_digest, Claim, Commitments, Deliveries, LastResort, NoteCiphertext, Output,
	SealedClaim, Slot, NATIVE_ASSET,
};
use meterproof_prover::{
	split::{self, Delivery},
	usage::{prove, GroupWitness, Opening},
};
use pallet_settlement::{Call, GroupClaim};

use super::{
	money::{concerns, provable},
	trading::shared_key,
	*,
};

/// Contents that nobody can read.
pub(super) fn unreadable(n: u8, auditor: bool) -> NoteCiphertext {
	NoteCiphertext {
		ephemeral: [n; 32],
		note: [n; 184],
		outgoing: [n; 112],
		auditor: auditor.then_some([n; 144]),
	}
}

impl World {
	/// What opens the commitments of these devices.
	pub(super) fn witness(
		&self,
		group: &GroupId<AccountId>,
		period: PeriodIndex,
		slots: &[Slot],
	) -> Option<GroupWitness> {
		let opening = |slot: &Slot| self.opening(slot.device, period, group.direction);
		Some(GroupWitness { openings: slots.iter().map(opening).collect::<Option<_>>()? })
	}

	/// An account that may prove less than the contracted quantity, or any other.
	pub(super) fn submitter(group: &GroupId<AccountId>, period: PeriodIndex) -> AccountId {
		pallet_settlement::Provers::<Runtime>::get(group)
			.and_then(|line| line.at(period).cloned().flatten())
			.unwrap_or(group.operator.clone())
	}

	/// How much of what is contracted to claim: little or nearly all of what the fragile account
	/// trades, so that somebody is owed less than an account is worth.
	fn delivered(
		&self,
		group: &GroupId<AccountId>,
		(contracted, most): (u64, u64),
		choices: &mut Choices,
	) -> u64 {
		let fragile = FRAGILE.to_account_id();
		if group.operator == fragile {
			1
		} else if concerns(group, &fragile) {
			contracted.saturating_sub(1).min(most)
		} else if choices.once_in(2) {
			contracted.min(most)
		} else {
			choices.below(contracted.min(most))
		}
	}

	pub(super) fn submit_proof(&mut self, choices: &mut Choices) -> Option<Step> {
		if self.proofs.usage == 0 {
			return None;
		}
		let open: Vec<_> = provable()
			.into_iter()
			.filter(|(period, group)| !Market::is_sealed(group, *period))
			.collect();
		let fragile = FRAGILE.to_account_id();
		let is_empty = Balances::free_balance(&fragile) == 0;
		let owed: Vec<_> = open
			.iter()
			.filter(|(_, group)| is_empty && concerns(group, &fragile))
			.cloned()
			.collect();
		let (period, first) = choices.of(if owed.is_empty() { &open } else { &owed })?.clone();
		// Others of the same period and resource come along.
		let mut groups = vec![first.clone()];
		groups.extend(
			open.into_iter()
				.filter(|(p, g)| *p == period && g.resource == first.resource && *g != first)
				.map(|(_, group)| group)
				.take(choices.below(3) as usize),
		);
		let by = Self::submitter(&first, period);
		let asked = groups.iter().map(|group| (group.clone(), None)).collect();
		let mut statement = Settlement::statement(period, asked).ok()?;
		let mut witness = Vec::new();
		for part in &mut statement.groups {
			let group = part.id(statement.resource);
			let readings = self.witness(&group, period, &part.slots)?;
			let sum: u64 = readings.openings.iter().map(|opening| u64::from(opening.reading)).sum();
			let contracted = Market::contracted(&group, period);
			// All that was read where a backstop buys it.
			let is_bought = sum > contracted && Book::buys_excess(&group, period);
			let delivered = match is_bought && choices.once_in(2) {
				true => sum,
				false => self.delivered(&group, (contracted, sum), choices),
			};
			part.claim = Claim::AtLeast(delivered);
			witness.push(readings);
		}
		let sum = |count: fn(&GroupId<AccountId>, PeriodIndex) -> u32| {
			groups.iter().map(|group| count(group, period)).sum::<u32>()
		};
		let (slots, trades) = (sum(Metering::count), sum(Market::trades));
		self.proofs.usage -= 1;
		let proved = prove(statement.clone().map_accounts(Into::into), &witness, |_| {}).ok()?;
		let claims: Vec<_> = statement
			.groups
			.iter()
			.zip(&proved.statement.groups)
			.map(|(part, proved)| GroupClaim {
				group: part.id(statement.resource),
				delivered: match part.claim {
					Claim::AtLeast(delivered) => delivered,
					_ => 0,
				},
				slack_commitment: proved.slack_commitment,
			})
			.collect();
		let mut proof = proved.proof;
		if choices.once_in(8) {
			proof.truncate(64);
		}
		let call = Call::submit_proof {
			period,
			resource: first.resource,
			claims: claims.try_into().ok()?,
			slots: slots + choices.below(2) as u32,
			trades,
			proof: proof.try_into().ok()?,
		};
		Some(Step::signed(by, call))
	}

	pub(super) fn submit_sealed_proof(&mut self, choices: &mut Choices) -> Option<Step> {
		if self.proofs.sealed == 0 {
			return None;
		}
		let sealed: Vec<_> = provable()
			.into_iter()
			.filter(|(period, group)| Market::sealed_terms(group, *period).is_ok())
			.collect();
		let (period, group) = choices.of(&sealed)?.clone();
		let (mut usage, mut split) =
			Settlement::sealed_statement(period, vec![group.clone()]).ok()?;
		let mut witness = self.witness(&group, period, &usage.groups[0].slots)?;
		let sum: u64 = witness.openings.iter().map(|opening| u64::from(opening.reading)).sum();
		let part = split.splits.first_mut()?;
		let delivered = choices.below(sum.min(part.quantity.into())) as u32;
		self.proofs.sealed -= 1;
		let key = shared_key(part.trade);
		let delivery = Delivery::new(delivered, group.direction as u8, key).ok()?;
		let notes = delivery.notes(NATIVE_ASSET, period, part)?;
		let outputs = [
			Output { commitment: notes[0].commitment()?, ciphertext: unreadable(1, false) },
			Output { commitment: notes[1].commitment()?, ciphertext: unreadable(2, false) },
		];
		let quantity_commitment = delivery.quantity_commitment(period);
		usage.groups[0].claim = Claim::AtLeastHidden(quantity_commitment);
		part.quantity_commitment = quantity_commitment;
		(part.payout.note, part.refund.note) = (outputs[0].commitment, outputs[1].commitment);
		part.ciphertexts = ciphertext_digest([&outputs[0].ciphertext, &outputs[1].ciphertext]);
		witness.openings.push(Opening { reading: delivered, salt: delivery.salt });
		let proved = prove(usage.clone().map_accounts(Into::into), &[witness], |_| {}).ok()?;
		let split_proof = split::prove(&split, &[delivery], |_| {}).ok()?;
		let claim = SealedClaim {
			group: group.clone(),
			quantity_commitment,
			slack_commitment: proved.statement.groups[0].slack_commitment,
			outputs,
		};
		let call = Call::submit_sealed_proof {
			period,
			resource: group.resource,
			claims: vec![claim].try_into().ok()?,
			slots: Metering::count(&group, period),
			usage_proof: proved.proof.try_into().ok()?,
			split_proof: split_proof.try_into().ok()?,
		};
		Some(Step::signed(Self::submitter(&group, period), call))
	}

	pub(super) fn expire_group(&mut self, choices: &mut Choices) -> Option<Step> {
		let mut contracts: Vec<_> = pallet_market::Contracts::<Runtime>::iter_keys()
			.map(|(key, group)| (u64::from_be_bytes(key), group))
			.collect();
		contracts.sort();
		let due = contracts.iter().take_while(|(p, _)| Metering::phase(*p) == Phase::Final).count();
		let (period, group) = match due {
			0 => choices.of(&contracts).filter(|_| choices.once_in(8)),
			due => choices.of(&contracts[..due]),
		}?
		.clone();
		Some(Step::signed(self.anybody(choices), Call::expire { period, group }))
	}

	pub(super) fn name_prover(&mut self, choices: &mut Choices) -> Option<Step> {
		let group = some_group(choices)?;
		let GroupId { operator, zone, resource, direction } = group;
		let prover = self.anybody(choices);
		Some(Step::signed(operator, Call::name_prover { zone, resource, direction, prover }))
	}

	pub(super) fn clear_prover(&mut self, choices: &mut Choices) -> Option<Step> {
		let mut named: Vec<_> = pallet_settlement::Provers::<Runtime>::iter_keys().collect();
		named.sort();
		let GroupId { operator, zone, resource, direction } = choices.of(&named)?.clone();
		Some(Step::signed(operator, Call::clear_prover { zone, resource, direction }))
	}

	pub(super) fn prune_settlement(&mut self, choices: &mut Choices) -> Option<Step> {
		let mut records: Vec<_> = pallet_settlement::Settlements::<Runtime>::iter_keys().collect();
		records.sort();
		let (key, group) = choices.of(&records[..records.len().min(4)])?.clone();
		let call = Call::prune { period: u64::from_be_bytes(key), group };
		Some(Step::signed(self.anybody(choices), call))
	}
}

fn some_group(choices: &mut Choices) -> Option<GroupId<AccountId>> {
	let mut groups: Vec<_> = pallet_devices::Groups::<Runtime>::iter_keys().collect();
	groups.sort();
	choices.of(&groups).cloned()
}
