//! `period`: where a period stands.

use serde_json::json;

use super::Context;
use crate::{error::Result, output::lines};

pub async fn run(context: &Context, period: Option<u64>) -> Result<()> {
	let chain = context.chain().await?;
	let answer = chain.rpc.raw("metering_period", vec![json!(period)]).await?;
	context.output.show(&answer, || lines(&answer))
}
