import CFullDisk
import Curl
import Domain
import HTTP
import Monitoring
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import Configuration
@testable import leadrelay

/// A relay of an agency with many clients, each with a source, a landing page, two groups and a destination of its own,
/// and weeks of history. The clock is the test's: it leaps five minutes at a time and goes on by itself in between, for
/// what waits a moment; with each leap leads come over HTTP, are judged and delivered, and the monitor and the
/// checklist look, as they do in life. Nobody tells them when anything began.
final class Agency {
    let scenes: [Scene]
    private let folder = TemporaryFolder()
    private let sites: AgencySites
    private let sitesServer: Server
    private let transfers = Transfers(userAgent: "test")
    private let time: Locked<Leap>
    private(set) var service: RelayService
    private var clients: [Client]
    private let start: Instant
    private var number = 0

    /// Where the clock leapt to, and when.
    private struct Leap: Sendable {
        var to: Instant
        var at = Clock.monotonic
        var now: Instant { to + (Clock.monotonic - at) }
    }

    /// What of a client changes in its scene.
    struct Client {
        var name: String
        var random: SeededGenerator
        var isServer = false
        // Ours.
        var keys: [String]
        var origins: [String]
        var mapping = ""
        var perSecond: Int?
        var pattern = "main"
        var path = ""
        var addressRate = 1000
        // The client's.
        var isSilent = false
        var sentKey: String
        var change: @Sendable (Int, inout Sent) -> Bool = { _, _ in true }
    }

    /// One lead as JSON.
    struct Sent {
        var group: String
        var eventID: String
        var email: String
        var gclid: String?
        var agent: String
        var consent = "granted"
        var event = "lead"
        var isTest = false

        var json: JSON {
            var members: [JSON.Member] = [
                .init("event", .string(event)), .init("event_id", .string(eventID)),
                .init("person", ["email": .string(email)]),
                .init("client", ["user_agent": .string(agent), "ip": "203.0.113.9"]),
                .init("consent", ["ad_user_data": .string(consent), "ad_personalization": .string(consent)]),
            ]
            var address = "https://www.example.com/offer?utm_campaign=\(group)"
            if let gclid {
                members.append(.init("click", ["gclid": .string(gclid)]))
                address += "&gclid=\(gclid)"
            }
            members.append(.init("page", ["url": .string(address)]))
            if isTest { members.append(.init("test", .bool(true))) }
            return .object(members)
        }
    }

    static let groups = ["main", "side"]
    /// What is put into service long after the faults.
    private static let laterVersion = "leadrelay 9.9.9"
    /// Each client has a country of its own: that many fail at once is the test's doing, and no sign of a holiday.
    private static let countries = ["DE", "FR", "IT", "ES", "PT", "NL", "BE", "AT", "CH", "PL", "CZ", "DK"]
    /// Where a hundred leads come in an hour, fewer days teach as much.
    private static func history(of scenes: [Scene]) -> Duration {
        scenes.contains { $0.traffic == .busy } ? .days(3) : .days(10)
    }
    /// A Monday.
    private static let beginning = Instant(seconds: 1_772_409_600)

    /// `looks`: how much of its time passes between two looks at one suspicion; in life it is a quarter of an hour.
    init(_ scenes: [Scene], seed: UInt64, looks: Duration = .minutes(15)) throws {
        self.scenes = scenes
        start = Self.beginning
        fulldisk_register()
        sites = AgencySites(isCached: !scenes.contains { $0.cause == .clockWrong })
        let time = Locked(Leap(to: Self.beginning))
        self.time = time
        clients = scenes.indices.map { index in
            let name = "c" + (index < 10 ? "0" : "") + "\(index)"
            return Client(
                name: name, random: SeededGenerator(seed: seed &* 1000 &+ UInt64(index)),
                isServer: scenes[index].cause == .serviceSilent, keys: ["pk_\(name)_key"],
                origins: ["https://www.\(name).example"], sentKey: "pk_\(name)_key")
        }
        sitesServer = try sites.serve()
        for (client, scene) in zip(clients, scenes) {
            sites.change(client.name) { $0.wall = scene.wall == .always ? .forbidden : nil }
        }
        try Self.fill(folder.file("leads.sqlite"), scenes, &clients, until: Self.beginning)
        let clock = Clock { time.withLock { $0.now.milliseconds } }
        let scale = Double(Duration.minutes(15) / looks)
        service = try RelayService(
            try Self.configuration(folder, sitesServer.port, clients, scenes), clock: clock, log: .silent,
            pace: .stepped(steady: { .milliseconds(Int64(Double(time.withLock { $0.now.milliseconds }) * scale)) }))
        service.checks.runner.watch()
    }

