//! What a static library brings along where there is no operating system.
#![allow(unsafe_code)]

use core::{
	alloc::{GlobalAlloc, Layout},
	panic::PanicInfo,
	ptr,
};

extern "C" {
	/// Provided by the firmware: stops or resets the meter. Never returns.
	fn meterproof_panic() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
	// SAFETY: declared in the header as taking nothing and never returning; it touches no memory
	// of ours.
	unsafe { meterproof_panic() }
}

/// The circuits' crate links `alloc`, so an allocator must be named; the functions of this crate
/// never ask it for memory (`tests/no_allocation.rs`).
struct Refuse;

// SAFETY: a null pointer is the documented way to refuse, and what was never given out is never
// given back.
unsafe impl GlobalAlloc for Refuse {
	unsafe fn alloc(&self, _: Layout) -> *mut u8 {
		ptr::null_mut()
	}

	unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: Refuse = Refuse;
