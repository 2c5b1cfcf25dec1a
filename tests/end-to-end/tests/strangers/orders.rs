//! Orders of traders who have JSON-RPC and a signature, and no client: the program of
//! docs/trading-on-the-book.md, as it stands there.

use std::process::Child;

use anyhow::{ensure, Result};
use meterproof_driver::{
	operator::ZONE,
	setting::{Household, Setting},
	wait,
};
use serde_json::{json, Value};

use crate::programs::{printed, seed, Program, LIMIT};

/// What the seller asks, and what the buyer would pay, in smallest units per Wh.
const ASKED: &str = "120000000";
const READY: &str = "250000000";

/// Two programs that have placed orders and wait for the book to be cleared. Dropping this ends both.
pub struct Placed {
	seller: Running,
	buyer: Running,
}

/// A program on its way; killed when dropped.
struct Running(Option<Child>);

impl Running {
	fn finish(mut self) -> Result<Value> {
		let mut child = self.0.take().ok_or_else(|| anyhow::anyhow!("it has ended"))?;
		let ended = wait::until("the program has told what was filled", LIMIT, || {
			Ok(child.try_wait()?.map(|_| ()))
		});
		if ended.is_err() {
			let _ = child.kill();
		}
		let output = child.wait_with_output()?;
		ended?;
		printed(&output)
	}
}

impl Drop for Running {
	fn drop(&mut self) {
		if let Some(mut child) = self.0.take() {
			let _ = child.kill();
			let _ = child.wait();
		}
	}
}

/// A household sells 150 Wh at 0.12 MPF per kWh or above, a neighbour buys 100 at 0.25 or below; both orders
/// stand in the book.
pub fn placed_without_the_client(setting: &Setting, household: &Household) -> Result<Placed> {
	let (seller, buyer) = (&household.operator.account, setting.account("Ferdie")?);
	let program = Program::of_the_book(setting)?;
	let (zone, period) = (ZONE.to_string(), setting.period_ahead(3)?);
	let at = period.to_string();
	let start = |account, order: [&str; 3]| -> Result<Running> {
		let [side, quantity, limit] = order;
		let arguments = [side, &zone, quantity, limit, &at];
		Ok(Running(Some(program.start(setting, &seed(setting, account)?, &arguments)?)))
	};
	let placed = Placed {
		seller: start(seller, ["offer", "150", ASKED])?,
		buyer: start(&buyer, ["bid", "100", READY])?,
	};
	wait::until("both orders stand in the book", LIMIT, || {
		let asked = json!([ZONE, "electricity", period]);
		let book = setting.chain().rpc().call("market_book", asked)?;
		let stands = |side: &str| book[side].as_array().is_some_and(|orders| orders.len() == 1);
		Ok((stands("bids") && stands("offers")).then_some(()))
	})?;
	Ok(placed)
}

impl Placed {
	/// Checks how the orders were filled: the seller offers more than is wanted, so that the price is what the seller
	/// asked, and the buyer gets everything.
	pub fn are_filled(self) -> Result<()> {
		let (sold, bought) = (self.seller.finish()?, self.buyer.finish()?);
		for (told, quantity) in [(&sold, 150), (&bought, 100)] {
			ensure!(told["price"] == ASKED, "{told}");
			let order = &told["order"];
			ensure!(order["quantity"] == quantity && order["filled"] == 100, "{told}");
			let trades = told["trades"].as_array().map_or(0, Vec::len);
			ensure!(trades == 1 && told["trades"][0]["state"] == "accepted", "{told}");
			ensure!(told["trades"][0]["quantity"] == 100, "{told}");
		}
		ensure!(sold["trades"] == bought["trades"], "{sold}, {bought}");
		Ok(())
	}
}
