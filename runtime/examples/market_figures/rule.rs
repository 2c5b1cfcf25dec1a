//! The rule alone, natively.

use std::{hint::black_box, time::Instant};

use meterproof_clearing::{clear, Order, Side};
use serde_json::{json, Value};

/// Books of one size, and how often each is cleared.
const BOOKS: u64 = 5;
const TIMES: usize = 9;

/// How long books of so many orders take, a third of them bids as in a book at its bounds.
pub fn measured(orders: u32) -> Value {
	let mut ms: Vec<f64> = (0..BOOKS).flat_map(|seed| times(&book(orders, seed))).collect();
	ms.sort_by(f64::total_cmp);
	let median = ms[ms.len() / 2];
	json!({ "orders": orders, "ms": median, "ordersPerSecond": f64::from(orders) * 1e3 / median })
}

fn times(book: &[Order<[u8; 32]>]) -> Vec<f64> {
	let time = |_| {
		let start = Instant::now();
		black_box(clear(black_box(book)).expect("the book is one"));
		start.elapsed().as_secs_f64() * 1e3
	};
	(0..TIMES).map(time).collect()
}

/// A made-up book: limits of both sides overlap, and every fourth account has orders on both sides.
fn book(orders: u32, seed: u64) -> Vec<Order<[u8; 32]>> {
	let mut state = seed;
	// SplitMix64 (Steele, Lea, Flood, 2014), whose draws are the same everywhere.
	let mut draw = move |below: u64| {
		state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut z = state;
		z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		(z ^ (z >> 31)) % below
	};
	let order = |id: u64| {
		let side = if id.is_multiple_of(3) { Side::Bid } else { Side::Offer };
		let mut account = [0; 32];
		account[..8].copy_from_slice(&(id % (u64::from(orders) * 3 / 4).max(1)).to_be_bytes());
		let limit = match side {
			Side::Bid => 150 + draw(150),
			Side::Offer => 80 + draw(150),
		};
		Order { id, account, side, quantity: 1 + draw(3_000), limit: u128::from(limit) * 1_000_000 }
	};
	(0..u64::from(orders)).map(order).collect()
}
