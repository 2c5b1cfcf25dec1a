//! One computation, compiled for several processors.

/// A computation over lanes. `run` and all it calls must be `#[inline(always)]`: what is not inlined is
/// compiled for any processor.
pub trait Kernel {
	/// What it computes.
	type Output;
	/// Computes the output.
	fn run(self) -> Self::Output;
}

/// Runs the kernel as compiled for this processor; with debug assertions, as for any processor, so that it
/// is compiled once.
#[inline]
pub fn dispatch<K: Kernel>(kernel: K) -> K::Output {
	#[cfg(all(target_arch = "x86_64", not(debug_assertions)))]
	{
		// The standard library asks the processor once.
		if is_x86_feature_detected!("avx512f")
			&& is_x86_feature_detected!("avx512bw")
			&& is_x86_feature_detected!("avx512dq")
			&& is_x86_feature_detected!("avx512vl")
		{
			#[allow(unsafe_code, reason = "the features were detected in the line above")]
			return unsafe { with_avx512(kernel) };
		}
		if is_x86_feature_detected!("avx2") {
			#[allow(unsafe_code, reason = "the feature was detected in the line above")]
			return unsafe { with_avx2(kernel) };
		}
	}
	kernel.run()
}

#[cfg(all(target_arch = "x86_64", not(debug_assertions)))]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn with_avx512<K: Kernel>(kernel: K) -> K::Output {
	kernel.run()
}

#[cfg(all(target_arch = "x86_64", not(debug_assertions)))]
#[target_feature(enable = "avx2")]
fn with_avx2<K: Kernel>(kernel: K) -> K::Output {
	kernel.run()
}

/// The name of what [`dispatch`] chooses here, for reports.
pub fn level() -> &'static str {
	#[cfg(all(target_arch = "x86_64", not(debug_assertions)))]
	{
		if is_x86_feature_detected!("avx512f")
			&& is_x86_feature_detected!("avx512bw")
			&& is_x86_feature_detected!("avx512dq")
			&& is_x86_feature_detected!("avx512vl")
		{
			return "AVX-512";
		}
		if is_x86_feature_detected!("avx2") {
			return "AVX2";
		}
	}
	"portable"
}
