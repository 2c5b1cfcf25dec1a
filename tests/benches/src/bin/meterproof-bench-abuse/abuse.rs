//! What strangers do.

use std::{
	io::{BufReader, Read, Write},
	net::TcpStream,
	sync::atomic::{AtomicBool, Ordering},
	thread,
	time::Duration,
};

use crate::{
	forger::{self, Forger},
	wire::{frame, read_frame, stood_still, Port},
};

/// One call, of the cheapest method that asks the runtime.
const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"payments_fee","params":["transfer"]}"#;

/// Bytes of calls in one batch: as long as the SDK lets a request be, and as this node does, with some
/// room.
const BATCHES: [usize; 2] = [15 << 20, (4 << 20) - 1_024];

/// WebSockets over which calls are sent, and how many calls of each are on their way at once: together
/// more than the node lets wait.
const SENDERS: usize = 8;
const ON_THE_WAY: usize = 64;

/// Calls with many commitments that are on their way at once over each WebSocket.
const LONG_ON_THE_WAY: usize = 4;

/// Subscriptions of one WebSocket: as many as the node lets it have.
const SUBSCRIPTIONS: usize = 16;

/// What the node's clients have to bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Abuse {
	/// Nothing.
	None,
	/// WebSockets on which nothing is said.
	IdleSockets,
	/// Requests that announce a body and do not send it.
	UnfinishedRequests,
	/// Batches of tens of thousands of calls.
	HugeBatches,
	/// Calls over WebSockets: as many as the node answers.
	ManyCalls,
	/// Commitments of a meter that another key has signed, a thousand in a call.
	ForgedCommitments,
	/// Somebody's call with another signature.
	ForgedCalls,
	/// Subscriptions of which nothing is read.
	UnreadSubscriptions,
	/// All of these.
	All,
	/// Calls over WebSockets, without looking at the answers. The SDK reads on and keeps all of them in
	/// memory, whatever their method.
	Flood,
}

impl Abuse {
	/// In the order in which they are measured, without the flood.
	pub const ALL: [Self; 9] = [
		Self::None,
		Self::IdleSockets,
		Self::UnfinishedRequests,
		Self::ManyCalls,
		Self::HugeBatches,
		Self::ForgedCommitments,
		Self::ForgedCalls,
		Self::UnreadSubscriptions,
		Self::All,
	];

	/// What it is called in tables.
	pub fn name(self) -> &'static str {
		match self {
			Self::None => "none",
			Self::IdleSockets => "idle sockets",
			Self::UnfinishedRequests => "unfinished requests",
			Self::HugeBatches => "huge batches",
			Self::ManyCalls => "many calls",
			Self::ForgedCommitments => "forged commitments",
			Self::ForgedCalls => "forged calls",
			Self::UnreadSubscriptions => "unread subscriptions",
			Self::All => "all of these",
			Self::Flood => "flood",
		}
	}

	/// Goes on until `is_over`. Every connection that fails is made anew.
	pub fn commit(self, port: Port, sockets: usize, forger: &Forger, is_over: &AtomicBool) {
		let does = |abuse| self == abuse || self == Self::All;
		thread::scope(|scope| {
			if does(Self::IdleSockets) {
				scope.spawn(move || hold(sockets, is_over, || port.web_socket().ok()));
			}
			if does(Self::UnfinishedRequests) {
				scope.spawn(move || hold(sockets, is_over, || unfinished(port)));
			}
			if does(Self::UnreadSubscriptions) {
				scope.spawn(move || hold(sockets, is_over, || unread(port)));
			}
			if does(Self::HugeBatches) {
				for length in BATCHES {
					scope.spawn(move || send_batches(port, length, is_over));
				}
			}
			for _ in 0..SENDERS {
				if does(Self::ManyCalls) {
					let call = || Some(CALL.to_owned());
					scope.spawn(move || send_calls(port, ON_THE_WAY, call, is_over));
				}
				if does(Self::ForgedCommitments) {
					let call = move || forger.commitments().ok();
					scope.spawn(move || send_calls(port, LONG_ON_THE_WAY, call, is_over));
				}
				if does(Self::ForgedCalls) {
					let call = move || Some(forger.call());
					scope.spawn(move || send_calls(port, ON_THE_WAY, call, is_over));
				}
				if self == Self::Flood {
					scope.spawn(move || flood(port, is_over));
				}
			}
		});
	}
}

