/// What the platforms say.
enum DeliveryRules {
    /// Fewer answers of a kind than this prove nothing.
    private static let few = 3
    /// A `Date` is cut to seconds, and an answer may take some.
    private static let leastSkew: Duration = .seconds(10)
    /// One server's clock against ours proves nothing of ours.
    private static let fewestWitnesses = 2

    static func tokenRevoked(_ facts: ChecklistFacts) -> Ruling {
        guard let lanes = facts.lanesOfMatter else { return .unknown("What the platforms answered is not known.") }
        if let held = held(lanes, .authentication) { return held }
        for lane in lanes {
            let refused = lane.count(.authentication)
            // A token that ran out is renewed by itself, and what it had spoiled goes out again.
            if refused >= few, refused > lane.count(.good) {
                return .proved(
                    """
                    \(lane.destination) refused \(refused) of \(lane.total) attempts with \
                    \(lane.code(.authentication) ?? "").
                    """
                )
            }
        }
        return .excluded("The platforms take our tokens.")
    }

    static func accessRemoved(_ facts: ChecklistFacts) -> Ruling {
        ruling(facts, .permission) { "\($0) does not let us into the account" }
    }

    static func conversionActionUnusable(_ facts: ChecklistFacts) -> Ruling {
        ruling(facts, .action) { "\($0) refuses the conversion action or wants terms accepted" }
    }

    static func platformDown(_ facts: ChecklistFacts) -> Ruling {
        guard let lanes = facts.lanes, let own = facts.lanesOfMatter else {
            return .unknown("What the platforms answered is not known.")
        }
        guard let lane = own.first(where: isFailing) else { return .excluded("The platforms answer.") }
        let code = lane.code(.fault) ?? ""
        if lane.platform == "webhook" {
            return .likely(
                """
                \(lane.destination), the receiver of webhooks, fails: \(code), \(lane.count(.fault)) of \
                \(lane.total) attempts.
                """,
                owner: .client, fix: "Whoever runs the receiver brings it back; deliveries wait and are retried.")
        }
        let platforms = Dictionary(grouping: lanes.filter { $0.platform != "webhook" && $0.total > 0 }, by: \.platform)
        let failing = platforms.filter { $0.value.allSatisfy(isFailing) }
        if platforms.count >= 2, failing.count == platforms.count {
            return .unknown("No platform can be reached: our own network comes first.")
        }
        let same = lanes.filter { $0.platform == lane.platform && isFailing($0) }
        let clients = Set(same.map { $0.client ?? $0.destination })
        let words =
            """
            \(PlatformWords.title(lane.platform)) fails for \
            \(clients.count == 1 ? "one client" : "\(clients.count) clients"): \(code)
            """
        if clients.count >= 3 { return .proved(words + ".") }
        let fine = lanes.contains { $0.platform == lane.platform && $0.count(.good) > 0 && !isFailing($0) }
        return fine ? .unknown(words + ", but works for others.") : .likely(words + ".")
    }

    static func isFailing(_ lane: ChecklistFacts.LaneFacts) -> Bool {
        lane.count(.fault) >= few && lane.count(.fault) > lane.count(.good)
    }

    static func throttled(_ facts: ChecklistFacts) -> Ruling {
        guard let lanes = facts.lanesOfMatter else { return .unknown("What the platforms answered is not known.") }
        for lane in lanes where lane.count(.throttled) >= few {
            let words =
                """
                \(lane.destination) asked for a slower pace \(lane.count(.throttled)) times: \
                \(lane.code(.throttled) ?? "")
                """
            if let age = lane.oldestDue, age > .minutes(5) {
                return .proved("\(words); the oldest delivery has waited for \(age.plain).")
            }
            if lane.count(.throttled) * 5 >= lane.total { return .likely(words + ".") }
        }
        return .excluded("No platform asked for a slower pace.")
    }

    static func eventsTooOld(_ facts: ChecklistFacts) -> Ruling {
        ruling(facts, .tooOld, provedFrom: 0.1) { "\($0) takes events of this age no more" }
    }

    static func timeWrong(_ facts: ChecklistFacts) -> Ruling {
        if let clocks = facts.clocks, abs(clocks.skew.milliseconds) > leastSkew.milliseconds {
            let direction = clocks.skew > .zero ? "fast" : "slow"
            let words =
                """
                Our clock is \(Duration.milliseconds(abs(clocks.skew.milliseconds)).plain) \(direction), by \
                \(clocks.servers == 1 ? "one other server" : "\(clocks.servers) other servers")
                """
            return clocks.servers >= fewestWitnesses
                ? .proved(words + " that agree.") : .unknown(words + ", and no second one was asked.")
        }
        let hours = facts.sample?.hoursOff
        let off = hours.map { "; most leads are stamped \(abs($0)) h \($0 > 0 ? "ahead" : "behind")" } ?? ""
        let ruling = ruling(facts, .time) { "\($0) finds events before their click or in the future" }
        switch ruling.certainty {
        // Where our own clock is what is wrong, events are in the future because of us.
        case .proved: return .proved(ruling.evidence + off, owner: facts.kind == .clockSkew ? .ours : .client)
        case .likely: return .likely(ruling.evidence + off, owner: facts.kind == .clockSkew ? .ours : .client)
        case .excluded, .unknown, .beside:
            if let hours {
                return .likely(
                    """
                    Most leads are stamped \(abs(hours)) h \(hours > 0 ? "ahead of" : "behind") their arrival: a \
                    zone.
                    """,
                    owner: .client)
            }
            return ruling
        }
    }

    static func tooRecent(_ facts: ChecklistFacts) -> Ruling {
        ruling(facts, .tooRecent) { "\($0) wants click or action to be older" }
    }

    // MARK: The common rule

    /// Held for a reason of this kind, or many answers of it: proved. A fifth of the answers: likely.
    static func ruling(
        _ facts: ChecklistFacts, _ kind: AnswerClass, provedFrom share: Double = 0.5, _ words: (String) -> String
    ) -> Ruling {
        guard let lanes = facts.lanesOfMatter else { return .unknown("What the platforms answered is not known.") }
        if lanes.isEmpty { return .excluded("These leads go nowhere.") }
        if let held = held(lanes, kind) { return held }
        var likely: Ruling?
        for lane in lanes {
            let count = lane.count(kind)
            guard count >= few else { continue }
            let evidence = "\(words(lane.destination)): \(lane.code(kind) ?? "") for \(count) of \(lane.total)."
            if Double(count) >= Double(lane.total) * share { return .proved(evidence) }
            if count * 5 >= lane.total { likely = likely ?? .likely(evidence) }
        }
        return likely ?? .excluded("No platform says so.")
    }

    private static func held(_ lanes: [ChecklistFacts.LaneFacts], _ kind: AnswerClass) -> Ruling? {
        for lane in lanes where lane.state == .held {
            guard let code = lane.heldCode else { continue }
            let known = AnswerClass.of(code, status: 0, platform: lane.platform)
            if known == kind {
                return .proved("\(lane.destination) is held: \(AnswerWords.words(code, status: 0)).")
            }
        }
        return nil
    }
}

extension Duration {
    /// Roughly, for sentences: `40 s`, `12 min`, `3 h`, `2 days`.
    package var plain: String {
        switch components.seconds {
        case ..<120: "\(components.seconds) s"
        case ..<7200: "\(components.seconds / 60) min"
        case ..<172_800: "\(components.seconds / 3600) h"
        default: "\(components.seconds / 86_400) days"
        }
    }
}
