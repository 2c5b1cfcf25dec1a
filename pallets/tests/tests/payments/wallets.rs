//! Wallets for the tests: keys, the notes that they can spend, and payments with real proofs.

use meterproof_primitives::{AssetId, Digest, NoteCiphertext, Output, TransferStatement};
use meterproof_programs::note::{empty_roots, node, nullifier_key, owner, Note, TREE_DEPTH};
use meterproof_prover::transfer::{prove, random_digest, Payment as Witness, Spend};

use super::*;

/// A spending key.
pub fn key(n: u8) -> Digest {
	let mut key = [0; 32];
	key[0] = n;
	key
}

/// The owner of the notes that this key can spend.
pub fn owner_of(key: &Digest) -> Digest {
	owner(&nullifier_key(key).unwrap(), 0).unwrap()
}

/// A note that its owner can spend.
#[derive(Clone, Copy, Debug)]
pub struct Owned {
	pub key: Digest,
	pub asset: AssetId,
	pub amount: u64,
	pub randomness: Digest,
	pub position: u32,
}

impl Owned {
	/// The note with its path to [`root`].
	pub fn spend(&self) -> Spend {
		Spend {
			spending_key: self.key,
			diversifier: 0,
			amount: self.amount,
			randomness: self.randomness,
			position: self.position,
			path: path(self.position),
			dummy: false,
		}
	}
}

/// The leaves of the tree that has [`root`].
pub fn leaves() -> Vec<Digest> {
	(0..Head::<Test>::get().notes)
		.map(|position| Notes::<Test>::get(position).unwrap().commitment)
		.collect()
}

/// What stands beside a leaf and the nodes above it, by the definition of the tree.
pub fn path(position: u32) -> [Digest; TREE_DEPTH] {
	let empty = empty_roots();
	let mut level = leaves();
	let mut index = position as usize;
	std::array::from_fn(|depth| {
		let beside = level.get(index ^ 1).copied().unwrap_or(empty[depth]);
		level = level
			.chunks(2)
			.map(|pair| node(&pair[0], pair.get(1).unwrap_or(&empty[depth])).unwrap())
			.collect();
		index >>= 1;
		beside
	})
}

/// The root over these leaves, by the definition of the tree.
pub fn root_by_definition(leaves: &[Digest]) -> Digest {
	let empty = empty_roots();
	let mut level = leaves.to_vec();
	for beside in empty.iter().take(TREE_DEPTH) {
		level = level
			.chunks(2)
			.map(|pair| node(&pair[0], pair.get(1).unwrap_or(beside)).unwrap())
			.collect();
	}
	level.first().copied().unwrap_or(empty[TREE_DEPTH])
}

/// The root of the tree as the last block left it.
pub fn root() -> Digest {
	Head::<Test>::get().root
}

/// Contents that nobody can read.
pub fn ciphertext(auditor: bool) -> NoteCiphertext {
	let ephemeral = random_digest().unwrap();
	NoteCiphertext {
		ephemeral,
		note: [ephemeral[0]; 184],
		outgoing: [ephemeral[1]; 112],
		auditor: auditor.then_some([ephemeral[2]; 144]),
	}
}

/// A payment that is to be proved.
#[derive(Clone)]
pub struct Draft {
	pub asset: AssetId,
	pub public: PublicPart<AccountId>,
	pub root: Digest,
	pub spends: [Spend; 2],
	pub outputs: [Note; 2],
	pub auditor: bool,
}

impl Draft {
	/// Spends notes and makes notes of these amounts for these keys.
	pub fn new(
		asset: AssetId,
		public: PublicPart<AccountId>,
		spends: &[Owned],
		outputs: [(&Digest, u64); 2],
	) -> Self {
		let mut spends = spends.iter().map(Owned::spend);
		let mut next = || spends.next().unwrap_or_else(|| Spend::dummy().unwrap());
		let spends = [next(), next()];
		let outputs = outputs.map(|(key, amount)| Note {
			asset,
			amount,
			owner: owner_of(key),
			randomness: random_digest().unwrap(),
		});
		Self { asset, public, root: root(), spends, outputs, auditor: false }
	}

	/// The payment without a proof.
	pub fn unproved(&self) -> PaymentBody {
		let nullifiers = self.spends.clone().map(|spend| spend.nullifier(self.asset).unwrap());
		let outputs = self.outputs.map(|note| Output {
			commitment: note.commitment().unwrap(),
			ciphertext: ciphertext(self.auditor),
		});
		PaymentBody { root: self.root, nullifiers, outputs, proof: vec![0; 64].try_into().unwrap() }
	}

	/// The payment with its proof.
	pub fn proved(&self) -> PaymentBody {
		let mut body = self.unproved();
		let statement = statement(self.asset, &self.public, &body).map_accounts(Into::into);
		let witness =
			Witness { asset: self.asset, spends: self.spends.clone(), outputs: self.outputs };
		body.proof = prove(&statement, &witness, |_| {}).unwrap().try_into().unwrap();
		body
	}

