use meterproof_clearing::Side;
use meterproof_meters::files::times::Zone;
use serde_json::{json, Value};

#[path = "tests/carrying.rs"]
mod carrying;

use super::{
	answers::{Answers, Own, OwnTrade},
	history::{Calendar, History},
	round::Book,
};
use crate::{
	error::Error,
	rpc::{Device, Period, PeriodPhase, Schedule},
	standing::{
		forecast::WEEKS,
		plan::{Gate, Rival, Standing, Traded},
	},
	store::{Entry, Facts, Meter, Opening, Store},
	types::{parse_address, Direction, Directions, Resource},
};

const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const BOB: &str = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
const QUARTER: u64 = 900_000;
/// Quarters of an hour in a week.
const WEEK: u64 = 672;
/// Period 2,000,000 of quarters of an hour since 1970.
const RUNNING: u64 = 2_000_000;

fn order(id: u64, side: &str, change: impl Fn(&mut Value)) -> Value {
	let mut order = json!({
		"id": id, "account": ALICE, "side": side, "zone": 1, "resource": "electricity", "quantity": 800,
		"first": 5, "last": 6, "imbalancePrice": "300", "deposit": "1000000000", "payout": null,
		"open": [{ "period": 5, "limit": "120" }, { "period": 6, "limit": "110" }],
	});
	change(&mut order);
	order
}

fn trade(seller: &str, buyer: &str, change: impl Fn(&mut Value)) -> Value {
	let seller =
		json!({ "operator": seller, "zone": 1, "resource": "electricity", "direction": "export" });
	let mut trade = json!({
		"id": 0, "seller": seller, "buyer": buyer, "quantity": 100, "price": "200",
		"imbalancePrice": "300", "first": 5, "last": 6, "state": "accepted", "settledPeriods": 0,
		"evidence": "signed", "registrars": [], "leastEvidence": "file", "payout": null,
		"refund": null, "sealed": null,
	});
	change(&mut trade);
	trade
}

fn answers(orders: Vec<Value>, trades: Vec<Value>) -> Answers {
	Answers {
		account: parse_address(ALICE).unwrap(),
		zone: 1,
		resource: Resource::Electricity,
		orders: Own::read(orders).unwrap(),
		trades: OwnTrade::read(trades).unwrap(),
	}
}

#[test]
fn own_orders_stand_in_the_periods_in_which_they_are_open() {
	let as_it_is = |_: &mut Value| {};
	let told = answers(vec![order(4, "offer", as_it_is), order(7, "bid", as_it_is)], vec![]);
	let offer = Standing { order: 4, quantity: 800, limit: 120, rate: 300 };
	assert_eq!(told.standing(Side::Offer, 5), [offer]);
	let bid = Standing { order: 7, quantity: 800, limit: 110, rate: 110 };
	assert_eq!(told.standing(Side::Bid, 6), [bid]);
	assert!(told.standing(Side::Bid, 7).is_empty());
	assert_eq!(told.places(), 4);
}

#[test]
fn orders_of_other_books_are_none_of_this_one() {
	let other = |field: &'static str, value: Value| {
		order(4, "offer", move |order| order[field] = value.clone())
	};
	let told = answers(vec![other("zone", json!(2)), other("resource", json!("heat"))], vec![]);
	assert!(told.standing(Side::Offer, 5).is_empty());
}

#[test]
fn what_is_traded_is_what_the_account_sells_and_buys_here() {
	let as_it_is = |_: &mut Value| {};
	let told = answers(
		vec![],
		vec![
			trade(ALICE, BOB, as_it_is),
			trade(ALICE, BOB, |trade| trade["state"] = json!("offered")),
			trade(BOB, ALICE, |trade| trade["quantity"] = json!(7)),
			// Not agreed to, of another zone, of a period before, of others.
			trade(BOB, ALICE, |trade| trade["state"] = json!("offered")),
			trade(ALICE, BOB, |trade| trade["seller"]["zone"] = json!(2)),
			trade(ALICE, BOB, |trade| trade["last"] = json!(5)),
			trade(BOB, BOB, as_it_is),
		],
	);
	assert_eq!(told.traded(Side::Offer, 6), Traded { quantity: 200, money: 200 * 300 });
	assert_eq!(told.traded(Side::Bid, 6), Traded { quantity: 7, money: 7 * 200 });
	assert_eq!(told.traded(Side::Bid, 7), Traded::default());
}

