//! The Meterproof runtime: which pallets, in which order, with which parameters.
#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "512"]
#![cfg_attr(
	not(any(test, feature = "runtime-benchmarks")),
	deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used)
)]

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

extern crate alloc;

// Its macros must be known where the runtime APIs are written.
#[cfg(feature = "runtime-benchmarks")]
#[macro_use]
mod benchmarks;

pub mod apis;
pub mod configs;
pub mod genesis_config_presets;
pub mod governing;
pub mod migrations;
pub mod plain;
#[cfg(test)]
mod tests;
pub mod weights;

use alloc::vec::Vec;

use sp_runtime::{
	generic, impl_opaque_keys,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
	MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

pub use apis::RuntimeApi;
#[cfg(feature = "std")]
pub use sp_runtime::BuildStorage;

/// Types that the node and other clients need without knowing the runtime's calls.
pub mod opaque {
	use super::*;

	pub use sp_runtime::OpaqueExtrinsic as UncheckedExtrinsic;

	/// Opaque block header.
	pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
	/// Opaque block.
	pub type Block = generic::Block<Header, UncheckedExtrinsic>;
}

impl_opaque_keys! {
	/// The keys of a validator.
	pub struct SessionKeys {
		/// Block production.
		pub babe: Babe,
		/// Finality.
		pub grandpa: Grandpa,
		/// Finality for other chains.
		pub beefy: Beefy,
	}
}

/// Version of this runtime: `spec_version` rises with every change of consensus.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: alloc::borrow::Cow::Borrowed("meterproof"),
	impl_name: alloc::borrow::Cow::Borrowed("meterproof"),
	authoring_version: 1,
	spec_version: 1,
	impl_version: 1,
	apis: apis::RUNTIME_API_VERSIONS,
	transaction_version: 1,
	system_version: 1,
};

/// Length of a slot in milliseconds.
pub const MILLISECS_PER_BLOCK: u64 = 2_000;
/// Same as [`MILLISECS_PER_BLOCK`], as BABE calls it. Fixed for the life of a chain.
pub const SLOT_DURATION: u64 = MILLISECS_PER_BLOCK;
/// Blocks in a minute, for parameters given in time.
pub const MINUTES: BlockNumber = 60_000 / (MILLISECS_PER_BLOCK as BlockNumber);
/// Blocks in an hour.
pub const HOURS: BlockNumber = MINUTES * 60;
/// Blocks in a day.
pub const DAYS: BlockNumber = HOURS * 24;
/// Probability that a slot has a primary author; the rest falls to secondary authors.
pub const PRIMARY_PROBABILITY: (u64, u64) = (1, 4);

/// The token's smallest unit: 10^-12.
pub const UNIT: Balance = 1_000_000_000_000;
/// A thousandth of the token.
pub const MILLI_UNIT: Balance = UNIT / 1_000;
/// A millionth of the token.
pub const MICRO_UNIT: Balance = UNIT / 1_000_000;
/// The smallest bond of a validator.
pub const MIN_BOND: Balance = 1_000 * UNIT;
/// What an account must hold to exist.
pub const EXISTENTIAL_DEPOSIT: Balance = MILLI_UNIT;

/// Height of a block.
pub type BlockNumber = u32;
/// A signature of an account.
pub type Signature = MultiSignature;
/// An account's public id.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// Money, in the token's smallest unit.
pub type Balance = u128;
/// Transactions of an account so far.
pub type Nonce = u32;
/// A hash of the chain.
pub type Hash = sp_core::H256;
/// How calls name an account.
pub type Address = MultiAddress<AccountId, ()>;
/// Block header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// Block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// What surrounds every transaction: extension version 0. Around a call that no account signs it
/// has one form. `AuthorizeCall` turns such a call into an authorised origin, which the later
/// members let pass without nonce or fee.
pub type TxExtension = (
	plain::CheckPlainIfUnsigned,
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckEra<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);

/// A transaction as it travels.
pub type UncheckedExtrinsic =
	generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;

/// Dispatch of blocks.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

/// The transaction of a call that needs no account.
pub fn authorized(call: RuntimeCall) -> UncheckedExtrinsic {
	let extension = (
		plain::CheckPlainIfUnsigned,
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(generic::Era::Immortal),
		frame_system::CheckNonce::from(0),
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(0),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	);
	UncheckedExtrinsic::new_transaction(call, extension)
}

