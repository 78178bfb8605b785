import COpenSSL

/// Keyed hashes (RFC 2104).
@safe
package enum HMAC {
    /// HMAC with SHA-256: 32 bytes that only somebody with `key` can make for `message`.
    package static func sha256(key: [UInt8], message: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: SHA256.length) { output, count in
            let result = unsafe COpenSSL.HMAC(
                EVP_sha256(), key, Int32(key.count), message, message.count, output.baseAddress, nil)
            precondition(unsafe result != nil, "libcrypto does not offer HMAC with SHA-256")
            count = SHA256.length
        }
    }

    /// HMAC with SHA-1: 20 bytes. Only to check the signatures of those who still use it.
    package static func sha1(key: [UInt8], message: [UInt8]) -> [UInt8] {
        let length = 20
        return unsafe [UInt8](unsafeUninitializedCapacity: length) { output, count in
            let result = unsafe COpenSSL.HMAC(
                EVP_sha1(), key, Int32(key.count), message, message.count, output.baseAddress, nil)
            precondition(unsafe result != nil, "libcrypto does not offer HMAC with SHA-1")
            count = length
        }
    }
}
