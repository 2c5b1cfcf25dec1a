//! HTTP and WebSocket by hand: what honest clients never send has to be sent here.

use std::{
	io::{ErrorKind, Read, Write},
	net::{Ipv4Addr, SocketAddr, TcpStream},
	time::Duration,
};

use anyhow::{bail, Context, Result};

/// Longest time that reading or writing may stand still.
const STILL: Duration = Duration::from_secs(5);

/// A node's port on loopback.
#[derive(Clone, Copy, Debug)]
pub struct Port(pub u16);

impl Port {
	/// A connection.
	pub fn connect(self) -> Result<TcpStream> {
		let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.0));
		let stream = TcpStream::connect_timeout(&address, STILL)?;
		stream.set_read_timeout(Some(STILL))?;
		stream.set_write_timeout(Some(STILL))?;
		Ok(stream)
	}

	/// The beginning of a request with a body of `length` bytes.
	pub fn head(self, length: usize) -> String {
		format!(
			"POST / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n\
			 Content-Length: {length}\r\nConnection: close\r\n\r\n",
			self.0
		)
	}

	/// Sends a body over a connection of its own: the status, and the answer's body.
	pub fn post(self, body: &str) -> Result<(u16, String)> {
		let mut stream = self.connect()?;
		stream.write_all(self.head(body.len()).as_bytes())?;
		stream.write_all(body.as_bytes())?;
		let mut answer = Vec::new();
		stream.read_to_end(&mut answer)?;
		parse(&String::from_utf8_lossy(&answer))
	}

	/// A WebSocket.
	pub fn web_socket(self) -> Result<TcpStream> {
		let mut stream = self.connect()?;
		write!(
			stream,
			"GET / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
			 Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
			self.0
		)?;
		let (mut answer, mut byte) = (Vec::new(), [0]);
		while !answer.ends_with(b"\r\n\r\n") {
			stream.read_exact(&mut byte)?;
			answer.extend(byte);
		}
		if !answer.starts_with(b"HTTP/1.1 101") {
			bail!("no WebSocket: {}", String::from_utf8_lossy(&answer));
		}
		Ok(stream)
	}
}

/// Status and body of an answer.
fn parse(answer: &str) -> Result<(u16, String)> {
	let (head, body) = answer.split_once("\r\n\r\n").context("an answer without a body")?;
	let status = head.split(' ').nth(1).context("an answer without a status")?;
	Ok((status.parse()?, body.into()))
}

/// A text as a frame of a client's, masked with zeros.
pub fn frame(text: &str) -> Vec<u8> {
	const FINAL_TEXT: u8 = 0x81;
	const MASKED: u8 = 0x80;
	let mut frame = vec![FINAL_TEXT];
	match text.len() {
		length @ 0..126 => frame.push(MASKED | length as u8),
		length @ 126..65_536 => {
			frame.push(MASKED | 126);
			frame.extend((length as u16).to_be_bytes());
		},
		length => {
			frame.push(MASKED | 127);
			frame.extend((length as u64).to_be_bytes());
		},
	}
	frame.extend([0; 4]);
	frame.extend(text.as_bytes());
	frame
}

/// Reads a frame of the node's; whether it is a text.
pub fn read_frame(from: &mut impl Read) -> std::io::Result<bool> {
	const FINAL_TEXT: u8 = 0x81;
	let mut head = [0; 2];
	from.read_exact(&mut head)?;
	let length = match head[1] {
		126 => {
			let mut length = [0; 2];
			from.read_exact(&mut length)?;
			u64::from(u16::from_be_bytes(length))
		},
		127 => {
			let mut length = [0; 8];
			from.read_exact(&mut length)?;
			u64::from_be_bytes(length)
		},
		length => u64::from(length),
	};
	std::io::copy(&mut from.take(length), &mut std::io::sink())?;
	Ok(head[0] == FINAL_TEXT)
}

/// Whether reading or writing may go on: it only stood still.
pub fn stood_still(error: &std::io::Error) -> bool {
	matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn answers_are_taken_apart() {
		let (status, body) = parse("HTTP/1.1 429 Too Many\r\na: b\r\n\r\nlater").unwrap();
		assert_eq!((status, body.as_str()), (429, "later"));
		assert!(parse("HTTP/1.1 200 OK\r\n").is_err());
	}

	#[test]
	fn frames_of_the_node_are_read_to_their_ends() {
		let long = [&[0x81, 126, 0, 200][..], &[0; 200]].concat();
		let mut bytes = &[&[0x81, 2, 0, 0][..], &[0x89, 0], &long].concat()[..];
		assert!(read_frame(&mut bytes).unwrap());
		assert!(!read_frame(&mut bytes).unwrap(), "a ping");
		assert!(read_frame(&mut bytes).unwrap());
		assert!(read_frame(&mut bytes).is_err(), "no more");
	}

	#[test]
	fn frames_say_how_long_they_are() {
		assert_eq!(frame("ab"), [0x81, 0x82, 0, 0, 0, 0, b'a', b'b']);
		assert_eq!(frame(&"a".repeat(126))[..8], [0x81, 0xFE, 0, 126, 0, 0, 0, 0]);
		assert_eq!(frame(&"a".repeat(65_536))[..10], [0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0]);
	}
}
