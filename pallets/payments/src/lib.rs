//! # Payments
//!
//! Confidential payments: a pool of money whose shares are notes. A note is a leaf of an
//! append-only tree and shows neither amount nor owner. A payment spends two notes and makes two,
//! and a proof says that nothing was made of nothing. Money enters by `shield` and leaves by
//! `unshield`; `transfer` moves it within.
//!
//! ## Who pays
//!
//! `shield` is signed and pays fees as any call. `transfer` and `unshield` need no account: the
//! proof authorises them and their fee, the same for all payments of a kind, is taken out of the
//! notes. The proof binds everything else a node decides on, so that nobody who relays a payment
//! can change it, and a payment cannot be made twice: its nullifiers are spent.
//!
//! ## What an invalid payment costs
//!
//! Authorisation runs in the pool, there again after later blocks, and once when the block is
//! executed. The checks stand in the order of their cost, the proof last:
//!
//! 1. the asset: one read;
//! 2. amount, fee, auditor's ciphertexts, canonical and distinct digests: no read;
//! 3. the root: two reads; both nullifiers: two; room in the tree: one;
//! 4. what the pool owes and has, and whether the recipient can take the amount: five at most;
//! 5. the proof, a few milliseconds (`WeightInfo::verify_proof`). Its length and header are compared
//!    first; before its openings are hashed it must show a proof of work of some 2^20 hashes over
//!    statement and commitments, which takes longer to find than a proof takes to refuse. One
//!    proof of work serves many variants that differ in their openings alone; those that differ
//!    in the last layer are refused only at the end. A valid payment seen on its way is another
//!    transaction with other bytes around its call, and verifies whole.
//!
//! So whoever wants a node to burn time must send some 59 kB for each few milliseconds, under a
//! hash of its own each time, since the pool bans a hash that was invalid; the network protocol
//! lowers the reputation of whoever relays it, and no honest node relays it on. No invalid payment
//! is ever part of a block: a block's author that finds one leaves it out, and a block with one is
//! invalid itself.
//!
//! A valid payment pays, or another one with one of its nullifiers does: nullifiers are the tags
//! that it provides, so that a pool holds one payment per nullifier, and the loser of a race is
//! found in a block by one read, before its proof. Whoever sends a second payment of a note to a
//! pool that holds the first, or the same one with other bytes around the call, makes it look at
//! the proof before it sees the tags: that costs what an invalid one costs, and as many bytes.
//!
//! The pool looks at a payment again while it waits, proof and all. With the room that a node of
//! this chain gives it ([`POOL_KIBIBYTES`](meterproof_primitives::POOL_KIBIBYTES)) it holds some
//! 1,100 payments of 59 kB, below three seconds of work for one thread; it works through them in the background, one after the other, and stops where it is when the next block comes.
//! Each of these was valid when it came and took its sender a proof of a tenth of a second and a
//! note to spend, and each will pay. A note that was spent in the meantime is found by one read.
//!
//! Nothing between authorisation and dispatch can change the state that both look at, so that
//! dispatch fails for no reason that was not looked at; it looks again, but for the proof, all the
//! same.
//!
//! ## Money
//!
//! All of it lies on one account per chain, [`Pallet::account_id`], in as many assets as are
//! admitted. Of each asset the account has at least what the unspent notes add up to (shielded
//! less unshielded less fees, [`Totals`]) and the asset's minimum balance, which keeps the account
//! alive: genesis endows it with the chain's own token, and an asset is admitted once somebody has
//! sent it there. The account may have more: nobody can be kept from sending money to an account,
//! and a check for equality would let anyone fail the audit for one unit. Such gifts are nobody's
//! and stay. What the pallet itself moves is compared with the account's balance to the unit, at
//! each call.
//!
//! An asset's own administrators keep their powers over it. Whoever admits an asset whose issuer
//! can freeze or burn the pool's holding admits that.
//!
//! ## Tree
//!
//! Depth 32, empty leaves are zero. Calls only say which notes come next; the block's end hashes
//! them, so that what a call did and undid is never hashed. A frontier of one node per level takes a
//! new note with one hash in the mean: n notes in a row take at most n + 31, and the 31 are reserved
//! once per block, as is the root, which is computed once. Recent roots stay usable, each for at
//! least [`Config::MaxRoots`] blocks; zero is never one of them. All wallets rest their payments
//! on the same root, that of the last block whose number is a multiple of
//! [`Config::AnchorPeriod`], so that it tells nothing.
//!
//! Other pallets pay notes too ([`PayNotes`](meterproof_primitives::PayNotes)): open ones, and pairs
//! whose sum is public and whose shares are sealed. For a pair the caller's own proof answers; the
//! pool takes its sum in and asks no more. These notes spent nothing, and have no nullifier beside
//! them.
//!
//! Notes and what they hold, sealed, are kept in state by position, so that any node, pruned or
//! not, can serve wallets from it. Nullifiers are kept for ever.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used)
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod checks;
mod invariants;
mod money;
mod open_notes;
mod queries;
mod tree;
pub mod types;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

