//! Tasks that a node cannot be without, and that may end all the same once nobody needs them any more.
//!
//! The SDK reports each such task that ends as a failure, also where it ends because what it works for was
//! dropped: the pool's when a node stops in order, the import queue's when a command has done its work.
//! Here such a task waits for the end of the node or command instead. One that panics, or ends while it is
//! needed, stops the node as ever.

use std::sync::{Arc, OnceLock, Weak};

use futures::{
	future::{pending, BoxFuture},
	FutureExt,
};
use sp_core::traits::SpawnEssentialNamed;

/// Whether a task may end now.
#[derive(Clone)]
pub struct MayEnd(Arc<dyn Fn() -> bool + Send + Sync>);

impl MayEnd {
	/// The task may end at any time: whoever asked for its work has it.
	pub fn always() -> Self {
		Self(Arc::new(|| true))
	}

	/// The task may never end.
	pub fn never() -> Self {
		Self(Arc::new(|| false))
	}

	/// The task may end once nobody has the thing that it works for any more. That thing is put into the cell as
	/// soon as it exists.
	pub fn without<T: Send + Sync + 'static>() -> (Self, Arc<OnceLock<Weak<T>>>) {
		let cell = Arc::new(OnceLock::<Weak<T>>::new());
		let known = cell.clone();
		let gone = move || known.get().is_some_and(|works_for| works_for.strong_count() == 0);
		(Self(Arc::new(gone)), cell)
	}
}

/// Spawns such tasks.
#[derive(Clone)]
pub struct Tasks<S> {
	spawner: S,
	may_end: MayEnd,
}

impl<S> Tasks<S> {
	/// Tasks of a spawner that may end.
	pub fn new(spawner: S, may_end: MayEnd) -> Self {
		Self { spawner, may_end }
	}

	fn waiting(&self, task: BoxFuture<'static, ()>) -> BoxFuture<'static, ()> {
		let MayEnd(may_end) = self.may_end.clone();
		let waiting = async move {
			task.await;
			if may_end() {
				pending::<()>().await;
			}
		};
		waiting.boxed()
	}
}

impl<S: SpawnEssentialNamed + Clone> SpawnEssentialNamed for Tasks<S> {
	fn spawn_essential_blocking(
		&self,
		name: &'static str,
		group: Option<&'static str>,
		task: BoxFuture<'static, ()>,
	) {
		self.spawner.spawn_essential_blocking(name, group, self.waiting(task));
	}

	fn spawn_essential(
		&self,
		name: &'static str,
		group: Option<&'static str>,
		task: BoxFuture<'static, ()>,
	) {
		self.spawner.spawn_essential(name, group, self.waiting(task));
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::sync::Mutex;

	/// Keeps what it is told to spawn.
	#[derive(Clone, Default)]
	struct Spawned(Arc<Mutex<Vec<BoxFuture<'static, ()>>>>);

	impl SpawnEssentialNamed for Spawned {
		fn spawn_essential_blocking(
			&self,
			_: &'static str,
			_: Option<&'static str>,
			task: BoxFuture<'static, ()>,
		) {
			self.0.lock().unwrap().push(task);
		}

		fn spawn_essential(
			&self,
			name: &'static str,
			group: Option<&'static str>,
			task: BoxFuture<'static, ()>,
		) {
			self.spawn_essential_blocking(name, group, task);
		}
	}

	/// How many of two tasks that have nothing to do have ended.
	fn ended(may_end: MayEnd) -> usize {
		let spawned = Spawned::default();
		let tasks = Tasks::new(spawned.clone(), may_end);
		tasks.spawn_essential("one", None, async {}.boxed());
		tasks.spawn_essential_blocking("other", None, async {}.boxed());
		let all = std::mem::take(&mut *spawned.0.lock().unwrap());
		all.into_iter().filter_map(FutureExt::now_or_never).count()
	}

	#[test]
	fn a_task_ends_in_silence_only_when_nobody_needs_it() {
		assert_eq!(ended(MayEnd::never()), 2);
		assert_eq!(ended(MayEnd::always()), 0);
		let (may_end, cell) = MayEnd::without::<u8>();
		assert_eq!(ended(may_end.clone()), 2, "what it works for is not there yet");
		let pool = Arc::new(7);
		cell.set(Arc::downgrade(&pool)).unwrap();
		assert_eq!(ended(may_end.clone()), 2, "it is in use");
		drop(pool);
		assert_eq!(ended(may_end), 0);
	}

	#[test]
	#[should_panic = "out of order"]
	fn a_task_that_panics_panics() {
		let tasks = Tasks::new(Spawned::default(), MayEnd::always());
		let _ = tasks.waiting(async { panic!("out of order") }.boxed()).now_or_never();
	}
}
