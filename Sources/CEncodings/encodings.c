#include "encodings.h"
#include <dlfcn.h>
#include <errno.h>
#include <iconv.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// The parts of zlib's interface (zlib.h) that are used. Its layout has been the same since version 1.0: inflateInit2_ is told the
// major version and the size, and refuses others.
struct zlib_stream {
    const uint8_t *next_in;
    unsigned avail_in;
    unsigned long total_in;
    uint8_t *next_out;
    unsigned avail_out;
    unsigned long total_out;
    const char *msg;
    void *state;
    void *zalloc, *zfree, *opaque;
    int data_type;
    unsigned long adler, reserved;
};
enum { ZLIB_OK = 0, ZLIB_STREAM_END = 1, ZLIB_MEMORY = -4, ZLIB_BUFFER = -5, ZLIB_NO_FLUSH = 0 };
/// The largest window, and 16 for gzip only.
enum { ZLIB_GZIP_WINDOW = 15 + 16 };

static struct {
    int (*init)(struct zlib_stream *, int window, const char *version, int size);
    int (*inflate)(struct zlib_stream *, int flush);
    int (*reset)(struct zlib_stream *);
    int (*end)(struct zlib_stream *);
} zlib;
static pthread_once_t zlib_once = PTHREAD_ONCE_INIT;

static void load_zlib(void) {
    void *library = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    *(void **)&zlib.inflate = dlsym(library, "inflate");
    *(void **)&zlib.reset = dlsym(library, "inflateReset");
    *(void **)&zlib.end = dlsym(library, "inflateEnd");
    // The last, because it is what is asked for.
    if (zlib.inflate && zlib.reset && zlib.end) *(void **)&zlib.init = dlsym(library, "inflateInit2_");
}

int encodings_can_gunzip(void) {
    pthread_once(&zlib_once, load_zlib);
    return zlib.init != NULL;
}

/// However little comes in, this much room is made at first; twice as much whenever it is used up.
enum { FIRST_ROOM = 16 * 1024 };

struct room {
    uint8_t *bytes;
    size_t used, size;
};

static int grow(struct room *room, size_t most) {
    size_t size = room->size ? room->size * 2 : FIRST_ROOM;
    if (size > most) size = most;
    if (size <= room->size) return 0;
    uint8_t *bytes = realloc(room->bytes, size);
    if (!bytes) return 0;
    room->bytes = bytes;
    room->size = size;
    return 1;
}

static enum encodings_end unpack(struct zlib_stream *stream, size_t limit, struct room *room) {
    // One byte more than may come out tells that it is too much.
    size_t most = limit + 1;
    for (;;) {
        if (room->used == room->size && !grow(room, most))
            return room->size == most ? ENCODINGS_TOO_LARGE : ENCODINGS_UNAVAILABLE;
        stream->next_out = room->bytes + room->used;
        stream->avail_out = (unsigned)(room->size - room->used);
        unsigned before = stream->avail_out;
        int result = zlib.inflate(stream, ZLIB_NO_FLUSH);
        room->used += before - stream->avail_out;
        if (room->used > limit) return ENCODINGS_TOO_LARGE;
        if (result == ZLIB_STREAM_END) {
            if (stream->avail_in == 0) return ENCODINGS_COMPLETE;
            // Another member follows, or what is none.
            if (zlib.reset(stream) != ZLIB_OK) return ENCODINGS_BROKEN;
        } else if (result == ZLIB_BUFFER || (result == ZLIB_OK && stream->avail_in == 0 && stream->avail_out > 0)) {
            return ENCODINGS_CUT_SHORT;
        } else if (result == ZLIB_MEMORY) {
            return ENCODINGS_UNAVAILABLE;
        } else if (result != ZLIB_OK) {
            return ENCODINGS_BROKEN;
        }
    }
}

enum encodings_end encodings_gunzip(
    const uint8_t *input, size_t count, size_t limit, uint8_t **output, size_t *written) {
    *output = NULL;
    *written = 0;
    if (!encodings_can_gunzip()) return ENCODINGS_UNAVAILABLE;
    if (count == 0) return ENCODINGS_CUT_SHORT;
    // zlib counts in 32 bits here; no bound of ours comes near.
    if (count > UINT32_MAX || limit >= UINT32_MAX) return ENCODINGS_TOO_LARGE;
    struct zlib_stream stream;
    memset(&stream, 0, sizeof stream);
    stream.next_in = input;
    stream.avail_in = (unsigned)count;
    if (zlib.init(&stream, ZLIB_GZIP_WINDOW, "1", (int)sizeof stream) != ZLIB_OK) return ENCODINGS_UNAVAILABLE;
    struct room room = {0};
    enum encodings_end end = unpack(&stream, limit, &room);
    zlib.end(&stream);
    if (end == ENCODINGS_COMPLETE) {
        *output = room.bytes;
        *written = room.used;
    } else {
        free(room.bytes);
    }
    return end;
}

static int put_replacement(struct room *room, size_t *replaced) {
    static const uint8_t replacement[3] = {0xEF, 0xBF, 0xBD};
    if (room->size - room->used < sizeof replacement && !grow(room, SIZE_MAX)) return 0;
    memcpy(room->bytes + room->used, replacement, sizeof replacement);
    room->used += sizeof replacement;
    *replaced += 1;
    return 1;
}

int encodings_convert(
    const char *charset, size_t unit, const uint8_t *input, size_t count, uint8_t **output, size_t *written,
    size_t *replaced) {
    *output = NULL;
    *written = *replaced = 0;
    iconv_t converter = iconv_open("UTF-8", charset);
    if (converter == (iconv_t)-1) return 0;
    struct room room = {0};
    char *in = (char *)input;
    int is_fine = grow(&room, SIZE_MAX);
    while (is_fine) {
        char *out = (char *)room.bytes + room.used;
        size_t left = room.size - room.used;
        // At the end what the converter has held back is asked for.
        int is_last = count == 0;
        size_t result = iconv(converter, is_last ? NULL : &in, is_last ? NULL : &count, &out, &left);
        int reason = result == (size_t)-1 ? errno : 0;
        room.used = room.size - left;
        if (reason == E2BIG) {
            is_fine = grow(&room, SIZE_MAX);
        } else if (reason == EILSEQ && count >= unit) {
            in += unit;
            count -= unit;
            is_fine = put_replacement(&room, replaced);
        } else if (reason != 0) {
            // A character that is cut off at the end.
            count = 0;
            iconv(converter, NULL, NULL, NULL, NULL);
            is_fine = put_replacement(&room, replaced);
        } else if (is_last) {
            break;
        }
    }
    iconv_close(converter);
    if (!is_fine) {
        free(room.bytes);
        return 0;
    }
    *output = room.bytes;
    *written = room.used;
    return 1;
}

void encodings_free(uint8_t *output) { free(output); }
