import Domain
import TestSupport
import Testing

@Suite struct `Reading a lead event` {
    @Test func `gives the event with everything in its place`() throws {
        let document = try JSON(
            parsing: Array(
                #"""
                {"event_id": "a-1", "event": "Lead", "occurred_at": "2026-11-21T08:59:00Z", "value": 19.90, "currency": "eur",
                 "campaign_id": "77", "click": {"gclid": "Cj0KCQ-abc_D"}, "consent": {"ad_user_data": "granted"},
                 "person": {"email": " jane@example.com ", "country": "de"}, "custom": {"budget": 5, "empty": ""}}
                """#.utf8))
        let reading = LeadEvent.reading(document, receivedAt: .start)
        var expected = LeadEvent(event: "lead", occurredAt: .start - .minutes(1))
        expected.eventID = "a-1"
        expected.value = LeadEvent.Decimal(text: "19.90")
        expected.currency = "EUR"
        expected.campaignID = "77"
        expected.click.gclid = "Cj0KCQ-abc_D"
        expected.consent.adUserData = .granted
        expected.person.email = "jane@example.com"
        expected.person.country = "DE"
        expected.custom = [JSON.Member("budget", 5)]
        #expect(reading.event == expected)
        #expect(reading.defects == [] && reading.notes == [] && reading.isSelfContained)
    }
}
