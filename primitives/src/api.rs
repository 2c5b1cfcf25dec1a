//! The runtime APIs behind the JSON-RPC methods, and the plain JSON they answer with.
// The macro that declares an API repeats the bounds.
#![allow(clippy::multiple_bound_locations)]

mod balance;
mod book;
mod governance;
mod payments;
mod validators;
mod water;

pub use balance::*;
pub use book::*;
pub use governance::*;
pub use payments::*;
pub use validators::*;
pub use water::*;

use alloc::{string::String, vec::Vec};
use core::fmt::Display;

use codec::{Codec, Decode, Encode};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize, Serializer};
use sp_core::H256;

use crate::*;

/// Most items a paged answer holds.
pub const MAX_PAGE: u32 = 100;

/// Money in JSON is a decimal string: it outgrows the numbers that JSON libraries keep exact.
fn decimal<T: Display, S: Serializer>(amount: &T, serializer: S) -> Result<S::Ok, S::Error> {
	serializer.collect_str(amount)
}

/// Money that may be absent, in JSON: a decimal string or null.
fn maybe_decimal<T: Display, S: Serializer>(
	amount: &Option<T>,
	serializer: S,
) -> Result<S::Ok, S::Error> {
	match amount {
		Some(amount) => decimal(amount, serializer),
		None => serializer.serialize_none(),
	}
}

/// Bytes in JSON are a hexadecimal string, where there are any.
fn maybe_hexadecimal<S: Serializer>(
	bytes: &Option<Vec<u8>>,
	serializer: S,
) -> Result<S::Ok, S::Error> {
	match bytes {
		Some(bytes) => payments::hexadecimal(bytes, serializer),
		None => serializer.serialize_none(),
	}
}

/// Life of a device, as it stands in the newest period changes can reach.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	codec::DecodeWithMemTracking,
	codec::MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum DeviceState {
	/// Registered, not attested.
	Registered,
	/// Attested and active.
	Active,
	/// Attested, but its commitments are refused.
	Suspended,
	/// Gone for good; its id and the keys it was attested with stay taken.
	Retired,
}

/// A device as its newest change leaves it, for a person.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceInfo<AccountId> {
	/// The device's id.
	pub id: DeviceId,
	/// The device's Ed25519 public key.
	pub key: H256,
	/// Metering-point id, UTF-8.
	pub metering_point: String,
	/// The account that owns the device.
	pub operator: AccountId,
	/// Where it is.
	pub zone: ZoneId,
	/// What it measures.
	pub resource: Resource,
	/// Base unit of its readings: "Wh" or "l".
	pub unit: String,
	/// The device's registers.
	pub directions: Directions,
	/// The most one register can count in one period, in base units.
	pub nameplate: u32,
	/// The device's newest state.
	pub state: DeviceState,
	/// First period in which the operator, key, zone and state given here hold.
	pub state_from: PeriodIndex,
	/// The registrar that attested the device.
	pub registrar: Option<AccountId>,
	/// On what evidence the device was attested.
	pub evidence: Option<Evidence>,
}

/// A period, for a person.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PeriodInfo {
	/// The period's index.
	pub period: PeriodIndex,
	/// Where it stands.
	pub phase: Phase,
	/// The chain's clock, unix ms.
	pub now_ms: UnixMillis,
	/// Trading closes, unix ms.
	pub gate_closure_ms: UnixMillis,
	/// Start, unix ms, inclusive.
	pub start_ms: UnixMillis,
	/// End, unix ms, exclusive.
	pub end_ms: UnixMillis,
	/// Commitments end, unix ms, if the chain is not closed again until then and enough blocks are made.
	pub cut_off_ms: UnixMillis,
	/// Proofs end, unix ms, with the same reserve.
	pub deadline_ms: UnixMillis,
	/// The first period open for trading now.
	pub first_open: PeriodIndex,
	/// The lengths that place the period on the clock.
	pub schedule: Schedule,
	/// The first later period with other lengths, if a change is decided: periods before it follow
	/// this one in steps of its length.
	pub schedule_until: Option<PeriodIndex>,
}

