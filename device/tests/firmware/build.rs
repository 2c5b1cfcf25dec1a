//! The library for a board, and the two programs that are linked with it.

use std::{
	env, fs,
	path::{Path, PathBuf},
	process::Command,
};

use crate::{boards::Board, vectors_table};

/// How the library is built.
pub struct Profile {
	pub name: &'static str,
	/// Of `Cargo.toml`.
	cargo: &'static str,
	features: &'static str,
	/// Functions that call what panics. The tables' index is a loop's own variable.
	pub panicking: &'static [&'static str],
}

pub const SIZE: Profile = Profile {
	name: "size",
	cargo: "firmware-size",
	features: "freestanding,small",
	panicking: &[],
};

const BASE_POINT: &str = "curve25519_dalek::edwards::EdwardsPoint::mul_base";

pub const PROFILES: &[&Profile] = &[
	&SIZE,
	&Profile {
		name: "size, tables",
		cargo: "firmware-size",
		features: "freestanding,small,tables",
		panicking: &[BASE_POINT],
	},
	&Profile {
		name: "speed",
		cargo: "firmware-speed",
		features: "freestanding,tables",
		panicking: &[BASE_POINT],
	},
];

/// Functions of the header.
const FUNCTIONS: [&str; 9] = [
	"meterproof_public_key",
	"meterproof_commit_and_sign",
	"meterproof_key_init",
	"meterproof_key_commit_and_sign",
	"meterproof_key_erase",
	"meterproof_ratchet",
	"meterproof_salt",
	"meterproof_commit",
	"meterproof_message",
];

/// The library for a board, and what is linked with it.
pub struct Programs {
	board: &'static Board,
	profile: &'static Profile,
	tools: &'static str,
	library: PathBuf,
	folder: PathBuf,
	/// Holds what the header declares, and nothing else.
	flash: PathBuf,
}

impl Programs {
	pub fn build(board: &'static Board, profile: &'static Profile) -> Self {
		let Some(tools) = board.tools.iter().find(|tools| runs(&format!("{tools}-gcc"))) else {
			panic!("no C compiler for {}: install one of {:?}", board.processor, board.tools)
		};
		let library = library(board, profile);
		let folder = library.parent().unwrap().join("check");
		fs::create_dir_all(&folder).unwrap();
		fs::write(folder.join("vectors.inc"), vectors_table::table()).unwrap();
		let mut programs = Self { board, profile, tools, library, folder, flash: PathBuf::new() };
		let keep = format!("-Wl,-u,{}", FUNCTIONS.join(",-u,"));
		programs.flash = programs.link("flash.elf", &["empty.c", &keep]);
		programs
	}

	/// The program that runs the vectors, and `rounds` of random secrets.
	pub fn check(&self, rounds: u32) -> PathBuf {
		let start = format!("{}.c", self.board.start);
		self.link("check.elf", &[&format!("-DROUNDS={rounds}"), "main.c", &start])
	}

	/// The example firmware.
	pub fn example(&self) -> PathBuf {
		let example = "../example";
		let sources = ["store", "meter", "wire", "qemu/main"].map(|c| format!("{example}/{c}.c"));
		let mut arguments = vec!["-I", example, "cortex_m.c"];
		arguments.extend(sources.iter().map(String::as_str));
		self.link("example.elf", &arguments)
	}

