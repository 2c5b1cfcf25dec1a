//! `/health` and `/metrics` over HTTP.

use std::{
	convert::Infallible,
	net::{IpAddr, SocketAddr},
	sync::Arc,
	time::Duration,
};

use http_body_util::Full;
use hyper::{
	body::{Bytes, Incoming},
	header::{CONTENT_TYPE, HOST},
	server::conn::http1,
	service::service_fn,
	Method, Request, Response, StatusCode,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpListener, sync::Semaphore};

use super::status::Status;
use crate::error::{Error, Result};

/// Connections at one time.
const MOST_CONNECTIONS: usize = 32;
/// How long a connection may last.
const LONGEST: Duration = Duration::from_secs(30);
/// How long its request may take to come.
const HEADER_LIMIT: Duration = Duration::from_secs(5);

/// Listens at an address. `AddressTaken` if that cannot be.
pub async fn listen(address: SocketAddr) -> Result<TcpListener> {
	TcpListener::bind(address).await.map_err(|error| {
		let message = format!("[health] listen = \"{address}\": {error}");
		Error::new("AddressTaken", message)
	})
}

/// Answers for ever. On the loopback address only those who call it by a name of this machine: a page of
/// the web, whose name may lead here, calls it by another.
pub async fn serve(listener: TcpListener, status: Arc<Status>) {
	let local = listener.local_addr().is_ok_and(|address| address.ip().is_loopback());
	let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
	loop {
		let Ok(turn) = room.clone().acquire_owned().await else { return };
		let Ok((stream, _)) = listener.accept().await else {
			// Out of file descriptors, perhaps.
			tokio::time::sleep(Duration::from_millis(200)).await;
			continue;
		};
		let status = status.clone();
		tokio::spawn(async move {
			let answering = service_fn(move |request| {
				let status = status.clone();
				async move { Ok::<_, Infallible>(answer(&request, &status, local)) }
			});
			let connection = http1::Builder::new()
				.timer(TokioTimer::new())
				.header_read_timeout(HEADER_LIMIT)
				.serve_connection(TokioIo::new(stream), answering);
			// What goes wrong with a connection is its other end's trouble.
			let _ = tokio::time::timeout(LONGEST, connection).await;
			drop(turn);
		});
	}
}

/// Whether a request names this machine: not at all, as `localhost`, or by a loopback address.
fn names_this_machine(request: &Request<Incoming>) -> bool {
	request.headers().get_all(HOST).iter().all(|host| host.to_str().is_ok_and(is_this_machine))
}

fn is_this_machine(host: &str) -> bool {
	let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
		Some((name, _)) => name,
		None => host.split_once(':').map_or(host, |(name, _)| name),
	};
	let address: Result<IpAddr, _> = name.parse();
	name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

fn answer(request: &Request<Incoming>, status: &Status, local: bool) -> Response<Full<Bytes>> {
	let is_get = request.method() == Method::GET || request.method() == Method::HEAD;
	let (code, kind, body) = match (is_get, request.uri().path()) {
		_ if local && !names_this_machine(request) => {
			let body = b"HostRefused: call it by localhost or a loopback address\n";
			(StatusCode::FORBIDDEN, "text/plain", body.to_vec())
		},
		(true, "/health") => {
			let (ok, answer) = status.health();
			let code = if ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
			(code, "application/json", answer.to_string().into_bytes())
		},
		(true, "/metrics") => (StatusCode::OK, "text/plain; version=0.0.4", status.metrics()),
		(true, _) => (StatusCode::NOT_FOUND, "text/plain", b"/health or /metrics\n".to_vec()),
		(false, _) => (StatusCode::METHOD_NOT_ALLOWED, "text/plain", b"GET\n".to_vec()),
	};
	let mut response = Response::new(Full::new(Bytes::from(body)));
	*response.status_mut() = code;
	response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(kind));
	response
}

#[cfg(test)]
mod tests {
	use super::*;
	use tokio::io::{AsyncReadExt, AsyncWriteExt};

	async fn ask(address: SocketAddr, request: &str) -> String {
		ask_as(address, request, "localhost:9647").await
	}

	async fn ask_as(address: SocketAddr, request: &str, host: &str) -> String {
		let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
		let head = format!("{request} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
		stream.write_all(head.as_bytes()).await.unwrap();
		let mut answer = String::new();
		stream.read_to_string(&mut answer).await.unwrap();
		answer
	}

	#[tokio::test]
	async fn health_and_metrics_are_answered_and_nothing_else() {
		let status = Arc::new(Status::new().unwrap());
		let listener = listen(([127, 0, 0, 1], 0).into()).await.unwrap();
		let address = listener.local_addr().unwrap();
		tokio::spawn(serve(listener, status.clone()));
		let well = ask(address, "GET /health").await;
		assert!(well.starts_with("HTTP/1.1 200") && well.contains("\"ok\":true"), "{well}");
		status.clock(Some("wrong".to_owned()));
		let ill = ask(address, "GET /health").await;
		assert!(ill.starts_with("HTTP/1.1 503") && ill.contains("ClockWrong"), "{ill}");
		let metrics = ask(address, "GET /metrics").await;
		assert!(metrics.contains("meterproof_agent_node_up"), "{metrics}");
		assert!(ask(address, "GET /else").await.starts_with("HTTP/1.1 404"));
		assert!(ask(address, "POST /health").await.starts_with("HTTP/1.1 405"));
		// A page of the web whose name leads to this machine.
		let page = ask_as(address, "GET /health", "page.example").await;
		assert!(page.starts_with("HTTP/1.1 403") && !page.contains("ClockWrong"), "{page}");
	}

	#[test]
	fn this_machine_has_few_names() {
		for host in ["localhost", "LOCALHOST:1", "127.0.0.1", "127.8.8.8:9647", "[::1]:9647"] {
			assert!(is_this_machine(host), "{host}");
		}
		for host in [
			"",
			"page.example",
			"localhost.page.example",
			"127.0.0.1.page.example:80",
			"192.0.2.7:9647",
			"[2001:db8::1]",
			"0.0.0.0",
		] {
			assert!(!is_this_machine(host), "{host}");
		}
	}
}
