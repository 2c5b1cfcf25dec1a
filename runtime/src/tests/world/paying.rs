//! Notes: what accounts pay into them, and what their owners do with them.

use frame_support::traits::fungibles::{Create, Mutate};
use meterproof_primitives::{
	AssetId, Digest, Output, PaymentBody, PaymentKind, PublicPart, TransferStatement, NATIVE_ASSET,
};
use meterproof_programs::note::{empty_roots, node, nullifier_key, owner, Note, TREE_DEPTH};
use meterproof_prover::transfer::{prove, random_digest, Payment, Spend};
use pallet_payments::Call;
use sp_runtime::{traits::One, FixedU128};

use super::{settling::unreadable, *};

/// An asset beside the chain's own token.
const LOCAL: AssetId = 7;
const AUDITOR: [u8; 32] = [9; 32];
/// More than fees of some payments.
const MUCH: u64 = 1_000 * UNIT as u64;

/// A note that one of the payers can spend, once it is in the tree.
#[derive(Clone, Copy)]
pub struct Owned {
	key: Digest,
	note: Note,
}

/// Makes an asset of which everybody has something, and the pool its minimum.
pub fn make_local_currency() {
	let issuer = Sr25519Keyring::Alice.to_account_id();
	<Assets as Create<AccountId>>::create(LOCAL, issuer, true, 10).expect("it is new");
	for who in accounts().into_iter().chain([Payments::account_id()]) {
		<Assets as Mutate<AccountId>>::mint_into(LOCAL, &who, 1_000_000 * UNIT).expect("it can");
	}
}

fn key(n: u8) -> Digest {
	let mut key = [0; 32];
	key[0] = n;
	key
}

/// Leaves of the tree as the last block left it.
fn leaves() -> Vec<Digest> {
	let notes = pallet_payments::Head::<Runtime>::get().notes;
	(0..notes)
		.filter_map(pallet_payments::Notes::<Runtime>::get)
		.map(|entry| entry.commitment)
		.collect()
}

/// What stands beside a leaf and the nodes above it.
fn path(leaves: &[Digest], position: usize) -> Option<[Digest; TREE_DEPTH]> {
	let empty = empty_roots();
	let mut level = leaves.to_vec();
	let mut index = position;
	let mut path = [[0; 32]; TREE_DEPTH];
	for (depth, beside) in path.iter_mut().enumerate() {
		*beside = level.get(index ^ 1).copied().unwrap_or(empty[depth]);
		level = level
			.chunks(2)
			.map(|pair| node(&pair[0], pair.get(1).unwrap_or(&empty[depth])))
			.collect::<Option<_>>()?;
		index >>= 1;
	}
	Some(path)
}

impl Owned {
	/// With its way up the tree; `None` if it is not in it, or is spent.
	fn spend(&self, leaves: &[Digest]) -> Option<Spend> {
		let commitment = self.note.commitment()?;
		let position = leaves.iter().position(|leaf| *leaf == commitment)?;
		let spend = Spend {
			spending_key: self.key,
			diversifier: 0,
			amount: self.note.amount,
			randomness: self.note.randomness,
			position: position as u32,
			path: path(leaves, position)?,
			dummy: false,
		};
		let nullifier = spend.nullifier(self.note.asset)?;
		(!pallet_payments::Nullifiers::<Runtime>::contains_key(nullifier)).then_some(spend)
	}
}

impl World {
	pub(super) fn set_asset(&mut self, choices: &mut Choices) -> Option<Step> {
		let asset = *choices.of(&[NATIVE_ASSET, LOCAL])?;
		let auditor = (asset == LOCAL).then_some(AUDITOR);
		Some(Step::root(Call::set_asset { asset, fee_rate: FixedU128::one(), auditor }))
	}

