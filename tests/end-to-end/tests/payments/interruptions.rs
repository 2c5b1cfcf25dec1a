//! Clients and nodes that are killed in the middle.

use std::{
	fs,
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc,
	},
	time::{Duration, Instant},
};

use anyhow::Result;
use meterproof_driver::{
	chain::integer,
	client::Running,
	liar::{Gate, Lie, LyingNode},
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

/// What answers with a page of notes.
const PAGES: &str = "payments_notes";

/// A scan of a recovered wallet whose node says nothing more after the first page.
pub struct Scan {
	wallet: Wallet,
	pages: Pages,
	running: Running,
	start: Instant,
}

/// A node before which pages wait.
struct Pages {
	liar: LyingNode,
	gate: Gate,
	came: Arc<AtomicUsize>,
}

impl Pages {
	fn of(setting: &Setting) -> Result<Self> {
		let (gate, came) = (Gate::closed(), Arc::<AtomicUsize>::default());
		let (held, counted) = (gate.clone(), came.clone());
		let liar = LyingNode::before(&setting.node, move |told| match told.method.as_str() {
			PAGES => {
				counted.fetch_add(1, Ordering::Relaxed);
				Lie::Held(held.clone())
			},
			_ => Lie::Truth,
		})?;
		Ok(Self { liar, gate, came })
	}
}

impl Scan {
	pub fn begin(setting: &Setting, parties: &Parties) -> Result<Self> {
		let pages = Pages::of(setting)?;
		let wallet = parties.wallet.recovered(setting.file("recovered.wallet"))?;
		let through = wallet.through(&wallet.client.at(&pages.liar.url()));
		let start = Instant::now();
		let mut running = through.start("scan", &["--page", &PAGE.to_string()])?;
		pages.gate.let_pass(1);
		came(&pages, &mut running, 2)?;
		Ok(Self { wallet, pages, running, start })
	}

	/// Lets it write down what it has, kills it, and scans on from there.
	pub fn go_on(self, setting: &Setting, parties: &Parties) -> Result<()> {
		let Self { wallet, pages, mut running, start } = self;
		assert_eq!(wallet.refused("balance", &[])?.name, "WalletLocked");
		let nothing = fs::read(&wallet.file)?;
		wait::until("a save is due", LIMIT, || Ok((start.elapsed() > SAVED_AFTER).then_some(())))?;
		pages.gate.let_pass(1);
		came(&pages, &mut running, 3)?;
		wait::until("it has written down two pages", LIMIT, || {
			Ok((fs::read(&wallet.file)? != nothing).then_some(()))
		})?;
		// Killed, and the line cut.
		drop((running, pages));
		let total = setting.chain().tree()?.head.notes;
		let shown = wallet.run("scan", &[])?;
		assert_eq!(integer(&shown, "looked_at")?, total - 2 * PAGE, "it went on where it stopped");

		let scratch = parties.wallet.recovered(setting.file("scratch.wallet"))?;
		assert_eq!(integer(&scratch.run("scan", &[])?, "looked_at")?, total);
		wallet.wait_until_ripe()?;
		scratch.wait_until_ripe()?;
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

fn came(pages: &Pages, running: &mut Running, answers: usize) -> Result<()> {
	wait::until(&format!("page {answers}"), LIMIT, || match running.ensure_well() {
		Ok(()) => Ok((pages.came.load(Ordering::Relaxed) >= answers).then_some(Ok(()))),
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
