mod calendar;
mod forecast;
mod limits;
mod plan;
mod simulation;
