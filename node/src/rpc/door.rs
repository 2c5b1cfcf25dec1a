//! Where this chain's own methods do their work: on threads of their own, and in bounded numbers.
//!
//! A method that asks the runtime holds its thread until the runtime has answered. On the threads that
//! serve connections everybody would wait for it, and on those that the SDK keeps for such methods
//! (`state_call` and others) it would wait for what strangers ask there. Each lane has its own threads
//! and its own queue, so that neither questions nor proofs keep out what meters send.

use std::{
	io,
	panic::{catch_unwind, AssertUnwindSafe},
	sync::{
		mpsc::{sync_channel, Receiver, SyncSender},
		Arc, Mutex, PoisonError,
	},
	thread,
	time::{Duration, Instant},
};

use jsonrpsee::{
	core::RpcResult,
	server::{MethodCallback, MethodResponse, Methods, RegisterMethodError},
	types::Params,
};
use tokio::sync::oneshot;

use super::{
	error, limits,
	parameters::{self, Parameters},
};

/// What waited longer has not been begun, and is refused.
const PATIENCE: Duration = Duration::from_secs(10);

/// Most pieces of work that wait in a lane: those of as many requests. Commitments come from all meters
/// at once, and a proof takes a hundred times as long as a question.
const MOST_FROM_METERS: usize = 1_024;
const MOST_QUERIES: usize = 256;
const MOST_PROOFS: usize = 64;

/// Threads of a lane, where half of the machine's cores are no fewer and no more.
const FEWEST_THREADS: usize = 2;
const MOST_THREADS: usize = 4;

/// All lanes.
#[derive(Clone)]
pub struct Door {
	/// Commitments: `metering_submitCommitments`.
	pub meters: Lane,
	/// What is read from the chain.
	pub queries: Lane,
	/// `settlement_*`, and payments: what is to be proved, and what verifies proofs or carries them.
	pub proofs: Lane,
}

impl Door {
	/// Starts the threads. They end when the last copy of this is gone.
	pub fn open() -> io::Result<Self> {
		let cores = thread::available_parallelism().map_or(1, usize::from);
		let threads = (cores / 2).clamp(FEWEST_THREADS, MOST_THREADS);
		Ok(Self {
			meters: Lane::open("rpc-meters", threads, MOST_FROM_METERS, PATIENCE)?,
			queries: Lane::open("rpc-queries", threads, MOST_QUERIES, PATIENCE)?,
			proofs: Lane::open("rpc-proofs", FEWEST_THREADS, MOST_PROOFS, PATIENCE)?,
		})
	}
}

type Work = Box<dyn FnOnce() + Send>;

/// A few threads and a bounded queue of what they are to do.
#[derive(Clone)]
pub struct Lane {
	queue: SyncSender<Work>,
	patience: Duration,
}

impl Lane {
	fn open(
		name: &str,
		threads: usize,
		most_waiting: usize,
		patience: Duration,
	) -> io::Result<Self> {
		let (queue, waiting) = sync_channel(most_waiting);
		let waiting = Arc::new(Mutex::new(waiting));
		for _ in 0..threads {
			let waiting = waiting.clone();
			thread::Builder::new().name(name.into()).spawn(move || work_off(&waiting))?;
		}
		Ok(Self { queue, patience })
	}

	/// Has `work` done on one of the lane's threads. Refuses with [`error::BUSY`] what finds the queue
	/// full, and what is not begun in time. Work whose caller is gone by its turn is not done.
	pub async fn run<T: Send + 'static>(
		&self,
		work: impl FnOnce() -> T + Send + 'static,
	) -> RpcResult<T> {
		let (answer, answered) = oneshot::channel();
		let (asked, patience) = (Instant::now(), self.patience);
		let work = Box::new(move || {
			if !answer.is_closed() && asked.elapsed() < patience {
				// The caller may go meanwhile.
				let _ = answer.send(work());
			}
		});
		self.queue.try_send(work).map_err(|_| error::busy())?;
		answered.await.map_err(|_| error::busy())
	}

	/// A module's methods such that those that do not yield are answered by this lane, and none reads
	/// parameters that are longer than any that it takes ([`limits::longest_parameters`]), or others than
	/// it has ([`parameters`]).
	pub fn guard(&self, methods: impl Into<Methods>) -> Result<Methods, RegisterMethodError> {
		let methods = methods.into();
		let mut guarded = Methods::new();
		for name in methods.method_names() {
			if let Some(callback) = methods.method(name) {
				let taken = Taken {
					longest: limits::longest_parameters(name),
					known: parameters::of(name),
				};
				guarded.verify_and_insert(name, self.guarded(callback.clone(), taken))?;
			}
		}
		Ok(guarded)
	}

	fn guarded(&self, callback: MethodCallback, taken: Taken) -> MethodCallback {
		match callback {
			MethodCallback::Sync(method) => {
				let lane = self.clone();
				MethodCallback::Async(Arc::new(move |id, params, _, most, extensions| {
					let (lane, method) = (lane.clone(), method.clone());
					Box::pin(async move {
						let (called, around) = (id.clone(), extensions.clone());
						let answer = match taken.fit(params) {
							Ok(params) => {
								lane.run(move || method(id, params, most, extensions)).await
							},
							Err(error) => Err(error),
						};
						answer.unwrap_or_else(|error| {
							MethodResponse::error(called, error).with_extensions(around)
						})
					})
				}))
			},
			MethodCallback::Async(method) => {
				MethodCallback::Async(Arc::new(move |id, params, connection, most, extensions| {
					match taken.fit(params) {
						Ok(params) => method(id, params, connection, most, extensions),
						Err(error) => Box::pin(async move {
							MethodResponse::error(id, error).with_extensions(extensions)
						}),
					}
				}))
			},
			subscription => subscription,
		}
	}
}

