/* Checks the library against the test vectors; built and run by c_abi.rs. */
#include <stdio.h>

#include "vectors.h"

int main(void)
{
	size_t i;
	int line;

	for (i = 0; i < COUNT; i++) {
		line = check(&vectors[i]);
		if (line) {
			printf("vector %u, vectors.h line %d\n", (unsigned)i, line);
			return 1;
		}
	}
	line = check_refusals();
	if (line) {
		printf("refusals, vectors.h line %d\n", line);
		return 1;
	}
	printf("%u vectors\n", (unsigned)COUNT);
	return 0;
}
