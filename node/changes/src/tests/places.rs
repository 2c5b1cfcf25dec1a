use std::sync::Arc;

use super::head;
use crate::{Blocks, Full, Limits, Seat, Seats, Size, Step, Stop, Unread};

const LIMITS: Limits = Limits { seats: 4, of_connection: 2, waiting: 3, waiting_bytes: 100 };

/// A block is its number here, and its size: those that tests begin with are small.
impl Size for u32 {
	fn bytes(&self) -> usize {
		*self as usize
	}
}

fn seats() -> Arc<Seats<u32>> {
	Seats::new(LIMITS, head(10), head(12))
}

fn tell(seats: &Seats<u32>, number: u32) {
	seats.tell(Blocks::Finalized, head(number), &Step::Block(Arc::new(number)));
}

async fn next(seat: &mut Seat<u32>) -> Result<u32, Stop> {
	seat.next().await.map(|step| match step {
		Step::Block(number) => *number,
		Step::Retracted(head) => panic!("{head:?}"),
	})
}

#[tokio::test]
async fn a_subscriber_is_told_every_block_after_the_one_it_began_at() {
	let seats = seats();
	tell(&seats, 11);
	let (begins, mut early) = seats.join(0, Blocks::Finalized).unwrap();
	assert_eq!(begins, head(11));
	tell(&seats, 12);
	let (begins, mut late) = seats.join(1, Blocks::Finalized).unwrap();
	assert_eq!(begins, head(12));
	tell(&seats, 13);
	assert_eq!((next(&mut early).await, next(&mut early).await), (Ok(12), Ok(13)));
	assert_eq!(next(&mut late).await, Ok(13));
}

#[tokio::test]
async fn finalised_and_best_blocks_are_told_apart() {
	let seats = seats();
	let (begins, mut best) = seats.join(0, Blocks::Best).unwrap();
	assert_eq!(begins, head(12));
	tell(&seats, 11);
	seats.tell(Blocks::Best, head(11), &Step::Retracted(head(12)));
	assert!(matches!(best.next().await, Ok(Step::Retracted(gone)) if gone == head(12)));
	assert_eq!(seats.head(Blocks::Best), head(11));
}

#[tokio::test]
async fn who_is_too_slow_reads_what_waits_and_is_told_why_it_is_all() {
	let seats = seats();
	let (_, mut slow) = seats.join(0, Blocks::Finalized).unwrap();
	let (_, mut quick) = seats.join(1, Blocks::Finalized).unwrap();
	for number in 11..=15 {
		tell(&seats, number);
		assert_eq!(next(&mut quick).await, Ok(number));
	}
	for number in 11..=13 {
		assert_eq!(next(&mut slow).await, Ok(number), "in order, and no more than three wait");
	}
	assert_eq!(next(&mut slow).await, Err(Stop::SubscriberTooSlow));
}

#[tokio::test]
async fn what_waits_is_bounded_by_bytes_too() {
	let seats = seats();
	let (_, mut slow) = seats.join(0, Blocks::Finalized).unwrap();
	// A block of any size waits alone.
	tell(&seats, 900);
	assert_eq!(next(&mut slow).await, Ok(900));
	tell(&seats, 60);
	tell(&seats, 40);
	assert_eq!(next(&mut slow).await, Ok(60));
	tell(&seats, 60);
	assert_eq!(slow.stopped(), None);
	tell(&seats, 1);
	assert_eq!(slow.stopped(), Some(Stop::SubscriberTooSlow));
	assert_eq!(next(&mut slow).await, Ok(40));
	slow.give_up();
	assert_eq!(next(&mut slow).await, Err(Stop::SubscriberTooSlow));
}

#[test]
fn a_connection_keeps_so_many_bytes_that_are_not_read() {
	let mut unread = Unread::default();
	assert!(unread.has_room(5_000, 0, 100), "one of any length, where none waits");
	unread.add(5_000);
	assert!(!unread.has_room(1, 1, 100));
	// An answer to a call waits, and what was handed over before it has gone out.
	assert!(unread.has_room(60, 0, 100));
	unread.add(60);
	assert!(unread.has_room(40, 3, 100));
	unread.add(40);
	assert!(!unread.has_room(1, 3, 100));
	assert!(unread.has_room(60, 1, 100), "only the last one waits");
}

#[tokio::test]
async fn seats_of_a_connection_hand_over_in_turn() {
	let seats = seats();
	let (_, one) = seats.join(0, Blocks::Finalized).unwrap();
	let (_, same) = seats.join(0, Blocks::Best).unwrap();
	let (_, other) = seats.join(1, Blocks::Best).unwrap();
	let turn = one.unread().try_lock().unwrap();
	assert!(same.unread().try_lock().is_err());
	assert!(other.unread().try_lock().is_ok());
	drop(turn);
	assert!(same.unread().try_lock().is_ok());
}

#[tokio::test]
async fn all_are_told_of_a_block_that_cannot_be_read_and_of_the_end() {
	let seats = seats();
	let (_, mut one) = seats.join(0, Blocks::Finalized).unwrap();
	let (_, mut best) = seats.join(0, Blocks::Best).unwrap();
	seats.stop(Blocks::Finalized, head(20), Stop::BlockUnreadable(11));
	assert_eq!(next(&mut one).await, Err(Stop::BlockUnreadable(11)));
	drop(one);
	assert_eq!(seats.join(0, Blocks::Finalized).unwrap().0, head(20));
	seats.end();
	assert_eq!(next(&mut best).await, Err(Stop::NodeStops));
}

#[test]
fn nobody_is_skipped() {
	let seats = seats();
	assert!(seats.skip_unwatched(Blocks::Finalized, head(11)));
	let (begins, seat) = seats.join(0, Blocks::Finalized).unwrap();
	assert_eq!(begins, head(11));
	assert!(!seats.skip_unwatched(Blocks::Finalized, head(12)));
	assert_eq!(seats.head(Blocks::Finalized), head(11));
	assert!(seats.skip_unwatched(Blocks::Best, head(13)), "nobody follows those");
	drop(seat);
	assert!(seats.skip_unwatched(Blocks::Finalized, head(12)));
}

#[test]
fn seats_are_bounded_and_become_free() {
	let seats = seats();
	let join = |connection| seats.join(connection, Blocks::Finalized).map(|(_, seat)| seat);
	let first = (join(0).unwrap(), join(0).unwrap());
	assert_eq!(join(0).map(drop), Err(Full::Connection(2)));
	let second = (join(1).unwrap(), join(1).unwrap());
	assert_eq!(join(2).map(drop), Err(Full::Node(4)));
	// A subscriber that was stopped keeps its seat until it leaves it.
	seats.stop(Blocks::Finalized, head(11), Stop::TooManyBlocks { from: 10, to: 11 });
	assert_eq!(join(2).map(drop), Err(Full::Node(4)));
	drop(first);
	assert!(join(0).is_ok());
	drop(second);
}
