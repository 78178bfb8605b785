import COpenSSL

/// Whether both are the same, in a time that depends on the lengths only: for comparing secrets and signatures, where
/// the time of an ordinary comparison would tell how many bytes were right.
package func constantTimeEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    return unsafe CRYPTO_memcmp(a, b, a.count) == 0
}

/// As above, for texts.
package func constantTimeEqual(_ a: String, _ b: String) -> Bool { constantTimeEqual(Array(a.utf8), Array(b.utf8)) }