/// What would become of a commitment sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum CommitmentCheck {
	/// The commitment would be taken.
	Acceptable,
	/// The commitment is on record already, with the same bytes.
	Recorded,
	/// The commitment would be refused.
	Refused(CommitmentRefusal),
}

/// Why is my device not counted? One answer per register.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisterStatus<AccountId> {
	/// The register.
	pub direction: Direction,
	/// The commitment on record.
	pub commitment: Option<H256>,
	/// The group it counts for, if it does or would.
	pub group: Option<GroupId<AccountId>>,
	/// Name of the refusal a commitment would meet now, if any.
	pub refusal: Option<String>,
	/// What is wrong and what to do.
	pub reason: Option<String>,
}

/// Life of a trade.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	codec::DecodeWithMemTracking,
	codec::MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum TradeState {
	/// Waits for the buyer.
	Offered,
	/// Paid into escrow.
	Accepted,
	/// Every period of it is settled.
	Settled,
}

/// A direct trade. Money is in the chain's smallest unit.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct TradeInfo<AccountId, Balance> {
	/// The trade's number.
	pub id: TradeId,
	/// Whose devices deliver.
	pub seller: GroupId<AccountId>,
	/// Who pays.
	pub buyer: AccountId,
	/// Per period, in base units.
	pub quantity: Quantity,
	/// Per base unit.
	#[serde(serialize_with = "decimal")]
	pub price: Balance,
	/// Charged per base unit not delivered.
	#[serde(serialize_with = "decimal")]
	pub imbalance_price: Balance,
	/// First period.
	pub first: PeriodIndex,
	/// Last period, inclusive.
	pub last: PeriodIndex,
	/// Where it stands.
	pub state: TradeState,
	/// Periods settled so far.
	pub settled_periods: u32,
	/// The lowest grade of evidence among the seller's devices, as they stand for the trade's next
	/// period that is open for trading, or else for its last; absent where there is no device, or
	/// nobody can say any more.
	pub evidence: Option<Evidence>,
	/// Registrars the buyer accepts; empty: any of the zone.
	pub registrars: Vec<AccountId>,
	/// The least grade of evidence that the buyer accepts.
	pub least_evidence: Evidence,
	/// Whose notes pay the seller; without one its account is paid.
	pub payout: Option<H256>,
	/// Whose notes refund the buyer; without one its account is refunded.
	pub refund: Option<H256>,
	/// How a sealed trade hides what is delivered of it; absent for others.
	pub sealed: Option<SealedInfo>,
}

/// What a sealed trade has besides. Keys are X25519.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedInfo {
	/// To whom the seller's notes are encrypted.
	pub payout_key: H256,
	/// To whom the buyer's notes are encrypted, once it has accepted.
	pub refund_key: Option<H256>,
	/// Commitment to the key that both sides share, once the buyer has accepted.
	pub key_commitment: Option<H256>,
	/// That key, encrypted to the seller.
	#[serde(serialize_with = "maybe_hexadecimal")]
	pub sealed_key: Option<Vec<u8>>,
}

impl From<Sealed> for SealedInfo {
	fn from(Sealed { payout_key, buyer }: Sealed) -> Self {
		Self {
			payout_key: H256(payout_key),
			refund_key: buyer.map(|buyer| H256(buyer.refund_key)),
			key_commitment: buyer.map(|buyer| H256(buyer.shared.commitment)),
			sealed_key: buyer.map(|buyer| buyer.shared.ciphertext.to_vec()),
		}
	}
}

