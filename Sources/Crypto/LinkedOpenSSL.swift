internal import COpenSSL

/// The libcrypto that runs, which need not be the one this was built with.
package enum LinkedOpenSSL {
    /// Like `3.0.17`.
    package static let version = unsafe String(cString: OpenSSL_version(OPENSSL_VERSION_STRING))
}
