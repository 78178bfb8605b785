import COpenSSL

/// Bytes that nobody can guess, from libcrypto's generator, which the system seeds.
package func randomBytes(_ count: Int) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: count) { output, written in
        // A service that cannot make secrets must not go on with bad ones.
        precondition(unsafe RAND_bytes(output.baseAddress, Int32(count)) == 1, "the system gives no random bytes")
        written = count
    }
}
