//! Who gets how much of the volume.

use alloc::vec::Vec;

use crate::{Entry, Price, Quantity};

/// Fills one side: orders inside the price whole, orders at the price in proportion, those of last resort with
/// what the others leave.
pub fn share(
	entries: &mut [Entry],
	volume: Quantity,
	price: Price,
	is_inside: impl Fn(Price) -> bool,
) {
	let mut left = volume;
	let mut at_the_price: Vec<&mut Entry> = Vec::new();
	for entry in entries.iter_mut() {
		if is_inside(entry.limit) {
			entry.filled = entry.open();
			left = left.saturating_sub(entry.filled);
		} else if entry.limit == price {
			at_the_price.push(entry);
		}
	}
	let (mut last, mut others): (Vec<_>, Vec<_>) =
		at_the_price.into_iter().partition(|entry| entry.is_of_last_resort());
	// What is left is below 2^64.
	let first = Quantity::try_from(open(&others)).map_or(left, |open| open.min(left));
	in_proportion(&mut others, first);
	in_proportion(&mut last, left.saturating_sub(first));
}

/// What entries have open together.
fn open(entries: &[&mut Entry]) -> u128 {
	entries.iter().map(|entry| u128::from(entry.open())).fold(0, u128::saturating_add)
}

/// Parts `volume` in proportion to what each has open: rounded down, and one more unit for those with the
/// largest remainders, of equals those with the lower numbers.
fn in_proportion(entries: &mut [&mut Entry], volume: Quantity) {
	let all = open(entries);
	let mut left = volume;
	let mut remainders = Vec::with_capacity(entries.len());
	for (place, entry) in entries.iter_mut().enumerate() {
		// Both factors are below 2^64.
		let product = u128::from(entry.open()).saturating_mul(volume.into());
		let (Some(part), Some(remainder)) = (product.checked_div(all), product.checked_rem(all))
		else {
			continue;
		};
		entry.filled = Quantity::try_from(part).unwrap_or(entry.open()).min(entry.open());
		left = left.saturating_sub(entry.filled);
		remainders.push((core::cmp::Reverse(remainder), entry.id, place));
	}
	remainders.sort_unstable();
	for (_, _, place) in remainders {
		if left == 0 {
			break;
		}
		if let Some(entry) = entries.get_mut(place).filter(|entry| entry.filled < entry.open()) {
			entry.filled = entry.filled.saturating_add(1);
			left = left.saturating_sub(1);
		}
	}
}
