//! What a node answers, in JSON. The examples of `node/src/rpc/openrpc.json` are the snapshots: what
//! callers read there is, to the letter, what these types write, and the schemas name each field. The
//! client's types are held to the same examples by a test of its own.

use std::{collections::BTreeSet, sync::LazyLock};

use meterproof_primitives::{
	api::{
		BackstopInfo, BondInfo, BondState, BookInfo, BookOrder, BookState, ClearedOrder,
		ClearingInfo, ContractedSums, DelegationInfo, DeviceInfo, GovernanceState, GroupBalance,
		MarketBalance, NoteInfo, NotePage, OngoingInfo, OpenPeriod, OrderInfo, PaymentAsset,
		PaymentsState, PeriodInfo, PostedFrom, PostedPrice, PutDown, ReferendumInfo,
		ReferendumState, RegisterStatus, SealedInfo, SettledInfo, SettlementStatus, StatementLine,
		TrackInfo, TradeInfo, TradeState, UpgradeInfo, ValidatorSetInfo, VoteInfo, VoterInfo,
		WaitingSlash, WaterAccountInfo, WaterClasses, WaterCut, WaterOffer, WaterSeason,
	},
	Direction, Evidence, GroupId, NoteCiphertext, NoteContent, NoteEntry, OrderSide, Phase,
	Resource,
};
use serde::{de::DeserializeOwned, Serialize};
use serde_json::{from_value, json, to_value, Value};
use sp_core::{crypto::Ss58Codec, H256};
use sp_runtime::AccountId32;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
	serde_json::from_str(include_str!("../../node/src/rpc/openrpc.json")).unwrap()
});

const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const BOB: &str = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
const EVE: &str = "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw";

fn account(address: &str) -> AccountId32 {
	AccountId32::from_ss58check(address).unwrap()
}

/// The answer in a method's example.
fn example(method: &str, number: usize) -> &'static Value {
	let methods = DOCUMENT["methods"].as_array().unwrap();
	let known = methods.iter().find(|known| known["name"] == method).unwrap();
	&known["examples"][number]["result"]["value"]
}

/// A value is written as the example has it.
#[track_caller]
fn written(value: &impl Serialize, method: &str, number: usize) {
	assert_eq!(&to_value(value).unwrap(), example(method, number), "{method}");
}

/// A value is read from the example, and written as it was.
#[track_caller]
fn read_and_written<T: DeserializeOwned + Serialize>(method: &str) {
	written(&from_value::<T>(example(method, 0).clone()).unwrap(), method, 0);
}

/// The document's schema has the fields of an answer and no others, and requires all.
#[track_caller]
fn described(schema: &str, answer: &Value) {
	let schema = &DOCUMENT["components"]["schemas"][schema];
	let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
	assert_eq!(keys(&schema["properties"]), keys(answer));
	let required = schema["required"].as_array().unwrap().iter();
	let required = required.map(|name| name.as_str().unwrap().to_owned());
	assert_eq!(required.collect::<BTreeSet<_>>(), keys(answer));
}

#[test]
fn devices_and_periods() {
	type Device = DeviceInfo<AccountId32>;
	read_and_written::<Option<Device>>("devices_get");
	read_and_written::<Vec<Device>>("devices_byOperator");
	read_and_written::<PeriodInfo>("metering_period");
	read_and_written::<PeriodInfo>("metering_periodAt");
	read_and_written::<Vec<RegisterStatus<AccountId32>>>("metering_status");
	described("Device", example("devices_get", 0));
	described("Period", example("metering_period", 0));
	described("Schedule", &example("metering_period", 0)["schedule"]);
	described("RegisterStatus", &example("metering_status", 0)[0]);
	described("Group", &example("metering_status", 0)[0]["group"]);
}