#[test]
fn amounts_that_are_no_numbers_are_refused() {
	for (field, value) in
		[("imbalancePrice", json!("many")), ("open", json!([{ "period": 5, "limit": "-1" }]))]
	{
		let wrong = order(4, "offer", |order| order[field] = value.clone());
		assert_eq!(Own::read(vec![wrong]).unwrap_err().name(), "UnexpectedAnswer");
	}
	for field in ["price", "imbalancePrice"] {
		let wrong = trade(ALICE, BOB, |trade| trade[field] = json!("1.5"));
		assert_eq!(OwnTrade::read(vec![wrong]).unwrap_err().name(), "UnexpectedAnswer");
	}
	assert_eq!(Own::read(vec![json!({ "id": 1 })]).unwrap_err().name(), "UnexpectedAnswer");
}

fn period(period: u64, until: Option<u64>) -> Period {
	let start_ms = period * QUARTER;
	Period {
		period,
		phase: PeriodPhase::Running,
		now_ms: start_ms,
		start_ms,
		end_ms: start_ms + QUARTER,
		schedule: Schedule { length_ms: QUARTER },
		schedule_until: until,
	}
}

/// A calendar of which all weeks are as now.
fn calendar(zone: Zone) -> Calendar {
	let mut calendar = Calendar::of(zone, &period(RUNNING, None), RUNNING + 1);
	for (weeks, at_ms) in calendar.weeks_before(RUNNING + 1) {
		calendar.check(weeks, at_ms, &period(at_ms / QUARTER, None));
	}
	calendar
}

#[test]
fn the_same_slot_was_a_week_of_periods_before() {
	let former = calendar(Zone::UTC).former(RUNNING + 9);
	let expected: Vec<_> =
		(1..=WEEKS as u64).map(|weeks| Some(RUNNING + 9 - weeks * WEEK)).collect();
	assert_eq!(former, expected);
}

#[test]
fn weeks_of_which_nothing_is_known_or_whose_periods_were_others_are_gaps() {
	let mut calendar = Calendar::of(Zone::UTC, &period(RUNNING, None), RUNNING + 1);
	assert_eq!(calendar.former(RUNNING), vec![None; WEEKS], "nobody was asked");
	for (weeks, at_ms) in calendar.weeks_before(RUNNING) {
		let right = period(at_ms / QUARTER, None);
		let told = match weeks {
			2 => Period { period: right.period - 1, ..right },
			3 => Period { period: right.period + 1, ..right },
			4 => Period { start_ms: right.start_ms + 1, ..right },
			5 => Period { schedule: Schedule { length_ms: 2 * QUARTER }, ..right },
			_ => right,
		};
		calendar.check(weeks, at_ms, &told);
	}
	let known: Vec<_> = calendar.former(RUNNING).iter().map(Option::is_some).collect();
	assert_eq!(known, [true, false, false, false, false, true, true, true]);
}

#[test]
fn only_periods_of_the_present_length_are_ordered_for() {
	let calendar = |first_open| {
		let running = period(RUNNING, Some(RUNNING + 4));
		Calendar::of(Zone::UTC, &running, first_open)
	};
	let coming = |first_open| calendar(first_open).coming(96).collect::<Vec<_>>();
	assert_eq!(coming(RUNNING + 1), [RUNNING + 1, RUNNING + 2, RUNNING + 3]);
	assert_eq!(coming(RUNNING + 3), [RUNNING + 3], "the gates of those before have closed");
	let two: Vec<_> = calendar(RUNNING + 2).coming(2).collect();
	assert_eq!(two, [RUNNING + 2, RUNNING + 3], "so many are ordered for");
	assert_eq!(coming(0)[0], RUNNING + 1, "what runs is over");
}

#[test]
fn no_length_that_a_node_tells_has_anybody_count_for_ever() {
	for length_ms in [0, 1, u64::MAX] {
		let running = Period { schedule: Schedule { length_ms }, ..period(RUNNING, None) };
		let calendar = Calendar::of(Zone::UTC, &running, RUNNING + 1);
		let around = calendar.around(&[]);
		assert!(around.end() - around.start() <= 4 * 86_400, "{length_ms}");
		assert!(length_ms == 0 || calendar.slot(u64::MAX).is_none());
	}
}

#[tokio::test]
async fn a_node_that_does_not_answer_leaves_no_gaps() {
	let fresh = || Calendar::of(Zone::UTC, &period(RUNNING, None), RUNNING + 1);
	for name in ["ConnectionLost", "NodeBusy", "RpcError", "UnexpectedAnswer"] {
		let asked = fresh().ask(async |_| Err(Error::new(name, "x"))).await;
		assert_eq!(asked.unwrap_err().name(), name);
	}
	let mut calendar = fresh();
	calendar.ask(async |at_ms| Ok(period(at_ms / QUARTER, None))).await.unwrap();
	assert!(calendar.former(RUNNING + 1).iter().all(Option::is_some));
}

