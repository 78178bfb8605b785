/// What can be wrong with ourselves.
enum RelayRules {
    /// Due for longer than this with nothing sent means that nothing works.
    private static let patience: Duration = .minutes(5)

    static func outboxStandsStill(_ facts: ChecklistFacts) -> Ruling {
        if facts.storage?.isFull == true {
            return .proved("The disk is full.", fix: "Free space on the disk; the relay resumes automatically.")
        }
        if facts.storage?.isBroken == true {
            return .proved("The writer does not answer.", fix: "Restart the relay; nothing acknowledged is lost.")
        }
        if facts.synthetic?.end == .notJudged {
            return .proved("A test lead was acknowledged and not judged: the validator is stalled.")
        }
        guard let lanes = facts.lanesOfMatter else { return .unknown("How the lanes stand is not known.") }
        for lane in lanes {
            switch lane.state {
            case .paused:
                return .likely(
                    "\(lane.destination) is paused.", fix: "leadrelay destination resume \(lane.destination)")
            case .held:
                let code = lane.heldCode ?? ""
                guard AnswerClass.of(code, status: 0, platform: lane.platform) == .other else { continue }
                return .likely("\(lane.destination) is held: \(AnswerWords.words(code, status: 0)).")
            case .running:
                guard let age = lane.oldestDue, age > patience else { continue }
                if lane.total == 0 {
                    return .proved(
                        "\(lane.destination) has sent nothing while its oldest delivery waits for \(age.plain).")
                }
            }
        }
        if noPlatformCanBeReached(facts) { return .likely("No platform can be reached from here: our own network.") }
        return .excluded("Nothing waits longer than \(patience.plain) without being tried.")
    }

    /// All of at least two platforms fail at the same time.
    private static func noPlatformCanBeReached(_ facts: ChecklistFacts) -> Bool {
        let busy = (facts.lanes ?? []).filter { $0.platform != "webhook" && $0.total > 0 }
        return Set(busy.map(\.platform)).count >= 2 && busy.allSatisfy(DeliveryRules.isFailing)
    }

    /// Fewer requests than this that we refuse because of ourselves prove nothing.
    private static let fewFaults = 3

    static func intakeDown(_ facts: ChecklistFacts) -> Ruling {
        let faults = (facts.intake?.refusals ?? []).filter {
            $0.status >= 500 && $0.last >= facts.began && $0.first <= facts.turn.upperBound
        }
        if let most = faults.max(by: { $0.count < $1.count }), most.count >= fewFaults {
            return .proved(
                """
                Intake refused \(most.count) requests with \(most.status) \(most.reason) between \
                \(most.first.plain) and \(most.last.plain).
                """
            )
        }
        let sources = facts.intake?.sources ?? []
        let received = sources.reduce(0) { $0 + $1.received }
        let usual = sources.reduce(0) { $0 + $1.usual }
        let isEmpty = facts.intake != nil && received == 0 && usual >= 10
        switch facts.synthetic?.end {
        case .unreachable(let words): return .proved("A test lead cannot reach our public address: \(words).")
        case .refused(let status, let reason) where status >= 500:
            return .proved("Intake refuses a test lead with \(status) \(reason).")
        case .blocked(let status) where isEmpty:
            return .likely("Something in front of intake answers with \(status), and nothing comes from anybody.")
        case .judged, .quarantined, .notJudged, .blocked: return .excluded("Intake takes requests.")
        case .refused, nil:
            if isEmpty {
                return .likely("Nothing has come from any source, where \(Int(usual.rounded())) events are usual.")
            }
            if received > 0 { return .excluded("Intake has taken \(received) events meanwhile.") }
            return .unknown("No test lead was sent, and there is too little traffic to tell.")
        }
    }

    static func changeOfOurs(_ facts: ChecklistFacts) -> Ruling {
        guard let near = facts.changesNear else { return .unknown("What we changed is not known.") }
        guard let last = near.last else { return .excluded("We changed nothing that touches it when it began.") }
        func words(_ change: Marker) -> String { "We changed: \(change.text) (\(change.at.plain))" }
        for change in near.reversed() {
            let symptoms = symptoms(of: change, facts)
            if !symptoms.isEmpty { return .likely("\(words(change)). Since then \(symptoms.joined(separator: ", ")).") }
        }
        if facts.synthetic?.end == .judged, facts.quarantine != nil {
            return .excluded("\(words(last)), but a test lead comes through and nothing else shows.")
        }
        return .unknown("\(words(last)); whether it matters is not known.")
    }

    /// What is wrong of all that a change may have brought about: one of a destination refuses no request, and a
    /// group's rule keeps no platform from answering.
    private static func symptoms(of change: Marker, _ facts: ChecklistFacts) -> [String] {
        var symptoms: [String] = []
        if facts.mayChangeWhatComes(change) {
            switch facts.synthetic?.end {
            case .unreachable, .refused, .notJudged: symptoms.append("a test lead does not come through")
            case .quarantined(let reason): symptoms.append("a test lead is quarantined: \(reason)")
            case .judged, .blocked, nil: break
            }
        }
        if facts.mayChangeWhatComes(change, SourceSettings.reading) {
            if let quarantine = facts.quarantine, quarantine.share.hasRisen,
                facts.isBefore(change, quarantine.share.turned(quarantine.first))
            {
                symptoms.append("more is quarantined")
            }
            if let duplicates = facts.duplicates, duplicates.share.hasRisen,
                facts.isBefore(change, duplicates.share.turned(duplicates.first))
            {
                symptoms.append("more are duplicates")
            }
            if facts.unmapped?.hasRisen == true { symptoms.append("more belong to no group") }
        }
        let refused = facts.intake?.refusals.contains {
            $0.isOfMatter && facts.isBefore(change, $0.first)
                && facts.mayChangeWhatComes(change, SourceSettings.refusing($0.status))
        }
        if refused == true { symptoms.append("requests are refused") }
        if facts.mayChangeDelivery(change),
            let lane = facts.lanesOfMatter?.first(where: { $0.total >= 3 && $0.count(.good) * 2 < $0.total })
        {
            symptoms.append("\(lane.destination) fails: \(lane.answers.first { $0.kind != .good }?.code ?? "")")
        }
        return symptoms
    }

    static func groupRenamed(_ facts: ChecklistFacts) -> Ruling {
        if let unmapped = facts.unmapped, unmapped.hasRisen {
            return .likely(
                "\(unmapped.recent.words) leads belong to no group, before \(unmapped.baseline.words): a new name.")
        }
        let missing = facts.volume.map { max(0, $0.expected - Double($0.observed)) }
        if let missing, missing >= 5,
            let heir = facts.siblings?.first(where: {
                $0.isSameClient && Double($0.received) >= max($0.usual * 2, $0.usual + missing / 2)
            })
        {
            return .likely(
                """
                Group \(heir.group) has \(heir.received) leads where \(Int(heir.usual.rounded())) are usual: about \
                what is missing here.
                """
            )
        }
        guard facts.unmapped != nil, facts.siblings != nil else {
            return .unknown("How many leads belong to no group or to another is not known.")
        }
        return .excluded("No more leads than usual belong to other groups or to none.")
    }
}
