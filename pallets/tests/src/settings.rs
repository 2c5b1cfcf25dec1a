//! What the suites set differently. Each thread has its own settings, and so each test.

use frame::testing_prelude::*;

use crate::{AccountId, Balance};

macro_rules! settings {
	($( $(#[$about:meta])* $name:ident: $kind:ty = $default:expr; )*) => {
		parameter_types! {
			$( $(#[$about])* pub static $name: $kind = $default; )*
		}

		/// Makes every setting what it is where a suite sets nothing.
		pub fn reset() {
			$( $name::set($default); )*
		}
	};
}

settings! {
	/// Existential deposit of the chain's own token.
	ExistentialDeposit: Balance = 100;

	/// What registering a device puts on hold.
	DeviceDeposit: Balance = 100;
	/// What registering a device costs.
	RegistrationFee: Balance = 0;
	/// What being a registrar puts on hold.
	RegistrarBond: Balance = 100;
	/// For how many periods the bond of a registrar that left is held.
	BondPeriods: u64 = 4;
	/// Most registrars of a zone.
	MaxRegistrars: u32 = 4;
	/// Most devices of an operator.
	MaxDevices: u32 = 64;
	/// Most active devices of a group.
	MaxGroup: u32 = 64;
	/// Most devices that one call registers or attests.
	DevicesInBatch: u32 = 32;

	/// How far beyond the first open period something may be agreed for; as far as the market's
	/// horizon where it is not set.
	FixedHorizon: Option<u64> = None;
	/// Groups of these operators wait to be settled, besides those that have something contracted.
	Unsettled: Vec<AccountId> = vec![];
	/// Most commitments of a group and period.
	MaxCommitted: u32 = 64;
	/// Most commitments of one call.
	CommitmentsInBatch: u32 = 32;
	/// Most commitments of a block that pay no fee.
	MaxFree: u32 = 100;
	/// Whether blocks take commitments and proofs.
	Room: bool = true;
	/// Whether the chain is closed to meters and provers.
	Closed: bool = false;

	/// Accounts whose tokens are locked by votes.
	Voters: Vec<AccountId> = vec![];
	/// Most offers of an account.
	MaxOffers: u32 = 32;
	/// Most trades of an account.
	MaxTrades: u32 = 64;
	/// Most trades of a group and period.
	MaxTradesPerGroup: u32 = 9;
	/// For how many periods what is settled stays in state.
	Retention: u64 = 3;

	/// Most bids of a book.
	MaxBids: u32 = 6;
	/// Most offers of a book.
	MaxBookOffers: u32 = 8;
	/// Most bids, and most offers, of an account in a book.
	MaxOwnOrders: u32 = 3;
	/// Most places in books that an account's orders have.
	MaxStanding: u32 = 64;
	/// What clearing takes at most of a block's idle time.
	ClearingWeight: Weight = Weight::MAX;
	/// Whether the exchange takes no new trades.
	Shut: bool = false;

	/// Fee of a payment within the pool.
	TransferFee: u64 = 10;
	/// Fee of a payment out of the pool.
	UnshieldFee: u64 = 10;
	/// What shields pay for what they leave in state.
	ShieldFee: u64 = 0;
	/// Most roots that payments may rest on.
	RootsKept: u32 = 100;
	/// Blocks from one root to the next.
	AnchorPeriod: u32 = 1;
	/// Most assets of the pool.
	MaxAssets: u32 = 2;
	/// Whether the block has an author that takes fees.
	Authored: bool = false;
	/// Whether every proof is good: for a ledger that knows itself what is, and for what is asked of two
	/// statements besides their proofs.
	Permissive: bool = false;

	/// The smallest bond of a validator.
	MinBond: Balance = 1_000;
	/// Most candidates.
	MaxCandidates: u32 = 5;
	/// Most validators.
	MaxValidators: u32 = 3;
	/// Most slashes that wait.
	MaxSlashes: u32 = 3;
	/// The accounts that have no session keys.
	Keyless: Vec<AccountId> = vec![];
	/// The accounts that were disabled, and how severely.
	Disabled: Vec<(AccountId, Perbill)> = vec![];

	/// How many payments' proofs were looked at.
	Verified: u32 = 0;
	/// How many nodes were hashed.
	Hashed: u32 = 0;
}