#[test]
fn a_book_is_read_with_everybody_s_orders() {
	let told = json!({
		"state": "locked", "bids": [],
		"offers": [{ "id": 3, "account": BOB, "quantity": 800, "limit": "120" }],
	});
	let rivals = vec![Rival { order: 3, limit: 120 }];
	assert_eq!(Book::read(Side::Offer, &told), Some(Book { gate: Gate::Locked, rivals }));
	assert_eq!(Book::read(Side::Bid, &told).unwrap().rivals, []);
	for wrong in [json!({ "state": "open" }), json!({ "state": "open", "bids": [{ "id": 1 }] })] {
		assert_eq!(Book::read(Side::Bid, &wrong), None);
	}
}

fn device(id: u32) -> Device {
	Device {
		id,
		key: String::new(),
		metering_point: String::new(),
		operator: parse_address(ALICE).unwrap(),
		zone: 1,
		resource: Resource::Electricity,
		directions: Directions::Export,
		nameplate: 1_000,
		state: "active".into(),
		registrar: None,
		evidence: None,
	}
}

/// A store with two meters, devices 7 and 8, of which the second has no reading two weeks before.
fn store(folder: &tempfile::TempDir) -> Store {
	let mut store = Store::create_cheap(&folder.path().join("store"), "password", [9; 32]).unwrap();
	let facts = |name: &str| Facts {
		name: name.to_owned(),
		metering_point: String::new(),
		zone: 1,
		resource: Resource::Electricity,
		directions: Directions::Export,
		nameplate: 1_000,
	};
	let meters = vec![Meter::own(facts("roof"), [1; 32]), Meter::own(facts("barn"), [2; 32])];
	store.add_meters(meters).unwrap();
	let mut entries =
		vec![Entry::Device { meter: 0, device: 7 }, Entry::Device { meter: 1, device: 8 }];
	for (device, weeks, reading) in [(7, 1, 300), (8, 1, 40), (7, 2, 310), (7, 3, 320), (8, 3, 50)]
	{
		entries.push(Entry::Imported {
			device,
			period: RUNNING - weeks * WEEK,
			direction: Direction::Export,
			opening: Opening { reading, salt: [1, 2, 3, 4], commitment: [5; 32] },
		});
	}
	store.append(entries).unwrap();
	store
}

#[test]
fn former_weeks_are_what_all_meters_counted_together() {
	let folder = tempfile::tempdir().unwrap();
	let store = store(&folder);
	let history = |devices: &[Device], side| {
		History::of(&store, devices, 1, Resource::Electricity, side)
			.map(|history| history.former(&calendar(Zone::UTC), RUNNING))
	};
	let both = history(&[device(7), device(8)], Side::Offer).unwrap();
	assert_eq!(both[..4], [Some(340), None, Some(370), None], "one silent meter is a gap");
	// What is not attested or in no store is left out.
	for other in [Device { state: "suspended".into(), ..device(8) }, device(9)] {
		let roof = history(&[device(7), other], Side::Offer).unwrap();
		assert_eq!(roof[..3], [Some(300), Some(310), Some(320)]);
	}
	// What a node says otherwise than the store is not believed.
	for other in [
		Device { zone: 2, ..device(8) },
		Device { resource: Resource::Heat, ..device(8) },
		Device { directions: Directions::Both, ..device(8) },
	] {
		let refused = history(&[device(7), other], Side::Offer).unwrap_err();
		assert_eq!(refused.name(), "FactsDiffer");
	}
	// Nor does it keep back a side or a zone in which the meter counts by neither's word.
	let elsewhere = [device(7), Device { zone: 2, ..device(8) }];
	assert!(history(&elsewhere, Side::Bid).is_ok(), "both export only");
	assert!(History::of(&store, &elsewhere, 3, Resource::Electricity, Side::Offer).is_ok());
	for (devices, side) in [(vec![device(7)], Side::Bid), (vec![], Side::Offer)] {
		let none = History::of(&store, &devices, 1, Resource::Electricity, side).unwrap();
		assert!(!none.has_meters());
		assert!(none.former(&calendar(Zone::UTC), RUNNING).iter().all(Option::is_none));
	}
}
