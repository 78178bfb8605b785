import Domain
import TestSupport
import Testing

@Suite struct `Meta's browser ids` {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var fbclid: String?
        var cookie: String?
        var fbc: String?
        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(name: "the cookie as it is", cookie: "fb.1.1700000000000.AbC-1", fbc: "fb.1.1700000000000.AbC-1"),
        Case(
            name: "a cookie with Meta's appendix", cookie: "fb.2.1700000000000.AbC.AQIB",
            fbc: "fb.2.1700000000000.AbC.AQIB"),
        Case(
            name: "the cookie of the same click", fbclid: "AbC", cookie: "fb.1.1700000000000.AbC",
            fbc: "fb.1.1700000000000.AbC"),
        Case(
            name: "the cookie of another click", fbclid: "New", cookie: "fb.1.1700000000000.Old",
            fbc: "fb.1.1795248000000.New"),
        Case(name: "no cookie", fbclid: "IwAR_x-Y", fbc: "fb.1.1795248000000.IwAR_x-Y"),
        Case(
            name: "case that differs is another click", fbclid: "abc", cookie: "fb.1.1700000000000.ABC",
            fbc: "fb.1.1795248000000.abc"),
        Case(name: "a cookie given as the click id", fbclid: "fb.1.1700000000000.AbC", fbc: "fb.1.1700000000000.AbC"),
        Case(name: "a malformed click id", fbclid: "a b", fbc: nil),
        Case(name: "a malformed cookie", cookie: "fb.1.17.AbC", fbc: nil),
        Case(
            name: "a malformed cookie, but a click id", fbclid: "X", cookie: "fb.1.17.AbC", fbc: "fb.1.1795248000000.X"),
        Case(name: "nothing", fbc: nil),
    ])
    func `are built by the rules`(_ test: Case) {
        var event = LeadEvent(event: "lead", occurredAt: .start)
        event.click.landedAt = Instant(milliseconds: 1_795_248_000_000)
        event.click.fbclid = test.fbclid
        event.click.fbc = test.cookie
        #expect(MetaBrowserID.fbc(for: event) == test.fbc)
    }

    @Test(arguments: [
        ("fb.1.1700000000000.1234567890", true), ("fb.1.1700000000000.1234567890.AQ", true),
        ("fb.1.1700000000000.12x", false), ("fb.1.1700000000000.", false), ("1234567890", false),
    ])
    func `of the browser are sent as they are or not at all`(fbp: String, isGood: Bool) {
        var event = LeadEvent(event: "lead", occurredAt: .start)
        event.click.fbp = fbp
        #expect(MetaBrowserID.fbp(for: event) == (isGood ? fbp : nil))
    }
}