    deinit {
        service.stop()
        transfers.stop()
        sitesServer.drain(within: .zero)
    }

    var now: Instant { time.withLock { $0.now } }
    private var ledger: Ledger { service.relay.ledger }

    // MARK: Configuration

    private static func configuration(
        _ folder: TemporaryFolder, _ port: UInt16, _ clients: [Client], _ scenes: [Scene]
    ) throws -> Configuration {
        func texts(_ texts: [String]) -> String { "[" + texts.map { "\"\($0)\"" }.joined(separator: ", ") + "]" }
        let advertisers = clients.enumerated().map { index, client in
            #"\#(client.name): { country: "\#(countries[index % countries.count])", landing_pages: ["http://\#(client.name).localhost:\#(port)/offer"] },"#
        }
        let sources = clients.map { client in
            let origins = client.isServer ? "" : "origins: \(texts(client.origins)),"
            let rate = client.perSecond.map { "{ per_second: \($0), burst: 1 }" } ?? "\"unlimited\""
            return """
                \(client.name): { client: "\(client.name)", keys: \(texts(client.keys)), \(origins) \(client.mapping)
                  rate: \(rate), address_rate: { per_second: \(client.addressRate), burst: 10000 }, strict: true },
                """
        }
        let rules = clients.flatMap { client in
            groups.map { group in
                let pattern = group == "main" ? client.pattern : group
                return #"{ group: "\#(group)", client: "\#(client.name)", when: { utm_campaign: "\#(pattern)" } },"#
            }
        }
        let destinations = clients.map {
            """
            "meta-\($0.name)": { platform: "meta_ads", client: "\($0.name)", pixel: "11", access_token: { env: "T\($0.name)" },
              endpoint: "http://127.0.0.1:\(port)\($0.path)/platform/\($0.name)" },
            """
        }
        // The platform's clock is that of the machine.
        let isClockWatched = scenes.contains { $0.cause == .clockWrong }
        let text = """
            { listen: "127.0.0.1:0", database: "\(folder.file("leads.sqlite"))", admin_socket: "\(folder.file("admin.sock"))",
              limits: { drain: "1s" },
              checks: { control_hosts: ["http://control.localhost:\(port)/"], pages: "6h", test_leads: "1d" },
              monitoring: { rules: { \(isClockWatched ? "" : "clock_skew: \"off\"") } },
              clients: { \(advertisers.joined()) }, sources: { \(sources.joined()) }, groups: [\(rules.joined())],
              destinations: { \(destinations.joined()) } }
            """
        let secrets = SecretReader(environment: { "token-\($0)" }, file: { _ in .missing("") })
        let report = ConfigurationReport(Array(text.utf8), secrets: secrets)
        return try #require(report.configuration, "\(report.mistakes)")
    }

    private func reload() throws {
        try service.reload(try Self.configuration(folder, sitesServer.port, clients, scenes))
    }

    // MARK: History

