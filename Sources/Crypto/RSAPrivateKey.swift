import COpenSSL

/// Why a text is not a key that we sign or verify with. Says nothing of the text itself.
package enum KeyFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// Not the PEM form (RFC 7468) that was asked for, or broken inside.
    case unreadable
    /// It needs a password, and nobody is there to type it.
    case encrypted
    /// A key of another kind, such as one on an elliptic curve.
    case notRSA
    /// RFC 7518 section 3.3 demands 2048 bits.
    case tooShort(bits: Int)
    /// libcrypto refused to sign.
    case cannotSign

    package var description: String {
        switch self {
        case .unreadable: "is not a key in PEM form"
        case .encrypted: "is a key with a password; write it without one"
        case .notRSA: "is not an RSA key"
        case .tooShort(let bits): "has \(bits) bits; at least \(RSAPrivateKey.leastBits) are needed"
        case .cannotSign: "does not sign"
        }
    }
}

/// An RSA key that signs with RSASSA-PKCS1-v1_5 and SHA-256 (RFC 8017 section 8.2), which JWT calls RS256.
///
/// It prints as nothing: the key stays in libcrypto's memory and is wiped there.
@safe
package final class RSAPrivateKey: Sendable, CustomStringConvertible {
    package static let leastBits = 2048

    // Never changed after `init`; libcrypto lets several threads sign with one key.
    private nonisolated(unsafe) let key: OpaquePointer

    /// Reads `-----BEGIN PRIVATE KEY-----` (PKCS #8) or `-----BEGIN RSA PRIVATE KEY-----` (PKCS #1).
    package init(pem: String) throws(KeyFault) {
        // Without a callback libcrypto would ask for the password at the terminal.
        guard !pem.contains("ENCRYPTED") else { throw .encrypted }
        let found = unsafe withBIO(pem) { bio in
            unsafe PEM_read_bio_PrivateKey(bio, nil, { @Sendable _, _, _, _ in -1 }, nil)
        }
        guard let found = unsafe found else { throw .unreadable }
        if let fault = unsafe fault(of: found) {
            unsafe EVP_PKEY_free(found)
            throw fault
        }
        unsafe key = found
    }

    deinit { unsafe EVP_PKEY_free(key) }

    package var description: String { "RSA key" }

    /// The signature: as many bytes as the key has.
    package func sign(_ message: [UInt8]) throws(KeyFault) -> [UInt8] {
        guard let context = unsafe EVP_MD_CTX_new() else { throw .cannotSign }
        defer { unsafe EVP_MD_CTX_free(context) }
        var count = Int(unsafe EVP_PKEY_get_size(key))
        var signature = [UInt8](repeating: 0, count: count)
        guard unsafe EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1
        else {
            ERR_clear_error()
            throw .cannotSign
        }
        return Array(signature.prefix(count))
    }
}

/// Lets libcrypto read a text. `nil` also leaves its list of errors empty, or the next caller would take them for his
/// own.
func withBIO<Result>(_ text: String, _ read: (OpaquePointer) -> Result?) -> Result? {
    let bytes = Array(text.utf8)
    return unsafe bytes.withUnsafeBytes { buffer in
        guard let bio = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(clamping: buffer.count)) else { return nil }
        defer { unsafe BIO_free(bio) }
        let result = unsafe read(bio)
        if result == nil { ERR_clear_error() }
        return result
    }
}

func fault(of key: OpaquePointer) -> KeyFault? {
    guard unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA else { return .notRSA }
    let bits = Int(unsafe EVP_PKEY_get_bits(key))
    return bits < RSAPrivateKey.leastBits ? .tooShort(bits: bits) : nil
}
