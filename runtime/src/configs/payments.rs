//! Confidential payments, and the assets that can be paid with.

use frame_support::{
	dispatch::DispatchClass,
	parameter_types,
	traits::{
		fungibles::{Balanced, Credit},
		tokens::fungible::UnionOf,
		AsEnsureOriginWithArg, ConstU128, ConstU32, Get, OnUnbalanced,
	},
	weights::{Weight, WeightToFee as _},
	PalletId,
};
use frame_system::{EnsureRoot, EnsureSigned};
use meterproof_primitives::{
	AssetId, Digest, NoteHash, NoteOwner, PaymentRefusal, TransferStatement, VerifyTransfer,
	MAX_PAYMENT_PROOF_BYTES, NATIVE_ASSET, NOTE_TREE_DEPTH,
};
use meterproof_programs::note;
use pallet_governance::ExchangeAdmin;
use pallet_payments::weights::{
	authorize_transfer, authorize_unshield, transfer as transferred, unshield as unshielded,
};
use sp_runtime::{
	generic::Preamble,
	traits::{Convert, StaticLookup},
	transaction_validity::TransactionPriority,
	Either,
};

use super::{deposit, RootOr, RuntimeBlockWeights, TransactionByteFee, WeightToFee};
use crate::*;

impl pallet_assets::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Balance = Balance;
	type RemoveItemsLimit = ConstU32<1_000>;
	type AssetId = AssetId;
	type AssetIdParameter = codec::Compact<AssetId>;
	type ReserveData = ();
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
	type AssetDeposit = ConstU128<{ 10 * UNIT }>;
	type AssetAccountDeposit = ConstU128<{ deposit(1, 16) }>;
	type MetadataDepositBase = ConstU128<{ deposit(1, 68) }>;
	type MetadataDepositPerByte = ConstU128<{ deposit(0, 1) }>;
	type ApprovalDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type StringLimit = ConstU32<50>;
	type Freezer = ();
	type Holder = ();
	type Extra = ();
	type CallbackHandle = ();
	type AssetIdAllocator = ();
	type WeightInfo = pallet_assets::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

/// Asset 0 is the chain's own token, any other the one of `pallet-assets` with that number. There,
/// 0 can be made and never be paid with here.
pub struct NativeIsZero;

impl Convert<AssetId, Either<(), AssetId>> for NativeIsZero {
	fn convert(asset: AssetId) -> Either<(), AssetId> {
		match asset {
			NATIVE_ASSET => Either::Left(()),
			other => Either::Right(other),
		}
	}
}

/// Everything that can be paid with.
pub type NativeAndAssets = UnionOf<Balances, Assets, NativeIsZero, AssetId, AccountId>;

/// The block's author gets the fees of payments too; without a known author they are burnt.
pub struct PaymentFeeToAuthor;

impl OnUnbalanced<Credit<AccountId, NativeAndAssets>> for PaymentFeeToAuthor {
	fn on_nonzero_unbalanced(amount: Credit<AccountId, NativeAndAssets>) {
		if let Some(author) = Authorship::author() {
			// What the author's account cannot take (below the asset's minimum) is burnt.
			let _ = NativeAndAssets::resolve(&author, amount);
		}
	}
}

/// A transaction with its proof as long as it can be, and all that can be besides.
const MAX_TRANSACTION_BYTES: u32 = MAX_PAYMENT_PROOF_BYTES + 1_280;

/// What a payment leaves in state for ever, keys included: two notes and two nullifiers.
const PAYMENT_STATE_BYTES: u32 = 2 * (546 + 44) + 2 * 64;

/// What a payment that weighs `weight` costs: that, its length, and what it leaves in state, at the
/// price that deposits have. The load of the chain does not enter: the fee of a payment is the same
/// for all and tells nothing.
fn payment_fee(weight: Weight) -> u64 {
	let limits = RuntimeBlockWeights::get();
	let weight = weight.saturating_add(limits.get(DispatchClass::Normal).base_extrinsic);
	let length = TransactionByteFee::get().saturating_mul(MAX_TRANSACTION_BYTES.into());
	let fee = WeightToFee::weight_to_fee(&weight)
		.saturating_add(length)
		.saturating_add(deposit(0, PAYMENT_STATE_BYTES));
	// Two figures are easier to remember than eighteen, and benchmarks that differ a little do not
	// move it.
	let step = 10 * MILLI_UNIT;
	u64::try_from(fee.div_ceil(step).saturating_mul(step)).unwrap_or(u64::MAX)
}

/// The fee of a transfer between notes.
pub struct TransferFee;

impl Get<u64> for TransferFee {
	fn get() -> u64 {
		type W = weights::pallet_payments::WeightInfo<Runtime>;
		payment_fee(authorize_transfer::<W>().saturating_add(transferred::<W>()))
	}
}

/// The fee of a payment from notes to an account.
pub struct UnshieldFee;

impl Get<u64> for UnshieldFee {
	fn get() -> u64 {
		type W = weights::pallet_payments::WeightInfo<Runtime>;
		payment_fee(authorize_unshield::<W>().saturating_add(unshielded::<W>()))
	}
}

/// What a shield pays for the same bytes: it pays for weight and length as any transaction does.
pub struct ShieldFee;

impl Get<u64> for ShieldFee {
	fn get() -> u64 {
		u64::try_from(deposit(0, PAYMENT_STATE_BYTES)).unwrap_or(u64::MAX)
	}
}

parameter_types! {
	pub const PoolId: PalletId = PalletId(*b"mpr/pool");
	/// Between commitments, which are free, and transactions without a tip.
	pub const PaymentPriority: TransactionPriority = 1 << 30;
	/// A day of blocks that all add notes.
	pub const MaxRoots: u32 = DAYS;
}

