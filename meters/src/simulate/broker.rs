//! A broker of MQTT 3.1.1 for tests and for trying things out: one process, no passwords, nothing kept on
//! disk. Messages of QoS 1 wait for subscribers that are away and are sent again until they are
//! acknowledged.

use std::{
	collections::{BTreeMap, VecDeque},
	io,
	net::SocketAddr,
	sync::{Arc, Mutex, PoisonError},
};

use bytes::BytesMut;
use rumqttc::mqttbytes::{
	matches,
	v4::{ConnAck, ConnectReturnCode, Packet, PubAck, Publish, SubAck, SubscribeReasonCode},
	Error, QoS,
};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::{TcpListener, TcpStream},
	sync::Notify,
	task::JoinHandle,
};

/// Messages that wait for one client; older ones are given up.
const WAITING: usize = 10_000;
/// Bytes of the longest packet.
const LONGEST_PACKET: usize = 16 * 1024 * 1024;

/// What the broker keeps of a client.
#[derive(Default)]
struct Session {
	filters: Vec<String>,
	/// Messages that were not acknowledged, in their order, each with its place among all that were handed out.
	waiting: VecDeque<(u64, Publish)>,
	/// How many were handed out.
	handed_out: u64,
	/// The number of the last message.
	number: u16,
	wake: Arc<Notify>,
	/// Counts the client's connections: an older one ends when a newer one begins.
	connection: u64,
}

impl Session {
	/// Messages that wait, from a place on.
	fn beginning_at(&self, place: u64) -> impl Iterator<Item = &(u64, Publish)> {
		let first = self.waiting.partition_point(|(at, _)| *at < place);
		self.waiting.iter().skip(first)
	}

	/// Forgets a message; clients acknowledge the oldest first.
	fn acknowledge(&mut self, number: u16) {
		if let Some(at) = self.waiting.iter().position(|(_, message)| message.pkid == number) {
			self.waiting.remove(at);
		}
	}
}

type Sessions = Arc<Mutex<BTreeMap<String, Session>>>;

/// A running broker. It ends when it is dropped.
pub struct Broker {
	/// Where it listens.
	pub address: SocketAddr,
	serving: JoinHandle<()>,
	sessions: Sessions,
}

impl Drop for Broker {
	fn drop(&mut self) {
		self.serving.abort();
		self.cut();
	}
}

impl Broker {
	/// Listens at an address, as in `127.0.0.1:0`.
	pub async fn start(address: &str) -> io::Result<Self> {
		let listener = TcpListener::bind(address).await?;
		let address = listener.local_addr()?;
		let sessions = Sessions::default();
		let shared = sessions.clone();
		let serving = tokio::spawn(async move {
			while let Ok((stream, _)) = listener.accept().await {
				// A client that breaks off has nothing more to be told.
				tokio::spawn(serve(stream, shared.clone()));
			}
		});
		Ok(Self { address, serving, sessions })
	}

	/// Cuts all connections. Sessions are kept.
	pub fn cut(&self) {
		for session in lock(&self.sessions).values_mut() {
			session.connection += 1;
			session.wake.notify_waiters();
			session.wake.notify_one();
		}
	}

	/// Messages that a client has not acknowledged.
	pub fn waiting(&self, client: &str) -> usize {
		lock(&self.sessions).get(client).map_or(0, |session| session.waiting.len())
	}

	/// Publishes a message to all that subscribed to its topic. `retain` marks it as one that was kept.
	pub fn publish(&self, topic: &str, payload: Vec<u8>, retain: bool) {
		let mut message = Publish::new(topic, QoS::AtLeastOnce, payload);
		message.retain = retain;
		hand_out(&self.sessions, &message);
	}
}

fn lock(sessions: &Sessions) -> std::sync::MutexGuard<'_, BTreeMap<String, Session>> {
	sessions.lock().unwrap_or_else(PoisonError::into_inner)
}

