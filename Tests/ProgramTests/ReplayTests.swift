import Curl
import Domain
import Forwarding
import Intake
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import CommandLine
@testable import Configuration
@testable import leadrelay

@Suite struct `A replay of a selection` {
    @Test func `says what would happen, changes nothing, and then does just that`() throws {
        let bench = try ReplayBench()
        let (a, b) = (try bench.lead("a"), try bench.lead("b"))
        let delivered = try bench.lead("delivered")
        let old = try bench.lead("old", daysOld: 6.9)
        let perhaps = try bench.lead("perhaps")
        let denied = try bench.lead("denied", consent: "denied")
        try bench.judge()
        try bench.settle([
            a: .outcome(.rejected), b: .outcome(.rejected), delivered: .outcome(.delivered), old: .outcome(.rejected),
            perhaps: .retry(due: bench.now, cause: .unknown, uncertain: true), denied: .outcome(.rejected),
        ])
        bench.advance(.hours(49))
        try bench.settle([perhaps: .outcome(.rejected)])
        let waiting = try bench.lead("waiting")
        try bench.judge()
        bench.advance(.minutes(1))

        let before = bench.ledger.books
        let dry = try bench.replay(bench.everything)
        #expect(bench.ledger.books == before)
        #expect(dry.considered == 7)
        #expect(dry.again == ["meta": .of(a, b)])
        #expect(
            dry.left == [
                .alreadyDelivered: .of(delivered), .windowClosed: .of(old), .outcomeUnknown: .of(perhaps),
                .skipped(.consentDenied): .of(denied), .inQueue: .of(waiting),
            ])
        let real = try bench.replay(bench.everything, note: "corrected")
        #expect((real.again, real.left) == (dry.again, dry.left))
        #expect(bench.open == [a, b, waiting])
        #expect(try bench.ledger.reader().audit().faults == [])
        // A second run finds them in the queue.
        let second = try bench.replay(bench.everything, note: "corrected")
        #expect(second.totalAgain == 0)
        #expect(second.left[.inQueue] == .of(a, b, waiting))
    }

    @Test func `with the same bound sends nothing twice, even if it has been refused again since`() throws {
        let bench = try ReplayBench()
        let lead = try bench.lead("a")
        try bench.judge()
        try bench.settle([lead: .outcome(.rejected)])
        bench.advance(.seconds(1))
        let selection = bench.everything
        #expect(try bench.replay(selection, note: "x").totalAgain == 1)
        bench.advance(.seconds(1))
        try bench.settle([lead: .outcome(.rejected)])
        bench.advance(.seconds(1))
        let again = try bench.replay(selection, note: "x")
        #expect((again.totalAgain, again.left) == (0, [.endedSince: .of(lead)]))
        #expect(try bench.replay(bench.everything, note: "x").totalAgain == 1)
    }

    @Test func `can be broken off at any step and goes on where it was`() throws {
        let bench = try ReplayBench()
        let leads = try (0..<1300).map { try bench.lead("\($0)") }
        try bench.judge()
        try bench.settle(Dictionary(uniqueKeysWithValues: leads.map { ($0, .outcome(.rejected)) }))
        bench.advance(.seconds(1))
        var selection = bench.everything
        selection.limit = 700
        let first = try bench.replay(selection, note: "x")
        #expect((first.totalAgain, first.isCut) == (700, true))
        #expect(first.again["meta"]?.examples == Array(leads.prefix(5)))
        try bench.restart()
        #expect(try bench.ledger.reader().audit().faults == [])
        selection.limit = .max
        let rest = try bench.replay(selection, note: "x")
        #expect((rest.totalAgain, rest.isCut, rest.left[.inQueue]?.count) == (600, false, 700))
        #expect(bench.open.count == 1300)
        #expect(try bench.ledger.reader().audit().faults == [])
    }

    @Test func `named by ids, takes a later post for its lead, and each lead once`() throws {
        let bench = try ReplayBench()
        let (lead, other) = (try bench.lead("a"), try bench.lead("b"))
        try bench.judge()
        let later = try bench.lead("a")
        try bench.judge()
        try bench.settle([lead: .outcome(.rejected), other: .outcome(.rejected)])
        bench.advance(.seconds(1))
        var selection = bench.everything
        let nobody = LeadID(rawValue: 77)
        selection.leads = .named([later, lead, nobody])
        let report = try bench.replay(selection, note: "x")
        #expect(report.again == ["meta": .of(lead)])
        #expect((report.left, report.unknown) == ([.sameLead: .of(lead)], [nobody]))
        #expect(bench.open == [lead])
    }

    @Test func `chooses by time, group, client and outcome`() throws {
        let bench = try ReplayBench()
        var leads: [LeadID] = []
        for index in 0..<4 {
            leads.append(try bench.lead("\(index)"))
            bench.advance(.hours(1))
        }
        try bench.judge()
        try bench.settle([
            leads[0]: .outcome(.rejected), leads[1]: .outcome(.expired), leads[2]: .outcome(.rejected),
            leads[3]: .outcome(.rejected),
        ])
        bench.advance(.seconds(1))
        var selection = bench.everything
        selection.leads = .received(from: .start + .minutes(30), to: .start + .minutes(150))
        #expect(try bench.replay(selection).again == ["meta": .of(leads[1], leads[2])])
        selection.terms.outcomes = [.expired]
        #expect(try bench.replay(selection).again == ["meta": .of(leads[1])])
        selection.client = "nobody"
        #expect(try bench.replay(selection).considered == 0)
        selection.client = "acme"
        selection.group = "spring"
        #expect(try bench.replay(selection).totalAgain == 1)
    }

    @Test func `leaves out what has no personal data any more`() throws {
        let bench = try ReplayBench(platform: .webhook(Destination.Webhook(url: "http://127.0.0.1:9", secrets: [])))
        let lead = try bench.lead("a")
        try bench.judge()
        try bench.settle([lead: .outcome(.rejected)])
        bench.advance(.days(8))
        #expect(try bench.replay(bench.everything).again == ["meta": .of(lead)])
        while try bench.ledger.retention.purge() {}
        #expect(try bench.replay(bench.everything, note: "x").left == [.dataCleared: .of(lead)])
    }

    static let refusals: [(String, String)] = [
        (#"{}"#, "Choose leads"), (#"{"ids":[]}"#, "Name 1 to 10000 ids"), (#"{"ids":["x"]}"#, "\"x\" is no lead id"),
        (#"{"ids":["0000000000001"],"from":"1h"}"#, "not by both"), (#"{"from":"soon"}"#, "a time ago such as 26h"),
        (#"{"from":"1h","to":"2h"}"#, "\"from\" must be before \"to\""),
        (#"{"from":"1h","destination":"met"}"#, "Did you mean \"meta\"?"),
        (#"{"from":"1h","outcomes":["open"]}"#, "delivered, sent, rejected"),
        (#"{"from":"1h","limit":0}"#, "above 0"),
        (#"{"from":"1h","destinations":"meta"}"#, "Did you mean \"destination\"?"),
    ]

    @Test(arguments: refusals)
    func `is refused with the field and the remedy`(_ body: String, _ words: String) throws {
        var configuration = Configuration()
        configuration.destinations = [ReplayBench.meta]
        let refusal = #expect(throws: Problem.self) {
            let call = APICall(body: try JSON(parsing: Array(body.utf8)), caller: .socket)
            return try ReplayOperation.selection(call.decoded(), configuration, now: .start)
        }
        #expect(try #require(refusal).detail.contains(words))
    }
}

@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `The replay command` {
    @Test func `shows first, asks for a reason, and tells the lead's story`() throws {
        let stage = try RelayStage()
        let id = try stage.post(
            #"{"event_id":"a","person":{"email":"eva@example.org"},"consent":{"ad_user_data":"denied"}}"#)
        try stage.settle()
        let dry = try stage.command("replay", "--from", "1h", "--destination", "meta")
        #expect(dry.code == .good)
        #expect(dry.output.contains("1 deliveries looked at, 0 would go out again"))
        #expect(dry.output.contains("consent_denied") && dry.output.contains(id))
        let unreasoned = try stage.command("replay", id, "--run")
        #expect(unreasoned.code == .wrongUsage)
        #expect(unreasoned.errors.contains("say why with --note"))
        #expect(try stage.command("replay").errors.contains("Choose leads"))

        let configuration = try stage.configuration()
        var changed = configuration
        changed.destinations[0].consent.denied = .send
        try stage.service.reload(changed)
        let real = try stage.command("replay", id, "--note", "the form asked wrongly", "--run")
        #expect(real.output.contains("1 deliveries looked at, 1 go out again"))
        let story = try stage.command("lead", "show", id).output
        #expect(
            story.contains("to be sent again: the form asked wrongly (by admin socket); it had ended as skipped"))
        #expect(try stage.command("audit").code == .good)
        let metrics = String(decoding: try stage.get("/metrics").body, as: UTF8.self)
        #expect(metrics.contains(#"leadrelay_deliveries_total{destination="meta",outcome="skipped"} 1"#))
        #expect(metrics.contains(#"leadrelay_replays_total{destination="meta",outcome="skipped"} 1"#))
    }
}

/// A store with one lane to Meta, under a clock that the test moves.
private final class ReplayBench {
    static let meta = Destination(
        name: "meta", platform: .metaAds(Destination.MetaAds(pixel: "1", accessToken: Secret("t"))))

    let folder = TemporaryFolder()
    private(set) var ledger: Ledger
    private let moment = Locked(Instant.start)
    private let destination: Destination

    init(platform: Destination.Platform = ReplayBench.meta.platform) throws {
        destination = Destination(name: "meta", platform: platform)
        ledger = try Self.open(folder, moment)
    }

    deinit { ledger.close() }

    private static func open(_ folder: TemporaryFolder, _ moment: Locked<Instant>) throws -> Ledger {
        var options = Ledger.Options()
        options.claimRows = 5000
        return try Ledger(
            path: folder.file("relay.db"), options: options, clock: Clock { moment.withLock { $0.milliseconds } },
            log: .silent)
    }

    func restart() throws {
        ledger.close()
        ledger = try Self.open(folder, moment)
    }

    var now: Instant { moment.withLock { $0 } }
    func advance(_ time: Duration) { moment.withLock { $0 = $0 + time } }

    var everything: ReplaySelection {
        ReplaySelection(
            leads: .received(from: .start - .days(30), to: now), destinations: [destination],
            terms: Replay.Terms(endedBefore: now))
    }

    func lead(_ name: String, daysOld: Double = 0, consent: String = "granted") throws -> LeadID {
        let occurred = now - .seconds(Int(daysOld * 86_400))
        let body = """
            {"event_id":"\(name)","occurred_at":"\(occurred.rfc3339)","person":{"email":"eva@example.org"},
             "consent":{"ad_user_data":"\(consent)"}}
            """
        let submission = Submission(source: "landing", receivedAt: now, format: .json, body: Array(body.utf8))
        return try ledger.inbox.append([AppendRequest([submission])])[0].ids[0]
    }

    /// Makes leads of everything that came in. All are owed, whatever the destination would say to them today.
    func judge() throws {
        let rows = try ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 5000)
        _ = try ledger.validation.judge(
            try rows.map { row in
                let document = try JSON(parsing: row.submission.body)
                let routes = [Route("meta", .open(notBefore: now, expires: now + .days(7)))]
                let dimension = Dimension(source: "landing", client: "acme", group: "spring")
                let lead = Lead(
                    id: row.id, source: "landing", receivedAt: row.submission.receivedAt,
                    eventID: document["event_id"]?.string ?? "", event: "lead", occurredAt: now, dimension: dimension,
                    payload: row.submission.body, routes: routes)
                return (row, .lead(lead))
            })
    }

    func settle(_ ends: [LeadID: Settlement.End]) throws {
        let claim = try ledger.deliveries.claim("meta", limit: 5000, lease: .minutes(1))
        let settlements = claim.deliveries.map {
            Settlement(
                lead: $0.lead, end: ends[$0.lead] ?? .release(note: false), receipt: Receipt(status: 400, code: "100"))
        }
        #expect(try ledger.deliveries.settle(claim.id, settlements) == claim.deliveries.count)
    }

    func replay(_ selection: ReplaySelection, note: String? = nil) throws -> ReplayReport {
        var replayer = Replayer(ledger: ledger, reader: try ledger.reader(), note: note, now: { self.now })
        try replayer.run(selection)
        return replayer.report
    }

    /// What is in the queue.
    var open: [LeadID] {
        let reader = try? ledger.reader()
        let found = try? reader?.replayCandidates(
            "meta", after: LeadID(rawValue: 0), before: LeadID.first(at: now + .days(1)), among: 5000
        ).found
        return (found ?? []).filter { $0.standing == .open }.map(\.lead)
    }
}

extension ReplayReport.Group {
    fileprivate static func of(_ leads: LeadID...) -> Self {
        var group = Self()
        for lead in leads { group.add(lead) }
        return group
    }
}
