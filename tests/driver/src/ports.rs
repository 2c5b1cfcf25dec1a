//! Free TCP ports on loopback.

use std::{
	collections::BTreeSet,
	net::{Ipv4Addr, TcpListener},
	sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result};

/// Handed out already: the system may offer a port again before its user listens on it.
static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());

/// A port that nobody listens on.
pub fn free() -> Result<u16> {
	Ok(listener()?.1)
}

/// A listener on a port that [`free`] has given to nobody who does not listen yet, and that port.
pub fn listener() -> Result<(TcpListener, u16)> {
	let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
	loop {
		let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
		let port = listener.local_addr()?.port();
		if given.insert(port) {
			return Ok((listener, port));
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn no_port_is_given_twice() {
		let both = || [free().unwrap(), listener().unwrap().1];
		let ports: BTreeSet<u16> = (0..50).flat_map(|_| both()).collect();
		assert_eq!(ports.len(), 100);
	}
}
