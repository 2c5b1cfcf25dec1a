//! The guest's allocator: dlmalloc behind a count, and the node's limit on one allocation.
#![allow(unsafe_code, reason = "an allocator is an unsafe trait")]

use core::{
	alloc::{GlobalAlloc, Layout},
	sync::atomic::{AtomicUsize, Ordering::Relaxed},
};
use dlmalloc::GlobalDlmalloc;

/// `sp_core::MAX_POSSIBLE_ALLOCATION`: the node's allocator gives a runtime no more at once.
const MAX_POSSIBLE_ALLOCATION: usize = 1 << 25;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static LARGEST: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call is handed on as it came; the guest has one thread.
unsafe impl GlobalAlloc for Counting {
	unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
		LARGEST.fetch_max(layout.size(), Relaxed);
		if layout.size() > MAX_POSSIBLE_ALLOCATION {
			return core::ptr::null_mut();
		}
		let live = LIVE.load(Relaxed).wrapping_add(layout.size());
		LIVE.store(live, Relaxed);
		PEAK.fetch_max(live, Relaxed);
		// SAFETY: the caller's promises are the same.
		unsafe { GlobalDlmalloc.alloc(layout) }
	}

	unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
		LIVE.store(LIVE.load(Relaxed).wrapping_sub(layout.size()), Relaxed);
		// SAFETY: the caller's promises are the same.
		unsafe { GlobalDlmalloc.dealloc(pointer, layout) }
	}
}

/// Starts counting anew: what is live already counts for nothing.
pub fn reset() {
	LIVE.store(0, Relaxed);
	PEAK.store(0, Relaxed);
	LARGEST.store(0, Relaxed);
}

/// Most bytes live at once since `reset`.
pub fn peak() -> usize {
	PEAK.load(Relaxed)
}

/// Most bytes asked for at once since `reset`.
pub fn largest() -> usize {
	LARGEST.load(Relaxed)
}
