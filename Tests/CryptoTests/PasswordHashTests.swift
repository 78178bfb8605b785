import Testing

@testable import Crypto

@Suite struct `A password's hash` {
    private static let cheap = PasswordHash.Parameters(logN: 4, r: 8, p: 1)

    @Test func `knows its password, and no other`() throws {
        let hash = PasswordHash(of: "correct horse", Self.cheap)
        #expect(hash.matches("correct horse"))
        for wrong in ["correct horsf", "", "correct horse ", "Correct horse"] { #expect(!hash.matches(wrong)) }
        #expect(PasswordHash(of: "correct horse", Self.cheap) != hash)
    }

    @Test func `survives being written down, with its parameters`() throws {
        let text = PasswordHash(of: "päßwort 🐎", Self.cheap).description
        #expect(text.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
        #expect(try #require(PasswordHash(text)).matches("päßwort 🐎"))
    }

    /// RFC 7914 section 12, the second vector, cut to our 32 bytes: scrypt's output is a PBKDF2 stream, but a shorter
    /// one is not its beginning unless it ends with a block of SHA-256, as here.
    @Test func `is scrypt as the RFC says`() throws {
        let expected = "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
        let hash = Base64.url.encode(try #require(Hex.decode(expected)))
        let text = "$scrypt$ln=10,r=8,p=16$\(Base64.url.encode(Array("NaCl".utf8)))$\(hash)"
        #expect(try #require(PasswordHash(text)).matches("password"))
    }

    static let unreadable = [
        "", "x", "$scrypt$ln=4,r=8,p=1$$", "$bcrypt$ln=4,r=8,p=1$c2FsdA$AAAA", "$scrypt$ln=99,r=8,p=1$c2FsdA$AAAA",
        "$scrypt$ln=4,r=8$c2FsdA$AAAA", "$scrypt$ln=0,r=8,p=1$c2FsdA$AAAA",
    ]

    @Test(arguments: unreadable)
    func `is not read from anything else`(_ text: String) { #expect(PasswordHash(text) == nil) }
}
