//! A line between client and node that can be stopped: it forwards bytes, and holds back what the
//! node answers to a method until told to go on.

use std::{
	io::{Read, Write},
	net::{Shutdown, TcpListener, TcpStream},
	sync::{Arc, Condvar, Mutex, PoisonError},
	thread,
};

use anyhow::Result;

/// How many answers may pass, and how many have come.
#[derive(Debug, Default)]
struct Gate {
	open: usize,
	came: usize,
	closed: bool,
}

/// A line to one node. Cut when dropped.
#[derive(Debug)]
pub struct Line {
	port: u16,
	gate: Arc<(Mutex<Gate>, Condvar)>,
}

impl Line {
	/// Forwards connections to a port of loopback. Answers that have `mark` in them wait for
	/// [`Self::let_pass`].
	pub fn to(port: u16, mark: &'static str) -> Result<Self> {
		let listener = TcpListener::bind("127.0.0.1:0")?;
		let own = listener.local_addr()?.port();
		let gate = Arc::<(Mutex<Gate>, Condvar)>::default();
		let shared = gate.clone();
		thread::spawn(move || {
			for client in listener.incoming() {
				if lock(&shared).closed {
					return;
				}
				// A connection that fails is the client's to report.
				if let Ok(client) = client {
					let _ = connect(client, port, mark, shared.clone());
				}
			}
		});
		Ok(Self { port: own, gate })
	}

	/// Where a client reaches it.
	pub fn url(&self) -> String {
		format!("ws://127.0.0.1:{}", self.port)
	}

	/// Lets so many more answers pass.
	pub fn let_pass(&self, answers: usize) {
		lock(&self.gate).open += answers;
		self.gate.1.notify_all();
	}

	/// Answers that have come to the gate.
	pub fn came(&self) -> usize {
		lock(&self.gate).came
	}
}

impl Drop for Line {
	fn drop(&mut self) {
		lock(&self.gate).closed = true;
		self.gate.1.notify_all();
		// Wakes the listener.
		let _ = TcpStream::connect(("127.0.0.1", self.port));
	}
}

fn lock(gate: &(Mutex<Gate>, Condvar)) -> std::sync::MutexGuard<'_, Gate> {
	gate.0.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(
	client: TcpStream,
	port: u16,
	mark: &'static str,
	gate: Arc<(Mutex<Gate>, Condvar)>,
) -> Result<()> {
	let node = TcpStream::connect(("127.0.0.1", port))?;
	let (mut from_client, mut to_node) = (client.try_clone()?, node.try_clone()?);
	thread::spawn(move || {
		let _ = std::io::copy(&mut from_client, &mut to_node);
		let _ = to_node.shutdown(Shutdown::Both);
	});
	thread::spawn(move || {
		let _ = forward(&node, &client, mark, &gate);
		let _ = client.shutdown(Shutdown::Both);
	});
	Ok(())
}

/// Forwards what a node says. What stands before a mark has passed already when the mark is held.
fn forward(
	mut node: &TcpStream,
	mut client: &TcpStream,
	mark: &str,
	gate: &(Mutex<Gate>, Condvar),
) -> Result<()> {
	let mut buffer = [0; 1 << 16];
	// A mark may be torn by the end of what was read.
	let mut kept: Vec<u8> = Vec::new();
	loop {
		let read = node.read(&mut buffer)?;
		if read == 0 {
			return Ok(());
		}
		kept.extend_from_slice(buffer.get(..read).unwrap_or_default());
		while let Some(at) = find(&kept, mark.as_bytes()) {
			let (before, marked) = kept.split_at(at);
			client.write_all(before)?;
			if !pass(gate) {
				return Ok(());
			}
			client.write_all(mark.as_bytes())?;
			kept = marked.get(mark.len()..).unwrap_or_default().to_vec();
		}
		let torn = (0..mark.len()).rev().find(|length| kept.ends_with(&mark.as_bytes()[..*length]));
		let rest = kept.split_off(kept.len() - torn.unwrap_or_default());
		client.write_all(&kept)?;
		kept = rest;
	}
}

/// Waits until one more answer may pass; false when the line is cut.
fn pass(gate: &(Mutex<Gate>, Condvar)) -> bool {
	let mut state = lock(gate);
	state.came += 1;
	while state.open == 0 && !state.closed {
		state = gate.1.wait(state).unwrap_or_else(PoisonError::into_inner);
	}
	state.open = state.open.saturating_sub(1);
	!state.closed
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
	bytes.windows(mark.len()).position(|window| window == mark)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::wait::until;
	use std::time::Duration;

	#[test]
	fn marked_answers_wait_until_they_may_pass() {
		let server = TcpListener::bind("127.0.0.1:0").unwrap();
		let line = Line::to(server.local_addr().unwrap().port(), "<mark>").unwrap();
		let mut client = TcpStream::connect(("127.0.0.1", line.port)).unwrap();
		client.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
		let (mut node, _) = server.accept().unwrap();
		node.write_all(b"one<ma").unwrap();
		node.write_all(b"rk>two<mark>three").unwrap();
		let mut read = [0; 3];
		client.read_exact(&mut read).unwrap();
		assert_eq!(&read, b"one");
		until("the first", Duration::from_secs(10), || Ok((line.came() == 1).then_some(())))
			.unwrap();
		line.let_pass(1);
		let mut read = [0; 9];
		client.read_exact(&mut read).unwrap();
		assert_eq!(&read, b"<mark>two");
		line.let_pass(1);
		let mut read = [0; 11];
		client.read_exact(&mut read).unwrap();
		assert_eq!(&read, b"<mark>three");
		drop(line);
	}
}