/// The trade of the examples, as it is offered.
fn trade() -> TradeInfo<AccountId32, u128> {
	TradeInfo {
		id: 0,
		seller: GroupId {
			operator: account(BOB),
			zone: 1,
			resource: Resource::Electricity,
			direction: Direction::Export,
		},
		buyer: account(EVE),
		quantity: 1_500,
		price: 250_000_000,
		imbalance_price: 250_000_000,
		first: 149_666_348,
		last: 149_666_348,
		state: TradeState::Accepted,
		settled_periods: 0,
		evidence: Some(Evidence::Signed),
		registrars: vec![account(ALICE)],
		least_evidence: Evidence::Authenticated,
		payout: None,
		refund: None,
		sealed: None,
	}
}

#[test]
fn trades() {
	let trade = trade();
	written(&Some(&trade), "market_trade", 0);
	written(&[&trade], "market_trades", 0);
	let offer = TradeInfo {
		id: 1,
		quantity: 700,
		first: 149_666_357,
		last: 149_666_357,
		state: TradeState::Offered,
		registrars: vec![],
		least_evidence: Evidence::File,
		..trade.clone()
	};
	written(&[offer], "market_offers", 0);
	let sealed = SealedInfo {
		payout_key: H256([3; 32]),
		refund_key: Some(H256([4; 32])),
		key_commitment: Some(H256([5; 32])),
		sealed_key: Some(vec![6; 80]),
	};
	let sealed = TradeInfo {
		id: 2,
		registrars: vec![],
		least_evidence: Evidence::File,
		payout: Some(H256([1; 32])),
		refund: Some(H256([2; 32])),
		sealed: Some(sealed),
		..trade
	};
	written(&Some(sealed), "market_trade", 1);
	described("Trade", example("market_trade", 1));
}

/// One offer, and two bids that share it.
#[test]
fn books() {
	const PERIOD: u64 = 149_666_357;
	let buyers = [(1, EVE), (2, "5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL")];
	let order = |id, address, quantity, limit: u128| BookOrder {
		id,
		account: account(address),
		quantity,
		limit,
	};
	let offer = order(0, BOB, 800, 120_000_000);
	let bids = buyers.map(|(id, address)| order(id, address, 500, 200_000_000));
	let book = BookInfo {
		zone: 1,
		resource: Resource::Electricity,
		period: PERIOD,
		state: BookState::Open,
		locks_ms: 1_795_996_278_000,
		gate_closure_ms: 1_795_996_282_000,
		least_evidence: Evidence::File,
		bids: bids.to_vec(),
		offers: vec![offer.clone()],
	};
	written(&book, "market_book", 0);
	described("Book", example("market_book", 0));
	described("BookOrder", &example("market_book", 0)["bids"][0]);

	let cleared = |side, filled, order: BookOrder<AccountId32, u128>| ClearedOrder {
		id: order.id,
		account: order.account,
		side,
		quantity: order.quantity,
		limit: order.limit,
		netted: 0,
		filled,
	};
	let mut orders = vec![cleared(OrderSide::Offer, 800, offer)];
	orders.extend(bids.map(|bid| cleared(OrderSide::Bid, 400, bid)));
	let clearing = ClearingInfo {
		zone: 1,
		resource: Resource::Electricity,
		period: PERIOD,
		block: 61,
		lapsed: false,
		price: Some(200_000_000_u128),
		volume: 800,
		orders,
		first_trade: Some(1),
		trades: 2,
	};
	balance(&book, &clearing);
	written(&Some(clearing), "market_clearing", 0);
	described("Clearing", example("market_clearing", 0));
	described("ClearedOrder", &example("market_clearing", 0)["orders"][0]);

	let open = |period| OpenPeriod { period, limit: 120_000_000_u128 };
	let order = OrderInfo {
		id: 0,
		account: account(BOB),
		side: OrderSide::Offer,
		zone: 1,
		resource: Resource::Electricity,
		quantity: 800,
		first: PERIOD,
		last: PERIOD + 1,
		imbalance_price: 120_000_000,
		deposit: 1_000_000_000,
		payout: None,
		open: vec![open(PERIOD), open(PERIOD + 1)],
	};
	written(&[order], "market_orders", 0);
	described("Order", &example("market_orders", 0)[0]);
}

