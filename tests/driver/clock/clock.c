// A clock of a program's own: preloaded, it lets the time go by faster, and sets the time of day.
//
// METERPROOF_CLOCK holds three numbers: the time of day, in nanoseconds since 1970, from which on time goes
// faster; how many times faster; and by how many nanoseconds the time of day is ahead, or behind if it is
// negative. All programs that are given the same first two numbers have one clock. What is waited for comes
// sooner by as much.
//
// It covers what Rust's standard library, parking_lot and tokio ask the system for. Timers of other kinds
// (timerfd) go by the true clock.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL

typedef long long nanos;

// Set before main begins, and by one thread.
static nanos begin, speed = 1, ahead;

__attribute__((constructor)) static void read_setting(void) {
	const char *setting = getenv("METERPROOF_CLOCK");
	if (setting && (sscanf(setting, "%lld %lld %lld", &begin, &speed, &ahead) != 3 || speed < 1)) {
		fprintf(stderr, "METERPROOF_CLOCK is not three numbers: %s\n", setting);
		_exit(2);
	}
}

static nanos of(const struct timespec *time) {
	return time->tv_sec * SECOND + time->tv_nsec;
}

static struct timespec to(nanos time) {
	return (struct timespec){ .tv_sec = time / SECOND, .tv_nsec = time % SECOND };
}

static int is_time_of_day(clockid_t clock) {
	return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
}

static int is_since_start(clockid_t clock) {
	return clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_MONOTONIC_RAW
		|| clock == CLOCK_BOOTTIME;
}

// What a clock shows when the true one shows `true_time`.
static nanos shown(clockid_t clock, nanos true_time) {
	if (is_time_of_day(clock)) return begin + (true_time - begin) * speed + ahead;
	return is_since_start(clock) ? true_time * speed : true_time;
}

// What the true clock shows when this one shows `time`.
static nanos true_when(clockid_t clock, nanos time) {
	if (is_time_of_day(clock)) return begin + (time - ahead - begin) / speed;
	return is_since_start(clock) ? time / speed : time;
}

static nanos shorter(nanos wait) {
	return (wait + speed - 1) / speed;
}

static int shorter_ms(int wait) {
	return wait > 0 ? (int)shorter(wait) : wait;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int clock_gettime(clockid_t clock, struct timespec *time) {
	if (syscall(SYS_clock_gettime, clock, time)) return -1;
	*time = to(shown(clock, of(time)));
	return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
	struct timespec now;
	(void)zone;
	if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
	*time = (struct timeval){ .tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000 };
	return 0;
}

time_t time(time_t *to_fill) {
	struct timespec now;
	if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
	if (to_fill) *to_fill = now.tv_sec;
	return now.tv_sec;
}

// What was left of a sleep that ended early, as this clock has it.
static int slept(int result, struct timespec *left) {
	if (left && result) *left = to(of(left) * speed);
	return result;
}

int nanosleep(const struct timespec *wait, struct timespec *left) {
	struct timespec less = to(shorter(of(wait)));
	return slept(NEXT(nanosleep)(&less, left), left);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wait, struct timespec *left) {
	nanos when = of(wait);
	struct timespec less = to(flags & TIMER_ABSTIME ? true_when(clock, when) : shorter(when));
	return slept(NEXT(clock_nanosleep)(clock, flags, &less, left), left);
}

int poll(struct pollfd *files, nfds_t count, int wait) {
	return NEXT(poll)(files, count, shorter_ms(wait));
}

int epoll_wait(int queue, struct epoll_event *events, int most, int wait) {
	return NEXT(epoll_wait)(queue, events, most, shorter_ms(wait));
}

int epoll_pwait(int queue, struct epoll_event *events, int most, int wait, const sigset_t *signals) {
	return NEXT(epoll_pwait)(queue, events, most, shorter_ms(wait), signals);
}

// Locks wait by this way. Its other calls pass as they are.
long syscall(long number, ...) {
	static long (*next)(long, ...);
	long given[6];
	struct timespec until;
	va_list list;
	va_start(list, number);
	for (int at = 0; at < 6; at++) given[at] = va_arg(list, long);
	va_end(list);
	if (number == SYS_futex && given[3]) {
		const struct timespec *wait = (const struct timespec *)given[3];
		clockid_t clock = given[1] & FUTEX_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC;
		int command = given[1] & FUTEX_CMD_MASK;
		if (command == FUTEX_WAIT) until = to(shorter(of(wait)));
		if (command == FUTEX_WAIT_BITSET) until = to(true_when(clock, of(wait)));
		if (command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET) given[3] = (long)&until;
	}
	if (!next) next = NEXT(syscall);
	return next(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}
