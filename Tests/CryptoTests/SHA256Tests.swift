import Crypto
import Service
import Testing

@Suite struct `SHA-256` {
    // NIST, "SHA-256 examples" to FIPS 180-4, and the empty message of its test vectors.
    static let vectors: [(message: String, hash: String)] = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ]

    @Test(arguments: vectors)
    func `hashes the published messages to the published values`(_ vector: (message: String, hash: String)) {
        #expect(SHA256.hex(of: vector.message) == vector.hash)
        #expect(SHA256.hex(of: Array(vector.message.utf8)) == vector.hash)
        var bytes = Array("before".utf8)
        SHA256.appendHex(of: vector.message, to: &bytes)
        #expect(bytes == Array("before\(vector.hash)".utf8))
        #expect(Hex.encode(SHA256.hash(Array(vector.message.utf8))) == vector.hash)
    }

    @Test func `hashes a million times the letter a to the published value`() {
        let hash = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        #expect(SHA256.hex(of: String(repeating: "a", count: 1_000_000)) == hash)
    }

    @Test func `is the same on many threads at once`() {
        let wrong = Locked(0)
        let workers = (0..<4).map { number in
            Worker("hash \(number)") {
                let expected = SHA256.hex(of: "lead \(number)")
                for _ in 0..<2000 where SHA256.hex(of: "lead \(number)") != expected { wrong.update { $0 += 1 } }
            }
        }
        for worker in workers { worker.join() }
        #expect(wrong.withLock { $0 } == 0)
    }
}
