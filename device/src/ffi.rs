//! The C functions declared in `include/meterproof_device.h`.
//!
//! They copy every input before they write any output, so that arguments may overlap; they hold no
//! state and do not call back. A null pointer or an impossible slot is answered by a negative
//! number, and nothing is written then.
#![allow(unsafe_code)]

use zeroize::Zeroize;

use crate::{commit, commit_and_sign, message, Direction, MeterKey, SaltSecret, Slot};

/// Success: the outputs are written.
pub const OK: i32 = 0;
/// A pointer is null.
pub const NULL_POINTER: i32 = -1;
/// The direction is neither 0 (import) nor 1 (export).
pub const UNKNOWN_DIRECTION: i32 = -2;
/// The period is not below 2^53.
pub const PERIOD_OUT_OF_RANGE: i32 = -3;

const PERIOD_BOUND: u64 = 1 << 53;

/// A [`Slot`] as C lays it out: 48 bytes, of which the last three are padding.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct CSlot {
	/// Hash of the chain's block 0.
	pub genesis: [u8; 32],
	/// Period index, below 2^53.
	pub period: u64,
	/// The device's number.
	pub device: u32,
	/// 0 import, 1 export.
	pub direction: u8,
}

impl TryFrom<CSlot> for Slot {
	type Error = i32;

	fn try_from(slot: CSlot) -> Result<Self, i32> {
		let direction = match slot.direction {
			0 => Direction::Import,
			1 => Direction::Export,
			_ => return Err(UNKNOWN_DIRECTION),
		};
		if slot.period >= PERIOD_BOUND {
			return Err(PERIOD_OUT_OF_RANGE);
		}
		Ok(Self { genesis: slot.genesis, device: slot.device, period: slot.period, direction })
	}
}

/// Copies what `pointer` points at.
///
/// # Safety
/// `pointer` is null, or aligned and readable for a `T`.
unsafe fn read<T: Copy>(pointer: *const T) -> Result<T, i32> {
	if pointer.is_null() {
		return Err(NULL_POINTER);
	}
	// SAFETY: not null; the rest is the caller's promise.
	Ok(unsafe { pointer.read() })
}

/// Where to write a `T`.
struct Output<T>(*mut T);

impl<T: Copy> Output<T> {
	fn new(pointer: *mut T) -> Result<Self, i32> {
		if pointer.is_null() {
			return Err(NULL_POINTER);
		}
		Ok(Self(pointer))
	}

	/// # Safety
	/// The pointer is aligned and writable for a `T`.
	unsafe fn write(self, value: T) {
		// SAFETY: not null, by the constructor; the rest is the caller's promise.
		unsafe { self.0.write(value) }
	}
}

fn code(result: Result<(), i32>) -> i32 {
	match result {
		Ok(()) => OK,
		Err(code) => code,
	}
}

/// Reads a seed, makes its key and forgets the copy.
///
/// # Safety
/// As [`read`].
unsafe fn key(seed: *const [u8; 32]) -> Result<MeterKey, i32> {
	// SAFETY: the caller's promise.
	let mut seed = unsafe { read(seed) }?;
	let key = MeterKey::from_seed(&seed);
	seed.zeroize();
	Ok(key)
}

/// The public key of a seed.
///
/// # Safety
/// Each pointer is null, or points at as many bytes as its type says.
#[no_mangle]
pub unsafe extern "C" fn meterproof_public_key(
	seed: *const [u8; 32],
	public_key: *mut [u8; 32],
) -> i32 {
	code((|| {
		let output = Output::new(public_key)?;
		// SAFETY: this function's own contract.
		unsafe { output.write(key(seed)?.public()) };
		Ok(())
	})())
}

/// The salt of a slot at a counter.
///
/// # Safety
/// Each pointer is null, or aligned and pointing at as many bytes as its type says.
#[no_mangle]
pub unsafe extern "C" fn meterproof_salt(
	salt_secret: *const [u8; 32],
	slot: *const CSlot,
	counter: u32,
	salt: *mut [u64; 4],
) -> i32 {
	code((|| {
		let output = Output::new(salt)?;
		// SAFETY: this function's own contract.
		unsafe {
			let slot = Slot::try_from(read(slot)?)?;
			let secret = SaltSecret::from_bytes(read(salt_secret)?);
			output.write(secret.salt(&slot, counter));
		}
		Ok(())
	})())
}

/// Replaces a period's salt secret by the next period's.
///
/// # Safety
/// The pointer is null, or points at 32 bytes that may be read and written.
#[no_mangle]
pub unsafe extern "C" fn meterproof_ratchet(salt_secret: *mut [u8; 32]) -> i32 {
	code((|| {
		let output = Output::new(salt_secret)?;
		// SAFETY: this function's own contract.
		unsafe {
			let mut secret = SaltSecret::from_bytes(read(salt_secret)?);
			secret.ratchet();
			output.write(secret.to_bytes());
		}
		Ok(())
	})())
}

/// The commitment to a reading under a salt.
///
/// # Safety
/// Each pointer is null, or aligned and pointing at as many bytes as its type says.
#[no_mangle]
pub unsafe extern "C" fn meterproof_commit(
	slot: *const CSlot,
	reading: u32,
	salt: *const [u64; 4],
	commitment: *mut [u8; 32],
) -> i32 {
	code((|| {
		let output = Output::new(commitment)?;
		// SAFETY: this function's own contract.
		unsafe {
			let slot = Slot::try_from(read(slot)?)?;
			let mut salt = read(salt)?;
			output.write(commit(&slot, reading, &salt));
			salt.zeroize();
		}
		Ok(())
	})())
}

/// The bytes to sign, for meters whose key is kept in a secure element.
///
/// # Safety
/// Each pointer is null, or aligned and pointing at as many bytes as its type says.
#[no_mangle]
pub unsafe extern "C" fn meterproof_message(
	slot: *const CSlot,
	commitment: *const [u8; 32],
	bytes: *mut [u8; 97],
) -> i32 {
	code((|| {
		let output = Output::new(bytes)?;
		// SAFETY: this function's own contract.
		unsafe {
			let slot = Slot::try_from(read(slot)?)?;
			output.write(message(&slot, &read(commitment)?));
		}
		Ok(())
	})())
}

/// Commits to a reading and signs.
///
/// # Safety
/// Each pointer is null, or aligned and pointing at as many bytes as its type says.
#[no_mangle]
pub unsafe extern "C" fn meterproof_commit_and_sign(
	seed: *const [u8; 32],
	salt_secret: *const [u8; 32],
	slot: *const CSlot,
	reading: u32,
	counter: u32,
	commitment: *mut [u8; 32],
	signature: *mut [u8; 64],
) -> i32 {
	code((|| {
		let to_commitment = Output::new(commitment)?;
		let to_signature = Output::new(signature)?;
		// SAFETY: this function's own contract.
		unsafe {
			let slot = Slot::try_from(read(slot)?)?;
			let key = key(seed)?;
			let secret = SaltSecret::from_bytes(read(salt_secret)?);
			let signed = commit_and_sign(&key, &secret, &slot, reading, counter);
			to_commitment.write(signed.commitment);
			to_signature.write(signed.signature);
		}
		Ok(())
	})())
}
