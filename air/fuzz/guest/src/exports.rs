//! What the host calls: `reserve`, write a case there, `load`, then `verify` or `stock`.
#![allow(unsafe_code, reason = "exports and memory shared with the host")]

extern crate alloc;

use crate::memory;
use alloc::{boxed::Box, format, vec};
use core::panic::PanicInfo;
use meterproof_fuzz_subject as subject;

#[link(wasm_import_module = "host")]
extern "C" {
	/// Tells the host why the guest is about to trap.
	fn panicked(text: *const u8, length: usize);
}

/// What `load` leaves for `verify`: a case stays for the instance's life.
type Loaded = Option<(subject::Statement, &'static [u8])>;
static mut LOADED: Loaded = None;

fn loaded() -> &'static Loaded {
	// SAFETY: the guest has one thread, and `load` is over before this is called.
	unsafe { &*core::ptr::addr_of!(LOADED) }
}

/// Room for a case of `length` bytes.
#[no_mangle]
pub extern "C" fn reserve(length: usize) -> *mut u8 {
	Box::leak(vec![0; length].into_boxed_slice()).as_mut_ptr()
}

/// Takes the case that the host wrote; 0 if it is none.
///
/// # Safety
/// `bytes` and `length` are those of a call of `reserve`.
#[no_mangle]
pub unsafe extern "C" fn load(bytes: *const u8, length: usize) -> u32 {
	// SAFETY: as the caller promises.
	let bytes = unsafe { core::slice::from_raw_parts(bytes, length) };
	let case = subject::decode(bytes);
	let is_case = case.is_some();
	// SAFETY: the guest has one thread.
	unsafe { *core::ptr::addr_of_mut!(LOADED) = case };
	u32::from(is_case)
}

/// Verifies the loaded case; an index of `CLASSES`.
#[no_mangle]
pub extern "C" fn verify() -> u32 {
	memory::reset();
	match loaded() {
		Some((statement, proof)) => subject::class(&statement.verify(proof)),
		None => u32::MAX,
	}
}

/// What the proof system makes of the loaded case without our checks: 0 if it accepts.
#[no_mangle]
pub extern "C" fn stock() -> u32 {
	memory::reset();
	match loaded() {
		Some((statement, proof)) => u32::from(statement.stock(proof).is_err()),
		None => u32::MAX,
	}
}

/// Most bytes that the last verification had at once.
#[no_mangle]
pub extern "C" fn peak() -> usize {
	memory::peak()
}

/// Most bytes that the last verification asked for at once.
#[no_mangle]
pub extern "C" fn largest() -> usize {
	memory::largest()
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
	let text = format!("{info}");
	// SAFETY: the text outlives the call.
	unsafe { panicked(text.as_ptr(), text.len()) };
	core::arch::wasm32::unreachable()
}
