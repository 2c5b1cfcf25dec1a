mod calendar;
mod forecast;
mod limits;
mod memory;
mod plan;
mod simulation;