/// What parameters a method takes.
#[derive(Clone, Copy)]
struct Taken {
	/// The greatest length of the parameters, in bytes of JSON.
	longest: usize,
	/// The method's parameters; `None` for a method of the SDK.
	known: Option<&'static Parameters>,
}

impl Taken {
	/// Refuses what cannot be the method's parameters; gives them by position.
	fn fit(self, params: Params<'static>) -> RpcResult<Params<'static>> {
		limits::ensure_short(&params, self.longest)?;
		let ordered = self.known.map(|known| known.in_order(&params)).transpose()?.flatten();
		Ok(ordered.unwrap_or(params))
	}
}

/// Until nobody can send work any more.
fn work_off(waiting: &Mutex<Receiver<Work>>) {
	loop {
		// The queue is free again before the work is done.
		let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
		let Ok(work) = next else { return };
		// The hook for panics has reported it, or ended the node; the caller is told that there is no
		// answer.
		let _ = catch_unwind(AssertUnwindSafe(work));
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use jsonrpsee::{core::server::MethodsError, RpcModule};
	use std::sync::mpsc::channel;

	const LONG: Duration = Duration::from_secs(60);

	/// Has a lane's only thread wait, and gives what ends the waiting.
	fn hold(lane: &Lane) -> (impl FnOnce(), tokio::task::JoinHandle<RpcResult<()>>) {
		let (release, held) = channel::<()>();
		let (begun, begins) = channel();
		let lane = lane.clone();
		let holding = tokio::spawn(async move {
			lane.run(move || {
				begun.send(()).unwrap();
				held.recv().unwrap();
			})
			.await
		});
		begins.recv().unwrap();
		(move || release.send(()).unwrap(), holding)
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_full_lane_refuses_at_once_and_the_others_go_on() {
		let lane = Lane::open("full", 1, 1, LONG).unwrap();
		let other = Lane::open("other", 1, 1, LONG).unwrap();
		let (release, holding) = hold(&lane);
		// The queue takes one.
		let mut waiting = std::pin::pin!(lane.run(|| 7));
		assert!(tokio::time::timeout(Duration::from_millis(1), &mut waiting).await.is_err());
		let refused = lane.run(|| ()).await.unwrap_err();
		assert_eq!(refused.code(), error::BUSY);
		assert!(refused.message().starts_with("NodeBusy: "));
		assert_eq!(other.run(|| 8).await.unwrap(), 8);
		release();
		holding.await.unwrap().unwrap();
		assert_eq!(waiting.await.unwrap(), 7);
		assert_eq!(lane.run(|| 9).await.unwrap(), 9);
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn what_waits_too_long_is_refused_and_not_done() {
		let lane = Lane::open("slow", 1, 8, Duration::from_millis(500)).unwrap();
		let (release, holding) = hold(&lane);
		let (done, asked) = channel();
		let mut waiting = std::pin::pin!(lane.run(move || done.send(()).unwrap()));
		assert!(tokio::time::timeout(Duration::from_millis(1), &mut waiting).await.is_err());
		tokio::time::sleep(Duration::from_millis(550)).await;
		release();
		holding.await.unwrap().unwrap();
		assert_eq!(waiting.await.unwrap_err().code(), error::BUSY);
		assert!(asked.recv().is_err(), "not done");
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn what_nobody_waits_for_any_more_is_not_done() {
		let lane = Lane::open("gone", 1, 8, LONG).unwrap();
		let (release, holding) = hold(&lane);
		let (done, asked) = channel();
		let waiting = lane.run(move || done.send(()).unwrap());
		assert!(tokio::time::timeout(Duration::from_millis(1), waiting).await.is_err());
		release();
		holding.await.unwrap().unwrap();
		assert!(asked.recv().is_err(), "not done");
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_panic_costs_its_caller_the_answer_and_the_lane_nothing() {
		let lane = Lane::open("panics", 1, 8, LONG).unwrap();
		assert!(lane.run(|| panic!("in a test")).await.is_err());
		assert_eq!(lane.run(|| 1).await.unwrap(), 1);
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn methods_that_do_not_yield_run_on_the_lane_and_read_no_long_parameters() {
		let lane = Lane::open("the-lane", 1, 8, LONG).unwrap();
		let thread = || thread::current().name().unwrap_or_default().to_owned();
		let mut module = RpcModule::new(());
		module.register_method("sync", move |_, _, _| thread()).unwrap();
		module.register_async_method("async", move |_, _, _| async move { thread() }).unwrap();
		let guarded = lane.guard(module).unwrap();
		assert!(guarded.method_names().count() == 2);
		assert_eq!(guarded.call::<_, String>("sync", [1]).await.unwrap(), "the-lane");
		assert_ne!(guarded.call::<_, String>("async", [1]).await.unwrap(), "the-lane");
		let long = "x".repeat(limits::longest_parameters("sync"));
		for name in ["sync", "async"] {
			let refused = guarded.call::<_, String>(name, [&long]).await.unwrap_err();
			let MethodsError::JsonRpc(refused) = refused else { panic!("{refused}") };
			assert_eq!(refused.code(), error::INVALID_PARAMETER, "{name}");
			assert!(refused.message().len() < 100);
		}
	}
}
