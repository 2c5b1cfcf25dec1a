//! JSON-RPC 2.0 over HTTP POST.

use std::{fmt, time::Duration};

use serde_json::{json, Value};

/// Longest time one call may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Why a call has no result.
#[derive(Debug)]
pub enum RpcError {
	/// The node's answer.
	Refused {
		/// Its code.
		code: i64,
		/// Its message.
		message: String,
	},
	/// There was no proper answer.
	Transport(String),
}

impl RpcError {
	/// The code, if the node answered.
	pub fn code(&self) -> Option<i64> {
		match self {
			Self::Refused { code, .. } => Some(*code),
			Self::Transport(_) => None,
		}
	}
}

impl fmt::Display for RpcError {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Refused { code, message } => write!(formatter, "refused ({code}): {message}"),
			Self::Transport(text) => write!(formatter, "no answer: {text}"),
		}
	}
}

impl std::error::Error for RpcError {}

/// A node's RPC port.
#[derive(Clone, Debug)]
pub struct Rpc {
	url: String,
	agent: ureq::Agent,
}

impl Rpc {
	/// The node that listens on this port of loopback.
	pub fn on_port(port: u16) -> Self {
		let agent = ureq::AgentBuilder::new().timeout(TIMEOUT).build();
		Self { url: format!("http://127.0.0.1:{port}"), agent }
	}

	/// Calls a method with positional parameters.
	pub fn call(&self, method: &str, parameters: Value) -> Result<Value, RpcError> {
		let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters });
		let transport = |error: String| RpcError::Transport(format!("{method}: {error}"));
		let response =
			self.agent.post(&self.url).send_json(request).map_err(|e| transport(e.to_string()))?;
		let mut answer: Value = response.into_json().map_err(|e| transport(e.to_string()))?;
		if let Some(error) = answer.get("error") {
			let text = |value: &Value| value.as_str().map_or(value.to_string(), String::from);
			let mut message = format!("{method}: {}", text(&error["message"]));
			if let Some(data) = error.get("data").filter(|data| !data.is_null()) {
				message = format!("{message}: {}", text(data));
			}
			return Err(RpcError::Refused { code: error["code"].as_i64().unwrap_or(0), message });
		}
		match answer.get_mut("result") {
			Some(result) => Ok(result.take()),
			None => Err(transport(format!("neither result nor error in {answer}"))),
		}
	}
}