    /// Weeks of well leads, written without HTTP.
    private static func fill(_ path: String, _ scenes: [Scene], _ clients: inout [Client], until end: Instant) throws {
        let history = history(of: scenes)
        let moment = Locked(end - history)
        var options = Ledger.Options()
        options.synchronous = "OFF"
        options.maximumWaitingRows = .max
        let ledger = try Ledger(
            path: path, options: options, clock: Clock { moment.withLock { $0.milliseconds } }, log: .silent)
        let destinations = clients.map { "meta-\($0.name)" }
        try ledger.deliveries.register(destinations)
        let reader = try ledger.reader()
        var slot = Slots.slot(of: end - history)
        var count = 0
        while slot < Slots.slot(of: end) {
            var due: [(client: Int, group: String, at: Instant)] = []
            for index in clients.indices {
                for group in groups {
                    for inHour in 0..<Slots.perHour {
                        let number = scenes[index].traffic.leads(slot: slot + inHour, &clients[index].random)
                        due += Array(repeating: (index, group, Slots.start(of: slot + inHour)), count: number)
                    }
                }
            }
            slot += Slots.perHour
            moment.withLock { $0 = Slots.start(of: slot) }
            if !due.isEmpty {
                due.sort { $0.at < $1.at }
                let submissions = due.map { lead in
                    Submission(
                        source: clients[lead.client].name, receivedAt: lead.at, format: .json, body: Array("{}".utf8))
                }
                _ = try ledger.inbox.append([AppendRequest(submissions)])
                let rows = try reader.inbox(after: LeadID(rawValue: 0), limit: due.count)
                // What is compared lead by lead is of the last days.
                let isRecent = Slots.start(of: slot) > end - .days(3)
                _ = try ledger.validation.judge(
                    zip(rows, due).map { row, lead in
                        count += 1
                        let name = clients[lead.client].name
                        let post = post(lead.group, count, at: lead.at)
                        return (
                            row,
                            .lead(
                                Lead(
                                    id: row.id, source: name, receivedAt: lead.at, eventID: post.eventID, event: "lead",
                                    occurredAt: lead.at,
                                    dimension: Dimension(source: name, client: name, group: lead.group),
                                    payload: isRecent ? post.json.bytes : [], quality: [.clickID, .email, .consent],
                                    routes: isRecent
                                        ? [
                                            Route(
                                                "meta-\(name)", .open(notBefore: lead.at, expires: lead.at + .days(6)))
                                        ]
                                        : []))
                        )
                    })
                if isRecent { try deliver(ledger, to: destinations) }
            }
            if slot % Slots.perDay == 0 { while try ledger.retention.purge() {} }
        }
        ledger.close()
    }

    private static func deliver(_ ledger: Ledger, to destinations: [String]) throws {
        for destination in destinations where ledger.books.total(.open, destination: destination) > 0 {
            let claim = try ledger.deliveries.claim(destination, limit: 10_000, lease: .seconds(60))
            let receipt = Receipt(status: 200, requestID: "A1")
            _ = try ledger.deliveries.settle(
                claim.id,
                claim.deliveries.map { Settlement(lead: $0.lead, end: .outcome(.delivered), receipt: receipt) })
        }
    }

    private static func post(_ group: String, _ number: Int, at moment: Instant) -> Sent {
        Sent(
            group: group, eventID: "\(moment.milliseconds)-\(number)", email: "p\(number)@example.org",
            gclid: "Cj0KCQiA\(moment.milliseconds)Abc\(number)",
            agent: number % 5 == 0
                ? "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0"
                : "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1")
    }

    // MARK: Time

    /// Lets time pass. `eachStep` may bring something about for everybody.
    func run(for duration: Duration, eachStep: (Agency, Duration) throws -> Void = { _, _ in }) throws {
        let steps = Int(duration / Slots.length)
        for step in 0..<steps {
            let passed = Slots.length * step
            time.withLock { $0 = Leap(to: start + passed + .minutes(1)) }
            try bringAbout(passed)
            try eachStep(self, passed)
            let before = number
            for index in clients.indices { try send(index, slot: Slots.slot(of: now)) }
            if number > before { settle() }
            // Slots are counted once they are over. From one look to the next it is a moment less than five minutes:
            // more would be a pause of the process.
            let late = Duration.seconds(45) - .milliseconds(10) * step
            time.withLock { $0 = Leap(to: start + passed + Slots.length + late) }
            do {
                try service.step()
            } catch StoreError.diskFull {
                // In life the next minute is another try.
            }
        }
    }

    private func send(_ index: Int, slot: Int) throws {
        var posts: [JSON] = []
        for group in Self.groups {
            let many = scenes[index].traffic.leads(slot: slot, &clients[index].random)
            guard !clients[index].isSilent else { continue }
            for _ in 0..<many {
                number += 1
                var post = Self.post(group, number, at: now)
                if clients[index].change(number, &post) { posts.append(post.json) }
            }
        }
        try send(index, posts)
    }

