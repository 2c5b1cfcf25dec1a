//! The system packages that the build needs, and how to tell that they are there.
//!
//! Found by reading the dependencies' build scripts: `protoc` compiles the network protocols
//! (prost-build under sc-network), and litep2p's WebRTC support links OpenSSL: the system's, since
//! `.cargo/config.toml` turns off the copy that openssl-sys would build for minutes. No C++, clang
//! or cmake: nothing runs bindgen, and the database is ParityDB.

use std::process::Command;

use crate::process::answer;

/// A program that must be there.
pub struct Package {
	/// The package's name in Debian and Ubuntu.
	pub name: &'static str,
	/// What it is for.
	pub purpose: &'static str,
	check: &'static [&'static str],
}

impl Package {
	/// Whether it is installed, however that was done.
	pub fn is_there(&self) -> bool {
		// protoc may also be named by PROTOC, as its users' build scripts allow.
		if self.name == "protobuf-compiler" {
			if let Some(protoc) = std::env::var_os("PROTOC") {
				return answer(Command::new(protoc).arg("--version")).is_some();
			}
		}
		match self.check {
			[program, arguments @ ..] => answer(Command::new(program).args(arguments)).is_some(),
			[] => true,
		}
	}
}

/// Packages that building needs.
pub const BUILD: &[Package] = &[
	Package { name: "gcc", purpose: "C compiler and linker", check: &["cc", "--version"] },
	Package {
		name: "libc6-dev",
		purpose: "C headers",
		check: &["cc", "-fsyntax-only", "-include", "stdlib.h", "-x", "c", "/dev/null"],
	},
	Package { name: "pkg-config", purpose: "finds OpenSSL", check: &["pkg-config", "--version"] },
	Package {
		name: "libssl-dev",
		purpose: "OpenSSL, for the network",
		check: &["pkg-config", "--atleast-version=3", "openssl"],
	},
	Package {
		name: "protobuf-compiler",
		purpose: "compiles network protocols",
		check: &["protoc", "--version"],
	},
];

/// Packages that the device vectors in Python and the light client need.
pub const TEST: &[Package] = &[
	Package { name: "python3", purpose: "device test vectors", check: &["python3", "--version"] },
	Package {
		name: "python3-venv",
		purpose: "device test vectors",
		check: &["python3", "-c", "import venv, ensurepip"],
	},
	Package { name: "nodejs", purpose: "runs the light client", check: &["node", "--version"] },
	Package {
		name: "npm",
		purpose: "installs the light client and what a trader's program needs",
		check: &["npm", "--version"],
	},
];

/// Packages that emulated meters need (`cargo xtask firmware`).
pub const FIRMWARE: &[Package] = &[
	Package {
		name: "gcc-arm-linux-gnueabihf",
		purpose: "C compiler for Cortex-M",
		check: &["arm-linux-gnueabihf-gcc", "--version"],
	},
	Package {
		name: "gcc-riscv64-unknown-elf",
		purpose: "C compiler for RISC-V",
		check: &["riscv64-unknown-elf-gcc", "--version"],
	},
	Package {
		name: "qemu-system-arm",
		purpose: "emulates Cortex-M",
		check: &["qemu-system-arm", "--version"],
	},
	Package {
		name: "qemu-system-misc",
		purpose: "emulates RISC-V",
		check: &["qemu-system-riscv32", "--version"],
	},
];

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_missing_program_is_noticed() {
		let package = |check| Package { name: "some", purpose: "none", check };
		assert!(!package(&["meterproof-no-such-program"]).is_there());
		assert!(!package(&["false"]).is_there());
		assert!(package(&["true"]).is_there());
	}
}