/// One settled period of one trade, for the books of both sides.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct StatementLine<AccountId, Balance> {
	/// The trade.
	pub trade: TradeId,
	/// The period.
	pub period: PeriodIndex,
	/// The seller.
	pub seller: AccountId,
	/// The buyer.
	pub buyer: AccountId,
	/// Contracted, in base units.
	pub contracted: Quantity,
	/// Proved, in base units; absent where that is sealed, as are the three amounts that follow.
	pub delivered: Option<Quantity>,
	/// Paid to the seller.
	#[serde(serialize_with = "maybe_decimal")]
	pub paid: Option<Balance>,
	/// Returned to the buyer.
	#[serde(serialize_with = "maybe_decimal")]
	pub refunded: Option<Balance>,
	/// Imbalance charge, seller to buyer.
	#[serde(serialize_with = "maybe_decimal")]
	pub penalty: Option<Balance>,
	/// Payment and collateral, split between two notes; absent where nothing is sealed.
	#[serde(serialize_with = "maybe_decimal")]
	pub sealed: Option<Balance>,
}

/// Where one group's settlement stands.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "Balance: Display"))]
pub struct SettlementStatus<Balance> {
	/// Phase of the period.
	pub phase: Phase,
	/// Sum of accepted, unsettled trades, in base units.
	pub contracted: Quantity,
	/// How many trades that is; `submit_proof` declares the sum over its groups.
	pub trades: u32,
	/// Devices that can commit; absent where only the cut-off decides.
	pub members: Option<u32>,
	/// Commitments on record.
	pub committed: u32,
	/// Whether a proof may enter now.
	pub provable: bool,
	/// Whether its one trade is sealed: an open proof would tell what is to be hidden.
	pub sealed: bool,
	/// Whether the claim is final.
	pub settled: bool,
	/// Sums over its trades, once settled.
	pub outcome: Option<SettledInfo<Balance>>,
}

/// Sums over one group's trades in one period.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "Balance: Display"))]
pub struct SettledInfo<Balance> {
	/// Whether a proof settled it; otherwise the deadline did.
	pub proved: bool,
	/// Trades settled.
	pub trades: u32,
	/// Sum of their quantities.
	pub contracted: Quantity,
	/// The part of the contracted quantity that was proved; absent where that is sealed, as are the three amounts
	/// that follow.
	pub delivered: Option<Quantity>,
	/// Paid to the seller.
	#[serde(serialize_with = "maybe_decimal")]
	pub paid: Option<Balance>,
	/// Returned to buyers.
	#[serde(serialize_with = "maybe_decimal")]
	pub refunded: Option<Balance>,
	/// Imbalance charge.
	#[serde(serialize_with = "maybe_decimal")]
	pub penalty: Option<Balance>,
	/// Payment and collateral, split between two notes; absent where nothing is sealed.
	#[serde(serialize_with = "maybe_decimal")]
	pub sealed: Option<Balance>,
}

