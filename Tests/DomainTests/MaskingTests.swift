import Domain
import TestSupport
import Testing

@Suite struct `A masked event` {
    @Test func `shows nobody`() {
        var event = LeadEvent(event: "lead", occurredAt: .start)
        event.eventID = "a-1"
        event.person.email = "jane@example.com"
        event.person.phone = "+49 151 234567-89"
        event.person.firstName = "Jane"
        event.person.postalCode = "53111"
        event.person.country = "DE"
        event.page.url = "https://e.de/a?email=jane@example.com"
        event.client.ip = "203.0.113.9"
        event.custom = [JSON.Member("message", "call Jane")]
        #expect(
            event.masked.json
                == [
                    "event_id": "a-1", "event": "lead", "occurred_at": "2026-11-21T09:00:00.000Z",
                    "person": [
                        "email": "j***@e***", "phone": "***89", "first_name": "J***", "postal_code": "***",
                        "country": "DE",
                    ],
                    "page": ["url": "https://e.de/a"], "client": ["ip": "***"], "custom": ["message": "***"],
                ])
    }
}
