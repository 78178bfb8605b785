import COpenSSL
import Glibc

/// SHA-256 (FIPS 180-4).
@safe
package enum SHA256 {
    /// Bytes in a hash.
    package static let length = 32

    /// The hash of `bytes`, as 32 bytes.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        unsafe bytes.withUnsafeBytes { message in
            unsafe [UInt8](unsafeUninitializedCapacity: length) { output, count in
                unsafe digest(message, into: output.baseAddress!)
                count = length
            }
        }
    }

    /// The hash of the text's UTF-8, as 64 lower-case hexadecimal digits.
    package static func hex(of text: String) -> String {
        var text = text
        return text.withUTF8 { unsafe hex(of: UnsafeRawBufferPointer($0)) }
    }

    /// The hash of `bytes`, as 64 lower-case hexadecimal digits.
    package static func hex(of bytes: [UInt8]) -> String { unsafe bytes.withUnsafeBytes { unsafe hex(of: $0) } }

    /// Appends the hash of the text's UTF-8 to `bytes`, as 64 lower-case hexadecimal digits: what is to be sent needs
    /// no text of its own for them.
    package static func appendHex(of text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { message in
            unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length) { hash in
                unsafe digest(UnsafeRawBufferPointer(message), into: hash.baseAddress!)
                unsafe Hex.append(UnsafeRawBufferPointer(hash), to: &bytes)
            }
        }
    }

    private static func hex(of message: UnsafeRawBufferPointer) -> String {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length) { hash in
            unsafe digest(message, into: hash.baseAddress!)
            return unsafe Hex.encode(UnsafeRawBufferPointer(hash))
        }
    }

    private static func digest(_ message: UnsafeRawBufferPointer, into output: UnsafeMutablePointer<UInt8>) {
        // A context costs more than the hash of a short text, so every thread keeps one.
        let context = unsafe threadContext()
        let done =
            unsafe EVP_DigestInit_ex2(context, algorithm, nil) == 1
            && EVP_DigestUpdate(context, message.baseAddress, message.count) == 1
            && EVP_DigestFinal_ex(context, output, nil) == 1
        precondition(done, "libcrypto does not offer SHA-256")
    }

    // Fetched once: looking an algorithm up in libcrypto 3 takes longer than hashing with it. Never freed, never
    // changed.
    private nonisolated(unsafe) static let algorithm = unsafe EVP_MD_fetch(nil, "SHA256", nil)

    private static let contextKey: pthread_key_t = {
        var key = pthread_key_t()
        let code = unsafe pthread_key_create(&key) { @Sendable context in unsafe EVP_MD_CTX_free(OpaquePointer(context))
        }
        precondition(code == 0, "no place for a value of each thread: error \(code)")
        return key
    }()

    private static func threadContext() -> OpaquePointer {
        if let kept = unsafe pthread_getspecific(contextKey) { return OpaquePointer(kept) }
        guard let context = unsafe EVP_MD_CTX_new() else { fatalError("libcrypto is out of memory") }
        unsafe pthread_setspecific(contextKey, UnsafeRawPointer(context))
        return unsafe context
    }
}
