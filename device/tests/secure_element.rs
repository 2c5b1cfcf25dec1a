//! A key that another process holds.

use std::{
	env,
	io::{self, BufRead, BufReader, Write},
	process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use meterproof_device::{
	commit_and_sign, commit_and_sign_outside, Direction, MeterKey, SaltSecret, SecureElement, Slot,
	MESSAGE_LENGTH, MESSAGE_TAG,
};

const SEED: [u8; 32] = [0x5E; 32];

/// Says to a copy of this program that it is the element.
const IS_ELEMENT: &str = "METERPROOF_SECURE_ELEMENT";

/// The element's own program. It signs what starts with the protocol's tag, once for each slot, and nothing else.
#[test]
fn the_element() {
	use ed25519_dalek::{Signer, SigningKey};
	if env::var_os(IS_ELEMENT).is_none() {
		return;
	}
	let key = SigningKey::from_bytes(&SEED);
	let mut last: Option<Vec<u8>> = None;
	for line in io::stdin().lock().lines() {
		let line = line.unwrap();
		let answer = match line.split_once(' ') {
			None if line == "key" => hex::encode(key.verifying_key().to_bytes()),
			Some(("sign", message)) => {
				let message = hex::decode(message).unwrap();
				let slot = |message: &[u8]| message[..MESSAGE_LENGTH - 32].to_vec();
				let is_new = last
					.as_ref()
					.is_none_or(|last| last == &message || slot(last) != slot(&message));
				if message.len() == MESSAGE_LENGTH && message.starts_with(&MESSAGE_TAG) && is_new {
					let signature = key.sign(&message);
					last = Some(message);
					hex::encode(signature.to_bytes())
				} else {
					"refused".into()
				}
			},
			_ => "refused".into(),
		};
		println!("\nelement {answer}");
	}
}

#[derive(Debug, PartialEq, Eq)]
enum ElementError {
	Gone,
	Refused,
}

struct Element {
	process: Child,
	to: Option<ChildStdin>,
	from: BufReader<ChildStdout>,
}

impl Element {
	fn start() -> Self {
		let mut process = Command::new(env::current_exe().unwrap())
			.args(["--exact", "the_element", "--nocapture"])
			.env(IS_ELEMENT, "1")
			.stdin(Stdio::piped())
			.stdout(Stdio::piped())
			.spawn()
			.unwrap();
		let (to, from) = (process.stdin.take(), process.stdout.take().unwrap());
		Self { process, to, from: BufReader::new(from) }
	}

	fn ask<const N: usize>(&mut self, question: &str) -> Result<[u8; N], ElementError> {
		let to = self.to.as_mut().ok_or(ElementError::Gone)?;
		writeln!(to, "{question}").map_err(|_| ElementError::Gone)?;
		loop {
			let mut line = String::new();
			match self.from.read_line(&mut line) {
				Ok(0) | Err(_) => return Err(ElementError::Gone),
				Ok(_) => (),
			}
			if let Some(answer) = line.trim().strip_prefix("element ") {
				let bytes = hex::decode(answer).map_err(|_| ElementError::Refused)?;
				return bytes.try_into().map_err(|_| ElementError::Refused);
			}
		}
	}

	fn stop(&mut self) {
		self.to = None;
		self.process.wait().unwrap();
	}
}

impl Drop for Element {
	fn drop(&mut self) {
		self.stop();
	}
}

impl SecureElement for Element {
	type Error = ElementError;

	fn public_key(&mut self) -> Result<[u8; 32], ElementError> {
		self.ask("key")
	}

	fn sign(&mut self, message: &[u8; MESSAGE_LENGTH]) -> Result<[u8; 64], ElementError> {
		self.ask(&format!("sign {}", hex::encode(message)))
	}
}

fn slot(period: u64) -> Slot {
	Slot { genesis: [1; 32], device: 5, period, direction: Direction::Export }
}

#[test]
fn an_element_signs_as_the_library_does() {
	let mut element = Element::start();
	let (key, secret) = (MeterKey::from_seed(&SEED), SaltSecret::from_bytes([9; 32]));
	assert_eq!(element.public_key(), Ok(key.public()));
	for period in 6..9 {
		let ours = commit_and_sign(&key, &secret, &slot(period), 1_250, 0);
		let outside = commit_and_sign_outside(&mut element, &secret, &slot(period), 1_250, 0);
		assert_eq!(outside, Ok(ours));
		// After a lost answer.
		let again = commit_and_sign_outside(&mut element, &secret, &slot(period), 1_250, 0);
		assert_eq!(again, Ok(ours));
	}
}

#[test]
fn what_an_element_refuses_is_not_signed() {
	let mut element = Element::start();
	let secret = SaltSecret::from_bytes([9; 32]);
	assert!(commit_and_sign_outside(&mut element, &secret, &slot(6), 1_250, 0).is_ok());
	let other = commit_and_sign_outside(&mut element, &secret, &slot(6), 1_251, 1);
	assert_eq!(other, Err(ElementError::Refused));
	assert_eq!(element.sign(&[0; MESSAGE_LENGTH]), Err(ElementError::Refused));
	element.stop();
	let gone = commit_and_sign_outside(&mut element, &secret, &slot(7), 1_250, 0);
	assert_eq!(gone, Err(ElementError::Gone));
}