#[test]
fn backstops() {
	let backstop = BackstopInfo {
		zone: 1,
		resource: Resource::Electricity,
		account: account("5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL"),
		ceiling: 500_000_000_u128,
		fund: 90_000_000_000_000,
		spare: 30_000_000_000_000,
		posted: vec![PostedFrom {
			from: 149_666_358,
			buys: Some(PostedPrice { price: 80_000_000, quantity: 100_000 }),
			sells: Some(PostedPrice { price: 300_000_000, quantity: 100_000 }),
			excess: 20_000,
		}],
	};
	written(&Some(backstop), "market_backstop", 0);
	let answer = example("market_backstop", 0);
	described("Backstop", answer);
	described("PostedFrom", &answer["posted"][0]);
	described("PostedPrice", &answer["posted"][0]["buys"]);
}

#[test]
fn allocations_of_water() {
	let season = WaterSeason {
		zone: 1,
		season: 2,
		first: 149_666_400,
		last: 149_683_679,
		turn: 2_880,
		turns: 6,
		running: Some(1),
		available: 2_150_000,
		granted: WaterClasses { essential: 150_000, general: 2_000_000 },
		entitled: WaterClasses { essential: 150_000, general: 4_000_000 },
		penalty: 2_000_000_000_u128,
		carry: 250_000,
		cuts: vec![WaterCut { from_turn: 2, essential_kept: 1_000_000, general_kept: 800_000 }],
		accounts: 2,
	};
	written(&Some(season), "water_season", 0);
	let told = example("water_season", 0);
	described("WaterSeason", told);
	described("WaterClasses", &told["granted"]);
	described("WaterCut", &told["cuts"][0]);

	let info = WaterAccountInfo {
		zone: 1,
		account: account(ALICE),
		entitlement: WaterClasses { essential: 100_000, general: 1_000_000 },
		balance: WaterClasses { essential: 60_000, general: 500_000 },
		season: 2,
		turn: Some(1),
		reading: Some(149_672_159),
		answerable: 2_000,
		offer: Some(WaterOffer {
			to: Some(account(BOB)),
			quantity: 100_000,
			price: 1_000_000_000_u128,
		}),
		leaving: false,
		surety: 0,
		claimable: 0,
		owed: 0,
	};
	written(&Some(info.clone()), "water_account", 0);
	written(&[info], "water_accounts", 0);
	let told = example("water_account", 0);
	described("WaterAccount", told);
	described("WaterOffer", &told["offer"]);
}

/// What both are summed up to, once the seller of 800 has proved 750, and another one has sold 300 directly.
fn balance(book: &BookInfo<AccountId32, u128>, clearing: &ClearingInfo<AccountId32, u128>) {
	let (unsettled, proved) = (
		GroupBalance::Unsettled { trades: 1, contracted: 300 },
		GroupBalance::Proved { trades: 2, contracted: 800, delivered: 750 },
	);
	let mut export = ContractedSums::default();
	export.count(unsettled);
	export.count(proved);
	let none = BookInfo {
		state: BookState::Cleared,
		bids: Vec::new(),
		offers: Vec::new(),
		..book.clone()
	};
	let balance = MarketBalance {
		block_hash: H256([0x5a; 32]),
		zone: 1,
		resource: Resource::Electricity,
		period: book.period,
		phase: Phase::Proving,
		standing: Some((&none).into()),
		cleared: Some(clearing.into()),
		export,
		import: ContractedSums::default(),
		next: None,
	};
	written(&Some(&balance), "market_balance", 0);
	let answer = example("market_balance", 0);
	described("MarketBalance", answer);
	described("StandingBalance", &answer["standing"]);
	described("ClearedBalance", &answer["cleared"]);
	described("ContractedSums", &answer["export"]);
	let open = MarketBalance { standing: Some(book.into()), cleared: None, ..balance };
	let open = to_value(&open).unwrap();
	let side = |orders: u32, quantity: u32| json!({ "orders": orders, "quantity": quantity });
	assert_eq!(open["standing"]["bids"], side(2, 1_000));
	assert_eq!(open["standing"]["offers"], side(1, 800));
	assert_eq!(open["cleared"], Value::Null);
}

