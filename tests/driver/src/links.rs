//! Lines between nodes that can be cut: a TCP proxy on loopback for each.

use std::{
	io,
	net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc, Mutex, PoisonError,
	},
	thread,
};

use anyhow::{Context, Result};

/// A line to a port.
#[derive(Debug)]
pub struct Link {
	port: u16,
	shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
	is_cut: AtomicBool,
	is_over: AtomicBool,
	open: Mutex<Vec<TcpStream>>,
}

impl Link {
	/// A whole line to `target` on loopback.
	pub fn to(target: u16) -> Result<Self> {
		let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
		let port = listener.local_addr()?.port();
		let shared = Arc::new(Shared::default());
		let taking = shared.clone();
		thread::spawn(move || {
			for caller in listener.incoming() {
				if taking.is_over.load(Ordering::SeqCst) {
					break;
				}
				// Whoever is refused tries again.
				let _ = caller.and_then(|caller| taking.join(caller, target));
			}
		});
		Ok(Self { port, shared })
	}

	/// Where the line is entered.
	pub fn port(&self) -> u16 {
		self.port
	}

	/// Ends what goes over the line, and lets nothing more pass.
	pub fn cut(&self) {
		self.shared.is_cut.store(true, Ordering::SeqCst);
		self.shared.hang_up();
	}

	/// Lets callers pass again.
	pub fn mend(&self) {
		self.shared.is_cut.store(false, Ordering::SeqCst);
	}
}

impl Drop for Link {
	fn drop(&mut self) {
		self.shared.is_over.store(true, Ordering::SeqCst);
		self.cut();
		// Wakes the listener, so that it sees that it is over.
		let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
	}
}

impl Shared {
	/// Joins a caller with the target, unless the line is cut.
	fn join(&self, caller: TcpStream, target: u16) -> io::Result<()> {
		let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
		if self.is_cut.load(Ordering::SeqCst) {
			return caller.shutdown(Shutdown::Both);
		}
		let called = TcpStream::connect((Ipv4Addr::LOCALHOST, target))?;
		for stream in [&caller, &called] {
			stream.set_nodelay(true)?;
		}
		// Whether a stream's other end has gone is seen when it is written to.
		open.retain(|stream| stream.peer_addr().is_ok());
		open.push(caller.try_clone()?);
		open.push(called.try_clone()?);
		pass(caller.try_clone()?, called.try_clone()?);
		pass(called, caller);
		Ok(())
	}

	fn hang_up(&self) {
		let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
		for stream in open.drain(..) {
			// It may be closed already.
			let _ = stream.shutdown(Shutdown::Both);
		}
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
	use std::io::{Read, Write};

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
		let link = Link::to(port).unwrap();
		let echo = |stream: &mut TcpStream| -> io::Result<u8> {
			stream.write_all(&[7])?;
			let mut byte = [0];
			stream.read_exact(&mut byte)?;
			Ok(byte[0])
		};
		let call = || TcpStream::connect((Ipv4Addr::LOCALHOST, link.port())).unwrap();
		let mut first = call();
		assert_eq!(echo(&mut first).unwrap(), 7);
		link.cut();
		assert!(echo(&mut first).is_err());
		assert!(echo(&mut call()).is_err());
		link.mend();
		assert_eq!(echo(&mut call()).unwrap(), 7);
	}
}
