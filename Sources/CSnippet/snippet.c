#include "snippet.h"

static const uint8_t script[] = {
#embed "relay.js"
};

size_t snippet_length(void) { return sizeof script; }
uint8_t snippet_byte(size_t index) { return index < sizeof script ? script[index] : 0; }
