use clap::Parser;
use serde_json::{json, Value};

use super::{
	follow::{Line, Told},
	known::{difference, has_order_of, Standing},
	notice::Notice,
	shown,
	wishes::{Kind, Wishes},
};
use crate::cli::{Cli, Command};

const SELLER: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const BUYER: &str = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

fn wishes(line: &str) -> Wishes {
	let words = ["meterproof", "watch"].into_iter().chain(line.split(' '));
	let Command::Watch(command) = Cli::parse_from(words).command else { panic!("{line}") };
	Wishes::of(&command).unwrap()
}

fn trade(id: u64, state: &str) -> Value {
	json!({
		"id": id, "seller": group(), "buyer": BUYER, "quantity": 1_500, "price": "250000000",
		"imbalancePrice": "250000000", "first": 10, "last": 12, "state": state,
		"settledPeriods": 0, "evidence": "signed",
	})
}

fn group() -> Value {
	json!({ "operator": SELLER, "zone": 1, "resource": "electricity", "direction": "export" })
}

fn changed(word: &str, id: u64, state: &str) -> Value {
	json!({ "change": word, "trade": trade(id, state) })
}

fn standing(trades: &[Value]) -> Standing {
	trades.iter().map(|trade| (trade["id"].as_u64().unwrap(), trade.clone())).collect()
}

fn values(lines: Vec<Line>) -> Vec<Value> {
	lines.into_iter().map(|(value, _)| value).collect()
}

/// Begins after block 5, with these trades known.
fn begun(trades: &[Value]) -> Told {
	let mut told = Told::default();
	let lines = values(told.begin(5, "0x05".into(), 5, Some(standing(trades)), None));
	assert_eq!(lines, [json!({ "event": "started", "block": "0x05", "number": 5 })]);
	told
}

/// Begins again, as after a lost connection.
fn again(told: &mut Told, number: u64, trades: &[Value]) -> Value {
	let now = Some(standing(trades));
	let gap = told.gap(&now).map(|(_, difference)| difference);
	let mut lines = values(told.begin(number, "0x".into(), number + 1, now, gap));
	assert_eq!(lines.len(), 1);
	lines.remove(0)
}

#[test]
fn parameters_are_those_of_the_document_in_its_order() {
	let document = include_str!("../../../../node/src/rpc/openrpc.json");
	let document: Value = serde_json::from_str(document).unwrap();
	for (line, given) in [
		(
			format!("offers --zone 1 --resource heat --from 5 --to 6 --least-evidence signed --seller {SELLER} --buyer {BUYER} --best"),
			json!([1, "heat", 5, 6, "signed", SELLER, BUYER, "best"]),
		),
		(
			format!("trades --of {BUYER} --zone 1 --from 5 --to 6 --state accepted"),
			json!([BUYER, 1, 5, 6, "accepted", "finalized"]),
		),
		(
			format!("settlements --group {SELLER}/1/electricity/export --zone 1 --from 5 --to 6 --of {BUYER}"),
			json!([group(), 1, 5, 6, BUYER, "finalized"]),
		),
		(
			format!("clearings --zone 1 --resource heat --from 5 --to 6 --of {BUYER} --best"),
			json!([1, "heat", 5, 6, BUYER, "best"]),
		),
	] {
		let wishes = wishes(&line);
		assert_eq!(json!(wishes.parameters()), given);
		let [begin, end] = wishes.kind.methods();
		let methods = document["methods"].as_array().unwrap();
		let known = |name: &str| methods.iter().find(|method| method["name"] == name).unwrap();
		known(end);
		let described = known(begin)["params"].as_array().unwrap().iter();
		let described: Vec<_> = described.map(|param| param["name"].as_str().unwrap()).collect();
		let own: Vec<_> = wishes.names().collect();
		assert_eq!(own, described, "{begin}");
	}
}

