//! The verifier as Wasm, in wasmtime with the settings and limits that the SDK's executor
//! (sc-executor-wasmtime 0.47) gives a runtime.

use super::{timed, End, Engine, Run};
use crate::memory::Memory;
use anyhow::{Context, Result};
use meterproof_fuzz_subject::{self as subject, Statement};
use std::time::Duration;
use wasmtime::{
	Caller, Config, Extern, Instance, InstanceAllocationStrategy, InstancePre, Linker, Module,
	OptLevel, PoolingAllocationConfig, Store, StoreLimits, StoreLimitsBuilder, TypedFunc,
};

/// `sc_executor_common::wasm_runtime::DEFAULT_HEAP_ALLOC_PAGES`: pages that a call gets on top of
/// the module's own, unless the operator says otherwise.
pub const EXTRA_PAGES: u64 = 2_048;
const PAGE: u64 = 65_536;

/// Stack of compiled code where, as for a runtime, no deterministic limit is set.
const STACK: usize = 1024 * 1024;

/// The guest that the build script has built.
const GUEST: &[u8] = include_bytes!(env!("METERPROOF_FUZZ_GUEST"));

/// Which export is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
	/// Our verifier.
	Verify,
	/// The proof system alone.
	Stock,
}

struct State {
	limits: StoreLimits,
	panic: Option<String>,
}

/// The compiled guest; threads share it.
#[derive(Clone)]
pub struct WasmModule {
	instance: InstancePre<State>,
	memory: u64,
	counts: bool,
}

/// Compiles the guest.
pub fn module() -> Result<WasmModule> {
	compile(false)
}

/// Compiles the guest so that it counts the instructions it executes ([`Wasm::instructions`]). Nothing is
/// optimised: the number is the same, and the compiler is faster.
pub fn counting_module() -> Result<WasmModule> {
	compile(true)
}

fn compile(counts: bool) -> Result<WasmModule> {
	let mut pool = PoolingAllocationConfig::default();
	pool.max_unused_warm_slots(4)
		.max_core_instance_size(512 * 1024)
		.table_elements(8192)
		.max_memory_size(0x10000 * PAGE as usize)
		.total_tables(64)
		.total_memories(64)
		.total_core_instances(64);
	let mut config = Config::new();
	config
		.consume_fuel(counts)
		.cranelift_opt_level(if counts { OptLevel::None } else { OptLevel::SpeedAndSize })
		.cranelift_nan_canonicalization(false)
		.max_wasm_stack(STACK)
		.wasm_simd(false)
		.wasm_relaxed_simd(false)
		.wasm_bulk_memory(false)
		.wasm_multi_value(false)
		.wasm_multi_memory(false)
		.wasm_memory64(false)
		.wasm_tail_call(false)
		.wasm_extended_const(false)
		.memory_init_cow(true)
		.memory_guaranteed_dense_image_size(u64::MAX)
		.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
	let engine = wasmtime::Engine::new(&config)?;
	let module = Module::new(&engine, GUEST)?;
	let memory = module
		.exports()
		.find_map(|export| export.ty().memory().map(|memory| memory.minimum()))
		.context("a guest without a memory")?;
	let mut linker = Linker::new(&engine);
	linker.func_wrap("host", "panicked", panicked)?;
	Ok(WasmModule {
		instance: linker.instantiate_pre(&module)?,
		memory: (memory + EXTRA_PAGES) * PAGE,
		counts,
	})
}

/// The guest says why it is about to trap.
fn panicked(mut caller: Caller<'_, State>, text: u32, length: u32) {
	let Some(Extern::Memory(memory)) = caller.get_export("memory") else { return };
	let range = text as usize..(text as usize).saturating_add(length as usize);
	let text = memory.data(&caller).get(range).unwrap_or_default();
	let text = String::from_utf8_lossy(text).into_owned();
	caller.data_mut().panic = Some(text);
}

/// Verifies in Wasm; as in the node, each call has an instance of its own.
pub struct Wasm {
	module: WasmModule,
	entry: Entry,
}

impl Wasm {
	/// Calls `entry` of `module`.
	pub fn new(module: WasmModule, entry: Entry) -> Self {
		Self { module, entry }
	}

	/// The verdict, an index of `CLASSES`, and how many WebAssembly instructions it took: the same on every
	/// machine. Reading the case is not among them.
	///
	/// # Errors
	/// Fails where the verification traps, or where the module is not from [`counting_module`].
	pub fn instructions(&self, statement: &Statement, proof: &[u8]) -> Result<(u32, u64)> {
		let (mut store, instance) = self.load(statement, proof)?;
		let before = store.get_fuel()?;
		let class = self.entry(&mut store, &instance)?.call(&mut store, ())?;
		Ok((class, before - store.get_fuel()?))
	}

	/// An instance that has read the case.
	fn load(&self, statement: &Statement, proof: &[u8]) -> Result<(Store<State>, Instance)> {
		let limits = StoreLimitsBuilder::new().memory_size(self.module.memory as usize).build();
		let engine = self.module.instance.module().engine();
		let mut store = Store::new(engine, State { limits, panic: None });
		store.limiter(|state| &mut state.limits);
		if self.module.counts {
			store.set_fuel(u64::MAX)?;
		}
		let instance = self.module.instance.instantiate(&mut store)?;

		let case = subject::encode(statement, proof);
		let length = u32::try_from(case.len())?;
		let reserve: TypedFunc<u32, u32> = instance.get_typed_func(&mut store, "reserve")?;
		let at = reserve.call(&mut store, length)?;
		let memory = instance.get_memory(&mut store, "memory").context("no memory")?;
		memory.write(&mut store, at as usize, &case)?;
		let load: TypedFunc<(u32, u32), u32> = instance.get_typed_func(&mut store, "load")?;
		anyhow::ensure!(load.call(&mut store, (at, length))? == 1, "the guest reads no case");
		Ok((store, instance))
	}

	fn entry(&self, store: &mut Store<State>, instance: &Instance) -> Result<TypedFunc<(), u32>> {
		let name = match self.entry {
			Entry::Verify => "verify",
			Entry::Stock => "stock",
		};
		Ok(instance.get_typed_func(store, name)?)
	}

	fn call(&self, statement: &Statement, proof: &[u8]) -> Result<Run> {
		let (mut store, instance) = self.load(statement, proof)?;
		let entry = self.entry(&mut store, &instance)?;
		let (result, time) = timed(|| entry.call(&mut store, ()));
		let end = match result {
			Ok(class) => End::Verdict(class),
			Err(trap) => {
				let panic = store.data_mut().panic.take();
				End::Crash(panic.unwrap_or_else(|| format!("{trap:#}")))
			},
		};
		let mut number = |name| -> Result<usize> {
			let function: TypedFunc<(), u32> = instance.get_typed_func(&mut store, name)?;
			Ok(function.call(&mut store, ())? as usize)
		};
		let memory = Memory { peak: number("peak")?, largest: number("largest")? };
		Ok(Run { end, time, memory })
	}
}

impl Engine for Wasm {
	fn run(&mut self, statement: &Statement, proof: &[u8]) -> Run {
		self.call(statement, proof).unwrap_or_else(|error| Run {
			end: End::Crash(format!("outside of the verifier: {error:#}")),
			time: Duration::ZERO,
			memory: Memory::default(),
		})
	}
}
