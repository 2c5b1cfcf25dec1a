//! Standing orders on a chain: what former weeks suggest is ordered once, and within the owner's limits, by hand
//! and by an agent.

use std::time::Duration;

use anyhow::{Context, Result};
use meterproof_driver::{
	agent::Agent,
	operator::ZONE,
	serial,
	setting::{Household, Setting},
	wait,
};
use serde_json::{json, Value};

/// Milliseconds in a week.
const WEEK_MS: u64 = 7 * 86_400_000;

/// What meters hand over for one period of each of the last four weeks.
fn former(
	home: &Household,
	period: u64,
	in_a_week: u64,
	direction: &str,
	counted: [u32; 4],
) -> Vec<Value> {
	let weeks = (1u64..).zip(counted).flat_map(|(weeks, reading)| {
		home.devices.iter().map(move |device| {
			json!({
				"device": device, "period": period - weeks * in_a_week, "direction": direction,
				"reading": reading, "salt": ["1", "2", "3", "4"],
			})
		})
	});
	weeks.collect()
}

/// One round of an operator's; the decisions for a period.
fn round(home: &Household, period: u64, options: &str) -> Result<Vec<Value>> {
	let line = format!(
		"market auto --store {} --zone {ZONE} --most-money 1 --most-money-a-day 20 --ahead 24 {options}",
		home.operator.store_text()
	);
	let told = home.operator.account.client.run(&line.split(' ').collect::<Vec<_>>())?;
	let decisions = told["decisions"].as_array().context("no decisions")?;
	assert!(decisions.iter().all(|decision| decision["error"].is_null()), "{told}");
	// Of other periods nothing is known.
	let others = decisions.iter().filter(|decision| decision["period"] != period);
	for other in others {
		assert_eq!(other["action"], "none", "{other}");
	}
	Ok(decisions.iter().filter(|decision| decision["period"] == period).cloned().collect())
}

fn actions(decisions: &[Value]) -> Vec<&str> {
	decisions.iter().filter_map(|decision| decision["action"].as_str()).collect()
}

/// An agent bids for a household, is killed, and bids for nothing a second time.
fn bid_unattended(setting: &Setting, home: &Household, period: u64) -> Result<()> {
	const LIMIT: Duration = Duration::from_secs(60);
	let section = format!(
		"[[standing]]\nzone = {ZONE}\nmost_price = \"0.25\"\nmost_quantity = 2000\nmost_money = \"1\"\n\
		 most_money_a_day = \"20\"\nahead = 24\n"
	);
	let (program, store) = (&setting.programs.client, &home.operator.store);
	let agent =
		Agent::new(program, setting.folder(), &[setting.node.url()], store, "//Eve", &section)?;
	let mut running = agent.start()?;
	let bid = format!("standing 1, bids: bid for 300 Wh at 0.25 MPF/kWh for period {period} ");
	let has_bid = wait::until("the agent bids", LIMIT, || {
		running.ensure_running()?;
		Ok((agent.lines_with(&[&bid])? == 1).then_some(()))
	});
	has_bid.with_context(|| running.tail())?;
	running.kill()?;
	let mut again = agent.start()?;
	let health = wait::until("another round", LIMIT, || {
		again.ensure_running()?;
		let answer = agent.health().ok().map(|(_, health)| health);
		Ok(answer.filter(|health| health["standing"][0]["lastPeriod"].is_u64()))
	});
	let health = health.with_context(|| again.tail())?;
	assert_eq!(health["standing"][0]["ok"], true, "{health}\n{}", again.tail());
	// What the bid rests on is for the owner alone.
	assert_eq!(agent.lines_with(&["Wh; margin"])?, 0, "{}", again.tail());
	assert_eq!(agent.lines_with(&[&bid])?, 1, "{}", again.tail());
	again.terminate()
}

#[test]
fn former_weeks_are_ordered_by_once_and_within_limits() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let (home, shop) = (setting.household("Bob", 1)?, setting.household("Eve", 1)?);
		setting.attest(&[&home, &shop])?;
		let (bob, eve) = (&home.operator.account, &shop.operator.account);
		let deposits = (bob.balance()?.held, eve.balance()?.held);

		let period = setting.period_ahead(24)?;
		let in_a_week = WEEK_MS / setting.chain().period(None)?.schedule.length;
		home.operator.import(&former(&home, period, in_a_week, "export", [440, 510, 380, 480]))?;
		shop.operator.import(&former(&shop, period, in_a_week, "import", [300; 4]))?;

		let sell = "--least-price 0.11 --most-quantity 2000";
		let rehearsed = round(&home, period, &format!("{sell} --dry-run"))?;
		assert_eq!(actions(&rehearsed), ["offer"]);
		assert_eq!(bob.balance()?.held, deposits.0, "a rehearsal signs nothing");
		let offered = round(&home, period, sell)?;
		let said = offered[0]["said"].as_str().context("nothing was said")?;
		let begin = format!(
			"offered 417 Wh at 0.11 MPF/kWh for period {period} (electricity, zone {ZONE}): the last four "
		);
		assert!(
			said.starts_with(&begin) && said.ends_with("gave 380 to 510 Wh; margin 43 Wh"),
			"{said}"
		);
		let held = bob.balance()?.held;
		assert!(held > deposits.0);

		// Another round finds it, and an owner who allows less is obeyed.
		assert_eq!(actions(&round(&home, period, sell)?), ["none"]);
		assert_eq!(bob.balance()?.held, held, "nothing is ordered twice");
		let less = "--least-price 0.11 --most-quantity 200";
		assert_eq!(actions(&round(&home, period, less)?), ["cancel", "offer"]);
		assert!(bob.balance()?.held < held);

		bid_unattended(&setting, &shop, period)?;
		let book = format!("market book --zone {ZONE} --period {period}");
		let book = setting.client.run(&book.split(' ').collect::<Vec<_>>())?;
		let of = |side: &str| (book[side][0]["account"].clone(), book[side][0]["quantity"].clone());
		assert_eq!(of("offers"), (json!(bob.address), json!(200)));
		assert_eq!(of("bids"), (json!(eve.address), json!(300)));
		for side in ["offers", "bids"] {
			assert_eq!(book[side].as_array().map(Vec::len), Some(1), "{book}");
		}
		setting.chain().audit()
	})
}
