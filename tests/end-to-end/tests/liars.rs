//! A node that lies, before every verb that believes it: it can delay, and nothing else.

#[path = "liars/calls.rs"]
mod calls;
#[path = "liars/lag.rs"]
mod lag;
#[path = "liars/proofs.rs"]
mod proofs;
#[path = "liars/readings.rs"]
mod readings;
#[path = "liars/signing.rs"]
mod signing;

use anyhow::{Context, Result};
use meterproof_driver::{
	liar::{Lie, LyingNode},
	serial,
	setting::Setting,
};

/// One node for all lies, and the liar before it. The liar ends first.
struct World {
	liar: LyingNode,
	setting: Setting,
}

/// A lie and what becomes of it.
type Part = fn(&World) -> Result<()>;

/// What is told of a call that is followed.
const CALL_REPORT: &str = "author_extrinsicUpdate";

#[test]
fn a_lying_node_can_delay_and_no_more() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let liar = LyingNode::before(&setting.node, |_| Lie::Truth)?;
		let world = World { liar, setting };
		// The last one needs a chain of some length.
		let parts: [(&str, Part); 8] = [
			("a call whose reports stay away", calls::reports_that_stay_away),
			("a call whose line is cut", calls::a_cut_line),
			("refusals that pass", readings::refusals_that_pass),
			("a period that lies far ahead", readings::a_period_far_ahead),
			("terms that were not offered", signing::terms_that_were_not_offered),
			("calls by other names", signing::calls_by_other_names),
			("a claim that the node would like", proofs::a_claim_is_the_command_line_s),
			("finality that lags", lag::finality_that_lags),
		];
		for (name, part) in parts {
			world.liar.tell_the_truth();
			part(&world).with_context(|| name)?;
			println!("    {name}: ok");
		}
		world.setting.chain().audit()
	})
}
