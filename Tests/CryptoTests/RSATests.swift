import Crypto
import TestSupport
import Testing

@Suite struct `An RSA key` {
    private let pair = RSAKeyPair.shared
    private let message = Array("header.claims".utf8)

    @Test func `signs what its other half verifies, and nothing else`() throws {
        let signature = try RSAPrivateKey(pem: pair.privateKey).sign(message)
        let verifier = try RSAPublicKey(pem: pair.publicKey)
        #expect(signature.count == 256)
        #expect(verifier.verifies(signature, of: message))
        #expect(!verifier.verifies(signature, of: message + [0]))
        var bent = signature
        bent[100] ^= 1
        for wrong in [bent, Array(signature.dropLast()), signature + [0], []] {
            #expect(!verifier.verifies(wrong, of: message))
        }
        #expect(!(try RSAPublicKey(pem: RSAKeyPair(bits: 2048).publicKey)).verifies(signature, of: message))
    }

    /// PKCS #1 v1.5 has no random part, so a token asked for twice in a second is the same.
    @Test func `signs the same message the same way`() throws {
        let key = try RSAPrivateKey(pem: pair.privateKey)
        #expect(try key.sign(message) == key.sign(message))
        #expect(try key.sign(message) != key.sign([]))
    }

    @Test func `is not read from anything else`() throws {
        let (key, half) = (pair.privateKey, String(pair.privateKey.prefix(600)))
        let cases: [(String, KeyFault)] = [
            ("", .unreadable), ("secret", .unreadable), (half, .unreadable), (pair.publicKey, .unreadable),
            (key.replacing("PRIVATE KEY", with: "ENCRYPTED PRIVATE KEY"), .encrypted),
            (key.replacing("-----END", with: "Proc-Type: 4,ENCRYPTED\n-----END"), .encrypted),
            (RSAKeyPair(bits: 1024).privateKey, .tooShort(bits: 1024)), (RSAKeyPair.ellipticKey, .notRSA),
        ]
        for (pem, fault) in cases {
            #expect(throws: fault) { _ = try RSAPrivateKey(pem: pem) }
        }
        #expect(throws: KeyFault.unreadable) { _ = try RSAPublicKey(pem: key) }
        #expect(throws: KeyFault.tooShort(bits: 1024)) { _ = try RSAPublicKey(pem: RSAKeyPair(bits: 1024).publicKey) }
    }

    @Test func `does not print itself`() throws {
        let key = try RSAPrivateKey(pem: pair.privateKey)
        var text = "\(key)"
        dump(key, to: &text)
        #expect(!text.contains("BEGIN") && text.contains("RSA key"))
    }
}