/// The keys of the pallets whose invariants [`audit`] checks.
pub fn audit() -> Result<(), alloc::string::String> {
	use alloc::format;
	use meterproof_primitives::EnsureInvariants;
	let checks: Vec<(&str, sp_runtime::DispatchResult)> = alloc::vec![
		("devices", Devices::ensure_invariants()),
		("metering", Metering::ensure_invariants()),
		("market", Market::ensure_invariants()),
		("book", Book::ensure_invariants()),
		("settlement", Settlement::ensure_invariants()),
		("payments", Payments::ensure_invariants()),
		("validators", Validators::ensure_invariants()),
		("water", Water::ensure_invariants()),
	];
	for (pallet, result) in checks {
		result.map_err(|error| format!("{pallet}: {error:?}"))?;
	}
	Ok(())
}

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;

	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp;

	#[runtime::pallet_index(2)]
	pub type Babe = pallet_babe;

	#[runtime::pallet_index(4)]
	pub type Balances = pallet_balances;

	#[runtime::pallet_index(5)]
	pub type TransactionPayment = pallet_transaction_payment;

	// Before the sessions, whose genesis asks it for the first validators: genesis goes by index.
	#[runtime::pallet_index(6)]
	pub type Validators = pallet_validators;

	#[runtime::pallet_index(7)]
	pub type Historical = pallet_session::historical;

	#[runtime::pallet_index(8)]
	pub type Session = pallet_session;

	#[runtime::pallet_index(9)]
	pub type Grandpa = pallet_grandpa;

	#[runtime::pallet_index(10)]
	pub type MultiBlockMigrations = pallet_migrations;

	#[runtime::pallet_index(11)]
	pub type Assets = pallet_assets;

	#[runtime::pallet_index(12)]
	pub type Offences = pallet_offences;

	// After the sessions: the first block of a session names its author by the place in the new set.
	#[runtime::pallet_index(13)]
	pub type Authorship = pallet_authorship;

	// Its keys come with the sessions.
	#[runtime::pallet_index(14)]
	pub type Beefy = pallet_beefy;

	#[runtime::pallet_index(20)]
	pub type Utility = pallet_utility;

	#[runtime::pallet_index(21)]
	pub type Proxy = pallet_proxy;

	#[runtime::pallet_index(22)]
	pub type Multisig = pallet_multisig;

	#[runtime::pallet_index(23)]
	pub type Sudo = pallet_sudo;

	#[runtime::pallet_index(24)]
	pub type Preimage = pallet_preimage;

	#[runtime::pallet_index(25)]
	pub type Scheduler = pallet_scheduler;

	#[runtime::pallet_index(26)]
	pub type Referenda = pallet_referenda;

	#[runtime::pallet_index(27)]
	pub type ConvictionVoting = pallet_conviction_voting;

	#[runtime::pallet_index(28)]
	pub type TechnicalCollective = pallet_collective;

	#[runtime::pallet_index(29)]
	pub type Whitelist = pallet_whitelist;

	#[runtime::pallet_index(30)]
	pub type Treasury = pallet_treasury;

	#[runtime::pallet_index(31)]
	pub type SafeMode = pallet_safe_mode;

	#[runtime::pallet_index(32)]
	pub type Governance = pallet_governance;

	#[runtime::pallet_index(40)]
	pub type Devices = pallet_devices;

	#[runtime::pallet_index(41)]
	pub type Metering = pallet_metering;

	#[runtime::pallet_index(42)]
	pub type Market = pallet_market;

	#[runtime::pallet_index(43)]
	pub type Settlement = pallet_settlement;

	#[runtime::pallet_index(44)]
	pub type Payments = pallet_payments;

	#[runtime::pallet_index(45)]
	pub type Book = pallet_book;

	#[runtime::pallet_index(46)]
	pub type Water = pallet_water;

	// After the sessions and settlement: a leaf names the next validators and the root over what the block
	// before settled, and blocks begin by index.
	#[runtime::pallet_index(50)]
	pub type Mmr = pallet_mmr;

	#[runtime::pallet_index(51)]
	pub type BeefyMmr = pallet_beefy_mmr;
}
