import Domain
import Forwarding
import HTTP
import Intake
import Store
import TestSupport
import Testing

@testable import API
@testable import CommandLine
@testable import Configuration
@testable import leadrelay

@Suite struct `The API` {
    static let routes: [(String, String)] = [
        ("/api/status", "found"), ("/api/leads/06xv", "found id=06xv"), ("/api/leads/a%20b", "found id=a b"),
        ("/api/quarantine/groups", "found"), ("/api/quarantine/06xv", "found id=06xv"), ("/api/nothing", "not-found"),
        ("/api/backup", "method-not-allowed POST"), ("/api/destinations/m/pause", "method-not-allowed POST"),
        ("/", "not-found"),
        ("/api/leads", "found"), ("/api/leads/a/b", "not-found"),
    ]

    @Test(arguments: routes)
    func `finds what is asked for`(_ path: String, _ expected: String) {
        switch Handlers.find(.get, path) {
        case .handler(_, let parameters):
            #expect("found" + parameters.map { " \($0.key)=\($0.value)" }.joined() == expected)
        case .problem(let problem):
            #expect(problem.kind.rawValue + (problem.allow.map { " " + $0 } ?? "") == expected)
        }
    }

    static let changes: [(String, [String], JSON?, String?)] = [
        ("{}", ["a"], 1, #"{"a":1}"#), (#"{"a":1}"#, ["a"], 2, #"{"a":2}"#),
        (#"{"a":1,"b":2}"#, ["a"], nil, #"{"b":2}"#),
        ("{}", ["a", "b"], "x", #"{"a":{"b":"x"}}"#),
        (#"{"a":{"c":1}}"#, ["a", "b"], true, #"{"a":{"c":1,"b":true}}"#),
        (#"{"a":1}"#, ["a", "b"], 1, nil), (#"{"a":[1]}"#, ["a", "0"], 1, nil), ("[]", ["a"], 1, nil),
        ("{}", ["a", "b"], nil, #"{"a":{}}"#), (#"{"a":1}"#, ["x"], nil, #"{"a":1}"#),
    ]

    @Test(arguments: changes.indices)
    func `changes a document at a place`(_ index: Int) throws {
        let (text, names, value, expected) = Self.changes[index]
        var document = try JSON(parsing: Array(text.utf8))
        #expect(document.set(names[...], to: value) == (expected != nil))
        if let expected { #expect(document.text == expected) }
    }
}

@Suite struct `A body of the API` {
    private static func refusal<Body: RequestBody>(_ type: Body.Type, _ text: String) throws -> Problem? {
        let call = APICall(body: try JSON(parsing: Array(text.utf8)), caller: .socket)
        do throws(Problem) {
            _ = try call.decoded(type)
            return nil
        } catch {
            return error
        }
    }

    private static let refusals: [(body: any RequestBody.Type, text: String, invalid: String, words: String)] = [
        // The remedy of the body, where it has one.
        (PasswordRequest.self, "{}", "password", "Give the new \"password\"."),
        (PasswordRequest.self, #"{"password":5}"#, "password", "Give the new \"password\"."),
        (AddTokenRequest.self, #"{"name":"a","scopes":["books.read"],"days":"9"}"#, "days", "a number from 1 to 3650"),
        // Else what its type says.
        (PauseRequest.self, #"{"reason":[]}"#, "reason", "\"reason\" must be a text."),
        (JunkRequest.self, #"{"junk":"yes"}"#, "junk", "\"junk\" must be true or false."),
        (NoteRequest.self, "{}", "text", "\"text\" is missing."),
        // A few words: which, and which of them was meant.
        (VerdictRequest.self, #"{"side":"clent"}"#, "side", "Did you mean \"client\"?"),
        (VerdictRequest.self, "{}", "side", "\"side\" is one of "),
        (SilenceRequest.self, #"{"scope":"relay","reason":"x","kinds":["low_leds"]}"#, "kinds", "\"low_leads\"?"),
        // What is inside of a member is told as the member.
        (SilenceRequest.self, #"{"scope":"relay","reason":"x","weekly":{"days":["sat"]}}"#, "weekly", "Europe/Berlin"),
        (FixAllRequest.self, #"{"reason":"a","source":"s","set":[{"value":1}]}"#, "set", "1 to 100 changes"),
        // A slip that would change what is meant.
        (ReplayRequest.self, #"{"from":"1h","destinations":"m"}"#, "destinations", "Did you mean \"destination\"?"),
    ]

    @Test(arguments: refusals.indices)
    func `is refused with the member and the remedy`(_ index: Int) throws {
        let (type, text, invalid, words) = Self.refusals[index]
        let problem = try #require(try Self.refusal(type, text))
        #expect(problem.kind == .requestUnusable)
        #expect(problem.invalid == invalid)
        #expect(problem.detail.contains(words), "\(problem.detail)")
    }

    @Test func `may say null of what it does not say, and have members that nobody knows`() throws {
        #expect(try Self.refusal(PauseRequest.self, #"{"reason":null,"why":1}"#) == nil)
        #expect(try Self.refusal(AddTokenRequest.self, #"{"name":"a","scopes":[],"days":null,"team":null}"#) == nil)
    }

    /// What a change puts somewhere may be null.
    @Test func `keeps a null inside of a member`() throws {
        let text = #"{"set":[{"pointer":"/a","value":null},{"pointer":"/b"}]}"#
        let call = APICall(body: try JSON(parsing: Array(text.utf8)), caller: .socket)
        let changes = try #require(try call.decoded(FixRequest.self).set)
        #expect(changes.map(\.value) == [.null, nil])
    }
}

@Suite struct `The metrics page` {
    @Test func `writes families with help, type and samples`() {
        var page = MetricsPage()
        page.family("a_total", .counter, "Counts.")
        page.sample(3, ["name": "with \"quotes\", \\ and\nline"])
        page.sample(0.25)
        page.family("empty_total", .counter, "Without samples it is left out.")
        page.family("t_seconds", .histogram, "Times.")
        page.histogram([2, 0, 1], [.milliseconds(5), .seconds(1)], sum: .milliseconds(2500), [(key: "k", value: "v")])
        #expect(
            page.text == """
                # HELP a_total Counts.
                # TYPE a_total counter
                a_total{name="with \\"quotes\\", \\\\ and\\nline"} 3
                a_total 0.25
                # HELP t_seconds Times.
                # TYPE t_seconds histogram
                t_seconds_bucket{k="v",le="0.005"} 2
                t_seconds_bucket{k="v",le="1"} 2
                t_seconds_bucket{k="v",le="+Inf"} 3
                t_seconds_sum{k="v"} 2.5
                t_seconds_count{k="v"} 3

                """)
    }

    @Test func `tells when a grant ends, if it does`() {
        var google = LaneReport(destination: "google", platform: "google_ads")
        google.grantEnds = .start
        var page = MetricsPage()
        Metrics.grants(&page, [google, LaneReport(destination: "meta", platform: "meta_ads")])
        #expect(
            page.text.hasSuffix("\nleadrelay_credential_expiry_timestamp_seconds{destination=\"google\"} 1795251600\n"))
        #expect(page.text.split(separator: "\n").count == 3)
    }

    @Test func `tells when a test code ends, if there is one`() {
        var meta = LaneReport(destination: "meta", platform: "meta_ads")
        meta.testEventsUntil = .start
        var page = MetricsPage()
        Metrics.testEvents(&page, [LaneReport(destination: "google", platform: "google_ads"), meta])
        #expect(
            page.text.hasSuffix(
                "\nleadrelay_test_event_code_expiry_timestamp_seconds{destination=\"meta\"} 1795251600\n"))
        #expect(page.text.split(separator: "\n").count == 3)
    }
}

@Suite struct `The status` {
    private static func books(_ reports: [LaneReport]) -> [DestinationDocument] {
        BooksDocuments.destinations(Books(), [], reports, ClientView(clients: .all, configuration: .lanes))
    }

    @Test func `tells of a test code, and when it has ended`() {
        var meta = LaneReport(destination: "meta", platform: "meta_ads")
        meta.testEventsUntil = .start
        let destinations = Self.books([meta])
        #expect(
            StatusText.books([], destinations, now: .start - .seconds(1)).text(columns: 200).contains(
                "  meta: carries a test_event_code until 2026-11-21T09:00:00Z; its events count all the same\n"))
        #expect(
            StatusText.books([], destinations, now: .start).text(columns: 200).contains(
                "  meta: its test_event_code ended 2026-11-21T09:00:00Z and is not sent any more;"))
    }

    @Test func `tells when a grant ends`() {
        var google = LaneReport(destination: "google", platform: "google_ads")
        google.grantEnds = .start
        let destinations = Self.books([google, LaneReport(destination: "meta", platform: "meta_ads")])
        #expect(destinations.map(\.grantEnds) == [.start, nil])
        let text = StatusText.books([], destinations).text(columns: 200)
        #expect(text.contains("  google: its refresh token ends 2026-11-21T09:00:00Z; publish the OAuth app"))
        #expect(!text.contains("meta: its"))
    }
}

extension Configuration {
    fileprivate static var lanes: Configuration {
        var configuration = Configuration()
        let credential = Destination.Credential(clientID: "c", clientSecret: Secret("s"), refreshToken: Secret("r"))
        configuration.destinations = [
            Destination(
                name: "google",
                platform: .googleAds(
                    Destination.GoogleAds(account: "1", conversionActions: [:], credential: credential))),
            Destination(name: "meta", platform: .metaAds(Destination.MetaAds(pixel: "1", accessToken: Secret("t")))),
        ]
        return configuration
    }
}
