import Crypto
import Testing

@Suite struct `Secrets` {
    @Test(arguments: [("", "", true), ("a", "a", true), ("a", "b", false), ("a", "ab", false), ("", "a", false)])
    func `are compared by value`(_ a: String, _ b: String, _ equal: Bool) {
        #expect(constantTimeEqual(a, b) == equal)
        #expect(constantTimeEqual(Array(a.utf8), Array(b.utf8)) == equal)
    }

    @Test func `are never the same twice`() {
        #expect(randomBytes(0).isEmpty)
        #expect(randomBytes(32).count == 32)
        #expect(Set((0..<100).map { _ in randomBytes(16) }).count == 100)
    }
}
