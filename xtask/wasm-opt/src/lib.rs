//! Stands in for the crate `wasm-opt` in the build of the runtime.
//!
//! `substrate-wasm-builder` asks `wasm-opt` for two things: that debug sections are gone, and that no
//! sign-extension instruction is left. The crate of that name builds Binaryen for it, 14 processor
//! minutes of C++. The runtime is compiled for `wasm32v1-none`, whose compiler emits no
//! sign-extension instruction in the first place. So this crate leaves out the debug sections, copies
//! the others as they are, and refuses a module that has any instruction beyond WebAssembly 1.0.
//!
//! It has the part of the other crate's interface that `substrate-wasm-builder` uses
//! (docs/decisions/0025).

use std::{fs, path::Path};

use wasm_encoder::{Module, RawSection};
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

/// What sections with debug information are called (DWARF for WebAssembly, "Embedding DWARF").
const DEBUG_PREFIX: &str = ".debug_";
/// The section with the names of functions (WebAssembly 1.0, appendix "Custom Sections").
const NAME_SECTION: &str = "name";

/// Why a module was not written.
#[derive(Debug, thiserror::Error)]
pub enum OptimizationError {
	/// A file could not be read or written.
	#[error("{path}: {error}")]
	File {
		/// Which one.
		path: String,
		/// What the system says.
		error: std::io::Error,
	},
	/// The module is none of WebAssembly 1.0.
	#[error("not a module of WebAssembly 1.0 as wasm32v1-none has it: {0}")]
	Module(#[from] wasmparser::BinaryReaderError),
}

/// A step that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
	/// Leave out debug sections.
	StripDwarf,
	/// Have no sign-extension instruction: always so, or the module is refused.
	SignextLowering,
}

/// What to do with a module.
#[derive(Clone, Debug, Default)]
pub struct OptimizationOptions {
	keep_names: bool,
	strip_debug: bool,
}

impl OptimizationOptions {
	/// Options with every optimisation off.
	pub fn new_opt_level_0() -> Self {
		Self::default()
	}

	/// Only WebAssembly 1.0: always so.
	pub fn mvp_features_only(&mut self) -> &mut Self {
		self
	}

	/// Whether the names of functions stay.
	pub fn debug_info(&mut self, keep: bool) -> &mut Self {
		self.keep_names = keep;
		self
	}

	/// Asks for a step.
	pub fn add_pass(&mut self, pass: Pass) -> &mut Self {
		self.strip_debug |= pass == Pass::StripDwarf;
		self
	}

	/// Reads a module from one file and writes it to another, which may be the same.
	pub fn run(
		&self,
		from: impl AsRef<Path>,
		to: impl AsRef<Path>,
	) -> Result<(), OptimizationError> {
		let named = |path: &Path| {
			let path = path.display().to_string();
			|error| OptimizationError::File { path, error }
		};
		let (from, to) = (from.as_ref(), to.as_ref());
		let module = fs::read(from).map_err(named(from))?;
		fs::write(to, self.apply(&module)?).map_err(named(to))
	}

	/// The module without what is to be left out.
	fn apply(&self, module: &[u8]) -> Result<Vec<u8>, OptimizationError> {
		Validator::new_with_features(WasmFeatures::WASM1).validate_all(module)?;
		let mut kept = Module::new();
		for payload in Parser::new(0).parse_all(module) {
			let payload = payload?;
			if matches!(&payload, Payload::CustomSection(section) if self.leaves_out(section.name()))
			{
				continue;
			}
			if let Some((id, range)) = payload.as_section() {
				let data = module.get(range).unwrap_or_default();
				kept.section(&RawSection { id, data });
			}
		}
		Ok(kept.finish())
	}

	fn leaves_out(&self, section: &str) -> bool {
		(self.strip_debug && section.starts_with(DEBUG_PREFIX))
			|| (!self.keep_names && section == NAME_SECTION)
	}
}

#[cfg(test)]
mod tests {
	use wasm_encoder::{
		CodeSection, CustomSection, Function, FunctionSection, TypeSection, ValType,
	};

	use super::*;

	/// A function of one number, and sections of these names.
	fn module(write: impl FnOnce(&mut Function), sections: &[&str]) -> Vec<u8> {
		let mut types = TypeSection::new();
		types.ty().function([ValType::I32], [ValType::I32]);
		let mut functions = FunctionSection::new();
		functions.function(0);
		let mut code = CodeSection::new();
		let mut function = Function::new([]);
		write(&mut function);
		code.function(&function);
		let mut module = Module::new();
		module.section(&types).section(&functions).section(&code);
		for name in sections {
			module.section(&CustomSection { name: (*name).into(), data: b"some bytes"[..].into() });
		}
		module.finish()
	}

	fn identity(function: &mut Function) {
		function.instructions().local_get(0).end();
	}

	fn as_the_builder_asks() -> OptimizationOptions {
		let mut options = OptimizationOptions::new_opt_level_0();
		options
			.mvp_features_only()
			.debug_info(true)
			.add_pass(Pass::StripDwarf)
			.add_pass(Pass::SignextLowering);
		options
	}

	#[test]
	fn debug_sections_go_and_everything_else_stays_as_it_is() {
		let kept = ["runtime_version", "name", "runtime_apis"];
		let all = ["runtime_version", ".debug_info", "name", ".debug_str", "runtime_apis"];
		let stripped = as_the_builder_asks().apply(&module(identity, &all)).unwrap();
		assert_eq!(stripped, module(identity, &kept));
	}

	#[test]
	fn names_go_where_nobody_asks_for_them() {
		let options = OptimizationOptions::new_opt_level_0();
		let stripped = options.apply(&module(identity, &["name", ".debug_info"])).unwrap();
		assert_eq!(stripped, module(identity, &[".debug_info"]));
	}

	#[test]
	fn an_instruction_beyond_webassembly_1_is_refused() {
		let extending = |function: &mut Function| {
			function.instructions().local_get(0).i32_extend8_s().end();
		};
		let error = as_the_builder_asks().apply(&module(extending, &[])).unwrap_err();
		assert!(matches!(error, OptimizationError::Module(_)), "{error}");
	}

	#[test]
	fn what_is_no_module_is_refused_and_nothing_is_written() {
		let folder = tempfile::tempdir().unwrap();
		let (from, to) = (folder.path().join("from"), folder.path().join("to"));
		fs::write(&from, b"no module").unwrap();
		let error = as_the_builder_asks().run(&from, &to).unwrap_err();
		assert!(matches!(error, OptimizationError::Module(_)), "{error}");
		assert!(!to.exists());
		let missing = as_the_builder_asks().run(&to, &from).unwrap_err();
		assert!(missing.to_string().contains("to: "), "{missing}");
	}

	#[test]
	fn a_file_can_be_written_in_its_own_place() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("runtime.wasm");
		fs::write(&file, module(identity, &[".debug_info"])).unwrap();
		as_the_builder_asks().run(&file, &file).unwrap();
		assert_eq!(fs::read(&file).unwrap(), module(identity, &[]));
	}
}