#[test]
fn what_is_asked_for_after_a_gap_is_filtered_as_what_is_told() {
	let offer = trade(3, "offered");
	for (wish, met) in [
		("offers".to_owned(), true),
		("offers --zone 1 --resource electricity".into(), true),
		("offers --zone 2".into(), false),
		("offers --resource gas".into(), false),
		("offers --from 12".into(), true),
		("offers --from 13".into(), false),
		("offers --to 10".into(), true),
		("offers --to 9".into(), false),
		("offers --least-evidence signed".into(), true),
		("offers --least-evidence keyed".into(), false),
		(format!("offers --seller {SELLER} --buyer {BUYER}"), true),
		(format!("offers --seller {BUYER}"), false),
		(format!("offers --buyer {SELLER}"), false),
		(format!("trades --of {BUYER}"), true),
		(format!("trades --of {SELLER} --state offered"), true),
		("trades --state accepted".into(), false),
		(format!("trades --of 0x{}", "07".repeat(32)), false),
	] {
		assert_eq!(wishes(&wish).fit(&offer), met, "{wish}");
	}
	let command = ["meterproof", "watch", "offers", "--from", "6", "--to", "5"];
	let Command::Watch(command) = Cli::parse_from(command).command else { panic!() };
	assert_eq!(Wishes::of(&command).unwrap_err().name(), "EmptyRange");
}

#[test]
fn a_change_has_its_block_and_is_told_once() {
	let wishes = wishes("offers");
	let mut told = begun(&[]);
	let placed = changed("placed", 3, "offered");
	let lines = values(told.block(&wishes, 6, "0x06".into(), std::slice::from_ref(&placed)));
	let expected = json!({
		"block": "0x06", "number": 6, "change": "placed", "trade": trade(3, "offered"),
	});
	assert_eq!(lines, [expected]);
	// A node that is behind tells it again.
	assert!(told.block(&wishes, 6, "0x06".into(), &[placed]).is_empty());
}

#[test]
fn after_a_gap_it_is_said_what_is_missing_and_what_has_changed() {
	let wishes = wishes("offers");
	let mut told = begun(&[trade(1, "offered"), trade(2, "offered")]);
	told.block(&wishes, 6, "0x06".into(), &[changed("placed", 3, "offered")]);
	// Offer 1 is gone, 4 is new, 3 was told.
	let now = [trade(2, "offered"), trade(3, "offered"), trade(4, "offered")];
	let missed = again(&mut told, 9, &now);
	let expected = json!({
		"event": "missed", "from": 7, "to": 9, "asked": true,
		"found": [trade(4, "offered")], "gone": [trade(1, "offered")],
	});
	assert_eq!(missed, expected);
	// What was found is in block 10, up to which it was asked for; block 11 is later.
	let placed = [changed("placed", 4, "offered"), changed("placed", 5, "offered")];
	let lines = values(told.block(&wishes, 10, "0x0a".into(), &placed));
	assert_eq!(lines.len(), 1);
	assert_eq!(lines[0]["trade"]["id"], 5);
	let cancelled = [changed("cancelled", 4, "offered")];
	assert_eq!(told.block(&wishes, 11, "0x0b".into(), &cancelled).len(), 1);

	let now = [trade(2, "offered"), trade(3, "offered"), trade(5, "offered")];
	let resumed = again(&mut told, 11, &now);
	assert_eq!(resumed, json!({ "event": "resumed", "number": 11 }));
	let behind = again(&mut told, 8, &now);
	assert_eq!(behind, json!({ "event": "resumed", "number": 11 }));
	assert!(told.block(&wishes, 9, "0x09".into(), &placed).is_empty(), "told already");
}

#[test]
fn where_nobody_can_be_asked_it_is_said() {
	let mut told = Told::default();
	told.begin(5, "0x05".into(), 5, None, None);
	let gap = told.gap(&None).map(|(_, difference)| difference);
	let (value, text) = told.begin(9, "0x09".into(), 9, None, gap).remove(0);
	assert_eq!(
		(&value["asked"], &value["from"], &value["to"]),
		(&json!(false), &json!(6), &json!(9))
	);
	assert!(text.contains("nobody can be asked"), "{text}");
}

#[test]
fn a_trade_is_another_once_it_stands_elsewhere_and_not_for_its_evidence() {
	let mut same = trade(1, "accepted");
	same["evidence"] = json!("keyed");
	let mut settling = trade(2, "accepted");
	settling["settledPeriods"] = json!(1);
	let before = standing(&[trade(1, "accepted"), trade(2, "accepted"), trade(3, "offered")]);
	let now = standing(&[same, settling.clone(), trade(3, "accepted")]);
	let difference = difference(&before, &now);
	assert_eq!(difference.found, [settling, trade(3, "accepted")]);
	assert!(difference.gone.is_empty());
}

