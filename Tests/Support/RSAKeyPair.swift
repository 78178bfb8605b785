import COpenSSL

/// A key pair that libcrypto makes for a test, in PEM: none is ever kept in a file.
@safe
package struct RSAKeyPair: Sendable {
    package let privateKey: String
    package let publicKey: String

    /// Made once for each process: it takes a tenth of a second.
    package static let shared = RSAKeyPair(bits: 2048)

    package init(bits: Int32) {
        guard let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil) else { fatalError("no RSA") }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        let isMade =
            unsafe EVP_PKEY_keygen_init(context) == 1 && EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) == 1
            && EVP_PKEY_keygen(context, &key) == 1
        precondition(isMade, "libcrypto makes no RSA key")
        defer { unsafe EVP_PKEY_free(key) }
        privateKey = unsafe Self.text { unsafe PEM_write_bio_PKCS8PrivateKey($0, key, nil, nil, 0, nil, nil) }
        publicKey = unsafe Self.text { unsafe PEM_write_bio_PUBKEY($0, key) }
    }

    private static func text(_ write: (OpaquePointer?) -> Int32) -> String {
        let bio = unsafe BIO_new(BIO_s_mem())
        defer { unsafe BIO_free(bio) }
        let isWritten = unsafe write(bio)
        precondition(isWritten == 1, "libcrypto writes no PEM")
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = unsafe BIO_read(bio, &bytes, Int32(bytes.count))
        return String(decoding: bytes.prefix(Int(count)), as: UTF8.self)
    }

    /// A key on an elliptic curve, for readers that want RSA.
    package static var ellipticKey: String {
        let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        let isMade = unsafe EVP_PKEY_keygen_init(context) == 1 && EVP_PKEY_keygen(context, &key) == 1
        precondition(isMade, "libcrypto makes no key")
        defer { unsafe EVP_PKEY_free(key) }
        return unsafe text { unsafe PEM_write_bio_PKCS8PrivateKey($0, key, nil, nil, 0, nil, nil) }
    }
}
