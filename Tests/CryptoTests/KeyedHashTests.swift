import Crypto
import Testing

@Suite struct `A keyed hash` {
    /// The same as HMAC made at once, again and again, for keys and texts of every length around SHA-256's blocks.
    @Test(arguments: [0, 1, 31, 32, 63, 64, 65, 200])
    func `begins as HMAC with its key does`(length: Int) {
        let key = [UInt8](repeating: 0x5A, count: length + 1)
        var hash = KeyedHash(key: key)
        for text in ["", "email jane@example.com", String(repeating: "é", count: length), "email jane@example.com"] {
            let whole = HMAC.sha256(key: key, message: Array(text.utf8))
            #expect(hash.fingerprint(of: text) == whole.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }
    }
}
