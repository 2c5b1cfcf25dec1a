//! An allocator that counts what each thread has and asks for.
#![allow(unsafe_code, reason = "an allocator is an unsafe trait")]

use std::{
	alloc::{GlobalAlloc, Layout, System},
	cell::Cell,
};

/// Requests above this are refused, which ends the process: far above the bound, and far below
/// what would bring the machine down.
const REFUSED: usize = 1 << 30;

thread_local! {
	// Bytes live since the last reset; what was live before may be freed after.
	static LIVE: Cell<isize> = const { Cell::new(0) };
	static PEAK: Cell<isize> = const { Cell::new(0) };
	static LARGEST: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counting.
pub struct Counting;

fn add(size: usize) {
	let live = LIVE.get().saturating_add_unsigned(size);
	LIVE.set(live);
	PEAK.set(PEAK.get().max(live));
	LARGEST.set(LARGEST.get().max(size));
}

fn subtract(size: usize) {
	LIVE.set(LIVE.get().saturating_sub_unsigned(size));
}

// SAFETY: every call is handed on as it came, or refused with a null pointer.
unsafe impl GlobalAlloc for Counting {
	unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
		add(layout.size());
		if layout.size() > REFUSED {
			return std::ptr::null_mut();
		}
		// SAFETY: the caller's promises are the same.
		unsafe { System.alloc(layout) }
	}

	unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
		subtract(layout.size());
		// SAFETY: the caller's promises are the same.
		unsafe { System.dealloc(pointer, layout) }
	}

	unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
		add(layout.size());
		if layout.size() > REFUSED {
			return std::ptr::null_mut();
		}
		// SAFETY: the caller's promises are the same.
		unsafe { System.alloc_zeroed(layout) }
	}

	unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
		subtract(layout.size());
		add(new_size);
		if new_size > REFUSED {
			return std::ptr::null_mut();
		}
		// SAFETY: the caller's promises are the same.
		unsafe { System.realloc(pointer, layout, new_size) }
	}
}

/// What a piece of work took in memory; nothing is counted unless [`Counting`] is the program's
/// allocator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
	/// Most bytes at once.
	pub peak: usize,
	/// Most bytes in one request.
	pub largest: usize,
}

/// Runs `work` on this thread and counts.
pub fn counted<T>(work: impl FnOnce() -> T) -> (T, Memory) {
	LIVE.set(0);
	PEAK.set(0);
	LARGEST.set(0);
	let result = work();
	(result, Memory { peak: PEAK.get().unsigned_abs(), largest: LARGEST.get() })
}
