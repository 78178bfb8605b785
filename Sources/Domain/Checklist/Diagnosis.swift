/// What the checklist came to: its items in the order in which to speak of them, whose move it is, and what may be said
/// to whom.
package struct Diagnosis: Equatable, Sendable {
    package var at: Instant
    /// In the order of speaking: proved, likely, not known, excluded; within each ours before the platform's before
    /// everybody else's, and what has been confirmed for this client more often before what has not.
    package var assessments: [Assessment]
    package var next: NextStep
    /// Whether anybody may say "the client's side": everything that can be ours or the platform's is excluded.
    package var mayNameClient: Bool
    /// For the client's team; only when it is their move and may be said.
    package var message: String?

    package struct NextStep: Equatable, Sendable {
        package var owner: Owner
        package var text: String
        package init(_ owner: Owner, _ text: String) {
            self.owner = owner
            self.text = text
        }
    }

    package init(
        at: Instant, assessments: [Assessment], next: NextStep, mayNameClient: Bool, message: String? = nil
    ) {
        self.at = at
        self.assessments = assessments
        self.next = next
        self.mayNameClient = mayNameClient
        self.message = message
    }

    /// Follows from the facts; `memory` is what people have confirmed so far. Items that cannot explain a matter of
    /// this `kind` are left out; `nil`: none is. `earlier`: what the last look at the same matter came to.
    package init(
        _ facts: ChecklistFacts, memory: ChecklistMemory = ChecklistMemory(), kind: AlertKind? = nil,
        earlier: Diagnosis? = nil
    ) {
        let all = Self.weighed(Checklist.assess(facts), facts).map { $0.standing(after: earlier) }.compactMap {
            assessment -> Assessment? in
            guard let kind, !assessment.item.mayExplain(kind) else { return assessment }
            // What is wrong besides is said, though it explains nothing here.
            guard kind.subject == .coming, assessment.certainty <= .likely else { return nil }
            var beside = assessment
            beside.certainty = .beside
            return beside
        }
        at = facts.now
        assessments = all.sorted { left, right in
            if left.certainty != right.certainty { return left.certainty < right.certainty }
            if left.owner.turn != right.owner.turn { return left.owner.turn < right.owner.turn }
            let (a, b) = (
                memory.weight(left.item, client: facts.client), memory.weight(right.item, client: facts.client)
            )
            return a != b ? a > b : left.item < right.item
        }
        let undecided = all.filter { !$0.certainty.isNoCause && ($0.item.comesBeforeTheClient || $0.owner.turn <= 1) }
        mayNameClient = undecided.isEmpty
        let leading = assessments.first { $0.certainty <= .likely }
        next = Self.next(leading, undecided: undecided, facts, kind: kind)
        message = nil
        if let leading, mayNameClient, leading.owner.isOutside { message = Self.message(facts, leading) }
    }

    /// A guess lays nothing upon others while a change of ours may be why: that is asked first.
    private static func weighed(_ all: [Assessment], _ facts: ChecklistFacts) -> [Assessment] {
        guard facts.areLeadsMissing != false,
            let change = facts.changesNear?.last(where: { facts.mayChangeWhatComes($0, SourceSettings.lettingIn) }),
            all.contains(where: { $0.certainty == .likely && $0.owner.isOutside })
        else { return all }
        return all.map { assessment in
            var weighed = assessment
            if assessment.certainty == .likely, assessment.owner.isOutside {
                weighed.certainty = .unknown
            } else if assessment.item == .changeOfOurs, assessment.certainty == .excluded {
                weighed.certainty = .unknown
                weighed.evidence =
                    "We changed: \(change.text) (\(change.at.plain)); it is too early to tell whether it matters."
            }
            return weighed
        }
    }

    /// The cause that is named: the first that is proved, else the first that is likely; `nil`: not known.
    package var cause: Assessment? { assessments.first { $0.certainty <= .likely } }

    private static func next(
        _ leading: Assessment?, undecided: [Assessment], _ facts: ChecklistFacts, kind: AlertKind?
    ) -> NextStep {
        guard let leading else {
            switch (kind ?? facts.kind).subject {
            case .coming, .contents: break
            case .forwarding, .intake, .relay, .external:
                // That it fails for one and works for others is where to begin.
                if let open = undecided.first(where: { $0.item == .platformDown }) {
                    return NextStep(.ours, "Find out about: \(open.item.title). \(open.evidence)")
                }
                return NextStep(.ours, "Nothing more was found: what to do is said by the alert itself.")
            }
            if facts.areLeadsMissing != false, facts.ads == nil {
                return NextStep(.ours, "First ask whether the ads run: nobody has told what the ads account says.")
            }
            // That the alarm is wrong is the last thing to think of.
            guard let first = undecided.first(where: { $0.item != .detectorWrong }) else {
                return NextStep(.ours, "Nothing was found. Ask the client's team what has changed on their side.")
            }
            return NextStep(.ours, "Find out about: \(first.item.title). \(first.evidence)")
        }
        guard leading.owner.isOutside, let first = undecided.first else { return NextStep(leading.owner, leading.fix) }
        let rest = undecided.count == 1 ? "" : " and \(undecided.count - 1) more"
        return NextStep(
            .ours,
            """
            It looks like \(leading.owner.possessive) side (\(leading.item.title)), but first rule out on ours: \
            \(first.item.title)\(rest). \(first.evidence)
            """
        )
    }

    private static func message(_ facts: ChecklistFacts, _ cause: Assessment) -> String {
        let place = facts.group.map { "campaign group \($0)" } ?? "your campaigns"
        var text = "Since \(facts.began.plain) something is wrong with leads from \(place)."
        if let volume = facts.volume, facts.areLeadsMissing == true {
            let came = volume.observed == 0 ? "none" : "\(volume.observed)"
            text =
                """
                Since \(facts.began.plain) \(came) came from \(place), where about \
                \(Int(volume.expected.rounded())) leads would be usual.
                """
        }
        text += "\n\nWhat we found: \(cause.item.title). \(cause.evidence)"
        text += "\n\nWhat would help: \(cause.item.request)"
        text +=
            """
            \n\nWe have checked our side first: what can be ours or the ad platforms' is excluded. We go on \
            watching and tell you when leads come again.
            """
        return text
    }
}