    private func send(_ index: Int, _ posts: [JSON]) throws {
        guard !posts.isEmpty else { return }
        var fields = [(name: "Content-Type", value: "application/json")]
        if !clients[index].isServer {
            fields.append((name: "Origin", value: "https://www.\(clients[index].name).example"))
        }
        // A form is sent one by one; what comes at once is one upload.
        let isUpload = scenes[index].traffic == .nightly || scenes[index].traffic == .bulk
        let batches = isUpload ? [posts] : posts.map { [$0] }
        for batch in batches {
            let transfer = Transfer(
                "POST", "http://127.0.0.1:\(service.port)/v1/leads/\(clients[index].sentKey)", fields: fields,
                body: JSON.array(batch).bytes)
            _ = try transfers.perform(transfer).get()
        }
    }

    /// Waits until everything is judged, and all has been delivered that somebody takes.
    private func settle() {
        let stuck: Set<Cause> = [.platformDown, .tokenExpired, .throttled, .lanePaused, .endpointChanged]
        let healthy = zip(clients, scenes).filter { !stuck.contains($0.1.cause) }.map { "meta-\($0.0.name)" }
        for _ in 0..<1000 {
            let books = ledger.books
            if books.total(.inbox) == 0, healthy.allSatisfy({ books.total(.open, destination: $0) == 0 }) { return }
            _ = ledger.inbox.waitForMore(after: ledger.inbox.serial, atMost: .milliseconds(5))
        }
        Issue.record("the relay does not come to rest")
    }

    // MARK: What happens

    private func bringAbout(_ passed: Duration) throws {
        var isChanged = false
        for (index, scene) in scenes.enumerated() {
            if passed == scene.after { isChanged = try begin(index) || isChanged }
            let touched = clients.indices[(index + 1) % clients.count]
            switch scene.change {
            case .none: break
            case .longBefore where passed == scene.after - .hours(18): isChanged = touch(index)
            case .atAnother where passed == scene.after: isChanged = touch(touched)
            case .afterwards where passed == scene.after + .hours(30): isChanged = touch(index)
            case .deployAfterwards where passed == scene.after + .hours(30):
                _ = try ledger.alerts.mark(Marker(at: now, .deploy, Self.laterVersion, by: "tom"))
            case .longBefore, .atAnother, .afterwards, .deployAfterwards: break
            }
            switch scene.cause {
            case .plannedPause where passed == scene.after - .hours(2): try plan(index, from: now + .hours(2), 0)
            case .holiday where passed == scene.after - .hours(2): try plan(index, from: now + .hours(2), 1 / 6)
            case .pauseToldLater where passed == scene.after + .hours(4): try plan(index, from: now - .hours(4), 0)
            case .diskFull where passed == scene.after + .hours(3): fulldisk_fill(nil)
            default: break
            }
            if scene.wall == .later, passed == scene.after / 2 {
                sites.change(clients[index].name) { $0.wall = .challenge }
            }
        }
        if isChanged { try reload() }
    }

    /// What somebody writes into the calendar.
    private func plan(_ index: Int, from begin: Instant, _ multiplier: Double) throws {
        let name = clients[index].name
        let scope: CalendarEntry.Scope =
            multiplier > 0 ? .country(Self.countries[index % Self.countries.count]) : .client(name)
        let entry = CalendarEntry(scope, start: begin, end: begin + .days(20), multiplier: multiplier)
        _ = try ledger.watch.add(
            CalendarEvent(name: "plan of \(name)", entry: entry, zone: "UTC", author: "tom", addedAt: now))
    }

    /// A change of a source that does no harm.
    private func touch(_ index: Int) -> Bool {
        clients[index].addressRate += 1
        return true
    }

