import Domain
import TestSupport

extension ChecklistFacts {
    /// A group is silent, and everything that can be looked at is well: only the alarm can be wrong.
    static var unexplained: ChecklistFacts {
        var facts = ChecklistFacts(
            kind: .missingLeads, scope: .group(client: "acme", group: "pumps"), began: .start, now: .start + .hours(2))
        facts.client = "acme"
        facts.group = "pumps"
        facts.volume = Volume(observed: 0, expected: 31)
        facts.intake = IntakeFacts(sources: [
            SourceFacts("landing", feedsMatter: true, received: 0, usual: 30),
            SourceFacts("other", feedsMatter: false, received: 40, usual: 40),
        ])
        facts.quarantine = QuarantineFacts(share: .same, reasons: [])
        facts.clickIDs = .same
        facts.consentRefused = .same
        facts.duplicates = DuplicateFacts(share: .same, count: 0, originals: 0)
        facts.unmapped = .same
        facts.lanes = [
            LaneFacts("google", platform: "google_ads", client: "acme", isOfMatter: true, answers: [.good(20)]),
            LaneFacts("meta", platform: "meta_ads", client: "acme", isOfMatter: true, answers: [.good(20)]),
        ]
        facts.storage = StorageFacts()
        facts.pages = [.fine]
        facts.synthetic = SyntheticFacts(.judged)
        facts.ads = AdsFacts(.active, spend: 40, impressions: 1000, asOf: .start + .hours(1))
        facts.siblings = [
            SiblingFacts(
                client: "acme", group: "solar", isSameClient: true, isSameCountry: true, received: 20, usual: 20),
            SiblingFacts(
                client: "beta", group: "roofs", isSameClient: false, isSameCountry: true, received: 9, usual: 10),
            SiblingFacts(
                client: "gamma", group: "windows", isSameClient: false, isSameCountry: true, received: 11, usual: 10),
        ]
        facts.changes = []
        facts.clocks = ClockFacts(skew: .milliseconds(300), servers: 3)
        facts.sample = LeadSample(devices: ["iPhone": .same], damagedClickIDs: .same)
        facts.history = HistoryFacts(age: .days(90), leads: 400)
        return facts
    }

    func with(_ change: (inout ChecklistFacts) -> Void) -> ChecklistFacts {
        var facts = self
        change(&facts)
        return facts
    }

    /// With answers of this kind at the Google lane, in place of good ones.
    func answered(_ kind: AnswerClass, _ code: String, _ count: Int = 10, good: Int = 0) -> ChecklistFacts {
        with { $0.lanes?[0].answers = [LaneFacts.Answers(kind, code, count), .good(good)] }
    }
}

extension ChecklistFacts.LaneFacts.Answers {
    static func good(_ count: Int) -> Self { Self(.good, "", count) }
}

extension ShareComparison {
    static let same = ShareComparison(recent: Share(20, of: 25), baseline: Share(800, of: 1000))
    static let fell = ShareComparison(recent: Share(0, of: 25), baseline: Share(800, of: 1000))
    /// All of a few, where none was before.
    static let fewNow = ShareComparison(recent: Share(3, of: 3), baseline: Share(0, of: 10))
    static let rose = ShareComparison(recent: Share(20, of: 25), baseline: Share(10, of: 1000))
}

extension PageFacts {
    static var fine: PageFacts {
        var page = PageFacts("https://www.acme.example/pumps", .answered(200))
        page.controlsAnswer = true
        page.keptClickIDs = ["gclid", "fbclid"]
        page.fingerprint = .usual
        page.known = .usual
        page.knownAt = .start - .hours(1)
        return page
    }

    func with(_ change: (inout PageFacts) -> Void) -> PageFacts {
        var page = self
        change(&page)
        return page
    }
}

extension PageFingerprint {
    static let usual = PageFingerprint(
        forms: [Form(action: "https://relay.example/v1/leads/pk", fields: ["email", "name", "phone"])],
        tags: ["GTM-ABC123", "relay.js"])
}