fn hand_out(sessions: &Sessions, message: &Publish) {
	for session in lock(sessions).values_mut() {
		if !session.filters.iter().any(|filter| matches(&message.topic, filter)) {
			continue;
		}
		session.number = session.number.checked_add(1).unwrap_or(1);
		let mut message = message.clone();
		message.pkid = session.number;
		message.qos = QoS::AtLeastOnce;
		session.waiting.push_back((session.handed_out, message));
		session.handed_out += 1;
		if session.waiting.len() > WAITING {
			session.waiting.pop_front();
		}
		session.wake.notify_one();
	}
}

fn invalid(error: impl std::fmt::Debug) -> io::Error {
	io::Error::new(io::ErrorKind::InvalidData, format!("{error:?}"))
}

/// The next packet of a stream.
async fn packet(stream: &mut TcpStream, buffer: &mut BytesMut) -> io::Result<Packet> {
	loop {
		match Packet::read(buffer, LONGEST_PACKET) {
			Ok(packet) => return Ok(packet),
			Err(Error::InsufficientBytes(_)) => {},
			Err(error) => return Err(invalid(error)),
		}
		if stream.read_buf(buffer).await? == 0 {
			return Err(io::ErrorKind::UnexpectedEof.into());
		}
	}
}

async fn send(stream: &mut TcpStream, packet: &Packet) -> io::Result<()> {
	let mut bytes = BytesMut::new();
	packet.write(&mut bytes, LONGEST_PACKET).map_err(invalid)?;
	stream.write_all(&bytes).await
}

async fn serve(mut stream: TcpStream, sessions: Sessions) -> io::Result<()> {
	let mut buffer = BytesMut::new();
	let Packet::Connect(connect) = packet(&mut stream, &mut buffer).await? else {
		return Err(invalid("not a CONNECT"));
	};
	let client = connect.client_id;
	let (present, wake, connection) = {
		let mut sessions = lock(&sessions);
		let present = !connect.clean_session && sessions.contains_key(&client);
		if connect.clean_session {
			sessions.remove(&client);
		}
		let session = sessions.entry(client.clone()).or_default();
		session.connection += 1;
		(present, session.wake.clone(), session.connection)
	};
	send(&mut stream, &Packet::ConnAck(ConnAck::new(ConnectReturnCode::Success, present))).await?;
	// The place of the next message to be sent on this connection.
	let mut next = 0;
	loop {
		let news = {
			let sessions = lock(&sessions);
			let session = sessions.get(&client).filter(|session| session.connection == connection);
			let session = session.ok_or(io::ErrorKind::ConnectionAborted)?;
			session.beginning_at(next).cloned().collect::<Vec<_>>()
		};
		for (place, message) in news {
			next = place + 1;
			send(&mut stream, &Packet::Publish(message)).await?;
		}
		let received = tokio::select! {
			received = packet(&mut stream, &mut buffer) => received?,
			() = wake.notified() => continue,
		};
		match received {
			Packet::Subscribe(subscribe) => {
				let codes = subscribe
					.filters
					.iter()
					.map(|_| SubscribeReasonCode::Success(QoS::AtLeastOnce));
				let answer = Packet::SubAck(SubAck::new(subscribe.pkid, codes.collect()));
				if let Some(session) = lock(&sessions).get_mut(&client) {
					for filter in subscribe.filters {
						if !session.filters.contains(&filter.path) {
							session.filters.push(filter.path);
						}
					}
				}
				send(&mut stream, &answer).await?;
			},
			Packet::Publish(message) => {
				hand_out(&sessions, &message);
				if message.qos != QoS::AtMostOnce {
					send(&mut stream, &Packet::PubAck(PubAck::new(message.pkid))).await?;
				}
			},
			Packet::PubAck(acknowledged) => {
				if let Some(session) = lock(&sessions).get_mut(&client) {
					session.acknowledge(acknowledged.pkid);
				}
			},
			Packet::PingReq => send(&mut stream, &Packet::PingResp).await?,
			Packet::Disconnect => return Ok(()),
			_ => {},
		}
	}
}
