import Domain
import Testing

@Suite struct `Instants` {
    @Test func `are read and written as RFC 3339`() {
        #expect(Instant(rfc3339: "2026-11-21T10:15:30.250+01:00")?.rfc3339 == "2026-11-21T09:15:30.250Z")
    }
}
