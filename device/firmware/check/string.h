/* What the library brings along of the C library, and two that the example needs. */
#ifndef STRING_H
#define STRING_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *a, const void *b, size_t length);
size_t strlen(const char *text);

static inline int strncmp(const char *a, const char *b, size_t length)
{
	for (; length && *a && *a == *b; length--, a++, b++)
		;
	return length ? *(const unsigned char *)a - *(const unsigned char *)b : 0;
}

#endif
