//! What clearing books of orders takes: of blocks by the runtime's weights, and of time by the rule alone.
//! For `cargo xtask bench market`; `--json FILE` writes the figures to a file as well.

mod blocks;
mod report;
mod rule;

use std::{env, error::Error, fs};

use frame_support::traits::Get;
use meterproof_runtime::Runtime;
use pallet_book::{BookSize, Config, WeightInfo};
use serde_json::{json, Value};

type Weights = <Runtime as Config>::WeightInfo;

/// What is aimed at.
const AIMED_ORDERS_PER_SECOND: u32 = 20_000;
const AIMED_BOOK: u32 = 10_000;
const AIMED_BOOKS: u32 = 1_000;

fn main() -> Result<(), Box<dyn Error>> {
	let file = match &env::args().skip(1).collect::<Vec<_>>()[..] {
		[] => None,
		[option, file] if option == "--json" => Some(file.clone()),
		_ => return Err("the only option is `--json FILE`".into()),
	};
	let figures = figures();
	print!("{}", report::text(&figures));
	if let Some(file) = file {
		fs::write(&file, format!("{figures:#}\n")).map_err(|error| format!("{file}: {error}"))?;
	}
	Ok(())
}

/// A book at its bounds, one of half as many orders, and a small one.
fn sizes() -> [BookSize; 3] {
	let (bids, offers) =
		(<Runtime as Config>::MaxBids::get(), <Runtime as Config>::MaxOffers::get());
	[
		BookSize { bids, offers },
		BookSize { bids: bids / 2, offers: offers / 2 },
		BookSize { bids: 5, offers: 5 },
	]
}

fn figures() -> Value {
	let share = <Runtime as Config>::ClearingWeight::get();
	let books: Vec<_> = sizes().into_iter().map(book).collect();
	let rule: Vec<_> = [144, 1_000, AIMED_BOOK].into_iter().map(rule::measured).collect();
	// The formula is for books within their bounds: for a larger one it only says how much that would be.
	let beyond = Weights::clear(AIMED_BOOK / 2, AIMED_BOOK / 2);
	json!({
		"blockMs": blocks::milliseconds(blocks::whole()),
		"intervalMs": meterproof_runtime::MILLISECS_PER_BLOCK,
		"clearingMsPerBlock": blocks::milliseconds(share),
		"placeBidMs": blocks::milliseconds(Weights::bid(1)),
		"placeOfferMs": blocks::milliseconds(Weights::offer(1)),
		"books": books,
		"beyondBounds": {
			"orders": AIMED_BOOK,
			"weightMs": blocks::milliseconds(beyond),
			"blocks": beyond.ref_time().div_ceil(share.ref_time()),
		},
		"rule": rule,
		"aims": {
			"ordersPerSecond": AIMED_ORDERS_PER_SECOND,
			"ordersOfABook": AIMED_BOOK,
			"booksInAQuarterOfAnHour": AIMED_BOOKS,
		},
	})
}

/// What books of one size take.
fn book(size: BookSize) -> Value {
	let orders = size.bids + size.offers;
	let weight = Weights::clear(size.bids, size.offers);
	let ms = blocks::milliseconds(weight);
	let quarter = |remaining| {
		let run = blocks::clear(AIMED_BOOKS, size, remaining);
		json!({
			"mostInABlock": run.most_in_a_block,
			"cleared": run.cleared,
			"blocks": run.blocks,
			"seconds": f64::from(run.blocks) * meterproof_runtime::MILLISECS_PER_BLOCK as f64 / 1e3,
		})
	};
	json!({
		"bids": size.bids,
		"offers": size.offers,
		"weightMs": ms,
		"shareOfBlock": ms / blocks::milliseconds(blocks::whole()),
		"ordersPerSecond": f64::from(orders) * 1e3 / ms,
		"emptyBlocks": quarter(blocks::left_of_an_empty_block()),
		"fullOfPaidCalls": quarter(blocks::left_beside_paid_calls()),
	})
}
