import COpenSSL

/// The other half of an `RSAPrivateKey`: tells whether that key signed a message.
@safe
package final class RSAPublicKey: Sendable {
    // Never changed after `init`.
    private nonisolated(unsafe) let key: OpaquePointer

    /// Reads `-----BEGIN PUBLIC KEY-----` (RFC 5280's SubjectPublicKeyInfo).
    package init(pem: String) throws(KeyFault) {
        let found = unsafe withBIO(pem) { bio in unsafe PEM_read_bio_PUBKEY(bio, nil, nil, nil) }
        guard let found = unsafe found else { throw .unreadable }
        if let fault = unsafe fault(of: found) {
            unsafe EVP_PKEY_free(found)
            throw fault
        }
        unsafe key = found
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// Whether the signature is RS256's for the message.
    package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        let isRight =
            unsafe EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        if !isRight { ERR_clear_error() }
        return isRight
    }
}
