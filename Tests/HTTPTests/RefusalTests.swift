import HTTP
import Testing

@Suite struct `Every refusal` {
    @Test(arguments: Refusal.allCases)
    func `is a problem document that says what to do`(_ refusal: Refusal) {
        let response = refusal.response
        #expect(response.status == refusal.status)
        #expect((400...599).contains(refusal.status))
        #expect(response.closes)
        #expect(response.fields.contains { $0.name == "Retry-After" } == (refusal.status == 503))
        // None of it needs to be escaped in JSON.
        #expect(refusal.detail.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C })
        #expect(refusal.detail.hasSuffix("."))
        #expect(refusal.rawValue.wholeMatch(of: /[a-z0-9_]+/) != nil)
        let body = String(decoding: response.body, as: UTF8.self)
        #expect(
            body.hasPrefix(
                refusal == .bodyTooLarge
                    ? #"{"type":"urn:leadrelay:problem:body-too-large","title":"The body is too large""#
                    : #"{"type":"about:blank","title":""#))
        #expect(!body.contains(#""title":"Other""#))
        #expect(body.hasSuffix(#","reason":"\#(refusal.rawValue)"}"#))
    }
}