#[test]
fn settlements_are_known_by_their_periods() {
	let wishes = wishes("settlements");
	let proved = json!({
		"change": "proved", "group": group(), "period": 11,
		"outcome": {
			"proved": true, "trades": 1, "contracted": 1_500, "delivered": 1_200,
			"paid": "300000000000", "refunded": "75000000000", "penalty": "75000000000",
			"sealed": null,
		},
	});
	let mut told = begun(&[]);
	let lines = told.block(&wishes, 6, "0x06".into(), std::slice::from_ref(&proved));
	assert_eq!(
		lines[0].1,
		format!(
			"6  proved  {SELLER}/1/electricity/export  period 11: 1.2 of 1.5 kWh, 0.3 MPF paid, 0.075 \
			 refunded, 0.075 charged"
		)
	);
	let gone = told.gap(&Some(Standing::new())).unwrap().1.gone;
	assert_eq!(gone, [proved]);
	assert_eq!(wishes.kind, Kind::Settlements);
}

#[test]
fn books_are_known_by_their_periods() {
	let wishes = wishes("clearings --zone 1 --resource electricity --from 10 --to 12");
	let clearing = json!({
		"zone": 1, "resource": "electricity", "period": 11, "block": 6, "lapsed": false,
		"price": "200000000", "volume": 800, "firstTrade": 7, "trades": 2,
		"orders": [{ "id": 4, "account": BUYER, "side": "bid" }],
	});
	let mut told = begun(&[]);
	let change = json!({ "change": "cleared", "clearing": clearing });
	let lines = told.block(&wishes, 6, "0x06".into(), &[change]);
	let line = "zone 1  electricity  period 11: 0.8 kWh at 0.2 MPF/kWh in 2 trades";
	assert_eq!(lines[0].1, format!("6  cleared  {line}"));
	let gone = told.gap(&Some(Standing::new())).unwrap().1.gone;
	assert_eq!(gone, std::slice::from_ref(&clearing));
	assert_eq!(shown::entry("found", &clearing), format!("found  {line}"));
	let mut lapsed = clearing;
	lapsed["lapsed"] = json!(true);
	assert!(shown::entry("found", &lapsed).ends_with("period 11: every order is released"));
}

#[test]
fn an_account_s_books_are_those_with_an_order_of_it() {
	let clearing = json!({ "orders": [{ "account": BUYER }] });
	assert!(has_order_of(&clearing, &Value::Null) && has_order_of(&clearing, &json!(BUYER)));
	assert!(!has_order_of(&clearing, &json!(SELLER)));
	assert!(!has_order_of(&Value::Null, &Value::Null), "there is no record");
}

#[test]
fn a_person_reads_a_line_for_each_change() {
	let line = shown::change(6, &changed("taken", 3, "accepted"));
	let start = format!("6  taken  3  accepted  {SELLER}  {BUYER}  1.5 kWh");
	assert!(line.starts_with(&start), "{line}");
	let mut settled = changed("periodSettled", 3, "accepted");
	settled["line"] = json!({
		"trade": 3, "period": 11, "contracted": 1_500, "delivered": null, "paid": null,
		"refunded": null, "penalty": null, "sealed": "450000000000",
	});
	let line = shown::change(6, &settled);
	assert!(line.ends_with("period 11: hidden of 1.5 kWh, 0.45 MPF in two notes"), "{line}");
	let mut deferred = changed("payoutDeferred", 3, "accepted");
	deferred["period"] = json!(11);
	deferred["toSeller"] = json!(true);
	deferred["toBuyer"] = json!(false);
	let line = shown::change(6, &deferred);
	assert!(line.ends_with("period 11: of seller"), "{line}");
	// Whatever a node writes, a change is one line.
	let strange = json!({ "change": "a\nb", "trade": { "id": "\u{1b}[2J" } });
	assert_eq!(shown::change(6, &strange).lines().count(), 1);
}

#[test]
fn notifications_that_are_none_end_it() {
	let started =
		json!({ "event": "started", "block": "0x05", "number": 5, "blocks": "finalized" });
	assert_eq!(Notice::read(started).unwrap(), Notice::Started { block: "0x05".into(), number: 5 });
	for wrong in [
		json!(null),
		json!({ "event": "none" }),
		json!({ "event": "block", "block": "0x05", "number": -1, "changes": [] }),
		json!({ "event": "block", "block": "0x05", "number": 5 }),
	] {
		assert_eq!(Notice::read(wrong.clone()).unwrap_err().name(), "UnexpectedAnswer", "{wrong}");
	}
}
