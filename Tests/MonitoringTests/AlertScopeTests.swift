import Domain
import Testing

@Suite struct `The scope of an alert` {
    static let scopes: [AlertScope] = [
        .relay, .client("acme"), .group(client: "acme", group: "heat/pumps: new"), .source("acme-landing"),
        .destination("meta-acme"), .channel("slack"), .external("uptime/eu"),
    ]

    @Test(arguments: scopes)
    func `is read from what it prints`(scope: AlertScope) {
        #expect(AlertScope("\(scope)") == scope)
    }

    @Test(arguments: ["", "client", "client:", "group:acme", "planet:mars"])
    func `is nothing else`(text: String) {
        #expect(AlertScope(text) == nil)
    }
}