#[test]
fn settled_periods() {
	let open = StatementLine {
		trade: 0,
		period: 149_666_348,
		seller: account(BOB),
		buyer: account(EVE),
		contracted: 1_500,
		delivered: Some(1_400),
		paid: Some(350_000_000_000u128),
		refunded: Some(25_000_000_000),
		penalty: Some(25_000_000_000),
		sealed: None,
	};
	let sealed = StatementLine {
		trade: 2,
		delivered: None,
		paid: None,
		refunded: None,
		penalty: None,
		sealed: Some(750_000_000_000),
		..open.clone()
	};
	written(&[open, sealed], "market_statement", 0);
	described("StatementLine", &example("market_statement", 0)[0]);

	let status = SettlementStatus {
		phase: Phase::Proving,
		contracted: 1_500,
		trades: 1,
		members: Some(1),
		committed: 0,
		provable: false,
		sealed: false,
		settled: false,
		outcome: None,
	};
	written(&status, "settlement_status", 0);
	let outcome = SettledInfo {
		proved: true,
		trades: 1,
		contracted: 1_500,
		delivered: Some(1_400),
		paid: Some(350_000_000_000u128),
		refunded: Some(25_000_000_000),
		penalty: Some(25_000_000_000),
		sealed: None,
	};
	let status = SettlementStatus {
		contracted: 0,
		trades: 0,
		members: None,
		committed: 2,
		settled: true,
		outcome: Some(outcome),
		..status
	};
	written(&status, "settlement_status", 1);
	described("SettlementStatus", example("settlement_status", 1));
}

#[test]
fn payments() {
	let mut state = example("payments_state", 0).clone();
	described("PaymentsState", &state);
	described("TreeState", &state["head"]);
	// The node adds the block of which it speaks.
	let fields = state.as_object_mut().unwrap();
	assert!(fields.remove("block").is_some() && fields.remove("hash").is_some());
	let read: PaymentsState = from_value(state.clone()).unwrap();
	assert_eq!(to_value(read).unwrap(), state);

	let own = PaymentAsset {
		asset: 0,
		transfer_fee: 240_000_000_000,
		unshield_fee: 240_000_000_000,
		auditor: None,
		shielded: 0,
		unshielded: 0,
		fees: 0,
	};
	let other = PaymentAsset {
		asset: 7,
		transfer_fee: 30,
		unshield_fee: 40,
		auditor: Some(H256([8; 32])),
		shielded: 5_000,
		unshielded: 1_200,
		fees: 70,
	};
	written(&[own, other], "payments_assets", 0);
	described("PaymentAsset", &example("payments_assets", 0)[0]);

	let ciphertext = |auditor| NoteCiphertext {
		ephemeral: [3; 32],
		note: [4; 184],
		outgoing: [5; 112],
		auditor,
	};
	let sealed = NoteContent::Sealed { nullifier: [2; 32], ciphertext: ciphertext(None) };
	let open = NoteContent::Open { amount: 350_000_000_000, owner: [7; 32], randomness: [8; 32] };
	let split = NoteContent::Split { ciphertext: ciphertext(Some([10; 144])) };
	let note = |position: u32, commitment, content| {
		let block = position.saturating_add(5);
		NoteInfo::new(position, NoteEntry { commitment, asset: 0, block, content })
	};
	let notes = vec![note(0, [1; 32], sealed), note(1, [6; 32], open), note(2, [9; 32], split)];
	written(&NotePage { notes, total: 3 }, "payments_notes", 0);
	described("Note", &example("payments_notes", 0)["notes"][0]);
}