	fn link(&self, program: &str, arguments: &[&str]) -> PathBuf {
		let device = Path::new(env!("CARGO_MANIFEST_DIR"));
		let sources = device.join("firmware/check");
		let program = self.folder.join(program);
		let [code, memory, end] = self.board.memory;
		let mut compiler = Command::new(format!("{}-gcc", self.tools));
		compiler
			.args(self.board.compiler)
			.args(["-std=gnu99", "-Wall", "-Wextra", "-Werror", "-Os"])
			.args(["-ffreestanding", "-fno-pie", "-ffunction-sections", "-fdata-sections"])
			.args(["-no-pie", "-static", "-nostdlib", "-Wl,--gc-sections,--build-id=none"])
			.arg("-I")
			.arg(&sources)
			.arg("-I")
			.arg(device.join("include"))
			.arg("-I")
			.arg(device.join("tests"))
			.arg("-I")
			.arg(&self.folder)
			.args(arguments)
			.arg("-T")
			.arg(sources.join(format!("{}.ld", self.board.start)))
			.arg(format!("-Wl,--defsym=code_origin={code},--defsym=ram_origin={memory}"))
			.arg(format!("-Wl,--defsym=ram_end={end}"))
			.arg("-o")
			.arg(&program)
			.current_dir(&sources);
		if !self.profile.panicking.is_empty() {
			compiler.arg("panic.c");
		}
		compiler.arg(&self.library);
		run(&mut compiler);
		program
	}

	/// Code and constants, in bytes.
	pub fn flash(&self) -> u32 {
		self.size(&self.flash)[0]
	}

	/// Variables, in bytes.
	pub fn memory(&self) -> u32 {
		let [_, data, bss] = self.size(&self.flash);
		data + bss
	}

	/// Text, data, bss.
	pub fn size(&self, program: &Path) -> [u32; 3] {
		let said = run(Command::new(format!("{}-size", self.tools)).arg(program));
		let mut numbers =
			said.lines().nth(1).unwrap().split_whitespace().map_while(|n| n.parse().ok());
		[(); 3].map(|()| numbers.next().unwrap())
	}

	/// Symbols in whose name this stands.
	pub fn symbols(&self, part: &str) -> Vec<String> {
		let said =
			run(Command::new(format!("{}-nm", self.tools)).arg("--demangle").arg(&self.flash));
		assert!(said.contains(FUNCTIONS[0]), "{said}");
		said.lines().filter(|line| line.contains(part)).map(String::from).collect()
	}

	/// Functions that refer to a symbol in whose name this stands, and have it not in their own.
	pub fn callers(&self, part: &str) -> Vec<String> {
		let said = run(Command::new(format!("{}-objdump", self.tools))
			.args(["--disassemble", "--demangle", "--no-show-raw-insn"])
			.arg(&self.flash));
		let mut callers: Vec<String> = Vec::new();
		let mut function = "";
		for line in said.lines() {
			let name = line.split_once('<').and_then(|(_, rest)| rest.rsplit_once('>'));
			match name {
				Some((name, ":")) => function = name,
				Some((name, _)) if name.contains(part) && !function.contains(part) => {
					callers.push(function.into());
				},
				_ => (),
			}
		}
		callers.sort();
		callers.dedup();
		callers
	}
}

/// The static library, in the folder where this test itself was built.
fn library(board: &Board, profile: &Profile) -> PathBuf {
	let executable = env::current_exe().unwrap();
	let target = executable.ancestors().nth(3).unwrap();
	// A file for each set of features, so that none is taken for another's.
	let folder = target.join("firmware").join(profile.name.replace(", ", "-"));
	run(Command::new(env!("CARGO"))
		.args(["rustc", "--quiet", "--offline", "--lib", "--no-default-features"])
		.args(["--crate-type", "staticlib", "--profile", profile.cargo])
		.args(["--features", profile.features, "--target", board.target, "--manifest-path"])
		.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
		.arg("--target-dir")
		.arg(target));
	let built = target.join(board.target).join(profile.cargo).join("libmeterproof_device.a");
	let folder = folder.join(board.target);
	fs::create_dir_all(&folder).unwrap();
	let library = folder.join("libmeterproof_device.a");
	fs::copy(built, &library).unwrap();
	library
}

fn runs(program: &str) -> bool {
	Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn run(command: &mut Command) -> String {
	let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
	let text = String::from_utf8_lossy(&output.stdout).into_owned();
	let errors = String::from_utf8_lossy(&output.stderr);
	assert!(output.status.success(), "{command:?}: {}\n{text}\n{errors}", output.status);
	text
}
