#include <stddef.h>
#include <stdint.h>

// The files of the folder pages, embedded. Sizes and single bytes, so that Swift needs no pointer to get at them.
enum demonstration_file {
    DEMONSTRATION_FRAME,
    DEMONSTRATION_FIELDS,
    DEMONSTRATION_LANDING,
    DEMONSTRATION_SECOND,
    DEMONSTRATION_PLAIN,
    DEMONSTRATION_SCRIPTED,
    DEMONSTRATION_THANKS,
    DEMONSTRATION_STYLE,
    DEMONSTRATION_CONSENT,
    DEMONSTRATION_PIXEL,
    DEMONSTRATION_BROKEN,
};

size_t demonstration_length(enum demonstration_file file);
uint8_t demonstration_byte(enum demonstration_file file, size_t index);