sp_api::decl_runtime_apis! {
	/// Devices.
	pub trait DevicesApi<AccountId: Codec> {
		/// One device.
		fn device(id: DeviceId) -> Option<DeviceInfo<AccountId>>;
		/// An operator's devices with ids above `after`, at most `limit` and [`MAX_PAGE`].
		fn by_operator(operator: AccountId, after: Option<DeviceId>, limit: u32)
			-> Vec<DeviceInfo<AccountId>>;
	}

	/// Periods and commitments.
	pub trait MeteringApi<AccountId: Codec> {
		/// A period; without an index the running one.
		fn period(period: Option<PeriodIndex>) -> PeriodInfo;
		/// The period that a time lies in.
		fn period_at(at: UnixMillis) -> PeriodInfo;
		/// What would become of this commitment.
		fn check(item: SignedCommitment) -> CommitmentCheck;
		/// The transaction that records it: needs no account.
		fn transaction(item: SignedCommitment) -> Block::Extrinsic;
		/// A device's registers in a period.
		fn status(device: DeviceId, period: PeriodIndex) -> Vec<RegisterStatus<AccountId>>;
	}

	/// Trades.
	pub trait MarketApi<AccountId: Codec, Balance: Codec> {
		/// Open offers with ids above `after`, in one zone or all.
		fn offers(zone: Option<ZoneId>, after: Option<TradeId>, limit: u32)
			-> Vec<TradeInfo<AccountId, Balance>>;
		/// An account's trades, as seller or buyer.
		fn trades(account: AccountId, after: Option<TradeId>, limit: u32)
			-> Vec<TradeInfo<AccountId, Balance>>;
		/// One trade.
		fn trade(id: TradeId) -> Option<TradeInfo<AccountId, Balance>>;
		/// An account's settled periods from `from` on.
		fn statement(account: AccountId, from: PeriodIndex, limit: u32)
			-> Vec<StatementLine<AccountId, Balance>>;
	}

	/// Books of orders, and how they were cleared.
	pub trait BookApi<AccountId: Codec, Balance: Codec> {
		/// The orders of a book as they stand; nothing where the zone has no registrar.
		fn book(zone: ZoneId, resource: Resource, period: PeriodIndex)
			-> Option<BookInfo<AccountId, Balance>>;
		/// How a book was cleared, as long as the record is kept: enough to recompute it.
		fn clearing(zone: ZoneId, resource: Resource, period: PeriodIndex)
			-> Option<ClearingInfo<AccountId, Balance>>;
		/// An account's orders that stand in a book, with ids above `after`.
		fn orders(account: AccountId, after: Option<OrderId>, limit: u32)
			-> Vec<OrderInfo<AccountId, Balance>>;
		/// What books owe an account that could not take it: `Book.claim` pays it.
		fn owed(account: AccountId) -> Owed<Balance>;
		/// Who takes what peers leave in the books of a zone and resource, and at what prices.
		fn backstop(zone: ZoneId, resource: Resource) -> Option<BackstopInfo<AccountId, Balance>>;
	}

	/// Seasons of water, accounts in them, and what proves their use.
	pub trait WaterApi<AccountId: Codec, Balance: Codec> {
		/// A season of a zone, the last one that was announced where none is named; nothing where its
		/// record is gone.
		fn season(zone: ZoneId, season: Option<u32>) -> Option<WaterSeason<Balance>>;
		/// An account in a zone.
		fn account(zone: ZoneId, account: AccountId) -> Option<WaterAccountInfo<AccountId, Balance>>;
		/// Accounts in a zone, after `after` in the order of storage.
		fn accounts(zone: ZoneId, after: Option<AccountId>, limit: u32)
			-> Vec<WaterAccountInfo<AccountId, Balance>>;
		/// The public inputs of a proof of use, slack commitments left zero: accounts whose turns end with
		/// `period`, with what they used at most. Otherwise the name of the error that the proof would meet.
		fn statement(zone: ZoneId, period: PeriodIndex, claims: Vec<(AccountId, Quantity)>)
			-> Result<UsageStatement<AccountId>, String>;
	}

	/// Proofs and what they settle.
	pub trait SettlementApi<AccountId: Codec, Balance: Codec> {
		/// The public inputs a prover needs, slack commitments left zero: each group with the
		/// quantity it claims, or its whole contracted quantity.
		fn statement(period: PeriodIndex, groups: Vec<(GroupId<AccountId>, Option<Quantity>)>)
			-> Result<UsageStatement<AccountId>, String>;
		/// What the groups of a zone and resource have sold in a period and what became of it, from a place on
		/// in the order of storage; looks at `limit` groups at most, of all zones and resources together.
		/// Nothing where the records of the period may be gone.
		fn balance(
			zone: ZoneId,
			resource: Resource,
			period: PeriodIndex,
			from: BalanceCursor<AccountId>,
			limit: u32,
		) -> Option<BalancePage<AccountId>>;
		/// Where a group stands.
		fn status(group: GroupId<AccountId>, period: PeriodIndex) -> SettlementStatus<Balance>;
		/// The block in which a group was settled, and the words of it that the root over that
		/// block's settlements is made of (`docs/bridge.md`), as long as its record is kept.
		fn words(group: GroupId<AccountId>, period: PeriodIndex) -> Option<(u32, Vec<u8>)>;
		/// Whether `proof` proves `statement`, whatever the chain's state: what `submit_proof` will
		/// find, without paying for it.
		fn verify(statement: UsageStatement<AccountId>, proof: Vec<u8>) -> bool;
		/// The public inputs of both proofs that settle these groups sealed. Zero stands for what
		/// the prover fills in: commitments, leaves, the digest of the ciphertexts.
		fn sealed_statement(period: PeriodIndex, groups: Vec<GroupId<AccountId>>)
			-> Result<(UsageStatement<AccountId>, SplitStatement), String>;
		/// Whether both proofs prove their statements, and these are of the same groups' quantities,
		/// whatever the chain's state: what `submit_sealed_proof` will find, without paying for it.
		fn verify_sealed(
			usage: UsageStatement<AccountId>,
			usage_proof: Vec<u8>,
			split: SplitStatement,
			split_proof: Vec<u8>,
		) -> bool;
		/// Whether the call of a `submit_proof` or `submit_sealed_proof` transaction would enter,
		/// the proofs themselves unchecked; otherwise the name of the error.
		fn check(extrinsic: Block::Extrinsic) -> Result<(), String>;
	}

	/// Confidential payments.
	pub trait PaymentsApi<AccountId: Codec> {
		/// Where the tree of notes stands.
		fn state() -> PaymentsState;
		/// The notes from position `from` on, at most `limit` and [`MAX_NOTE_PAGE`].
		fn notes(from: u32, limit: u32) -> NotePage;
		/// What can be paid with, numbers above `after`, at most `limit` and [`MAX_PAGE`].
		fn assets(after: Option<AssetId>, limit: u32) -> Vec<PaymentAsset>;
		/// What a payment costs, in the asset's smallest unit.
		fn fee(kind: PaymentKind, asset: AssetId) -> Option<u64>;
		/// Whether a payment may rest on this root now.
		fn root_known(root: H256) -> bool;
		/// Which of these are spent, [`MAX_PAGE`] at most. Whoever answers learns what was asked
		/// together: a wallet that asks a node of others reads [`Self::notes`] instead.
		fn spent(nullifiers: Vec<H256>) -> Vec<bool>;
		/// The transaction that pays: needs no account.
		fn transaction(payment: Payment<AccountId>) -> Block::Extrinsic;
		/// Whether a payment's transaction, signed or not, would be taken now, its proof checked
		/// last; otherwise why not.
		fn check(extrinsic: Block::Extrinsic) -> Result<(), PaymentRefusal>;
		/// Whether `proof` proves `statement`, whatever the chain's state.
		fn verify(statement: TransferStatement<AccountId>, proof: Vec<u8>) -> bool;
	}

	/// Validators and their bonds.
	pub trait ValidatorsApi<AccountId: Codec, Balance: Codec> {
		/// The set, the candidates and what waits.
		fn set() -> ValidatorSetInfo<AccountId, Balance>;
		/// The bond of one account, if it has one.
		fn bond(account: AccountId) -> Option<BondInfo<AccountId, Balance>>;
		/// Whether an account has session keys, and they are these, if any are given.
		fn has_keys(account: AccountId, keys: Option<Vec<u8>>) -> bool;
	}

	/// Referenda, votes, and what they decide about.
	pub trait GovernanceApi<AccountId: Codec, Balance: Codec> {
		/// Where governance stands, and the tracks.
		fn state() -> GovernanceState<AccountId, Balance>;
		/// Referenda in order of their numbers, those after one.
		fn referenda(
			after: Option<ReferendumId>,
			limit: u32,
		) -> Vec<ReferendumInfo<AccountId, Balance>>;
		/// One referendum.
		fn referendum(id: ReferendumId) -> Option<ReferendumInfo<AccountId, Balance>>;
		/// What an account has in votes.
		fn voter(account: AccountId) -> VoterInfo<AccountId, Balance>;
	}

	/// The pallets' invariants, for whoever runs a node.
	pub trait AuditApi {
		/// The first invariant that does not hold.
		fn ensure_invariants() -> Result<(), String>;
	}
}