    /// Answers whether our configuration has changed.
    private func begin(_ index: Int) throws -> Bool {
        let name = clients[index].name
        func page(_ change: (inout AgencySites.Page) -> Void) -> Bool {
            sites.change(name, change)
            clients[index].isSilent = true
            return false
        }
        func leads(_ change: @escaping @Sendable (Int, inout Sent) -> Void) -> Bool {
            clients[index].change = {
                change($0, &$1)
                return true
            }
            return false
        }
        func ads(_ status: ChecklistFacts.AdsFacts.Status) throws -> Bool {
            clients[index].isSilent = true
            try ledger.watch.keepAds(.init(status, spend: 0, impressions: 0, asOf: now), client: name, group: "")
            return false
        }
        switch scenes[index].cause {
        case .tagRemoved: return page { $0.hasSnippet = false }
        case .markRemoved: return page { $0.isMarked = false }
        case .wrongKeyOnPage:
            sites.change(name) { $0.key = "pk_of_last_year" }
            clients[index].sentKey = "pk_of_last_year"
            return false
        case .bannerDenies: return leads { $1.consent = "denied" }
        case .pageGone: return page { $0.status = 404 }
        case .pageBroken: return page { $0.status = 500 }
        case .pageMoved: return page { $0.isMoved = true }
        case .pageParked: return page { $0.isParked = true }
        case .fieldRenamed:
            sites.change(name) { $0.fields = ["name", "mail", "phone"] }
            return leads { $1.email = "" }
        case .nonsenseAsEmail: return leads { $1.email = "nonsense" }
        case .clickIDsDropped:
            sites.change(name) { $0.dropsQuery = true }
            return leads { $1.gclid = nil }
        case .iPhonesFail:
            clients[index].change = { !$1.agent.contains("iPhone") }
            return false
        case .robots:
            return leads { number, post in
                switch number % 4 {
                case 0: post.email = "nonsense"
                case 1: post.consent = "perhaps"
                case 2: post.event = ""
                default: post.eventID = String(repeating: "x", count: 3000)
                }
            }
        case .testsOnly: return leads { $1.isTest = true }
        case .otherEvent: return leads { $1.event = "anfrage" }
        case .oneID:
            return leads {
                $1.eventID = "the-same-for-all"
                $1.email = "office@example.org"
                $1.gclid = nil
            }
        case .policyForbidsScript: return page { $0.policy = "script-src 'self'" }
        case .policyForbidsPosts: return page { $0.policy = "script-src https:; connect-src 'self'" }
        case .holiday:
            clients[index].change = { number, _ in number % 6 == 0 }
            return false
        case .diskFull:
            unsafe fulldisk_fill(folder.path)
            return false
        case .serviceSilent, .silentForNoReason, .plannedPause, .pauseToldLater:
            clients[index].isSilent = true
            return false
        case .adsPaused: return try ads(.paused)
        case .budgetUsedUp: return try ads(.budgetUsedUp)
        case .adsSuspended: return try ads(.suspended)
        case .platformDown:
            sites.platform(of: name, is: .down)
            return false
        case .originRemoved:
            clients[index].origins = ["https://new.\(name).example"]
            return true
        case .keyRotated:
            clients[index].keys = ["pk_\(name)_new"]
            return true
        case .mappingChanged:
            clients[index].mapping = #"mapping: [{ to: "/value", from: "event_id" }],"#
            return true
        case .groupRuleChanged:
            clients[index].pattern = "main-2026"
            return true
        case .rateLowered:
            clients[index].perSecond = 1
            return true
        case .lanePaused:
            try ledger.deliveries.set("meta-\(name)", .paused, reason: "moving")
            return false
        case .endpointChanged:
            clients[index].path = "/nowhere"
            return true
        case .tokenExpired:
            sites.platform(of: name, is: .expired)
            return false
        case .throttled:
            sites.platform(of: name, is: .throttled)
            return false
        case .clockWrong, .none: return false
        }
    }

    // MARK: What came of it

    /// What people were told of a client's scene.
    struct Verdict: CustomStringConvertible {
        var scene: Scene
        /// Alerts that somebody hears of, opened since the cause, each with what was said of it, oldest first.
        var alerts: [(alert: Alert, diagnoses: [Diagnosis])]
        /// What was looked into without an alert.
        var looks: [Diagnosis]

        /// How much it helps whoever reads it.
        enum Worth: String { case right, useless, wrong }

