#pragma once
#include <curl/curl.h>
// curl_easy_setopt and curl_easy_getinfo are variadic and so not callable from Swift: one wrapper for each argument type.
static inline CURLcode ccurl_setopt_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
