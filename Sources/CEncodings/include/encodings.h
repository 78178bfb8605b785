#pragma once
#include <stddef.h>
#include <stdint.h>

// What a body was packed with and written in: zlib, which is loaded when it is first needed, and the C library's iconv.

/// How unpacking ended.
enum encodings_end {
    ENCODINGS_COMPLETE,
    /// More than `limit` bytes come out.
    ENCODINGS_TOO_LARGE,
    /// It is no gzip, its check value is wrong, or something else stands behind it.
    ENCODINGS_BROKEN,
    /// It ends too early.
    ENCODINGS_CUT_SHORT,
    /// There is no zlib, or no memory.
    ENCODINGS_UNAVAILABLE,
};

/// Whether this machine has zlib.
int encodings_can_gunzip(void);

/// Unpacks one gzip member or several (RFC 1952 2.2). `*output` is for `encodings_free`, and NULL unless it is complete.
enum encodings_end encodings_gunzip(
    const uint8_t *input, size_t count, size_t limit, uint8_t **output, size_t *written);

/// Converts to UTF-8; what cannot be read becomes U+FFFD, `unit` bytes at a time, and is counted. False if the C library does not know
/// the character set.
int encodings_convert(
    const char *charset, size_t unit, const uint8_t *input, size_t count, uint8_t **output, size_t *written,
    size_t *replaced);

void encodings_free(uint8_t *output);