extension Assessment {
    /// What was proved of a matter when it was new, and is wrong still, stays proved, though its newest traces are of
    /// later.
    fileprivate func standing(after earlier: Diagnosis?) -> Assessment {
        guard certainty == .beside,
            let proved = earlier?.assessments.first(where: { $0.item == item && $0.certainty == .proved })
        else { return self }
        return proved
    }
}

extension Owner {
    /// Neither ours nor the platform's.
    var isOutside: Bool {
        switch self {
        case .client, .agency, .thirdParty: true
        case .ours, .platform, .nobody: false
        }
    }
}

extension ChecklistItem {
    var comesBeforeTheClient: Bool { Self.beforeTheClient.contains(self) }

    /// What the client's team is asked for.
    var request: String {
        switch self {
        case .campaignPaused: "Please tell us whether the campaigns were paused on purpose, and until when."
        case .budgetUsedUp: "Please look at the budget and the payment method of the ads account."
        case .pageDown: "Please let your web team bring the page back."
        case .formChanged: "Please take the change of the form back, or tell us the new field names."
        case .tagRemoved: "Please put the tag back and publish the tag manager's container again."
        case .keyChanged: "Please compare the address and the key in your form or server with what you got from us."
        case .payloadChanged:
            "Please compare what your form sends with the description of the fields, or tell us the new names."
        case .filterBlocksPeople: "Please loosen the filter in front of the form, and send again what it held back."
        case .clickIDsLost:
            "Please let the redirect keep the whole query of the address, and check that auto-tagging is on."
        case .accessRemoved: "Please link the ads account again."
        case .conversionActionUnusable:
            "Please create the conversion action again, or accept the terms in the ads account."
        case .consentChanged:
            "Please look at the consent banner: since the change most visitors are recorded as refusing."
        case .timeWrong: "Please check the clock and time zone of the system that sends the leads."
        case .clickIDsDamaged:
            "Please look at what handles the click id on the page: it arrives shortened or in lower case."
        case .senderDown:
            "Please look at the service that sends us the leads: it has gone silent. It should send them again."
        case .adsRejected: "Please look at the policy status in the ads account and appeal."
        case .deviceBroken: "Please test the form on the device named."
        case .junkFlood: "Please protect the form against automatic submissions."
        case .platformDown: "Please bring your receiver of webhooks back; what it missed is sent again."
        case .tokenRevoked, .groupRenamed, .throttled, .eventsTooOld, .tooRecent, .outboxStandsStill, .intakeDown,
            .changeOfOurs, .duplicateFilterTooStrict, .demandFell, .detectorWrong:
            fix
        }
    }
}

/// What people have confirmed: how often each item was the cause, by client.
package struct ChecklistMemory: Equatable, Sendable {
    private var counts: [Key: Int] = [:]

    private struct Key: Hashable {
        var client: String
        var item: ChecklistItem
    }

    package init() {}

    package mutating func confirm(_ item: ChecklistItem, client: String?, times: Int = 1) {
        counts[Key(client: client ?? "", item: item), default: 0] += times
    }

    /// Confirmed causes of this client plus one (Laplace), so that what has never been seen stays possible.
    package func weight(_ item: ChecklistItem, client: String?) -> Int {
        (counts[Key(client: client ?? "", item: item)] ?? 0) + 1
    }
}