impl pallet_payments::Config for Runtime {
	type Assets = NativeAndAssets;
	type OnFee = PaymentFeeToAuthor;
	type AdminOrigin = RootOr<ExchangeAdmin>;
	type Genesis = pallet_metering::Genesis<Runtime>;
	type Verifier = TransferVerifier;
	type NoteHash = NoteHasher;
	type PalletId = PoolId;
	type TransferFee = TransferFee;
	type UnshieldFee = UnshieldFee;
	type ShieldFee = ShieldFee;
	type MaxRoots = MaxRoots;
	type AnchorPeriod = ConstU32<10>;
	type MaxAssets = ConstU32<256>;
	type PaymentPriority = PaymentPriority;
	type WeightInfo = weights::pallet_payments::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = LocalCurrency;
}

/// An asset for the benchmarks of `pallet-payments`.
#[cfg(feature = "runtime-benchmarks")]
pub struct LocalCurrency;

#[cfg(feature = "runtime-benchmarks")]
impl pallet_payments::BenchmarkHelper<AccountId> for LocalCurrency {
	fn asset(who: &AccountId, amount: Balance) -> AssetId {
		use frame_support::traits::fungibles::{Create, Mutate};
		const ASSET: AssetId = 1;
		let _ = <Assets as Create<AccountId>>::create(ASSET, who.clone(), true, 1);
		let _ = <Assets as Mutate<AccountId>>::mint_into(ASSET, who, amount);
		ASSET
	}

	fn author() {
		use sp_consensus_babe::digests::{PreDigest, SecondaryPlainPreDigest};
		// The first slot's author, as BABE's pre-digest names it.
		let slot = SecondaryPlainPreDigest { authority_index: 0, slot: Babe::current_slot() };
		let digest = sp_runtime::DigestItem::PreRuntime(
			sp_consensus_babe::BABE_ENGINE_ID,
			codec::Encode::encode(&PreDigest::SecondaryPlain(slot)),
		);
		System::deposit_log(digest);
	}
}

/// Payments' proofs, checked by `meterproof_verifier`.
pub struct TransferVerifier;

impl VerifyTransfer<AccountId> for TransferVerifier {
	fn verify(statement: &TransferStatement<AccountId>, proof: &[u8]) -> bool {
		meterproof_verifier::verify_transfer(statement, proof).is_ok()
	}
}

/// Notes and their tree, as `meterproof_programs` defines them.
pub struct NoteHasher;

impl NoteHash for NoteHasher {
	fn node(left: &Digest, right: &Digest) -> Option<Digest> {
		note::node(left, right)
	}

	fn note(asset: AssetId, amount: u64, owner: &NoteOwner, randomness: &Digest) -> Option<Digest> {
		note::Note { asset, amount, owner: *owner, randomness: *randomness }.commitment()
	}

	fn empty_roots() -> [Digest; NOTE_TREE_DEPTH + 1] {
		note::empty_roots()
	}
}

/// Whether a payment's transaction would be taken now, its signature unchecked; otherwise why not.
pub fn check_payment_transaction(extrinsic: UncheckedExtrinsic) -> Result<(), PaymentRefusal> {
	let RuntimeCall::Payments(call) = &extrinsic.function else {
		return Err(PaymentRefusal::NotAPayment);
	};
	match &extrinsic.preamble {
		Preamble::Signed(address, ..) => {
			let who = <Runtime as frame_system::Config>::Lookup::lookup(address.clone())
				.map_err(|_| PaymentRefusal::NotAPayment)?;
			Payments::check_call(Some(&who), call)
		},
		Preamble::General(..) => Payments::check_call(None, call),
		Preamble::Bare(..) => Err(PaymentRefusal::NotAPayment),
	}
}

#[cfg(test)]
mod tests {
	use codec::MaxEncodedLen;
	use frame_support::traits::StorageInfoTrait;
	use meterproof_primitives::PaymentBody;

	use super::*;

	#[test]
	fn a_payment_pays_for_the_longest_proof_and_for_all_it_leaves() {
		// Asset, recipient, amount, fee; then version, extensions, index of the call, length.
		let longest = PaymentBody::max_encoded_len() + 4 + 32 + 8 + 8 + 64;
		assert!(longest <= MAX_TRANSACTION_BYTES as usize, "{longest}");
		let info = Payments::storage_info();
		let left = |storage: &[u8]| {
			let item = info.iter().find(|item| item.storage_name == storage).unwrap();
			// The prefixes of the pallet and of the map stand before what is counted.
			item.max_size.unwrap() + 32
		};
		assert_eq!(2 * left(b"Notes") + 2 * left(b"Nullifiers"), PAYMENT_STATE_BYTES);
	}

	/// What `pallet-payments` says of a pool that is full of payments.
	#[test]
	fn a_pool_full_of_payments_is_looked_through_in_seconds() {
		use frame_support::weights::constants::WEIGHT_REF_TIME_PER_SECOND;
		type W = weights::pallet_payments::WeightInfo<Runtime>;
		let payments = meterproof_primitives::POOL_KIBIBYTES * 1_024 / 59_000;
		assert!((1_000..1_200).contains(&payments), "{payments}");
		let look = authorize_transfer::<W>().max(authorize_unshield::<W>());
		let seconds = look.ref_time() as f64 * payments as f64 / WEIGHT_REF_TIME_PER_SECOND as f64;
		assert!(seconds < 5.0, "{seconds}");
	}

	#[test]
	fn fees_are_what_the_documents_say() {
		assert_eq!(TransferFee::get(), 240_000_000_000);
		assert_eq!(UnshieldFee::get(), 240_000_000_000);
		assert_eq!(ShieldFee::get(), 130_800_000_000);
	}
}
