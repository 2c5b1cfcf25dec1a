//! What a node answers, by the examples that its OpenRPC document gives. A test of `primitives` holds
//! them to what the node writes.

use super::{payments::NotePage, *};
use crate::commands::market::{balance, clearing::Clearing};

/// The examples of answers, with their methods.
fn examples() -> Vec<(String, Value)> {
	let document = include_str!("../../../node/src/rpc/openrpc.json");
	let document: Value = serde_json::from_str(document).unwrap();
	let methods = document["methods"].as_array().unwrap().iter();
	let examples = methods.flat_map(|method| {
		let name = method["name"].as_str().unwrap();
		let all = method["examples"].as_array().into_iter().flatten();
		all.map(move |example| (name.to_owned(), example["result"]["value"].clone()))
	});
	examples.collect()
}

/// Reads an answer as the client does.
#[track_caller]
fn read<T: DeserializeOwned>(method: &str, answer: &Value) -> T {
	T::deserialize(answer).unwrap_or_else(|error| panic!("{method}: {error}"))
}

/// Every example is read by the type that the client reads the method's answer by. Fields that the client only shows
/// keep their JSON.
#[test]
fn every_example_is_read() {
	let mut count = 0;
	for (method, answer) in examples() {
		let (name, answer) = (method.as_str(), &answer);
		match name {
			"devices_get" => drop(read::<Option<Device>>(name, answer)),
			"devices_byOperator" => drop(read::<Vec<Device>>(name, answer)),
			"metering_period" | "metering_periodAt" => drop(read::<Period>(name, answer)),
			"metering_submitCommitments" => drop(read::<Vec<CommitmentAnswer>>(name, answer)),
			"metering_status" => drop(read::<Vec<RegisterStatus>>(name, answer)),
			"market_trade" => drop(read::<Option<Trade>>(name, answer)),
			"market_offers" | "market_trades" => drop(read::<Vec<Trade>>(name, answer)),
			"settlement_status" => drop(read::<SettlementStatus>(name, answer)),
			"payments_state" => drop(read::<PaymentsState>(name, answer)),
			"payments_assets" => drop(read::<Vec<PaymentAsset>>(name, answer)),
			"payments_notes" => drop(read::<NotePage>(name, answer).published().unwrap()),
			"validators_set" => drop(read::<ValidatorSet>(name, answer)),
			"validators_bond" => drop(read::<Option<Bond>>(name, answer)),
			"validators_hasKeys" => assert!(read::<bool>(name, answer)),
			"governance_state" => drop(read::<GovernanceState>(name, answer)),
			"governance_referenda" => drop(read::<Vec<Referendum>>(name, answer)),
			"governance_referendum" => drop(read::<Option<Referendum>>(name, answer)),
			"governance_voter" => drop(read::<Voter>(name, answer)),
			"market_statement" => assert!(answer[0]["trade"].is_u64()),
			"payments_fee" => assert!(answer.is_string()),
			"payments_spent" => drop(read::<Vec<Option<bool>>>(name, answer)),
			subscription if subscription.contains("_subscribe") => assert!(answer.is_string()),
			subscription if subscription.contains("_unsubscribe") => assert!(answer.is_boolean()),
			"market_orders" => assert!(answer.is_array()),
			"market_clearing" => drop(read::<Option<Clearing>>(name, answer)),
			"market_balance" => drop(read::<balance::Page>(name, answer)),
			"market_book" | "market_owed" | "market_backstop" => assert!(answer.is_object()),
			"water_season" => drop(read::<Option<Season>>(name, answer)),
			"water_account" => drop(read::<Option<WaterAccount>>(name, answer)),
			"water_accounts" => assert!(answer.is_array()),
			"water_statement" => drop(read::<Statement>(name, answer)),
			// Provers' statements, receipts and documents, which are passed on or read field by field.
			"settlement_statement" | "settlement_sealedStatement" => assert!(answer.is_object()),
			"settlement_verifyProof" | "settlement_verifySealedProof" => {
				assert!(answer.is_object())
			},
			"settlement_submitProof" | "payments_submit" => assert!(answer["hash"].is_string()),
			"settlement_finalityProof" => assert!(answer["blockHash"].is_string()),
			"audit_invariants" | "rpc.discover" => assert!(answer.is_object()),
			other => panic!("who reads {other}?"),
		}
		count += 1;
	}
	assert!(count > 25, "{count}");
}

/// Fields that may be absent are read where an example has them: a misnamed field would be absent in silence.
#[test]
fn what_may_be_absent_is_read_where_it_is_there() {
	let examples = examples();
	let answers = |name: &str| {
		let own = examples.iter().filter(|(method, _)| method == name);
		own.map(|(_, answer)| answer.clone()).collect::<Vec<_>>()
	};
	let device: Device = read("devices_get", &answers("devices_get")[0]);
	assert!(device.registrar.is_some());
	assert_eq!(device.evidence, Some(Evidence::Signed));
	let registers: Vec<RegisterStatus> = read("metering_status", &answers("metering_status")[0]);
	for register in &registers {
		assert!(register.group.is_some() && register.reason.is_some());
		assert_eq!(register.refusal.as_deref(), Some("CutOffPassed"));
	}
	let trades = answers("market_trade");
	let [open, sealed] = &trades[..] else { panic!("two trades") };
	let (open, sealed): (Trade, Trade) = (read("market_trade", open), read("market_trade", sealed));
	assert!(open.sealed.is_none() && open.agreed().is_err());
	let agreed = sealed.agreed().unwrap();
	assert_eq!((agreed.payout.owner, agreed.payout.key), ([1; 32], [3; 32]));
	assert_eq!((agreed.refund.owner, agreed.refund.key), ([2; 32], [4; 32]));
	assert_eq!(agreed.shared.commitment, [5; 32]);
	let groups = answers("settlement_status");
	let [waits, settled] = &groups[..] else { panic!("two groups") };
	let waits: SettlementStatus = read("settlement_status", waits);
	let settled: SettlementStatus = read("settlement_status", settled);
	assert!(waits.outcome.is_none() && !waits.settled && settled.settled);
	assert_eq!(settled.outcome.unwrap()["delivered"], 1_400);
	let assets: Vec<PaymentAsset> = read("payments_assets", &answers("payments_assets")[0]);
	assert!(assets[0].auditor.is_none() && assets[1].auditor.is_some());
	let state: GovernanceState = read("governance_state", &answers("governance_state")[0]);
	assert!(state.sudo.is_some() && state.upgrade.is_some());
	assert_eq!(state.safe_mode_until, Some(1_500));
	let referendum: Referendum =
		read("governance_referendum", &answers("governance_referendum")[0]);
	assert!(referendum.submission_deposit.is_some() && referendum.decision_deposit.is_some());
	let ongoing = referendum.ongoing.unwrap();
	assert!(ongoing.proposal.is_some());
	assert_eq!((ongoing.deciding_since, ongoing.confirmed_at), (Some(1_100), Some(1_300)));
	let voter: Voter = read("governance_voter", &answers("governance_voter")[0]);
	assert_eq!(voter.vote_in(4).and_then(|vote| vote.aye), Some(true));
}
