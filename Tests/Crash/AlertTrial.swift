import Curl
import Domain
import Glibc
import Service
import TestSupport

/// Opens and ends alerts while the relay is killed at random moments and the channels misbehave, and compares
/// afterwards what the store says with what Slack, PagerDuty and Alertmanager have heard.
///
/// Most alerts come as events of another tool, each saying once that it begins and once that it is over, again and
/// again until the relay has acknowledged it. One comes from the monitor's own rules: the access to Meta is revoked for
/// the first half of the time.
final class AlertTrial {
    private let stage: Stage
    private var random: SeededGenerator
    private let rounds: Int
    /// What was acknowledged, by the number of the matter.
    private var opened: Set<Int> = []
    private var ended: Set<Int> = []
    private var newest = 0
    /// Said and not acknowledged yet: it is said again until it is.
    private var owed: Saying?

    private enum Saying {
        case open(Int)
        case end(Int)
    }

    static let channels = ["slack", "pager", "manager"]

    init(relay: String, rounds: Int, seed: UInt64) throws {
        stage = try Stage(relay: relay) { base in
            """
            channels: {
                slack: {
                    kind: "slack", token: { file: "TOKEN" }, channel: "C0123ABCD", reads_history: true,
                    endpoint: "\(base)/slack/api",
                },
                pager: { kind: "pagerduty", routing_key: { file: "KEY" }, endpoint: "\(base)/pagerduty" },
                manager: { kind: "alertmanager", url: "\(base)/alertmanager/team" },
            },
            routes: [{ tell: ["\(Self.channels.joined(separator: "\", \""))"] }],
            """
        }
        self.rounds = rounds
        random = SeededGenerator(seed: seed)
    }

    func run() throws -> [String] {
        for round in 1...rounds {
            try setFaults(isRevoked: round <= rounds / 2)
            try stage.startRelay()
            // Most are too short for a message to get through; some are not.
            let life = Int.random(in: round % 4 == 0 ? 2000...4000 : 100...1500, using: &random)
            let killer = Worker("killer") { [stage] in
                usleep(UInt32(life) * 1000)
                stage.killRelay()
            }
            live(round)
            killer.join()
            if round % 10 == 0 || round == rounds {
                tell("round \(round) of \(rounds): \(opened.count) alerts opened, \(ended.count) ended")
            }
        }
        try stage.clearFaults()
        try stage.startRelay()
        finish()
        // The rules look at a lane that has been resumed when the relay starts.
        guard stage.stopRelay() == 0 else { return ["the relay did not end well when it was told to stop"] }
        try stage.startRelay()
        tell("all killed; waiting until everybody has been told")
        var faults = drain()
        faults += try compare()
        if stage.stopRelay() != 0 { faults.append("the relay did not end well when it was told to stop") }
        return faults
    }

    // MARK: Saying

    /// Says one thing after the other until the relay is gone.
    private func live(_ round: Int) {
        if round == 1 { _ = stage.post(stage.lead("alert-trial")) }
        if round > rounds / 2, !resume() { return }
        while true {
            let next = owed ?? choose(round)
            owed = next
            guard let next else {
                // Nothing to say, but the end of the relay is to be noticed.
                guard stage.admin("GET", "/api/alerts") != nil else { return }
                usleep(20_000)
                continue
            }
            guard say(next) else { return }
            usleep(UInt32.random(in: 5_000...60_000, using: &random))
        }
    }

    /// Three new matters for each round, and any that is open may end.
    private func choose(_ round: Int) -> Saying? {
        let open = opened.subtracting(ended).sorted()
        if newest < round * 3, open.isEmpty || Bool.random(using: &random) {
            newest += 1
            return .open(newest)
        }
        // Some stay open over several lives.
        guard let number = open.randomElement(using: &random), Int.random(in: 0..<4, using: &random) == 0 else {
            return nil
        }
        return .end(number)
    }

    private func say(_ saying: Saying) -> Bool {
        let body: JSON
        switch saying {
        case .open(let number):
            body = [
                "action": "open", "key": .string(Self.name(number)), "by": "crashtest",
                "severity": number % 2 == 0 ? "critical" : "warning",
                "text": .string("Something is wrong with \(Self.name(number))."),
            ]
        case .end(let number): body = ["action": "resolve", "key": .string(Self.name(number)), "by": "crashtest"]
        }
        guard stage.admin("POST", "/api/alerts/events", body) != nil else { return false }
        switch saying {
        case .open(let number): opened.insert(number)
        case .end(let number): ended.insert(number)
        }
        owed = nil
        return true
    }

    /// No name is the beginning of another.
    private static func name(_ number: Int) -> String { "m\(number)z" }

    private func resume() -> Bool { stage.admin("POST", "/api/destinations/meta/resume") != nil }

    /// Everything ends, now that nobody kills.
    private func finish() {
        if let owed { _ = say(owed) }
        for number in opened.subtracting(ended).sorted() { _ = say(.end(number)) }
        _ = resume()
    }

    private func setFaults(isRevoked: Bool) throws {
        try stage.clearFaults()
        if isRevoked { try stage.addFault(["kind": "expired_token", "platform": "meta_ads", "probability": 1]) }
        // Each of them alone is what the channels promise to bear; together with kills they are what happens.
        for (platform, kind) in [("slack", "drop_after"), ("pagerduty", "drop_after"), ("alertmanager", "drop_before")]
        {
            try stage.addFault(["kind": .string(kind), "platform": .string(platform), "probability": .number("0.1")])
        }
    }

    // MARK: What came of it