	/// The call with its proof.
	pub fn call(&self) -> Call<Test> {
		call(self.asset, &self.public, self.proved())
	}

	/// The call with a proof of nothing.
	pub fn unproved_call(&self) -> Call<Test> {
		call(self.asset, &self.public, self.unproved())
	}

	/// The notes it makes, once the first has this position.
	pub fn made(&self, first: u32, keys: [Digest; 2]) -> [Owned; 2] {
		std::array::from_fn(|i| Owned {
			key: keys[i],
			asset: self.asset,
			amount: self.outputs[i].amount,
			randomness: self.outputs[i].randomness,
			position: first + i as u32,
		})
	}
}

/// What the payment's proof is about on this chain.
pub fn statement(
	asset: AssetId,
	public: &PublicPart<AccountId>,
	body: &PaymentBody,
) -> TransferStatement<AccountId> {
	TransferStatement {
		genesis: GENESIS,
		asset,
		root: body.root,
		nullifiers: body.nullifiers,
		outputs: body.commitments(),
		ciphertexts: body.ciphertexts(),
		public: public.clone(),
	}
}

/// The call that makes a payment.
pub fn call(asset: AssetId, public: &PublicPart<AccountId>, body: PaymentBody) -> Call<Test> {
	let payment = Box::new(body);
	match public.clone() {
		PublicPart::Shield { amount, .. } => Call::shield { asset, amount, payment },
		PublicPart::Transfer { fee } => Call::transfer { asset, fee, payment },
		PublicPart::Unshield { to, amount, fee } => {
			Call::unshield { asset, to, amount, fee, payment }
		},
	}
}

/// A payment of Alice's into two notes of `key`: of `amount`, and of nothing.
pub fn shielding(asset: AssetId, amount: u64, key: &Digest) -> Draft {
	let public = PublicPart::Shield { from: ALICE, amount };
	Draft::new(asset, public, &[], [(key, amount), (key, 0)])
}

/// Dispatches a signed call of Alice's.
pub fn dispatch(call: Call<Test>) -> DispatchResultWithPostInfo {
	use frame::deps::frame_support::traits::UnfilteredDispatchable;
	call.dispatch_bypass_filter(RuntimeOrigin::signed(ALICE))
}

/// Shields, ends the block, and gives the note that can be spent.
pub fn shielded(asset: AssetId, amount: u64, key: &Digest) -> Owned {
	let draft = shielding(asset, amount, key);
	let first = NextPosition::<Test>::get();
	assert_ok!(dispatch(draft.call()));
	blocks(1);
	System::reset_events();
	draft.made(first, [*key, *key])[0]
}

/// A transfer of the whole note less the fee: `amount` to one key, and the rest back.
pub fn paying(note: &Owned, amount: u64, to: &Digest) -> Draft {
	let fee = Payments::fee(PaymentKind::Transfer, note.asset).unwrap();
	let change = note.amount - amount - fee;
	let public = PublicPart::Transfer { fee };
	Draft::new(note.asset, public, &[*note], [(to, amount), (&note.key, change)])
}

/// A payment of `amount` to an account, and the rest back.
pub fn unshielding(note: &Owned, amount: u64, to: AccountId) -> Draft {
	let fee = Payments::fee(PaymentKind::Unshield, note.asset).unwrap();
	let change = note.amount - amount - fee;
	let public = PublicPart::Unshield { to, amount, fee };
	Draft::new(note.asset, public, &[*note], [(&note.key, change), (&note.key, 0)])
}

/// What the pool answers where it refuses.
pub fn invalid(refusal: PaymentRefusal) -> TransactionValidityError {
	match refusal {
		PaymentRefusal::UnknownRoot => UnknownTransaction::Custom(refusal.code()).into(),
		_ => InvalidTransaction::Custom(refusal.code()).into(),
	}
}

/// Whether the payment without an account is refused with `refusal` by pool and block, and, where
/// it is dispatched all the same, fails with the error of the same name; nothing changes.
/// `proofs` are looked at before that.
pub fn refused(call: Call<Test>, refusal: PaymentRefusal, proofs: u32) {
	use frame::deps::frame_support::traits::UnfilteredDispatchable;
	let guard = StorageNoopGuard::new();
	Verified::set(0);
	assert_eq!(validate(call.clone()).unwrap_err(), invalid(refusal));
	assert_eq!(Verified::get(), proofs, "proofs looked at");
	assert_eq!(apply(call.clone()).unwrap_err(), invalid(refusal));
	assert_eq!(Payments::check_call(None, &call), Err(refusal));
	if proofs == 0 {
		let origin = RuntimeOrigin::from(frame_system::RawOrigin::Authorized);
		let error = call.dispatch_bypass_filter(origin).unwrap_err().error;
		assert_eq!(error, Error::<Test>::from(refusal).into());
	}
	drop(guard);
}
