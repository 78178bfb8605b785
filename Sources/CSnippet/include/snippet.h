#include <stddef.h>
#include <stdint.h>

// The bytes of relay.js, one after the other: so Swift needs no pointer to get at them.
size_t snippet_length(void);
uint8_t snippet_byte(size_t index);
