//! A freestanding library answers every request for memory with a refusal: nothing may ask.
#![allow(unsafe_code)]

use std::{
	alloc::{GlobalAlloc, Layout, System},
	cell::Cell,
};

use meterproof_device::{commit_and_sign, Direction, MeterKey, SaltSecret, Slot};

thread_local! {
	static REQUESTS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: hands everything to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
	unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
		REQUESTS.set(REQUESTS.get() + 1);
		// SAFETY: the caller's promise.
		unsafe { System.alloc(layout) }
	}

	unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
		// SAFETY: the caller's promise.
		unsafe { System.dealloc(pointer, layout) }
	}
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn committing_and_signing_asks_for_no_memory() {
	drop(Box::new(1));
	let before = REQUESTS.get();
	assert!(before > 0, "requests are counted");

	let key = MeterKey::from_seed(&[1; 32]);
	let mut secret = SaltSecret::from_bytes([2; 32]);
	secret.ratchet();
	let slot = Slot { genesis: [3; 32], device: 4, period: 5, direction: Direction::Export };
	let signed = commit_and_sign(&key, &secret, &slot, 6, 0);
	let public = key.public();
	drop((key, secret));

	assert_eq!(REQUESTS.get(), before);
	assert_ne!(signed.commitment, public);
}
