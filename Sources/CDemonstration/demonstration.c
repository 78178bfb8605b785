#include "demonstration.h"

static const uint8_t frame[] = {
#embed "pages/frame.html"
};
static const uint8_t fields[] = {
#embed "pages/fields.html"
};
static const uint8_t landing[] = {
#embed "pages/landing.html"
};
static const uint8_t second[] = {
#embed "pages/second.html"
};
static const uint8_t plain[] = {
#embed "pages/plain.html"
};
static const uint8_t scripted[] = {
#embed "pages/scripted.html"
};
static const uint8_t thanks[] = {
#embed "pages/thanks.html"
};
static const uint8_t style[] = {
#embed "pages/style.css"
};
static const uint8_t consent[] = {
#embed "pages/consent.js"
};
static const uint8_t pixel[] = {
#embed "pages/pixel.js"
};
static const uint8_t broken[] = {
#embed "pages/broken.js"
};

static const struct {
    const uint8_t *bytes;
    size_t length;
} files[] = {
    [DEMONSTRATION_FRAME] = {frame, sizeof frame},
    [DEMONSTRATION_FIELDS] = {fields, sizeof fields},
    [DEMONSTRATION_LANDING] = {landing, sizeof landing},
    [DEMONSTRATION_SECOND] = {second, sizeof second},
    [DEMONSTRATION_PLAIN] = {plain, sizeof plain},
    [DEMONSTRATION_SCRIPTED] = {scripted, sizeof scripted},
    [DEMONSTRATION_THANKS] = {thanks, sizeof thanks},
    [DEMONSTRATION_STYLE] = {style, sizeof style},
    [DEMONSTRATION_CONSENT] = {consent, sizeof consent},
    [DEMONSTRATION_PIXEL] = {pixel, sizeof pixel},
    [DEMONSTRATION_BROKEN] = {broken, sizeof broken},
};

size_t demonstration_length(enum demonstration_file file) { return files[file].length; }
uint8_t demonstration_byte(enum demonstration_file file, size_t index) {
    return index < files[file].length ? files[file].bytes[index] : 0;
}
