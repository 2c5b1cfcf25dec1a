//! Lines between nodes that can be cut: a TCP proxy on loopback before each node.
//!
//! Nodes tell each other the proxies' ports, so a proxy is called by nodes to which it was not given. Who
//! calls is known by the port that the call comes from: the network backend litep2p calls from the port on
//! which its node listens.

use std::{
	io,
	net::{Ipv4Addr, Shutdown, TcpStream},
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	thread,
};

use anyhow::Result;

use crate::ports;

/// The lines to some nodes.
#[derive(Debug)]
pub struct Links {
	/// Where each node is called.
	ports: Vec<u16>,
	shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
	/// Where each node listens.
	nodes: Vec<u16>,
	state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
	/// The nodes before this one and the others are apart.
	cut: Option<usize>,
	is_over: bool,
	calls: Vec<Call>,
}

/// A call that may be going on.
#[derive(Debug)]
struct Call {
	/// The node that calls, if that is known.
	from: Option<usize>,
	to: usize,
	streams: [TcpStream; 2],
}

impl Links {
	/// Whole lines to nodes that listen, or will, on these ports of loopback.
	pub fn to(nodes: Vec<u16>) -> Result<Self> {
		let shared = Arc::new(Shared { nodes, state: Mutex::default() });
		let mut listening = Vec::new();
		for to in 0..shared.nodes.len() {
			let (listener, port) = ports::listener()?;
			listening.push(port);
			let taking = shared.clone();
			thread::spawn(move || {
				for caller in listener.incoming() {
					if taking.state().is_over {
						break;
					}
					// Whoever is refused tries again.
					let _ = caller.and_then(|caller| taking.join(caller, to));
				}
			});
		}
		Ok(Self { ports: listening, shared })
	}

	/// Where a node is called.
	pub fn port(&self, node: usize) -> Option<u16> {
		self.ports.get(node).copied()
	}

	/// Ends all calls between the first nodes, so many, and the others, and lets no more pass. Calls of
	/// strangers end too.
	pub fn cut_after(&self, first: usize) {
		self.shared.state().cut_at(first);
	}

	/// Lets all calls pass again.
	pub fn mend(&self) {
		self.shared.state().cut = None;
	}
}

impl Drop for Links {
	fn drop(&mut self) {
		let mut state = self.shared.state();
		state.is_over = true;
		state.cut_at(0);
		drop(state);
		for port in &self.ports {
			// Wakes the listener, so that it sees that it is over.
			let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, *port));
		}
	}
}

impl State {
	fn passes(&self, from: Option<usize>, to: usize) -> bool {
		self.cut.is_none_or(|first| from.is_some_and(|from| (from < first) == (to < first)))
	}

	fn cut_at(&mut self, first: usize) {
		self.cut = Some(first);
		for call in std::mem::take(&mut self.calls) {
			if self.passes(call.from, call.to) {
				self.calls.push(call);
				continue;
			}
			for stream in call.streams {
				// It may be closed already.
				let _ = stream.shutdown(Shutdown::Both);
			}
		}
	}
}

impl Shared {
	fn state(&self) -> MutexGuard<'_, State> {
		self.state.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Joins a caller with a node, unless the line between them is cut.
	fn join(&self, caller: TcpStream, to: usize) -> io::Result<()> {
		let port = caller.peer_addr()?.port();
		let from = self.nodes.iter().position(|node| *node == port);
		let mut state = self.state();
		if !state.passes(from, to) {
			return caller.shutdown(Shutdown::Both);
		}
		let called = TcpStream::connect((Ipv4Addr::LOCALHOST, self.nodes[to]))?;
		for stream in [&caller, &called] {
			stream.set_nodelay(true)?;
		}
		// Calls that have ended are forgotten.
		state.calls.retain(|call| call.streams.iter().all(|stream| stream.peer_addr().is_ok()));
		state.calls.push(Call { from, to, streams: [caller.try_clone()?, called.try_clone()?] });
		pass(caller.try_clone()?, called.try_clone()?);
		pass(called, caller);
		Ok(())
	}
}

/// Carries one direction until either end closes.
fn pass(mut from: TcpStream, mut to: TcpStream) {
	thread::spawn(move || {
		let _ = io::copy(&mut from, &mut to);
		for stream in [from, to] {
			let _ = stream.shutdown(Shutdown::Both);
		}
	});
}

#[cfg(test)]
mod tests {
	use std::{
		io::{Read, Write},
		net::TcpListener,
	};

	use super::*;

	#[test]
	fn a_cut_line_ends_what_goes_over_it_and_a_mended_one_carries_again() {
		let target = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
		let port = target.local_addr().unwrap().port();
		thread::spawn(move || {
			for caller in target.incoming() {
				let mut caller = caller.unwrap();
				thread::spawn(move || {
					let mut byte = [0];
					while caller.read_exact(&mut byte).is_ok() && caller.write_all(&byte).is_ok() {}
				});
			}
		});
		let links = Links::to(vec![port]).unwrap();
		let echo = |stream: &mut TcpStream| -> io::Result<u8> {
			stream.write_all(&[7])?;
			let mut byte = [0];
			stream.read_exact(&mut byte)?;
			Ok(byte[0])
		};
		let call = || TcpStream::connect((Ipv4Addr::LOCALHOST, links.port(0).unwrap())).unwrap();
		let mut first = call();
		assert_eq!(echo(&mut first).unwrap(), 7);
		links.cut_after(1);
		assert!(echo(&mut first).is_err());
		assert!(echo(&mut call()).is_err());
		links.mend();
		assert_eq!(echo(&mut call()).unwrap(), 7);
	}

	#[test]
	fn whether_a_call_passes_depends_on_who_calls() {
		let state = State { cut: Some(2), ..State::default() };
		let passes = |from, to| state.passes(from, to);
		assert!(passes(Some(0), 1) && passes(Some(3), 2));
		assert!(!passes(Some(0), 2) && !passes(Some(2), 1) && !passes(None, 0));
		assert!(State::default().passes(None, 0) && State::default().passes(Some(0), 3));
	}
}