    /// Waits until nothing is owed to any channel.
    private func drain() -> [String] {
        let deadline = Clock.monotonic + .seconds(180)
        var last: JSON?
        while Clock.monotonic < deadline {
            last = stage.admin("GET", "/api/status")?["monitor"]
            if last?["notices_owed"]?.integer == 0, last?["cycles"]?.integer ?? 0 > 0 { return [] }
            usleep(200_000)
        }
        return ["not everybody was told in time: \(last?.text ?? "no answer")"]
    }

    private func compare() throws -> [String] {
        guard let alerts = stage.admin("GET", "/api/alerts?state=all&limit=1000")?["alerts"]?.array else {
            return ["the relay does not tell its alerts"]
        }
        var faults: [String] = []
        for number in 1...max(1, newest) {
            let mine = alerts.filter { $0["key"]?.string?.hasSuffix("/\(Self.name(number))") == true }
            if mine.count != 1 { faults.append("\(Self.name(number)) has \(mine.count) alerts") }
            if mine.contains(where: { $0["state"]?.string != "resolved" }) {
                faults.append("\(Self.name(number)) is over, and its alert is open")
            }
        }
        let known = try stage.channels()
        // What another alert explains is told with that one.
        let told = alerts.filter { $0["first_told"]?.string != nil }
        for alert in told { faults += compare(alert, known) }
        for alert in alerts where alert["kind"] == "external" && alert["first_told"] == nil {
            faults.append("nobody has been told of \(alert["id"]?.string ?? "")")
        }
        faults += unnamed(told, known)
        let ids = Set(alerts.compactMap { $0["id"]?.string })
        for incident in known["pagerduty"]?.array ?? [] {
            let key = incident["key"]?.string ?? ""
            if !ids.contains(String(key.split(separator: "-").last ?? "")) {
                faults.append("PagerDuty has \(key), which the store does not know")
            }
        }
        let held = alerts.filter { $0["kind"]?.string == "lane_held" }
        if held.count != 1 || held.first?["state"]?.string != "resolved" {
            faults.append("of the lane that was held and resumed there are \(held.count) alerts: \(held)")
        }
        if newest < rounds { faults.append("only \(newest) alerts were opened: the test has tested nothing") }
        tell(
            "\(alerts.count) alerts; told to Slack in \(known["slack"]?.array?.count ?? 0) messages, to PagerDuty in "
                + "\(known["pagerduty"]?.array?.count ?? 0) incidents, to Alertmanager in "
                + "\(known["alertmanager"]?.array?.count ?? 0) messages")
        return faults
    }

    /// Alerts that Slack was not told by name. When many begin or end together they share a message, which names some
    /// of them and counts the rest.
    private func unnamed(_ alerts: [JSON], _ known: JSON) -> [String] {
        let messages = (known["slack"]?.array ?? []).filter { $0["thread_ts"] == .null }.map(\.text)
        let counted = messages.reduce(0) { sum, text in
            guard let rest = text.firstRange(of: "… and ") else { return sum }
            return sum + (Int(text[rest.upperBound...].prefix { $0.isNumber }) ?? 0)
        }
        let missing = alerts.filter { alert in
            let id = alert["id"]?.string ?? ""
            let name = alert["scope"]?.string?.split(separator: "/").last.map(String.init) ?? id
            return !messages.contains { $0.contains(name) || $0.contains("-\(id)-") || $0.contains("• \(id) ") }
        }
        return missing.count <= counted
            ? [] : missing.map { "Slack has never heard of \($0["id"]?.string ?? "") (\($0["key"]?.string ?? ""))" }
    }

    /// Whether a message that tells of many ends names it, or counts some that it does not name. Of very many alerts at
    /// once Slack is not asked one by one whether an attempt that was killed has left a message of their beginning.
    private static func isAmongThoseOver(_ id: String, _ known: JSON) -> Bool {
        (known["slack"]?.array ?? []).contains { message in
            message.text.contains(" are over") && (message.text.contains("\(id) ") || message.text.contains("… and "))
        }
    }

    /// What each channel has heard of one alert.
    private func compare(_ alert: JSON, _ known: JSON) -> [String] {
        var faults: [String] = []
        let id = alert["id"]?.string ?? ""
        let isOver = alert["state"]?.string == "resolved"
        let words = "\(id) (\(alert["key"]?.string ?? ""))"
        let incidents = (known["pagerduty"]?.array ?? []).filter { $0["key"]?.string?.hasSuffix("-\(id)") == true }
        let most = 1 + Int(alert["reopenings"]?.integer ?? 0)
        if incidents.isEmpty || incidents.count > most {
            faults.append("PagerDuty has \(incidents.count) incidents of \(words)")
        }
        if incidents.contains(where: { ($0["state"]?.string == "resolved") != isOver }) {
            faults.append("PagerDuty has another state of \(words) than the store")
        }
        let messages = (known["slack"]?.array ?? []).filter { $0["thread_ts"] == .null }
        let own = messages.filter {
            $0["content"]?["metadata"]?["event_payload"]?["alert"]?.string?.contains("-\(id)-") == true
        }
        if own.count > 1 { faults.append("Slack has \(own.count) messages of \(words)") }
        let isShownOver = own.first?["content"]?["text"]?.string?.hasPrefix("Resolved") ?? isOver
        if isShownOver != isOver, !isOver || !Self.isAmongThoseOver(id, known) {
            faults.append("Slack shows \(words) otherwise than the store")
        }
        let told = (known["alertmanager"]?.array ?? []).flatMap { $0["alerts"]?.array ?? [] }
            .filter { $0["labels"]?["alert"]?.string?.hasSuffix("-\(id)") == true }
        if told.isEmpty || (told.last?["status"]?.string == "resolved") != isOver {
            faults.append("Alertmanager was told of \(words) \(told.count) times, and last of another state")
        }
        return faults
    }
}
