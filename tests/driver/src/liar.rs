//! A node that lies: a websocket proxy before a real node, which withholds, delays, alters and
//! refuses answers as a test's script says, keeps requests for itself, and remembers what it was asked.

use std::{
	net::Ipv4Addr,
	sync::{Arc, Mutex, PoisonError},
	time::Duration,
};

use anyhow::{Context, Result};
use futures::{SinkExt, StreamExt};
use serde_json::{json, Value};
use tokio::{
	net::{TcpListener, TcpStream},
	runtime::Runtime,
	sync::{mpsc, Semaphore},
};
use tokio_tungstenite::{accept_async, client_async, tungstenite::Message};

use crate::{node::Node, ports};

/// What the real node says: the result of a request, or one report of a subscription.
#[derive(Debug)]
pub struct Told {
	/// The method that was asked, or the one that a report carries, such as `chain_finalizedHead`.
	pub method: String,
	/// The request's parameters; of a report none.
	pub params: Value,
	/// The result, or the report; null if the node refused.
	pub result: Value,
}

/// What the client hears instead.
#[derive(Clone, Debug)]
pub enum Lie {
	/// What the node said.
	Truth,
	/// Another result or report.
	Result(Value),
	/// A refusal.
	Refusal {
		/// JSON-RPC code.
		code: i64,
		/// What is said to be wrong.
		message: String,
	},
	/// The client never hears anything.
	Silence,
	/// What the node said, later: what it says meanwhile comes first.
	Late(Duration),
	/// What the node said, once the gate lets it pass.
	Held(Gate),
	/// The connection is closed.
	Close,
	/// The connection stays open, and nothing is read or written on it any more, pings included: as
	/// when a line is cut.
	Freeze,
}

/// Where answers wait until they are let pass.
#[derive(Clone, Debug)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
	/// One that lets nothing pass yet.
	pub fn closed() -> Self {
		Self(Arc::new(Semaphore::new(0)))
	}

	/// Lets so many more answers pass.
	pub fn let_pass(&self, answers: usize) {
		self.0.add_permits(answers);
	}
}

type Script = Box<dyn FnMut(&Told) -> Lie + Send>;

struct Shared {
	script: Mutex<Script>,
	asked: Mutex<Vec<(String, Value)>>,
	/// Methods whose requests do not reach the real node, and what is answered.
	kept: Mutex<Vec<(String, Lie)>>,
}

impl Shared {
	/// What is said to a request that does not reach the real node.
	fn kept(&self, method: &str) -> Option<Lie> {
		let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
		kept.iter().find(|(known, _)| known == method).map(|(_, lie)| lie.clone())
	}
}

/// A lying node. It stops when dropped.
pub struct LyingNode {
	port: u16,
	shared: Arc<Shared>,
	// Its tasks end with it.
	_runtime: Runtime,
}

impl LyingNode {
	/// Stands before a node and says what `script` makes of the node's answers.
	pub fn before(node: &Node, script: impl FnMut(&Told) -> Lie + Send + 'static) -> Result<Self> {
		let shared = Arc::new(Shared {
			script: Mutex::new(Box::new(script)),
			asked: Mutex::new(Vec::new()),
			kept: Mutex::new(Vec::new()),
		});
		let runtime = tokio::runtime::Builder::new_multi_thread()
			.worker_threads(1)
			.enable_all()
			.build()
			.context("no runtime for the lying node")?;
		let (listener, port) = ports::listener()?;
		listener.set_nonblocking(true)?;
		// Registered with the runtime that it will be served by.
		let listener = runtime.block_on(async { TcpListener::from_std(listener) })?;
		let node = node.settings.rpc_port;
		let serving = shared.clone();
		runtime.spawn(async move {
			while let Ok((stream, _)) = listener.accept().await {
				let shared = serving.clone();
				// A connection that fails looks to the client like a node that went away.
				tokio::spawn(async move { serve(stream, node, &shared).await.ok() });
			}
		});
		Ok(Self { port, shared, _runtime: runtime })
	}

	/// Where the client reaches it.
	pub fn url(&self) -> String {
		format!("ws://127.0.0.1:{}", self.port)
	}

	/// Lies by another script from now on.
	pub fn tell(&self, script: impl FnMut(&Told) -> Lie + Send + 'static) {
		*self.shared.script.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(script);
	}

	/// Keeps the requests of a method for itself from now on: the real node never hears of them. They are
	/// answered by [`Lie::Result`] or [`Lie::Refusal`], and by any other lie not at all.
	pub fn keep(&self, method: &str, answer: Lie) {
		let mut kept = self.shared.kept.lock().unwrap_or_else(PoisonError::into_inner);
		kept.retain(|(known, _)| known != method);
		kept.push((method.to_owned(), answer));
	}

