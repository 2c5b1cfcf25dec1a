/* What an emulated board gives a program: a voice, a way to stop, and a clock of instructions. */
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>
#include <stdint.h>

/* Text to the emulator's output, by semihosting. */
void board_print(const char *text);

/* Ends the emulator with this status. */
void board_exit(int status) __attribute__((noreturn));

/* A counter that goes up by a fixed number of ticks per instruction (tests/firmware/boards.rs says how many). */
uint32_t board_ticks(void);

/* The lowest word of the stack's memory, by the linker script. */
extern uint32_t board_stack_bottom[];

/* The program's own. */
int main(void);

#endif