#[test]
fn validators() {
	let bond = BondInfo {
		account: account(ALICE),
		bond: 10_000_000_000_000_000u128,
		state: BondState::Elected,
		free_from: None,
	};
	written(&Some(&bond), "validators_bond", 0);
	let slash = WaitingSlash { account: account(EVE), amount: 300_000_000_000_000, due: 2 };
	let set = ValidatorSetInfo {
		era: 0,
		epoch_slots: 150,
		sessions_per_era: 1,
		unbonding_eras: 16,
		least: 1,
		most: 21,
		min_bond: 1_000_000_000_000_000,
		validators: vec![account(ALICE)],
		candidates: vec![bond],
		slashes: vec![slash],
	};
	written(&set, "validators_set", 0);
	described("ValidatorSet", example("validators_set", 0));
	described("Bond", example("validators_bond", 0));
	described("WaitingSlash", &example("validators_set", 0)["slashes"][0]);
}

#[test]
fn governance() {
	let track = TrackInfo {
		id: 0,
		name: "root".into(),
		deciding: 1,
		most_deciding: 1,
		decision_deposit: 100_000_000_000_000u128,
		prepare_blocks: 3_600,
		decide_blocks: 604_800,
		confirm_blocks: 43_200,
		enact_blocks: 43_200,
	};
	let state = GovernanceState {
		block: 1_200,
		hour_blocks: 1_800,
		referenda: 5,
		electorate: 80_000_000_000_000_000,
		treasury: 250_000_000_000_000,
		sudo: Some(account(ALICE)),
		collective: vec![account(ALICE), account(BOB)],
		safe_mode_until: Some(1_500),
		upgrade: Some(UpgradeInfo { code_hash: H256([1; 32]), check_version: true }),
		tracks: vec![track],
	};
	written(&state, "governance_state", 0);
	described("GovernanceState", example("governance_state", 0));
	described("Track", &example("governance_state", 0)["tracks"][0]);

	let ongoing = OngoingInfo {
		track: 0,
		proposal_hash: H256([2; 32]),
		proposal: Some(vec![0, 0]),
		submitted: 1_000,
		deciding_since: Some(1_100),
		confirmed_at: Some(1_300),
		next_look: Some(1_250),
		ayes: 5_000_000_000_000u128,
		nays: 1_000_000_000_000,
		support: 4_000_000_000_000,
		approval_ppb: 833_333_333,
		approval_needed_ppb: 750_000_000,
		support_ppb: 50_000,
		support_needed_ppb: 40_000,
	};
	let put_down = |address, amount| Some(PutDown { account: account(address), amount });
	let referendum = ReferendumInfo {
		id: 4,
		state: ReferendumState::Confirming,
		ended: None,
		submission_deposit: put_down(ALICE, 10_000_000_000_000),
		decision_deposit: put_down(BOB, 100_000_000_000_000),
		ongoing: Some(ongoing),
	};
	written(&Some(&referendum), "governance_referendum", 0);
	let ended = ReferendumInfo {
		id: 3,
		state: ReferendumState::TimedOut,
		ended: Some(900),
		submission_deposit: None,
		decision_deposit: None,
		ongoing: None,
	};
	written(&[ended, referendum], "governance_referenda", 0);
	let example_of = example("governance_referendum", 0);
	described("Referendum", example_of);
	described("PutDown", &example_of["submissionDeposit"]);
	described("OngoingReferendum", &example_of["ongoing"]);

	let amount = 4_000_000_000_000u128;
	let vote = VoteInfo { referendum: 4, track: 0, aye: Some(true), amount, conviction: 1 };
	let delegation =
		DelegationInfo { track: 1, to: account(ALICE), amount: amount / 2, conviction: 2 };
	let voter = VoterInfo {
		account: account(BOB),
		locked: amount,
		locked_on: vec![0],
		votes: vec![vote],
		delegations: vec![delegation],
	};
	written(&voter, "governance_voter", 0);
	described("Voter", example("governance_voter", 0));
	described("Vote", &example("governance_voter", 0)["votes"][0]);
	described("Delegation", &example("governance_voter", 0)["delegations"][0]);
}
