//! The figures, for a person.

use serde_json::Value;

/// All of them.
pub fn text(figures: &Value) -> String {
	let mut text = String::new();
	let mut line = |words: String| text.extend([words.as_str(), "\n"]);
	let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
	let list = |name: &str| figures[name].as_array().cloned().unwrap_or_default();
	let aims = &figures["aims"];
	let share = number(&figures["clearingMsPerBlock"]);
	line(format!(
		"A block has {:.0} ms of weight; clearing takes at most {share:.0} ms of what is left of it, and half.",
		number(&figures["blockMs"])
	));
	line(format!(
		"Placing an order for one period weighs {:.1} ms (a bid) or {:.1} ms (an offer).",
		number(&figures["placeBidMs"]),
		number(&figures["placeOfferMs"])
	));
	line("\nBy weight".into());
	for book in list("books") {
		line(format!(
			"a book of {} bids and {} offers: {:.1} ms, {:.1} % of a block; {:.0} orders per second of weight \
			 (aim {})",
			book["bids"],
			book["offers"],
			number(&book["weightMs"]),
			100.0 * number(&book["shareOfBlock"]),
			number(&book["ordersPerSecond"]),
			aims["ordersPerSecond"],
		));
		for (name, what) in [
			("emptyBlocks", "in blocks without a call"),
			("fullOfPaidCalls", "in blocks that paid calls fill"),
		] {
			let run = &book[name];
			line(format!(
				"    {what}: {} in a block at most; {} of {} books in {:.0} s ({} blocks)",
				run["mostInABlock"],
				run["cleared"],
				aims["booksInAQuarterOfAnHour"],
				number(&run["seconds"]),
				run["blocks"],
			));
		}
	}
	let beyond = &figures["beyondBounds"];
	line(format!(
		"a book of {} orders is beyond the bounds; by the same formula it would weigh {:.1} s, the share of {} \
		 blocks",
		beyond["orders"],
		number(&beyond["weightMs"]) / 1e3,
		beyond["blocks"],
	));
	line("\nThe rule alone, natively, medians".into());
	for rule in list("rule") {
		line(format!(
			"{} orders: {:.2} ms, {:.0} orders per second",
			rule["orders"],
			number(&rule["ms"]),
			number(&rule["ordersPerSecond"])
		));
	}
	text
}
