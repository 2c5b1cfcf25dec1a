//! Clients and nodes that are killed in the middle.

use std::{
	fs,
	time::{Duration, Instant},
};

use anyhow::Result;
use meterproof_driver::{
	chain::integer,
	client::Running,
	line::Line,
	setting::Setting,
	wait,
	wallet::{mpf, Wallet, MPF},
};

use super::refused::Parties;

/// Time for an answer, or for a payment to be in a block.
const LIMIT: Duration = Duration::from_secs(40);

/// After so long a client writes down what it has found so far.
const SAVED_AFTER: Duration = Duration::from_secs(10);

/// Notes of a page, so that few notes take many pages.
const PAGE: u64 = 2;

/// What every page of notes has in it, and no other answer.
const MARK: &str = "\"notes\":[";

/// A scan of a recovered wallet whose line stands still after the first page.
pub struct Scan {
	wallet: Wallet,
	line: Line,
	running: Running,
	start: Instant,
}

impl Scan {
	pub fn begin(setting: &Setting, parties: &Parties) -> Result<Self> {
		let line = Line::to(setting.node.settings.rpc_port, MARK)?;
		let wallet = parties.wallet.recovered(setting.file("recovered.wallet"))?;
		let through = wallet.through(&wallet.client.at(&line.url()));
		let start = Instant::now();
		let mut running = through.start("scan", &["--page", &PAGE.to_string()])?;
		line.let_pass(1);
		came(&line, &mut running, 2)?;
		Ok(Self { wallet, line, running, start })
	}

	/// Lets it write down what it has, kills it, and scans on from there.
	pub fn go_on(self, setting: &Setting, parties: &Parties) -> Result<()> {
		let Self { wallet, line, mut running, start } = self;
		assert_eq!(wallet.refused("balance", &[])?.name, "WalletLocked");
		let nothing = fs::read(&wallet.file)?;
		wait::until("a save is due", LIMIT, || Ok((start.elapsed() > SAVED_AFTER).then_some(())))?;
		line.let_pass(1);
		came(&line, &mut running, 3)?;
		wait::until("it has written down two pages", LIMIT, || {
			Ok((fs::read(&wallet.file)? != nothing).then_some(()))
		})?;
		// Killed, and the line cut.
		drop((running, line));
		let total = setting.chain().tree()?.head.notes;
		let shown = wallet.run("scan", &[])?;
		assert_eq!(integer(&shown, "looked_at")?, total - 2 * PAGE, "it went on where it stopped");

		let scratch = parties.wallet.recovered(setting.file("scratch.wallet"))?;
		assert_eq!(integer(&scratch.run("scan", &[])?, "looked_at")?, total);
		setting.chain().wait_for_anchor()?;
		assert_eq!(wallet.report()?, scratch.report()?);
		assert_eq!(wallet.held()?.total(), parties.wallet.held()?.total());
		// And it spends: its paths in the tree are right.
		wallet.pay(&parties.friend.address, MPF, "")?;
		let anew = wallet.run("scan", &["--anew"])?;
		assert_eq!(integer(&anew, "looked_at")?, total + 2);
		assert_eq!(wallet.held()?.total(), parties.wallet.held()?.total());
		Ok(())
	}
}

fn came(line: &Line, running: &mut Running, answers: usize) -> Result<()> {
	wait::until(&format!("answer {answers}"), LIMIT, || match running.ensure_well() {
		Ok(()) => Ok((line.came() >= answers).then_some(Ok(()))),
		Err(error) => Ok(Some(Err(error))),
	})?
}

/// A power cut after a payment is in a block, and before it is final.
pub fn a_killed_node_loses_no_note(setting: Setting, parties: &Parties) -> Result<()> {
	let Parties { wallet, friend, .. } = parties;
	let chain = setting.chain().clone();
	chain.wait_for_anchor()?;
	let (before, friends) = (wallet.held()?, friend.held()?.total());
	let moved = chain.moved()?;
	let amount = 2 * MPF + 2;
	let text = mpf(amount);
	let mut paying = wallet.start("pay", &["--to", &friend.address, "--amount", &text])?;
	wait::until("the payment is in a block", LIMIT, || match paying.ensure_well() {
		Ok(()) => Ok((chain.moved()?.fees > moved.fees).then_some(Ok(()))),
		Err(error) => Ok(Some(Err(error))),
	})??;
	let programs = setting.programs.clone();
	let Setting { node, .. } = setting;
	let node = node.kill_and_restart(&programs)?;
	drop(paying);

	wait::until("the payment is final", LIMIT, || {
		Ok((friend.held()?.total() > friends).then_some(()))
	})?;
	assert_eq!(friend.held()?.total(), friends + u128::from(amount));
	let fee = chain.payment_fees()?.transfer;
	let held = wallet.held()?;
	assert_eq!(held.total(), before.total() - u128::from(amount + fee));
	assert_eq!(held.pending, 0);
	// The wallets' notes are all there is, and the wallet knows what it had sent.
	assert_eq!(chain.moved()?.left(), held.total() + friend.held()?.total());
	let (history, fee) = (wallet.history()?, fee.to_string());
	assert!(history.last().is_some_and(|event| event["fee"] == fee.as_str()), "{history:?}");
	chain.audit()?;
	drop(node);
	Ok(())
}
