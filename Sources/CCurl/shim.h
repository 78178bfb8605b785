#pragma once
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
// The functions that set options and read facts are variadic and so not callable from Swift: one wrapper for each type.
static inline CURLcode ccurl_setopt_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_setopt_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_setopt_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_setopt_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_setopt_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_setopt_blob(CURL *easy, CURLoption option, void *bytes, size_t count) {
    struct curl_blob blob = {bytes, count, CURL_BLOB_COPY};
    return curl_easy_setopt(easy, option, &blob);
}
// CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION and CURLOPT_READFUNCTION.
typedef size_t (*ccurl_chunk_callback)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode ccurl_setopt_callback(CURL *easy, CURLoption option, ccurl_chunk_callback value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLMcode ccurl_multi_setopt_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLcode ccurl_getinfo_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode ccurl_getinfo_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}
// The result of a message is inside a union, which Swift sees only as bytes.
static inline CURLcode ccurl_message_result(const CURLMsg *message) { return message->data.result; }
static inline CURLcode ccurl_getinfo_certificates(CURL *easy, struct curl_certinfo **value) {
    return curl_easy_getinfo(easy, CURLINFO_CERTINFO, value);
}

// Whether an address is one of the open internet: not this host, a private network, a link, a group, or reserved (RFC 6890).
static inline int ccurl_is_public_v4(uint32_t ip) {
    return !(ip >> 24 == 0 || ip >> 24 == 10 || ip >> 24 == 127 || ip >> 22 == 0x191 || ip >> 16 == 0xA9FE ||
             ip >> 20 == 0xAC1 || ip >> 16 == 0xC0A8 || ip >> 8 == 0xC00000 || ip >> 17 == 0x6309 || ip >> 28 >= 0xE);
}
static inline int ccurl_is_public(const struct sockaddr *address) {
    if (address->sa_family == AF_INET)
        return ccurl_is_public_v4(ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr));
    if (address->sa_family != AF_INET6) return 0;
    const uint8_t *ip = ((const struct sockaddr_in6 *)address)->sin6_addr.s6_addr;
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    uint32_t last;
    memcpy(&last, ip + 12, 4);
    if (memcmp(ip, mapped, 12) == 0) return ccurl_is_public_v4(ntohl(last));
    // Only 2000::/3 is given out, and 6to4 (2002::/16) could carry any address of the other kind.
    return ip[0] >> 5 == 1 && !(ip[0] == 0x20 && ip[1] == 0x02);
}
// CURLOPT_OPENSOCKETFUNCTION: opens none to an address that is not public, after the name has been looked up.
static curl_socket_t ccurl_open_public(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)context;
    (void)purpose;
    if (!ccurl_is_public(&address->addr)) return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}
static inline CURLcode ccurl_open_public_only(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, ccurl_open_public);
}