fn pause() {
	thread::sleep(Duration::from_millis(20));
}

/// Holds as many connections as there can be.
fn hold(count: usize, is_over: &AtomicBool, open: impl Fn() -> Option<TcpStream>) {
	let mut held = Vec::new();
	while !is_over.load(Ordering::Relaxed) {
		if held.len() < count {
			held.extend(open());
		}
		if held.len() == count {
			pause();
		}
	}
}

fn unfinished(port: Port) -> Option<TcpStream> {
	let mut stream = port.connect().ok()?;
	stream.write_all(port.head(1 << 20).as_bytes()).ok()?;
	Some(stream)
}

fn unread(port: Port) -> Option<TcpStream> {
	let mut stream = port.web_socket().ok()?;
	stream.write_all(&frame(&forger::subscription()).repeat(SUBSCRIPTIONS)).ok()?;
	Some(stream)
}

/// A batch of calls that is as long as this, in bytes.
fn batch(length: usize) -> String {
	let calls = vec![CALL; length / (CALL.len() + 1)];
	format!("[{}]", calls.join(","))
}

fn send_batches(port: Port, length: usize, is_over: &AtomicBool) {
	let body = batch(length);
	while !is_over.load(Ordering::Relaxed) {
		let Ok(mut stream) = port.connect() else {
			pause();
			continue;
		};
		let head = port.head(body.len());
		let sent = write_until(&mut stream, head.as_bytes(), is_over)
			&& write_until(&mut stream, body.as_bytes(), is_over);
		if sent {
			read_until(&mut stream, is_over);
		} else {
			pause();
		}
	}
}

/// Sends calls, so many at once, and another one for each that is answered.
fn send_calls(
	port: Port,
	on_the_way: usize,
	call: impl Fn() -> Option<String>,
	is_over: &AtomicBool,
) {
	let send = |stream: &mut TcpStream| {
		call().is_some_and(|call| write_until(stream, &frame(&call), is_over))
	};
	while !is_over.load(Ordering::Relaxed) {
		let Ok(mut stream) = port.web_socket() else {
			pause();
			continue;
		};
		let Ok(answers) = stream.try_clone() else { continue };
		let mut answers = BufReader::new(answers);
		let mut goes_on = (0..on_the_way).all(|_| send(&mut stream));
		while goes_on && !is_over.load(Ordering::Relaxed) {
			goes_on = match read_frame(&mut answers) {
				Ok(true) => send(&mut stream),
				Ok(false) => true,
				Err(_) => false,
			};
		}
	}
}

fn flood(port: Port, is_over: &AtomicBool) {
	let calls = frame(CALL).repeat(100);
	while !is_over.load(Ordering::Relaxed) {
		let Ok(mut stream) = port.web_socket() else {
			pause();
			continue;
		};
		let Ok(mut answers) = stream.try_clone() else { continue };
		thread::scope(|scope| {
			scope.spawn(move || read_until(&mut answers, is_over));
			while write_until(&mut stream, &calls, is_over) {}
			// The other half ends with it.
			let _ = stream.shutdown(std::net::Shutdown::Both);
		});
	}
}

/// Whether all was written before it was over.
fn write_until(stream: &mut TcpStream, mut bytes: &[u8], is_over: &AtomicBool) -> bool {
	while !bytes.is_empty() && !is_over.load(Ordering::Relaxed) {
		match stream.write(bytes) {
			Ok(0) => return false,
			Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
			Err(error) if stood_still(&error) => {},
			Err(_) => return false,
		}
	}
	bytes.is_empty()
}

fn read_until(stream: &mut TcpStream, is_over: &AtomicBool) {
	let mut answers = vec![0; 1 << 16];
	while !is_over.load(Ordering::Relaxed) {
		match stream.read(&mut answers) {
			Ok(0) => return,
			Ok(_) => {},
			Err(error) if stood_still(&error) => {},
			Err(_) => return,
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_batch_is_as_long_as_is_asked_for() {
		let text = batch(10_000);
		assert!(text.len() <= 10_001 && text.len() > 9_900);
		let calls: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
		assert_eq!(calls[0]["method"], "payments_fee");
	}
}