/// What benchmarks set up outside the pallet.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper<AccountId> {
	/// Makes an asset other than the chain's own; `who` gets `amount` of it.
	fn asset(who: &AccountId, amount: u128) -> meterproof_primitives::AssetId;
	/// Gives the block an author, whose account takes fees.
	fn author() {}
}

#[frame::pallet]
pub mod pallet {
	use alloc::boxed::Box;

	use frame::{deps::frame_system::ensure_authorized, prelude::*};
	use meterproof_primitives::{
		AssetId, Digest, NoteEntry, NoteHash, NoteOwner, PaymentBody, PaymentRefusal, PublicPart,
		VerifyTransfer, X25519Key, NATIVE_ASSET,
	};

	use crate::{types::*, weights, WeightInfo};

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// The chain's own token as asset 0, and all others.
		type Assets: fungibles::Mutate<Self::AccountId, AssetId = AssetId, Balance = u128>
			+ fungibles::Balanced<Self::AccountId>;
		/// Takes fees, for the block's author.
		type OnFee: OnUnbalanced<fungibles::Credit<Self::AccountId, Self::Assets>>;
		/// Who admits assets.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Hash of block 0, which proofs bind.
		type Genesis: Get<Option<[u8; 32]>>;
		/// Checks proofs.
		type Verifier: VerifyTransfer<Self::AccountId>;
		/// Hashes notes and nodes.
		type NoteHash: NoteHash;
		/// Names the account that holds the pool.
		#[pallet::constant]
		type PalletId: Get<PalletId>;
		/// What a transfer costs, in the smallest unit of the chain's own token.
		#[pallet::constant]
		type TransferFee: Get<u64>;
		/// What a payment to an account costs, in the same.
		#[pallet::constant]
		type UnshieldFee: Get<u64>;
		/// What a shield pays besides its transaction fee, in the same, for what it leaves in state
		/// for ever. The other payments pay for that in their fees.
		#[pallet::constant]
		type ShieldFee: Get<u64>;
		/// Most roots kept. At most one is added in a block.
		#[pallet::constant]
		type MaxRoots: Get<u32>;
		/// Payments rest on the tree after blocks whose numbers are multiples of this.
		#[pallet::constant]
		type AnchorPeriod: Get<u32>;
		/// Most assets.
		#[pallet::constant]
		type MaxAssets: Get<u32>;
		/// Priority of payments without an account in the transaction pool: one for all.
		#[pallet::constant]
		type PaymentPriority: Get<TransactionPriority>;
		/// Weights of the calls.
		type WeightInfo: WeightInfo;
		/// What benchmarks set up outside the pallet.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper<Self::AccountId>;
	}

	/// The tree without a note.
	#[pallet::type_value]
	pub fn NoNotes<T: Config>() -> TreePoint<BlockNumberFor<T>> {
		let [.., root] = EmptyRoots::<T>::get();
		TreePoint { block: Zero::zero(), root, notes: 0 }
	}

	/// Computed anew, where genesis has not.
	#[pallet::type_value]
	pub fn ComputedEmptyRoots<T: Config>() -> EmptyTrees {
		T::NoteHash::empty_roots()
	}

	/// What can be paid with.
	#[pallet::storage]
	pub type PayableAssets<T: Config> = CountedStorageMap<_, Twox64Concat, AssetId, AssetTerms>;

	/// Totals of all payments into and out of the pool, by asset.
	#[pallet::storage]
	pub type Moved<T: Config> = StorageMap<_, Twox64Concat, AssetId, Totals, ValueQuery>;

	/// The notes, by their place in the tree.
	#[pallet::storage]
	pub type Notes<T: Config> = StorageMap<_, Twox64Concat, u32, NoteEntry>;

	/// How many notes there are.
	#[pallet::storage]
	pub type NextPosition<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// The nodes of the tree that the next block's notes are hashed with.
	#[pallet::storage]
	pub type Frontier<T: Config> = StorageValue<_, FrontierNodes, ValueQuery>;

	/// The roots of empty subtrees, which stand where no notes are.
	#[pallet::storage]
	pub type EmptyRoots<T: Config> = StorageValue<_, EmptyTrees, ValueQuery, ComputedEmptyRoots<T>>;

	/// The tree after the last block that added notes.
	#[pallet::storage]
	pub type Head<T: Config> =
		StorageValue<_, TreePoint<BlockNumberFor<T>>, ValueQuery, NoNotes<T>>;

	/// The tree that payments rest on.
	#[pallet::storage]
	pub type Anchor<T: Config> =
		StorageValue<_, TreePoint<BlockNumberFor<T>>, ValueQuery, NoNotes<T>>;

	/// Recent roots, with their numbers. Roots are hashes already, so that they are not hashed
	/// again.
	#[pallet::storage]
	pub type Roots<T: Config> = StorageMap<_, Identity, Digest, u64>;

	/// Recent roots by their numbers.
	#[pallet::storage]
	pub type RootNumbers<T: Config> = StorageMap<_, Twox64Concat, u64, Digest>;

	/// The range of numbers of recent roots.
	#[pallet::storage]
	pub type RecentRoots<T: Config> = StorageValue<_, RootRange, ValueQuery>;

	/// Nullifiers of all notes spent, kept for ever. They are hashes already, so that they are not
	/// hashed again.
	#[pallet::storage]
	pub type Nullifiers<T: Config> = StorageMap<_, Identity, Digest, ()>;

	/// How many notes other pallets paid: these spent nothing.
	#[pallet::storage]
	pub type OpenNotes<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// How many notes the settlements of sealed trades made, two each: these spent nothing either.
	#[pallet::storage]
	pub type SplitNotes<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// Genesis sets nothing here: the tree is empty, and the chain's own token is admitted.
	#[pallet::genesis_config]
	#[derive(DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			Pallet::<T>::plant();
			Pallet::<T>::endow();
			let native = AssetTerms { fee_rate: FixedU128::one(), auditor: None };
			PayableAssets::<T>::insert(NATIVE_ASSET, native);
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An account paid into notes.
		Shielded {
			/// The account.
			who: T::AccountId,
			/// The asset.
			asset: AssetId,
			/// What was paid, in the asset's smallest unit.
			amount: u64,
			/// Position of the first of the two notes made.
			first: u32,
		},
		/// Notes paid notes.
		Transferred {
			/// The asset.
			asset: AssetId,
			/// What the block's author got, in the asset's smallest unit.
			fee: u64,
			/// Position of the first of the two notes made.
			first: u32,
		},
		/// Notes paid an account.
		Unshielded {
			/// The account.
			to: T::AccountId,
			/// The asset.
			asset: AssetId,
			/// What the account got, in the asset's smallest unit.
			amount: u64,
			/// What the block's author got, in the asset's smallest unit.
			fee: u64,
			/// Position of the first of the two notes made.
			first: u32,
		},
		/// Another pallet paid a note for a public reason.
		NotePaid {
			/// The asset.
			asset: AssetId,
			/// What was paid, in the asset's smallest unit.
			amount: u64,
			/// Owner of the note: who may spend it.
			owner: NoteOwner,
			/// Position of the note.
			position: u32,
		},
		/// Another pallet paid two notes, and how much each of them holds is sealed.
		NotesSplit {
			/// The asset.
			asset: AssetId,
			/// Both notes together, in the asset's smallest unit.
			amount: u64,
			/// Position of the first of them; the other is the next.
			position: u32,
		},
		/// An asset was admitted, or its terms changed.
		AssetSet {
			/// The asset.
			asset: AssetId,
			/// How many of the asset's smallest units stand for one of the chain's own in a fee.
			fee_rate: FixedU128,
			/// Key of the auditor that each of the asset's notes must be readable to, if it has
			/// one.
			auditor: Option<X25519Key>,
		},
	}

	#[pallet::error]
	#[derive(PartialEq, Eq)]
	pub enum Error<T> {
		/// This asset cannot be paid with.
		UnknownAsset,
		/// The amount is zero.
		AmountZero,
		/// The fee is not the one all payments of this kind pay.
		WrongFee,
		/// A digest has a word that is not below the field modulus.
		NotCanonical,
		/// One note would be spent twice.
		SameNullifiers,
		/// The asset's auditor could not read the notes.
		AuditorCiphertextMissing,
		/// The asset has no auditor.
		AuditorCiphertextUnexpected,
		/// The root never was, or is too old.
		UnknownRoot,
		/// A note was spent before.
		NullifierSpent,
		/// There is no room for the notes.
		TreeFull,
		/// The account cannot take the amount.
		RecipientCannotReceive,
		/// More would leave the pool than is in it.
		PoolCannotPay,
		/// The proof does not prove the payment.
		ProofRejected,
		/// The account does not have the amount free.
		InsufficientFunds,
		/// The transaction is not a payment.
		NotAPayment,
		/// What entered or left the pool's account is not the amount.
		AmountNotMoved,
		/// More than can be counted was moved.
		TotalsOverflow,
		/// There are as many assets as there can be.
		TooManyAssets,
		/// No such asset exists.
		NoSuchAsset,
		/// Send the pool's account the asset's minimum balance first.
		PoolNotEndowed,
		/// Fees in this asset would be nothing, or more than a note can hold.
		FeeRateOutOfRange,
		/// Fees in the chain's own token are what they are.
		NativeRateFixed,
		/// The chain has lost the hash of block 0, which notes and proofs bind: what pays a note waits until it is
		/// put back.
		GenesisUnknown,
	}

	impl<T> From<PaymentRefusal> for Error<T> {
		fn from(refusal: PaymentRefusal) -> Self {
			match refusal {
				PaymentRefusal::UnknownAsset => Self::UnknownAsset,
				PaymentRefusal::AmountZero => Self::AmountZero,
				PaymentRefusal::WrongFee => Self::WrongFee,
				PaymentRefusal::NotCanonical => Self::NotCanonical,
				PaymentRefusal::SameNullifiers => Self::SameNullifiers,
				PaymentRefusal::AuditorCiphertextMissing => Self::AuditorCiphertextMissing,
				PaymentRefusal::AuditorCiphertextUnexpected => Self::AuditorCiphertextUnexpected,
				PaymentRefusal::UnknownRoot => Self::UnknownRoot,
				PaymentRefusal::NullifierSpent => Self::NullifierSpent,
				PaymentRefusal::TreeFull => Self::TreeFull,
				PaymentRefusal::RecipientCannotReceive => Self::RecipientCannotReceive,
				PaymentRefusal::PoolCannotPay => Self::PoolCannotPay,
				PaymentRefusal::ProofRejected => Self::ProofRejected,
				PaymentRefusal::InsufficientFunds => Self::InsufficientFunds,
				PaymentRefusal::NotAPayment => Self::NotAPayment,
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			// What its end takes, whatever it adds; each note weighs its own hash besides.
			T::WeightInfo::on_finalize(0)
		}

		fn on_finalize(block: BlockNumberFor<T>) {
			Self::close_block(block);
		}

		fn integrity_test() {
			let period = T::AnchorPeriod::get();
			assert!(period > 0, "payments must rest on some block");
			assert!(
				T::MaxRoots::get() > period.saturating_mul(2),
				"what a payment rests on must stay usable"
			);
			assert!(T::MaxAssets::get() > 0, "the chain's own token is an asset");
			assert!(T::TransferFee::get() > 0 && T::UnshieldFee::get() > 0, "payments must pay");
			let limits = T::BlockWeights::get();
			let normal = limits.get(DispatchClass::Normal);
			let weight = weights::authorize_unshield::<T::WeightInfo>()
				.saturating_add(weights::unshield::<T::WeightInfo>());
			assert!(
				normal.max_extrinsic.is_none_or(|max| weight.all_lte(max)),
				"a payment must fit into a block"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), frame::try_runtime::TryRuntimeError> {
			<Self as meterproof_primitives::EnsureInvariants>::ensure_invariants()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Pays `amount` of the caller's into the notes that `payment` makes, and [`Config::ShieldFee`]
		/// to the block's author. The proof is checked
		/// here, at the caller's cost.
		#[pallet::call_index(0)]
		#[pallet::weight(weights::shield::<T::WeightInfo>())]
		pub fn shield(
			origin: OriginFor<T>,
			asset: AssetId,
			amount: u64,
			payment: Box<PaymentBody>,
		) -> DispatchResult {
			let from = ensure_signed(origin)?;
			let public = PublicPart::Shield { from: from.clone(), amount };
			Self::check(asset, &public, &payment).map_err(Error::<T>::from)?;
			Self::check_proof(asset, public, &payment).map_err(Error::<T>::from)?;
			Self::do_shield(from, asset, amount, *payment)
		}

		/// Notes pay notes. Needs no account: the proof authorises it, and the fee comes out of the
		/// notes.
		#[pallet::call_index(1)]
		#[pallet::weight(weights::transfer::<T::WeightInfo>())]
		#[pallet::authorize(Self::authorize_transfer)]
		#[pallet::weight_of_authorize(weights::authorize_transfer::<T::WeightInfo>())]
		pub fn transfer(
			origin: OriginFor<T>,
			asset: AssetId,
			fee: u64,
			payment: Box<PaymentBody>,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			// The proof was verified in this block, when the call was authorised.
			Self::check(asset, &PublicPart::Transfer { fee }, &payment)
				.map_err(Error::<T>::from)?;
			let first = Self::settle(asset, *payment)?;
			Self::pay_out(asset, None, fee)?;
			Self::deposit_event(Event::Transferred { asset, fee, first });
			Ok(())
		}

		/// Notes pay the account `to`. Needs no account: the proof authorises it, and the fee comes
		/// out of the notes.
		#[pallet::call_index(2)]
		#[pallet::weight(weights::unshield::<T::WeightInfo>())]
		#[pallet::authorize(Self::authorize_unshield)]
		#[pallet::weight_of_authorize(weights::authorize_unshield::<T::WeightInfo>())]
		pub fn unshield(
			origin: OriginFor<T>,
			asset: AssetId,
			to: T::AccountId,
			amount: u64,
			fee: u64,
			payment: Box<PaymentBody>,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			let public = PublicPart::Unshield { to: to.clone(), amount, fee };
			Self::check(asset, &public, &payment).map_err(Error::<T>::from)?;
			let first = Self::settle(asset, *payment)?;
			Self::pay_out(asset, Some((&to, amount)), fee)?;
			Self::deposit_event(Event::Unshielded { to, asset, amount, fee, first });
			Ok(())
		}

		/// Admits an asset, or changes its terms: `fee_rate` of its smallest units make one of the
		/// chain's own token in fees, and `auditor`, where given, must be able to read each note.
		/// That a ciphertext is there the chain can see, not what is in it. Notes cannot be stranded:
		/// an asset stays.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::set_asset())]
		pub fn set_asset(
			origin: OriginFor<T>,
			asset: AssetId,
			fee_rate: FixedU128,
			auditor: Option<X25519Key>,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_asset(asset, AssetTerms { fee_rate, auditor })
		}
	}
}