        private var diagnoses: [Diagnosis] { alerts.flatMap(\.diagnoses) + looks }
        /// The causes that are named now.
        private var named: [Assessment] { alerts.compactMap { $0.diagnoses.last?.cause } }

        /// Causes outside that were named although it is ours or the platform's, and messages that were prepared for
        /// the client.
        var accusations: [String] {
            guard scene.cause.isOurSide else { return [] }
            let causes = diagnoses.compactMap(\.cause).filter { [.client, .agency, .thirdParty].contains($0.owner) }
            return causes.map { "\($0.item): \($0.evidence)" } + diagnoses.compactMap(\.message)
        }

        /// A harmless change of ours, or a deploy, that came after the fault.
        var proofsOfWhatCameLater: [String] {
            guard scene.change == .afterwards || scene.change == .deployAfterwards else { return [] }
            return diagnoses.compactMap(\.cause).map(\.evidence).filter { evidence in
                [Agency.laterVersion, "address_rate"].contains { evidence.contains($0) }
            }
        }

        /// Guesses whose remedy would end the alert of an outage, without asking first whether it is one.
        var hidingProposals: [String] {
            diagnoses.filter { $0.cause?.certainty == .likely }.map(\.next.text).filter { text in
                ["calendar", "new level"].contains { text.contains($0) } && !text.contains("Only if")
                    && !text.contains("Only then")
            }
        }

        var worth: Worth {
            if scene.cause.isPlanned { return alerts.isEmpty ? .right : .wrong }
            if scene.cause == .pauseToldLater, alerts.contains(where: \.alert.isOpen) { return .wrong }
            let mistaken = named.filter {
                $0.item != .detectorWrong
                    && !(scene.cause.items.contains($0.item) && scene.cause.owners.contains($0.owner))
            }
            if !mistaken.isEmpty { return .wrong }
            if named.contains(where: { $0.item != .detectorWrong }) { return .right }
            if let said = scene.cause.saidByAlert, alerts.contains(where: { $0.alert.finding.sentence.contains(said) })
            {
                return .right
            }
            // To know that one does not know, and what to ask first, is worth something.
            let asks = alerts.compactMap { $0.diagnoses.last?.next.text }.contains { text in
                ["First ask whether the ads run", "Find out about: "].contains { text.hasPrefix($0) }
            }
            return asks ? .right : .useless
        }

        var description: String {
            let words = alerts.map { alert, diagnoses in
                let last = diagnoses.last.map { diagnosis in
                    diagnosis.cause.map { "\($0.item) \($0.certainty) \($0.owner): \($0.evidence)" }
                        ?? "unknown: \(diagnosis.next.text)"
                }
                return "  \(alert.id) \(alert.key) began \(alert.finding.began.plain) opened \(alert.opened.plain): "
                    + "\(alert.finding.sentence)\n      \(last ?? "not looked into")"
            }
            return "\(worth.rawValue): \(scene)\n" + words.joined(separator: "\n")
        }
    }

    func verdicts() throws -> [Verdict] {
        let reader = try ledger.reader()
        let all = try reader.alerts(limit: 5000).reversed()
        return try scenes.indices.map { index in
            let name = clients[index].name
            let began = start + scenes[index].after
            let mine = try all.filter { alert in
                alert.opened >= began && alert.inhibitedBy == nil && alert.severity > .info
                    && (Self.isAbout(name, alert.finding)
                        || scenes[index].cause.kinds.contains(alert.finding.kind))
            }.map { ($0, Array(try reader.diagnoses(alert: $0.id.rawValue, limit: 1000).reversed())) }
            let keys = Self.groups.map { Finding.key(.missingLeads, .group(client: name, group: $0)) }
            let looks = try keys.flatMap { try reader.diagnoses(matter: $0, limit: 1000) }.filter { $0.at >= began }
            return Verdict(scene: scenes[index], alerts: mine, looks: looks)
        }
    }

    private static func isAbout(_ client: String, _ finding: Finding) -> Bool {
        finding.client == client || finding.scope.client == client || finding.scope == .source(client)
            || finding.scope == .destination("meta-\(client)")
    }
}
