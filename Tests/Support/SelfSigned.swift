import COpenSSL

/// A certificate for `localhost` that nobody trusts, with its key, in PEM: made for a test.
@safe
package struct SelfSigned: Sendable {
    package let certificate: String
    package let privateKey: String

    /// Valid from a year before `ends`; seconds from now, negative for one that has expired.
    package init(endsIn seconds: Int) {
        guard let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil), let x509 = unsafe X509_new() else {
            fatalError("libcrypto makes no certificate")
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        defer { unsafe X509_free(x509) }
        var key: OpaquePointer?
        let isMade =
            unsafe EVP_PKEY_keygen_init(context) == 1 && EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048) == 1
            && EVP_PKEY_keygen(context, &key) == 1
        precondition(isMade, "libcrypto makes no RSA key")
        defer { unsafe EVP_PKEY_free(key) }
        unsafe ASN1_INTEGER_set(X509_get_serialNumber(x509), 17)
        unsafe X509_gmtime_adj(X509_getm_notBefore(x509), seconds - 365 * 86_400)
        unsafe X509_gmtime_adj(X509_getm_notAfter(x509), seconds)
        let name = unsafe X509_get_subject_name(x509)
        for (field, value) in [("CN", "localhost"), ("O", "Old Authority")] {
            let bytes = Array(value.utf8)
            unsafe X509_NAME_add_entry_by_txt(name, field, MBSTRING_FLAG | 1, bytes, Int32(bytes.count), -1, 0)
        }
        unsafe X509_set_issuer_name(x509, name)
        unsafe X509_set_pubkey(x509, key)
        let length = unsafe X509_sign(x509, key, EVP_sha256())
        precondition(length > 0, "libcrypto signs no certificate")
        certificate = unsafe Self.text { unsafe PEM_write_bio_X509($0, x509) }
        privateKey = unsafe Self.text { unsafe PEM_write_bio_PKCS8PrivateKey($0, key, nil, nil, 0, nil, nil) }
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
}
