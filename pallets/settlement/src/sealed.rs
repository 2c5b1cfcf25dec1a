//! Groups with a sealed trade: from claims to two statements, and from accepted proofs to notes.

use alloc::{collections::btree_set::BTreeSet, vec::Vec};

use frame::prelude::*;
use meterproof_primitives::{
	ciphertext_digest, is_canonical, Claim, Commitment, Digest, Output, SealedClaim, SealedRefusal,
	Split, SplitStatement, UsageStatement, MAX_SPLITS, NATIVE_ASSET,
};

use crate::*;

/// What a prover adds to one group's part of both statements.
#[derive(Clone, Debug)]
pub(crate) struct SealedPart<AccountId> {
	group: GroupId<AccountId>,
	quantity_commitment: Commitment,
	slack_commitment: Commitment,
	outputs: [Digest; 2],
	ciphertexts: [u8; 32],
}

impl<AccountId> SealedPart<AccountId> {
	/// A part that a prover has added nothing to yet.
	pub fn blank(group: GroupId<AccountId>) -> Self {
		Self {
			group,
			quantity_commitment: [0; 32],
			slack_commitment: [0; 32],
			outputs: [[0; 32]; 2],
			ciphertexts: [0; 32],
		}
	}

	/// Whether all digests are of the one form that they have.
	fn is_canonical(&self) -> bool {
		[&self.quantity_commitment, &self.slack_commitment]
			.into_iter()
			.chain(&self.outputs)
			.all(is_canonical)
	}
}

impl<AccountId: Clone> From<&SealedClaim<AccountId>> for SealedPart<AccountId> {
	fn from(claim: &SealedClaim<AccountId>) -> Self {
		let [payout, refund] = &claim.outputs;
		Self {
			group: claim.group.clone(),
			quantity_commitment: claim.quantity_commitment,
			slack_commitment: claim.slack_commitment,
			outputs: [payout.commitment, refund.commitment],
			ciphertexts: ciphertext_digest([&payout.ciphertext, &refund.ciphertext]),
		}
	}
}

/// The two statements of a sealed settlement, and what they read.
#[derive(Debug)]
pub(crate) struct SealedStatements<AccountId> {
	/// The usage statement, of the readings.
	pub usage: UsageStatement<AccountId>,
	/// The split statement, of the notes.
	pub split: SplitStatement,
	/// Commitments of devices.
	pub slots: u32,
}

impl<T: Config> Pallet<T> {
	/// The statements that these claims of `who` make: every rule but the clock and the proofs.
	/// Refuses before it reads more than the caller declared.
	///
	/// Nobody can tell whether all of the quantity is claimed, so that only who may prove less may
	/// submit.
	pub(crate) fn form_sealed(
		who: &T::AccountId,
		period: PeriodIndex,
		resource: Resource,
		claims: &[SealedClaim<T::AccountId>],
		slots: u32,
		opened: &[OpenedOf<T>],
	) -> Result<SealedStatements<T::AccountId>, Error<T>> {
		let parts: Vec<_> = claims.iter().map(SealedPart::from).collect();
		ensure!(parts.iter().all(SealedPart::is_canonical), Error::<T>::NotCanonical);
		for claim in claims {
			ensure!(Self::is_entitled(who, &claim.group, period), Error::<T>::NotEntitled);
		}
		Self::sealed_statements(period, resource, &parts, slots, opened)
	}

	/// Forms the usage statement and the split statement, whoever asks for them; what a prover fills in is
	/// still missing.
	pub(crate) fn sealed_statements(
		period: PeriodIndex,
		resource: Resource,
		parts: &[SealedPart<T::AccountId>],
		slots: u32,
		opened: &[OpenedOf<T>],
	) -> Result<SealedStatements<T::AccountId>, Error<T>> {
		let most = T::MaxGroups::get().min(MAX_SPLITS);
		ensure!(parts.len() <= most as usize, Error::<T>::TooManyGroups);
		let mut groups = BTreeSet::new();
		for part in parts {
			ensure!(part.group.resource == resource, Error::<T>::ResourceMismatch);
			ensure!(groups.insert(&part.group), Error::<T>::DuplicateGroup);
		}
		let opened = Self::by_group(opened, &groups)?;
		let mut used: u32 = 0;
		let mut splits = Vec::with_capacity(parts.len());
		for part in parts {
			Self::ensure_claimable(&part.group, period)?;
			let terms = T::Deliveries::sealed_terms(&part.group, period).map_err(refused)?;
			used = used
				.saturating_add(T::Commitments::count(&part.group, period))
				.saturating_add(Self::opened_of(&opened, &part.group));
			ensure!(used <= slots.min(T::MaxSlots::get()), Error::<T>::TooManySlots);
			splits.push(Split::new(
				&terms,
				part.quantity_commitment,
				part.outputs,
				part.ciphertexts,
			));
		}
		let usage = Self::statement_of(
			period,
			resource,
			parts.iter().map(|part| {
				let claim = Claim::AtLeastHidden(part.quantity_commitment);
				(part.group.clone(), claim, part.slack_commitment)
			}),
			&opened,
		)?;
		let genesis = T::Genesis::get().ok_or(Error::<T>::GenesisUnknown)?;
		let split = SplitStatement { genesis, period, asset: NATIVE_ASSET, splits };
		Ok(SealedStatements { usage, split, slots: used })
	}

	/// Settles a group whose two notes were proved.
	pub(crate) fn settle_sealed(
		group: &GroupOf<T>,
		period: PeriodIndex,
		outputs: &[Output; 2],
	) -> DispatchResult {
		let sums = T::Deliveries::settle_sealed(group, period, outputs)?;
		Self::record(group, period, Ending::Sealed(sums));
		Self::deposit_event(Event::GroupSettledSealed {
			group: group.clone(),
			period,
			contracted: sums.contracted,
			amount: sums.amount,
		});
		Ok(())
	}
}

fn refused<T: Config>(refusal: SealedRefusal) -> Error<T> {
	match refusal {
		SealedRefusal::NotSealed => Error::<T>::NotSealed,
		SealedRefusal::RegistrarNotAccepted => Error::<T>::RegistrarNotAccepted,
		SealedRefusal::EvidenceTooLow => Error::<T>::EvidenceTooLow,
	}
}