	/// The payment with a proof, if there is one.
	fn proved(
		&mut self,
		asset: AssetId,
		public: PublicPart<AccountId>,
		spends: [Spend; 2],
		amounts: [u64; 2],
		choices: &mut Choices,
	) -> Option<PaymentBody> {
		let terms = pallet_payments::PayableAssets::<Runtime>::get(asset)?;
		let key = key(1 + choices.below(3) as u8);
		let owner = owner(&nullifier_key(&key)?, 0)?;
		let mut made = Vec::new();
		for amount in amounts {
			let note = Note { asset, amount, owner, randomness: random_digest().ok()? };
			made.push(Owned { key, note });
		}
		let outputs = [made[0].note, made[1].note];
		let mut body = PaymentBody {
			root: pallet_payments::Head::<Runtime>::get().root,
			nullifiers: [spends[0].nullifier(asset)?, spends[1].nullifier(asset)?],
			outputs: [
				Output {
					commitment: outputs[0].commitment()?,
					ciphertext: unreadable(1, terms.auditor.is_some()),
				},
				Output {
					commitment: outputs[1].commitment()?,
					ciphertext: unreadable(2, terms.auditor.is_some()),
				},
			],
			proof: Default::default(),
		};
		let statement = TransferStatement {
			genesis: Metering::genesis().unwrap(),
			asset,
			root: body.root,
			nullifiers: body.nullifiers,
			outputs: body.commitments(),
			ciphertexts: body.ciphertexts(),
			public,
		};
		let witness = Payment { asset, spends, outputs };
		self.proofs.payments -= 1;
		let proof = prove(&statement.map_accounts(Into::into), &witness, |_| {}).ok()?;
		body.proof = proof.try_into().ok()?;
		self.notes.extend(made);
		Some(body)
	}

	pub(super) fn shield(&mut self, choices: &mut Choices) -> Option<Step> {
		if self.proofs.payments == 0 {
			return None;
		}
		let asset = *choices.of(&[NATIVE_ASSET, LOCAL])?;
		let from = self.anybody(choices);
		let public = PublicPart::Shield { from: from.clone(), amount: MUCH };
		let dummies = [Spend::dummy().ok()?, Spend::dummy().ok()?];
		let amounts = [MUCH / 2, MUCH - MUCH / 2];
		let payment = Box::new(self.proved(asset, public, dummies, amounts, choices)?);
		Some(Step::signed(from, Call::shield { asset, amount: MUCH, payment }))
	}

	/// A note to spend, and a second one of the same asset, or one that stands for nothing.
	fn spends(&self, choices: &mut Choices) -> Option<(AssetId, [Spend; 2])> {
		if self.proofs.payments == 0 {
			return None;
		}
		let leaves = leaves();
		let asset = *choices.of(&[NATIVE_ASSET, LOCAL])?;
		let mut spends = self
			.notes
			.iter()
			.filter(|owned| owned.note.asset == asset)
			.filter_map(|o| o.spend(&leaves));
		let first = spends.next()?;
		let second = match choices.once_in(2) {
			true => spends.next(),
			false => None,
		};
		Some((asset, [first, second.map_or_else(Spend::dummy, Ok).ok()?]))
	}

	pub(super) fn transfer(&mut self, choices: &mut Choices) -> Option<Step> {
		let (asset, spends) = self.spends(choices)?;
		let fee = Payments::fee(PaymentKind::Transfer, asset)?;
		let sum = (spends[0].amount + spends[1].amount).checked_sub(fee)?;
		let amounts = [sum / 3, sum - sum / 3];
		let public = PublicPart::Transfer { fee };
		let payment = Box::new(self.proved(asset, public, spends, amounts, choices)?);
		Some(Step::itself(Call::transfer { asset, fee, payment }))
	}

	pub(super) fn unshield(&mut self, choices: &mut Choices) -> Option<Step> {
		let (asset, spends) = self.spends(choices)?;
		let fee = Payments::fee(PaymentKind::Unshield, asset)?;
		let sum = (spends[0].amount + spends[1].amount).checked_sub(fee)?;
		let amount = sum / 2;
		let to = match choices.once_in(2) {
			true => AccountId::new([choices.below(200) as u8 + 20; 32]),
			false => self.anybody(choices),
		};
		let public = PublicPart::Unshield { to: to.clone(), amount, fee };
		let payment = Box::new(self.proved(asset, public, spends, [sum - amount, 0], choices)?);
		Some(Step::itself(Call::unshield { asset, to, amount, fee, payment }))
	}
}
