//! The C functions declared in `include/meterproof_device.h`.
//!
//! They copy every input before they write any output, so that arguments may overlap; they hold no
//! state and do not call back. A null pointer or an impossible slot is answered by a negative
//! number, and nothing is written then.
#![allow(unsafe_code)]

use meterproof_statements::MAX_QUANTITY;
use zeroize::Zeroize;

use crate::{commit, commit_under, message, Direction, MeterKey, SaltSecret, Slot};

/// How many bytes C keeps for a [`MeterKey`].
const KEY_LENGTH: usize = 224;

const _: () = assert!(size_of::<MeterKey>() <= KEY_LENGTH);
const _: () = assert!(align_of::<MeterKey>() <= align_of::<CKey>());

/// Success: the outputs are written.
pub const OK: i32 = 0;
/// A pointer is null.
pub const NULL_POINTER: i32 = -1;
/// The direction is neither 0 (import) nor 1 (export).
pub const UNKNOWN_DIRECTION: i32 = -2;
/// The period is not below 2^53.
pub const PERIOD_OUT_OF_RANGE: i32 = -3;

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

/// Room for a [`MeterKey`], as C lays it out.
#[derive(Debug)]
#[repr(C, align(8))]
pub struct CKey([u8; KEY_LENGTH]);

impl TryFrom<CSlot> for Slot {
	type Error = i32;

	fn try_from(slot: CSlot) -> Result<Self, i32> {
		let direction = match slot.direction {
			0 => Direction::Import,
			1 => Direction::Export,
			_ => return Err(UNKNOWN_DIRECTION),
		};
		if slot.period >= MAX_QUANTITY {
			return Err(PERIOD_OUT_OF_RANGE);
		}
		Ok(Self { genesis: slot.genesis, device: slot.device, period: slot.period, direction })
	}
}

/// Where to read a `T`.
struct Input<T>(*const T);

impl<T: Copy> Input<T> {
	fn new(pointer: *const T) -> Result<Self, i32> {
		if pointer.is_null() {
			return Err(NULL_POINTER);
		}
		Ok(Self(pointer))
	}

	/// # Safety
	/// The pointer is aligned and readable for a `T`.
	unsafe fn read(self) -> T {
		// SAFETY: not null, by the constructor; the rest is the caller's promise.
		unsafe { self.0.read() }
	}
}

/// Where to write a `T`.
struct Output<T>(*mut T);

impl<T> Output<T> {
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

/// # Safety
/// As [`Input::read`].
unsafe fn read_slot(pointer: *const CSlot) -> Result<Slot, i32> {
	// SAFETY: the caller's promise.
	Slot::try_from(unsafe { Input::new(pointer)?.read() })
}

/// Reads a seed, makes its key and forgets the copy.
///
/// # Safety
/// As [`Input::read`].
#[inline(never)] // so that the copy's stack is free when the key is used
unsafe fn read_key(seed: Input<[u8; 32]>) -> MeterKey {
	// SAFETY: the caller's promise.
	let mut seed = unsafe { seed.read() };
	let key = MeterKey::from_seed(&seed);
	seed.zeroize();
	key
}

/// Reads a salt secret and commits under it.
///
/// # Safety
/// As [`Input::read`].
#[inline(never)] // so that the copy's stack is free when the signature is made
unsafe fn read_and_commit(
	salt_secret: Input<[u8; 32]>,
	slot: &Slot,
	reading: u32,
	counter: u32,
) -> [u8; 32] {
	// SAFETY: the caller's promise.
	let secret = SaltSecret::from_bytes(unsafe { salt_secret.read() });
	commit_under(&secret, slot, reading, counter)
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
		unsafe { output.write(read_key(Input::new(seed)?).public()) };
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
			let slot = read_slot(slot)?;
			let secret = SaltSecret::from_bytes(Input::new(salt_secret)?.read());
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
			let mut secret = SaltSecret::from_bytes(Input::new(salt_secret)?.read());
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
			let slot = read_slot(slot)?;
			let mut salt = Input::new(salt)?.read();
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
			let slot = read_slot(slot)?;
			output.write(message(&slot, &Input::new(commitment)?.read()));
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
			let slot = read_slot(slot)?;
			let (seed, salt_secret) = (Input::new(seed)?, Input::new(salt_secret)?);
			let committed = read_and_commit(salt_secret, &slot, reading, counter);
			let signature = read_key(seed).sign_commitment(&slot, &committed);
			to_commitment.write(committed);
			to_signature.write(signature);
		}
		Ok(())
	})())
}

/// Makes the key of a seed, for [`meterproof_key_commit_and_sign`].
///
/// # Safety
/// Each pointer is null, or aligned and pointing at as many bytes as its type says.
#[no_mangle]
pub unsafe extern "C" fn meterproof_key_init(key: *mut CKey, seed: *const [u8; 32]) -> i32 {
	code((|| {
		let output = Output::new(key)?;
		// SAFETY: this function's own contract; a `CKey` has room for a `MeterKey`, and its alignment.
		unsafe { output.0.cast::<MeterKey>().write(read_key(Input::new(seed)?)) };
		Ok(())
	})())
}

/// Commits to a reading and signs with a key made before: half the work of
/// [`meterproof_commit_and_sign`].
///
/// # Safety
/// Each pointer is null, or aligned and pointing at as many bytes as its type says; `key` was written by
/// [`meterproof_key_init`].
#[no_mangle]
pub unsafe extern "C" fn meterproof_key_commit_and_sign(
	key: *const CKey,
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
		if key.is_null() {
			return Err(NULL_POINTER);
		}
		// SAFETY: this function's own contract. The outputs are written when the key is no longer used.
		unsafe {
			let slot = read_slot(slot)?;
			let committed = read_and_commit(Input::new(salt_secret)?, &slot, reading, counter);
			let key: &MeterKey = &*key.cast();
			let signature = key.sign_commitment(&slot, &committed);
			to_commitment.write(committed);
			to_signature.write(signature);
		}
		Ok(())
	})())
}

/// Overwrites a key.
///
/// # Safety
/// The pointer is null, or points at a key that may be written.
#[no_mangle]
pub unsafe extern "C" fn meterproof_key_erase(key: *mut CKey) -> i32 {
	code((|| {
		let output = Output::new(key)?;
		// SAFETY: this function's own contract.
		unsafe { (*output.0).0.zeroize() };
		Ok(())
	})())
}