	/// Tells the truth from now on, and keeps nothing.
	pub fn tell_the_truth(&self) {
		self.tell(|_| Lie::Truth);
		self.shared.kept.lock().unwrap_or_else(PoisonError::into_inner).clear();
	}

	/// Parameters of the newest request of a method since the last look, if there was one; all that was
	/// asked until now counts as looked at.
	pub fn take_newest(&self, method: &str) -> Option<Value> {
		let mut asked = self.take_asked().into_iter().rev();
		asked.find(|(known, _)| known == method).map(|(_, params)| params)
	}

	/// Methods and parameters of all that was asked since the last look.
	pub fn take_asked(&self) -> Vec<(String, Value)> {
		std::mem::take(&mut *self.shared.asked.lock().unwrap_or_else(PoisonError::into_inner))
	}
}

/// Requests on their way to the node, by their ids.
type Pending = std::collections::HashMap<String, (String, Value)>;

async fn serve(stream: TcpStream, node: u16, shared: &Shared) -> Result<()> {
	let (mut to_client, mut from_client) = accept_async(stream).await?.split();
	let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, node)).await?;
	let url = format!("ws://127.0.0.1:{node}");
	let (mut to_node, mut from_node) = client_async(url, stream).await?.0.split();
	let (later, mut due) = mpsc::unbounded_channel();
	let mut pending = Pending::new();
	loop {
		tokio::select! {
			request = from_client.next() => {
				let Some(request) = request.transpose()? else { break };
				match remember(&request, &mut pending, shared) {
					Some((id, lie)) => {
						if let Some(said) = answer(&id, lie) {
							to_client.send(Message::text(said.to_string())).await?;
						}
					},
					None if matches!(request, Message::Ping(_) | Message::Pong(_)) => {},
					None => to_node.send(request).await?,
				}
			},
			answer = from_node.next() => {
				let Some(answer) = answer.transpose()? else { break };
				let Message::Text(text) = &answer else { continue };
				let mut said: Value = serde_json::from_str(text)?;
				match lie(&said, &mut pending, shared) {
					Lie::Truth => to_client.send(answer).await?,
					Lie::Result(result) => {
						let place = if said.get("method").is_some() {
							&mut said["params"]["result"]
						} else {
							&mut said["result"]
						};
						*place = result;
						if let Some(said) = said.as_object_mut() {
							said.remove("error");
						}
						to_client.send(Message::text(said.to_string())).await?;
					},
					refusal @ Lie::Refusal { .. } => {
						if let Some(said) = self::answer(&said["id"], refusal) {
							to_client.send(Message::text(said.to_string())).await?;
						}
					},
					Lie::Silence => {},
					Lie::Late(delay) => {
						let later = later.clone();
						tokio::spawn(async move {
							tokio::time::sleep(delay).await;
							// The connection may be gone by then.
							let _ = later.send(answer);
						});
					},
					Lie::Held(Gate(gate)) => {
						let later = later.clone();
						tokio::spawn(async move {
							if let Ok(permit) = gate.acquire().await {
								permit.forget();
								let _ = later.send(answer);
							}
						});
					},
					Lie::Close => break,
					Lie::Freeze => std::future::pending::<()>().await,
				}
			},
			Some(answer) = due.recv() => to_client.send(answer).await?,
		}
	}
	Ok(())
}

/// Remembers what is asked; the request's id and what is answered, if the real node is not to hear of it.
fn remember(request: &Message, pending: &mut Pending, shared: &Shared) -> Option<(Value, Lie)> {
	let Message::Text(text) = request else { return None };
	let request = serde_json::from_str::<Value>(text).ok()?;
	let method = request["method"].as_str().unwrap_or_default().to_owned();
	let kept = shared.kept(&method);
	let asked = (method, request["params"].clone());
	shared.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked.clone());
	if let Some(lie) = kept {
		return Some((request["id"].clone(), lie));
	}
	pending.insert(request["id"].to_string(), asked);
	None
}

/// The answer to the request of an id that a lie makes up, if it makes one up.
fn answer(id: &Value, lie: Lie) -> Option<Value> {
	match lie {
		Lie::Result(result) => Some(json!({ "jsonrpc": "2.0", "id": id, "result": result })),
		Lie::Refusal { code, message } => {
			let error = json!({ "code": code, "message": message });
			Some(json!({ "jsonrpc": "2.0", "id": id, "error": error }))
		},
		_ => None,
	}
}

fn lie(said: &Value, pending: &mut Pending, shared: &Shared) -> Lie {
	let told = match said["method"].as_str() {
		Some(method) => Told {
			method: method.to_owned(),
			params: Value::Null,
			result: said["params"]["result"].clone(),
		},
		None => {
			let (method, params) = pending.remove(&said["id"].to_string()).unwrap_or_default();
			Told { method, params, result: said["result"].clone() }
		},
	};
	let mut script = shared.script.lock().unwrap_or_else(PoisonError::into_inner);
	script(&told)
}
