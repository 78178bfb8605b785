import Domain
import TestSupport
import Testing

@Suite struct `Group rules` {
    static func event(_ change: (inout LeadEvent) -> Void) -> LeadEvent {
        var event = LeadEvent(event: "lead", occurredAt: .start)
        change(&event)
        return event
    }

    static let rules = [
        GroupRule(group: "of another client", client: "other", conditions: []),
        GroupRule(group: "both", conditions: [.init(.utmSource, "google"), .init(.utmCampaign, "*spring*")]),
        GroupRule(group: "campaign", conditions: [.init(.campaignID, "12*")]),
        GroupRule(group: "page", conditions: [.init(.page, "https://www.example.com/angebot*")]),
        GroupRule(group: "form", client: "acme", conditions: [.init(.source, "contact-*"), .init(.adsetID, "*")]),
    ]

    @Test(arguments: [
        (
            "says so itself",
            event {
                $0.campaignGroup = "own"; $0.campaignID = "12"
            }, "own"
        ),
        (
            "both conditions",
            event { $0.page.url = "https://e.de/?utm_campaign=X-Spring%2B26&utm_source=Google#utm_source=x" }, "both"
        ),
        ("one condition only", event { $0.page.url = "https://e.de/?utm_source=google" }, nil),
        (
            "utm from the form",
            event { $0.custom = [.init("utm_source", "google"), .init("utm_campaign", "spring")] }, "both"
        ),
        ("plus is a blank", event { $0.page.url = "https://e.de/?utm_source=google&utm_campaign=my+spring" }, "both"),
        (
            "first rule that fits",
            event {
                $0.campaignID = "123"; $0.page.url = "https://www.example.com/angebot"
            }, "campaign"
        ),
        ("page without its query", event { $0.page.url = "https://www.example.com/Angebot/?x=/angebot" }, "page"),
        ("query is not the page", event { $0.page.url = "https://e.de/?https://www.example.com/angebot" }, nil),
        ("source", event { $0.adsetID = "1" }, "form"),
        ("nothing to go by", event { _ in }, nil),
    ])
    func `decide in their order`(name: String, event: LeadEvent, group: String?) {
        #expect(
            GroupRule.group(of: event, source: "contact-form", client: "acme", rules: Self.rules) == group, "\(name)")
    }

    @Test(arguments: [
        ("*", "", true), ("", "", true), ("", "a", false), ("a*c", "abbc", true), ("a*c", "abcd", false),
        ("*B*", "abc", true),
        ("a**c", "ac", true), ("*ab", "aab", true), ("*a*a*", "a", false), ("ä*", "äb", true), ("a?c", "abc", false),
    ])
    func `know a star and nothing else`(pattern: String, text: String, fits: Bool) {
        let rule = GroupRule(group: "g", conditions: [.init(.source, pattern)])
        let event = Self.event { _ in }
        #expect((GroupRule.group(of: event, source: text, client: "", rules: [rule]) != nil) == fits)
    }

    /// Twenty stars against a long text without an end: with backtracking into each of them it would not end in a
    /// lifetime, so the limit can be far above what a slow machine needs.
    @Test(.timeLimit(.minutes(Hanging.minutes))) func `are not slowed down by a hostile page`() {
        let rule = GroupRule(group: "g", conditions: [.init(.source, String(repeating: "*a", count: 20) + "b")])
        let event = Self.event { _ in }
        #expect(
            GroupRule.group(of: event, source: String(repeating: "a", count: 20_000), client: "", rules: [rule]) == nil
        )
    }
}
