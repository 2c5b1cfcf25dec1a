//! Under which names and on which ports the server of JSON-RPC is reached.

use std::{
	net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream},
	time::Duration,
};

use sc_service::config::{RpcConfiguration, RpcEndpoint, RpcMethods};

/// How long this machine may take to connect to itself.
const CONNECTING: Duration = Duration::from_secs(1);

/// Makes the server's addresses reachable as they were asked for.
///
/// The SDK's server looks at the `Host` of a request wherever it looks at the origin of web pages, and
/// takes none but `localhost`, `127.0.0.1` and `[::1]`: meters that name the node's own address, and
/// proxies that pass on the name that they were asked for, are answered 403. Both looks keep web pages
/// of strangers away from the methods that only the node's owner may call. Where those are not served
/// neither look is taken, unless the command line names origins (`origins_are_named`).
///
/// One socket takes IPv4 and IPv6 on most systems, and the SDK would give the second of two sockets on
/// one port a port drawn by lot.
pub fn apply(server: &mut RpcConfiguration, origins_are_named: bool) {
	let Some(addresses) = &mut server.addr else { return };
	if !origins_are_named {
		for address in addresses.iter_mut().filter(|address| is_for_strangers(address)) {
			address.cors = None;
		}
	}
	join(addresses, takes_both);
}

/// Whether an address serves what everybody may call and nothing else.
fn is_for_strangers(address: &RpcEndpoint) -> bool {
	match address.rpc_methods {
		RpcMethods::Safe => true,
		RpcMethods::Auto => !address.listen_addr.ip().is_loopback(),
		RpcMethods::Unsafe => false,
	}
}

/// Leaves one address of those for all of IPv4 and for all of IPv6 on one port, if its socket takes
/// both. Limits that name addresses of IPv4 would not know them behind such a socket, so that two are
/// left then.
fn join(addresses: &mut Vec<RpcEndpoint>, takes_both: impl FnOnce() -> bool) {
	let at = |ip: IpAddr, port: u16| SocketAddr::new(ip, port);
	let joined = addresses.iter().find_map(|address| {
		let port = address.listen_addr.port();
		let is_plain = address.listen_addr == at(Ipv4Addr::UNSPECIFIED.into(), port)
			&& address.rate_limit_whitelisted_ips.is_empty();
		let both = at(Ipv6Addr::UNSPECIFIED.into(), port);
		let has_other = addresses.iter().any(|other| other.listen_addr == both);
		(is_plain && has_other && port != 0).then_some(address.listen_addr)
	});
	let Some(joined) = joined.filter(|_| takes_both()) else { return };
	addresses.retain(|address| address.listen_addr != joined);
	for address in addresses.iter_mut() {
		let is_other = address.listen_addr == at(Ipv6Addr::UNSPECIFIED.into(), joined.port());
		address.is_optional &= !is_other;
	}
}

/// Whether a socket of this machine for all of IPv6 takes IPv4 as well.
fn takes_both() -> bool {
	let listening = TcpListener::bind((Ipv6Addr::UNSPECIFIED, 0));
	let Ok(port) = listening.as_ref().map_err(drop).and_then(|l| l.local_addr().map_err(drop))
	else {
		return false;
	};
	let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port.port());
	TcpStream::connect_timeout(&address, CONNECTING).is_ok()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::cli::Cli;
	use clap::Parser;

	fn addresses(options: &[&str]) -> Vec<RpcEndpoint> {
		let cli = Cli::parse_from(["meterproof-node"].iter().chain(options));
		let given = cli.run.rpc_params.rpc_addr(false, false, 9_944).unwrap().unwrap();
		given.into_iter().map(Into::into).collect()
	}

	fn listening(addresses: &[RpcEndpoint]) -> Vec<String> {
		addresses.iter().map(|address| address.listen_addr.to_string()).collect()
	}

	#[test]
	fn the_port_that_was_asked_for_is_that_of_both_protocols() {
		let outside = ["--rpc-external", "--rpc-port", "9950"];
		let mut joined = addresses(&outside);
		assert_eq!(listening(&joined), ["0.0.0.0:9950", "[::]:9950"]);
		join(&mut joined, || true);
		assert_eq!(listening(&joined), ["[::]:9950"]);
		assert!(!joined[0].is_optional, "there is no other");

		let mut apart = addresses(&outside);
		join(&mut apart, || false);
		assert_eq!(listening(&apart), ["0.0.0.0:9950", "[::]:9950"]);
		let mut inside = addresses(&[]);
		join(&mut inside, || true);
		assert_eq!(listening(&inside), ["127.0.0.1:9944", "[::1]:9944"]);
		let limited = [&outside[..], &["--rpc-rate-limit-whitelisted-ips", "10.0.0.0/8"]].concat();
		let mut limited = addresses(&limited);
		join(&mut limited, || true);
		assert_eq!(limited.len(), 2);
	}

	#[test]
	fn strangers_are_reached_by_any_name_and_owners_by_this_machines_own() {
		let is_open = |options: &[&str]| {
			let addresses = addresses(options);
			let all: Vec<_> = addresses.iter().map(is_for_strangers).collect();
			assert!(all.iter().all(|open| *open == all[0]), "{options:?}: {all:?}");
			all[0]
		};
		assert!(is_open(&["--rpc-external"]));
		assert!(is_open(&["--rpc-external", "--rpc-methods", "safe"]));
		assert!(is_open(&["--rpc-methods", "safe"]), "behind a proxy");
		assert!(!is_open(&[]));
		assert!(!is_open(&["--rpc-methods", "unsafe"]));
		assert!(!is_open(&["--rpc-external", "--rpc-methods", "unsafe"]));
	}
}
