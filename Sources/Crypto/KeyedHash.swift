import COpenSSL

/// HMAC with SHA-256 (RFC 2104) under one key, prepared once: setting a key up in libcrypto costs more than hashing a
/// short text with it.
@safe
package struct KeyedHash: ~Copyable, @unchecked Sendable {
    private let context: OpaquePointer

    package init(key: [UInt8]) {
        // The parameter is called so in EVP_MAC-HMAC(7).
        var digest = Array("SHA256".utf8CString)
        let mac = unsafe EVP_MAC_fetch(nil, "HMAC", nil)
        defer { unsafe EVP_MAC_free(mac) }
        guard let context = unsafe EVP_MAC_CTX_new(mac) else { fatalError("libcrypto is out of memory") }
        let isSet = unsafe digest.withUnsafeMutableBufferPointer { name in
            let parameters = unsafe [
                OSSL_PARAM_construct_utf8_string("digest", name.baseAddress, 0), OSSL_PARAM_construct_end(),
            ]
            return unsafe EVP_MAC_init(context, key, key.count, parameters) == 1
        }
        precondition(isSet, "libcrypto does not offer HMAC with SHA-256")
        unsafe self.context = context
    }

    deinit { unsafe EVP_MAC_CTX_free(context) }

    /// The first eight bytes of the hash of the text's UTF-8, the most significant first: enough to find, not enough to
    /// read.
    package mutating func fingerprint(of text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { message in
            unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: SHA256.length) { hash in
                var count = 0
                // Without a key the context begins anew with the one that it has (EVP_MAC(3)).
                let isDone =
                    unsafe EVP_MAC_init(context, nil, 0, nil) == 1
                    && EVP_MAC_update(context, message.baseAddress, message.count) == 1
                    && EVP_MAC_final(context, hash.baseAddress, &count, hash.count) == 1
                precondition(isDone && count == SHA256.length, "libcrypto does not offer HMAC with SHA-256")
                return unsafe hash[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            }
        }
    }
}
