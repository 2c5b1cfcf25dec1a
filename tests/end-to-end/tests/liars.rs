//! A node that lies, before every verb that believes it: it can delay, and nothing else.

#[path = "liars/calls.rs"]
mod calls;
#[path = "liars/devices.rs"]
mod devices;
#[path = "liars/gateways.rs"]
mod gateways;
#[path = "liars/lag.rs"]
mod lag;
#[path = "liars/payments.rs"]
mod payments;
#[path = "liars/proofs.rs"]
mod proofs;
#[path = "liars/readings.rs"]
mod readings;
#[path = "liars/scans.rs"]
mod scans;
#[path = "liars/shields.rs"]
mod shields;
#[path = "liars/signing.rs"]
mod signing;
#[path = "liars/verbs.rs"]
mod verbs;
#[path = "liars/wallets.rs"]
mod wallets;

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use devices::Meters;
use meterproof_driver::{
	liar::{Lie, LyingNode},
	serial,
	setting::Setting,
};
use verbs::Lines;
use wallets::Wallets;

/// One node for all lies, and the liar before it. The liar ends first.
struct World {
	liar: LyingNode,
	setting: Setting,
}

/// A lie and what becomes of it.
type Scenario = fn(&World) -> Result<()>;

/// A lie to those who have something.
type ScenarioOf<T> = fn(&World, &T) -> Result<()>;

/// Time for a payment or a period, and what surrounds it.
const LIMIT: Duration = Duration::from_secs(90);

/// How a signed call is sent.
const SUBMIT_CALL: &str = "author_submitAndWatchExtrinsic";

/// What is told of a call that is followed.
const CALL_REPORT: &str = "author_extrinsicUpdate";

impl World {
	fn new() -> Result<Self> {
		let setting = Setting::dev()?;
		let liar = LyingNode::before(&setting.node, |_| Lie::Truth)?;
		Ok(Self { liar, setting })
	}

	/// One lie, or several of a kind, at a node that tells the truth until then.
	fn part<T>(&self, name: &str, run: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
		let start = Instant::now();
		self.liar.tell_the_truth();
		let done = run(self).with_context(|| name.to_owned())?;
		println!("    {name}: ok, {:.1} s", start.elapsed().as_secs_f64());
		Ok(done)
	}
}

#[test]
fn a_lying_node_can_delay_and_no_more() -> Result<()> {
	serial::scenario(|| {
		let world = World::new()?;
		// The last one needs a chain of some length.
		let scenarios: [(&str, Scenario); 9] = [
			("a call whose reports stay away", calls::reports_that_stay_away),
			("a call whose line is cut", calls::a_cut_line),
			("a subscription that is lost", calls::a_lost_subscription),
			("refusals that pass", readings::refusals_that_pass),
			("a period that lies far ahead", readings::a_period_far_ahead),
			("terms that were not offered", signing::terms_that_were_not_offered),
			("calls by other names", signing::calls_by_other_names),
			("a claim that the node would like", proofs::a_claim_is_the_command_line_s),
			("finality that lags", lag::finality_that_lags),
		];
		for (name, part) in scenarios {
			world.part(name, part)?;
		}
		world.setting.chain().audit()
	})
}

#[test]
fn a_lying_node_has_nothing_paid_twice_nor_false_facts_signed() -> Result<()> {
	serial::scenario(|| {
		let world = World::new()?;
		// Their notes ripen while meters are registered.
		let wallets = world.part("wallets", Wallets::new)?;
		let meters = world.part("registered once", devices::registered_once)?;
		for (name, part) in [
			("attested as looked at", devices::attested_as_looked_at as ScenarioOf<Meters>),
			("taken over as looked at", devices::taken_over_as_looked_at),
			("swapped as looked at", devices::swapped_as_looked_at),
			("said to have departed", devices::said_to_have_departed),
		] {
			world.part(name, |world| part(world, &meters))?;
		}
		world.part("meters that do not count", gateways::meters_that_are_said_not_to_count)?;
		for (name, part) in [
			(
				"a note shown as spent",
				payments::a_note_that_is_shown_as_spent as ScenarioOf<Wallets>,
			),
			("a far block", payments::a_payment_that_was_sent_in_a_far_block),
			("an answer that is lost", payments::a_payment_whose_answer_is_lost),
			("a refusal that is none", payments::a_refusal_that_is_none),
			("a call that pays somebody in", shields::a_call_that_pays_somebody_in),
			("trees that are none", scans::trees_that_are_none),
			("units and readers", scans::units_and_readers),
			("a wallet that comes back", scans::a_wallet_that_comes_back),
		] {
			world.part(name, |world| part(world, &wallets))?;
		}
		let lines = world.part("verbs", |world| Lines::new(world, &wallets, &meters))?;
		for (name, part) in [
			("verbs that are not answered", verbs::unanswered as ScenarioOf<Lines>),
			("verbs that are deceived", verbs::deceived),
			("calls that are kept", verbs::calls_that_are_kept),
		] {
			world.part(name, |world| part(world, &lines))?;
		}
		world.setting.chain().audit()
	})
}
