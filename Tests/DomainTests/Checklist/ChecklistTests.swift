import Domain
import TestSupport
import Testing

@Suite struct `The checklist` {
    /// What the rule of an item makes of facts that differ from the unexplained case in one thing.
    struct Case: CustomTestStringConvertible, Sendable {
        let item: ChecklistItem
        let certainty: Assessment.Certainty
        let owner: Owner?
        let what: String
        let facts: ChecklistFacts
        var testDescription: String { "\(item.rawValue) \(item): \(certainty) when \(what)" }

        init(
            _ item: ChecklistItem, _ certainty: Assessment.Certainty, by owner: Owner? = nil, _ what: String,
            from facts: ChecklistFacts = .unexplained, _ change: (inout ChecklistFacts) -> Void
        ) {
            self.item = item
            self.certainty = certainty
            self.owner = owner
            self.what = what
            self.facts = facts.with(change)
        }
    }

    private static func refusal(
        _ reason: String = "key-unknown", _ status: Int = 401, source: String? = nil,
        host: String? = "www.acme.example",
        isOfMatter: Bool = true, count: Int = 8, first: Instant = .start + .minutes(1)
    ) -> ChecklistFacts.RefusalFacts {
        ChecklistFacts.RefusalFacts(
            reason, status: status, source: source, host: host, isOfMatter: isOfMatter, count: count, first: first,
            last: .start + .hours(1))
    }

    private static func sibling(_ name: String, _ received: Int, _ usual: Double, sameClient: Bool = false)
        -> ChecklistFacts.SiblingFacts
    {
        ChecklistFacts.SiblingFacts(
            client: sameClient ? "acme" : name, group: name, isSameClient: sameClient, isSameCountry: true,
            received: received, usual: usual)
    }

    private static let rejected = ChecklistFacts.QuarantineFacts(
        share: .rose, reasons: [.init("missing /person/email", 18), .init("malformed /person/phone", 2)])
    private static let mixed = ChecklistFacts.QuarantineFacts(
        share: .rose,
        reasons: [.init("unreadable", 8), .init("missing /event", 7), .init("malformed /person/email", 5)])

    static let demand: [Case] = [
        Case(.campaignPaused, .proved, by: .agency, "the account says so") { $0.ads?.status = .paused },
        Case(.campaignPaused, .proved, "nothing is spent") { $0.ads?.spend = 0 },
        Case(.campaignPaused, .excluded, "money is spent") { _ in },
        Case(.campaignPaused, .likely, "only this group is silent, without an account's word") { $0.ads = nil },
        Case(.campaignPaused, .unknown, "the page is down, without an account's word") {
            $0.ads = nil
            $0.pages?[0].visit = .answered(500)
        },
        Case(.campaignPaused, .unknown, "so few are missing that it may be chance") {
            $0.ads = nil
            $0.volume?.expected = 5
        },
        Case(.campaignPaused, .unknown, "a sibling is silent as well") {
            $0.ads = nil
            $0.siblings?[0].received = 1
        },
        Case(.campaignPaused, .excluded, "leads come as usual") {
            $0.kind = .laneHeld
            $0.volume?.observed = 30
        },
        Case(.budgetUsedUp, .proved, by: .client, "the account says so") { $0.ads?.status = .budgetUsedUp },
        Case(.budgetUsedUp, .proved, "the payment failed") { $0.ads?.status = .paymentFailed },
        Case(.budgetUsedUp, .unknown, "nobody asked the account") { $0.ads = nil },
        Case(.adsRejected, .proved, "the account is suspended") { $0.ads?.status = .suspended },
        Case(.adsRejected, .likely, "no ad is shown") { $0.ads?.impressions = 0 },
        Case(.adsRejected, .excluded, "ads are shown") { _ in },
        Case(.consentChanged, .likely, by: .client, "more refuse") {
            $0.volume?.observed = 14
            $0.kind = .consentShare
            $0.consentRefused = .rose
        },
        Case(.consentChanged, .excluded, "nothing comes at all") { $0.consentRefused = nil },
        Case(.consentChanged, .unknown, "too few to tell") {
            $0.kind = .lowLeads
            $0.volume?.observed = 2
            $0.consentRefused = ShareComparison(recent: .init(1, of: 2), baseline: .init(1, of: 20))
        },
        Case(.demandFell, .likely, by: .nobody, "others fall alike") {
            $0.siblings = [sibling("beta", 1, 10), sibling("gamma", 2, 10), sibling("delta", 9, 10)]
        },
        Case(.demandFell, .unknown, "others fall alike, and a test lead does not arrive") {
            $0.siblings = [sibling("beta", 1, 10), sibling("gamma", 2, 10)]
            $0.synthetic?.end = .unreachable("no route")
        },
        Case(.demandFell, .excluded, "others go on") { _ in },
        Case(.demandFell, .unknown, "there is nobody to compare with") { $0.siblings = [] },
        Case(.detectorWrong, .likely, by: .ours, "everything else is excluded") { _ in },
        Case(.detectorWrong, .unknown, "something is not known") {
            $0.ads = nil; $0.siblings = nil
        },
        Case(.detectorWrong, .excluded, "the page is down") { $0.pages?[0].visit = .answered(404) },
    ]

    static let pages: [Case] = [
        Case(.pageDown, .proved, by: .client, "it answers 404 twice") { $0.pages?[0].visit = .answered(404) },
        Case(.pageDown, .proved, "the certificate ended") {
            $0.pages?[0].visit = .failed(.certificate, "certificate has expired")
        },
        Case(.pageDown, .proved, "the domain is parked") { $0.pages?[0].visit = .parked },
        Case(.pageDown, .unknown, "the control hosts are down as well") {
            $0.pages?[0].visit = .failed(.connection, "refused")
            $0.pages?[0].controlsAnswer = false
        },
        Case(.pageDown, .likely, "there is no control host") {
            $0.pages?[0].visit = .failed(.name, "")
            $0.pages?[0].controlsAnswer = nil
        },
        Case(.pageDown, .unknown, "it failed once") {
            $0.pages?[0].visit = .failed(.timeout, "")
            $0.pages?[0].isConfirmed = false
        },
        Case(.pageDown, .unknown, "no page is configured") { $0.pages = [] },
        Case(.pageDown, .unknown, "it refuses our visit") { $0.pages?[0].visit = .answered(403) },
        Case(.pageDown, .unknown, "it has too many visits of ours") { $0.pages?[0].visit = .answered(429) },
        Case(.pageDown, .unknown, "it asks whether we are a person") {
            $0.pages?[0].visit = .answered(503)
            $0.pages?[0].isChallenge = true
        },
        Case(.pageDown, .unknown, "it has never answered us") {
            $0.pages?[0].visit = .answered(404)
            $0.pages?[0].known = nil
        },
        Case(.pageDown, .excluded, "leads come all the same") {
            $0.kind = .quarantineRate
            $0.volume?.observed = 30
            $0.pages?[0].visit = .answered(503)
        },
        Case(.formChanged, .proved, by: .client, "a field was renamed") {
            $0.pages?[0].fingerprint?.forms[0].fields = ["mail", "name", "phone"]
        },
        Case(.formChanged, .proved, "the form is gone") { $0.pages?[0].fingerprint?.forms = [] },
        Case(.formChanged, .likely, "it changed and leads come") {
            $0.kind = .clickIDShare
            $0.volume?.observed = 30
            $0.pages?[0].fingerprint?.forms[0].action = "/elsewhere"
        },
        Case(.formChanged, .likely, "a group is silent, and leads of its page come") {
            $0.intake?.sources[0].received = 25
            $0.pages?[0].fingerprint?.forms[0].fields = ["mail", "name", "phone"]
        },
        Case(.formChanged, .excluded, "only a tag is gone") { $0.pages?[0].fingerprint?.tags = [] },
        Case(.formChanged, .unknown, "the page was never seen before") { $0.pages?[0].known = nil },
        Case(.tagRemoved, .proved, by: .client, "a tag is gone and so are the posts") {
            $0.pages?[0].fingerprint?.tags = ["GTM-ABC123"]
        },
        Case(.tagRemoved, .likely, "a tag is gone and posts come") {
            $0.pages?[0].fingerprint?.tags = ["relay.js"]
            $0.intake?.sources[0].received = 3
        },
        Case(.tagRemoved, .excluded, "a tag is new") { $0.pages?[0].fingerprint?.tags.append("G-NEW") },
        Case(.clickIDsLost, .proved, by: .client, "a redirect drops it, and fewer leads carry one") {
            $0.clickIDs = .fell
            $0.pages?[0].lostClickIDs = ["gclid"]
        },
        Case(.clickIDsLost, .excluded, "a redirect drops it, but leads carry it as before") {
            $0.pages?[0].lostClickIDs = ["gclid"]
        },
        Case(.clickIDsLost, .likely, "fewer leads carry one") { $0.clickIDs = .fell },
        Case(.clickIDsLost, .unknown, "nothing was visited and nothing came") {
            $0.clickIDs = nil
            $0.pages = nil
        },
    ]

    static let senders: [Case] = [
        Case(.keyChanged, .proved, by: .client, "its host is refused") { $0.intake?.refusals = [refusal()] },
        Case(.keyChanged, .proved, by: .ours, "we had changed the source's keys") {
            $0.intake?.refusals = [refusal(source: "landing")]
            $0.changes = [Marker(at: .start, .configuration, "sources.landing.keys changed")]
        },
        Case(.keyChanged, .likely, "one request was refused") { $0.intake?.refusals = [refusal(count: 1)] },
        Case(.keyChanged, .beside, "it is refused since long after the leads stayed away") {
            $0.noticed = .start + .hours(1)
            $0.intake?.refusals = [refusal(first: .start + .hours(14))]
        },
        Case(.keyChanged, .proved, by: .client, "we had changed another source") {
            $0.intake?.refusals = [refusal(source: "landing")]
            $0.changes = [Marker(at: .start, .configuration, "sources.landing-two changed, sources.other changed")]
        },
        Case(.keyChanged, .proved, by: .ours, "we had changed it before anybody could notice, with few leads an hour") {
            $0.intake?.refusals = [refusal(source: "landing", first: .start + .minutes(50))]
            $0.changes = [Marker(at: .start + .minutes(45), .configuration, "sources.landing changed")]
        },
        Case(.keyChanged, .proved, by: .ours, "we had changed it after the last lead, long before the window began") {
            $0.lastGood = .start - .hours(1)
            $0.intake?.refusals = [refusal(source: "landing", first: .start - .minutes(55))]
            $0.changes = [Marker(at: .start - .minutes(56), .configuration, "sources.landing changed")]
        },
        Case(.keyChanged, .proved, by: .client, "we had changed something else of the source") {
            $0.intake?.refusals = [refusal(source: "landing")]
            $0.changes = [
                Marker(
                    at: .start, .configuration, "sources.landing.address_rate changed, sources.landing.origins changed")
            ]
        },
        Case(.keyChanged, .proved, by: .ours, "we had changed the origins, and it is refused for its origin") {
            $0.intake?.refusals = [refusal("origin-not-allowed", 403, source: "landing")]
            $0.changes = [
                Marker(at: .start, .configuration, "sources.landing.rate changed, sources.landing.origins changed")
            ]
        },
        Case(.keyChanged, .proved, by: .client, "we deployed when it had been refused for a while") {
            $0.intake?.refusals = [refusal(source: "landing")]
            $0.changes = [Marker(at: .start + .minutes(30), .deploy, "0.2.0 after 0.1.0")]
        },
        Case(.keyChanged, .excluded, "it has been refused for a week") {
            $0.intake?.refusals = [refusal(first: .start - .days(7))]
        },
        Case(.keyChanged, .excluded, "somebody else's page is refused") {
            $0.intake?.refusals = [refusal(host: "www.other.example", isOfMatter: false)]
        },
        Case(.keyChanged, .likely, "a server uses an unknown key and this one is silent") {
            $0.intake?.refusals = [refusal(host: nil, isOfMatter: false)]
        },
        Case(.payloadChanged, .proved, by: .client, "one reason stands out") { $0.quarantine = rejected },
        Case(.payloadChanged, .proved, by: .ours, "we had changed the mapping") {
            $0.quarantine = rejected
            $0.changes = [Marker(at: .start - .minutes(5), .configuration, "sources.landing.mapping changed")]
        },
        Case(.payloadChanged, .proved, by: .client, "we deployed when some had been put aside") {
            $0.quarantine = .init(
                share: .fewNow, reasons: [.init("malformed /person/email", 3)], first: .start + .minutes(10))
            $0.changes = [Marker(at: .start + .hours(1), .deploy, "0.2.0 after 0.1.0")]
        },
        Case(.payloadChanged, .proved, by: .ours, "we deployed, and some have always been put aside") {
            $0.quarantine = rejected
            $0.quarantine?.first = .start + .minutes(10)
            $0.changes = [Marker(at: .start + .hours(1), .deploy, "0.2.0 after 0.1.0")]
        },
        Case(.payloadChanged, .proved, by: .client, "the destination has nothing for the event's name") {
            $0.notMapped = .fewNow
        },
        Case(.payloadChanged, .proved, by: .ours, "we had changed what the destination has") {
            $0.notMapped = .fewNow
            $0.changes = [Marker(at: .start, .configuration, "destinations.meta changed")]
        },
        Case(.payloadChanged, .excluded, "there are many reasons") { $0.quarantine = mixed },
        Case(.payloadChanged, .proved, by: .client, "all three of three days are put aside") {
            $0.quarantine = .init(share: .fewNow, reasons: [.init("malformed /person/email", 3)])
        },
        Case(.payloadChanged, .proved, by: .client, "all say that they are tests") { $0.tests = .rose },
        Case(.payloadChanged, .proved, by: .ours, "all are tests since we changed the mapping") {
            $0.tests = .rose
            $0.changes = [Marker(at: .start - .minutes(5), .configuration, "sources.landing changed")]
        },
        Case(.payloadChanged, .excluded, "as many tests as ever") { $0.tests = .same },
        Case(.payloadChanged, .unknown, "the quarantine is not known") { $0.quarantine = nil },
        Case(.filterBlocksPeople, .proved, by: .thirdParty, "a test lead is blocked") {
            $0.synthetic?.end = .blocked(status: 403)
        },
        Case(.filterBlocksPeople, .likely, by: .ours, "our own limit strikes") {
            $0.intake?.refusals = [refusal("too-many-from-address", 429, count: 40)]
        },
        Case(.filterBlocksPeople, .likely, by: .ours, "requests are refused, and some are by our limit") {
            $0.kind = .refusedShare
            $0.intake?.sources[0].received = 30
            $0.intake?.refusals = [refusal("too-many-from-source", 429, count: 7)]
        },
        Case(.filterBlocksPeople, .unknown, "no test lead was sent") { $0.synthetic = nil },
        Case(.duplicateFilterTooStrict, .likely, by: .ours, "many posts carry one id") {
            $0.duplicates = .init(share: .rose, count: 20, originals: 1)
        },
        Case(.duplicateFilterTooStrict, .excluded, "there are as many as ever") { _ in },
        Case(
            .clickIDsDamaged, .proved, by: .client, "Google cannot read them",
            from: .unexplained.answered(.clickDamaged, "INVALID_GCLID")
        ) { _ in },
        Case(.clickIDsDamaged, .proved, "they differ from the page's address") {
            $0.sample?.damagedClickIDs = .rose
        },
        Case(.senderDown, .likely, by: .thirdParty, "a server is silent") {
            $0.intake?.sources[0].isBrowser = false
            $0.intake?.sources[0].groups = 3
        },
        Case(.senderDown, .excluded, "leads come from browsers") { _ in },
        Case(.senderDown, .unknown, "everybody is silent") {
            $0.intake?.sources[0].isBrowser = false
            $0.intake?.sources[1].received = 0
            $0.synthetic = nil
        },
        Case(.deviceBroken, .likely, by: .client, "one device sends nothing any more") {
            $0.sample?.devices["iPhone"] = .fell
        },
        Case(.deviceBroken, .unknown, "there is no sample") { $0.sample = nil },
        Case(.junkFlood, .likely, by: .client, "as much comes, and much is unusable for many reasons") {
            $0.quarantine = mixed
            $0.intake?.sources[0].received = 40
        },
        Case(.junkFlood, .excluded, "little comes") { $0.quarantine = mixed },
    ]

    static let deliveries: [Case] = [
        Case(.tokenRevoked, .proved, by: .ours, "the lane is held") {
            $0.lanes?[0].state = .held
            $0.lanes?[0].heldCode = "invalid_grant"
        },
        Case(.tokenRevoked, .proved, "Meta says 190") {
            $0.lanes?[1].answers = [.init(.authentication, "190", 5)]
        },
        Case(
            .tokenRevoked, .excluded, "the token was renewed",
            from: .unexplained.answered(.authentication, "UNAUTHENTICATED", 10, good: 30)
        ) { _ in },
        Case(.tokenRevoked, .unknown, "nothing is known") { $0.lanes = nil },
        Case(
            .accessRemoved, .proved, by: .client, "permission is denied",
            from: .unexplained.answered(.permission, "PERMISSION_DENIED")
        ) { _ in },
        Case(.accessRemoved, .likely, "a third of them", from: .unexplained.answered(.permission, "x", 10, good: 20)) {
            _ in
        },
        Case(.accessRemoved, .excluded, "a few", from: .unexplained.answered(.permission, "x", 2, good: 2)) { _ in },
        Case(.conversionActionUnusable, .proved, by: .client, "it is held for the action") {
            $0.lanes?[0].state = .held
            $0.lanes?[0].heldCode = "INVALID_CONVERSION_ACTION_ID"
        },
        Case(.platformDown, .proved, by: .platform, "three clients meet the same") { facts in
            facts.lanes = ["acme", "beta", "gamma"].map { client in
                ChecklistFacts.LaneFacts(
                    "meta-\(client)", platform: "meta_ads", client: client, isOfMatter: client == "acme",
                    answers: [.init(.fault, "http_503", 9)])
            }
            facts.lanes?.append(
                ChecklistFacts.LaneFacts("google", platform: "google_ads", isOfMatter: true, answers: [.good(9)]))
        },
        Case(.platformDown, .likely, "there is only one client", from: .unexplained.answered(.fault, "http_503")) { _ in
        },
        Case(.platformDown, .unknown, "no platform answers") {
            $0.lanes?[0].answers = [.init(.fault, "unreachable", 9)]
            $0.lanes?[1].answers = [.init(.fault, "unreachable", 9)]
        },
        Case(.platformDown, .unknown, "it works for others") {
            $0.lanes?[0].answers = [.init(.fault, "http_500", 9)]
            $0.lanes?.append(.init("google-beta", platform: "google_ads", isOfMatter: false, answers: [.good(9)]))
        },
        Case(.platformDown, .likely, by: .client, "the receiver of webhooks is down") {
            $0.lanes = [.init("crm", platform: "webhook", isOfMatter: true, answers: [.init(.fault, "http_502", 9)])]
        },
        Case(
            .throttled, .proved, by: .ours, "deliveries wait", from: .unexplained.answered(.throttled, "4", 5, good: 50)
        ) {
            $0.lanes?[0].oldestDue = .minutes(20)
        },
        Case(
            .throttled, .excluded, "it happens now and then", from: .unexplained.answered(.throttled, "4", 5, good: 50)
        ) { _ in },
        Case(
            .eventsTooOld, .proved, by: .ours, "some are lost",
            from: .unexplained.answered(.tooOld, "100/2804003", 5, good: 40)
        ) { _ in },
        Case(.timeWrong, .proved, by: .ours, "our clock is fast") { $0.clocks?.skew = .seconds(40) },
        Case(
            .timeWrong, .proved, by: .client, "conversions precede clicks",
            from: .unexplained.answered(.time, "CONVERSION_PRECEDES_CLICK")
        ) { _ in },
        Case(.timeWrong, .likely, by: .client, "stamps are two hours off") { $0.sample?.hoursOff = 2 },
        Case(
            .tooRecent, .proved, by: .nobody, "clicks are new",
            from: .unexplained.answered(.tooRecent, "TOO_RECENT_CLICK")
        ) { _ in },
    ]

    static let relay: [Case] = [
        Case(.outboxStandsStill, .proved, by: .ours, "nothing is sent while much waits") {
            $0.lanes?[0].answers = []
            $0.lanes?[0].oldestDue = .minutes(12)
        },
        Case(.outboxStandsStill, .proved, "the disk is full") { $0.storage?.isFull = true },
        Case(.outboxStandsStill, .proved, "nothing is judged") { $0.synthetic?.end = .notJudged },
        Case(.outboxStandsStill, .likely, "somebody paused the lane") { $0.lanes?[1].state = .paused },
        Case(.outboxStandsStill, .likely, "no platform can be reached") {
            $0.lanes?[0].answers = [.init(.fault, "unreachable", 9)]
            $0.lanes?[1].answers = [.init(.fault, "unreachable", 9)]
        },
        Case(
            .outboxStandsStill, .excluded, "it waits because the platform fails",
            from: .unexplained.answered(.fault, "http_500")
        ) {
            $0.lanes?[0].oldestDue = .hours(1)
        },
        Case(.intakeDown, .proved, by: .ours, "a test lead finds nobody") {
            $0.synthetic?.end = .unreachable("refused")
        },
        Case(.intakeDown, .proved, "it is refused with 503") {
            $0.synthetic?.end = .refused(status: 503, reason: "disk-full")
        },
        Case(.intakeDown, .proved, by: .ours, "requests were refused because of us, which are over") {
            $0.intake?.refusals = [refusal("disk-full", 503, host: nil, isOfMatter: false, count: 94)]
        },
        Case(.intakeDown, .excluded, "requests have been refused because of us since long after") {
            $0.noticed = .start + .minutes(10)
            $0.intake?.refusals = [
                refusal("disk-full", 503, host: nil, isOfMatter: false, first: .start + .minutes(40))
            ]
        },
        Case(.intakeDown, .likely, "nothing comes from anybody") {
            $0.synthetic = nil
            $0.intake?.sources[1].received = 0
        },
        Case(.intakeDown, .excluded, "others' leads come") { $0.synthetic = nil },
        Case(.intakeDown, .unknown, "nothing is known") {
            $0.synthetic = nil
            $0.intake = nil
        },
        Case(.changeOfOurs, .likely, by: .ours, "a test lead is quarantined since a reload") {
            $0.changes = [Marker(at: .start + .minutes(10), .configuration, "groups changed")]
            $0.synthetic?.end = .quarantined("missing /event")
        },
        Case(.changeOfOurs, .likely, "deliveries fail since a deploy", from: .unexplained.answered(.other, "http_404"))
        {
            $0.changes = [Marker(at: .start - .minutes(2), .deploy, "0.2.0 after 0.1.0")]
        },
        Case(.changeOfOurs, .excluded, "the change was another client's") {
            $0.changes = [Marker(at: .start, .configuration, "clients.beta changed, sources.beta-landing changed")]
            $0.synthetic?.end = .quarantined("missing /event")
        },
        Case(
            .changeOfOurs, .excluded, "a platform fails since we changed rules of groups",
            from: .unexplained.answered(.fault, "http_503")
        ) {
            $0.changes = [Marker(at: .start, .configuration, "groups changed")]
        },
        Case(.changeOfOurs, .excluded, "the rules of another client's groups were changed") {
            $0.changes = [Marker(at: .start, .configuration, "groups.beta changed, landing_pages.beta changed")]
            $0.unmapped = .rose
        },
        Case(.changeOfOurs, .likely, "the rules of this client's groups were changed") {
            $0.changes = [Marker(at: .start, .configuration, "groups.acme changed")]
            $0.unmapped = .rose
        },
        Case(.changeOfOurs, .excluded, "the change was before the last good lead") {
            $0.changes = [Marker(at: .start - .minutes(10), .configuration, "groups changed")]
            $0.synthetic?.end = .quarantined("missing /event")
        },
        Case(.changeOfOurs, .excluded, "the change came after it was noticed") {
            $0.noticed = .start + .hours(1)
            $0.changes = [Marker(at: .start + .minutes(90), .configuration, "groups changed")]
            $0.synthetic?.end = .quarantined("missing /event")
        },
        Case(.changeOfOurs, .excluded, "the change shows nowhere") {
            $0.changes = [Marker(at: .start, .configuration, "groups changed")]
        },
        Case(.changeOfOurs, .excluded, "it was yesterday, or only a restart") {
            $0.changes = [
                Marker(at: .start - .hours(9), .deploy, "0.2.0"), Marker(at: .start - .minutes(2), .started, "0.2.0"),
            ]
            $0.quarantine = rejected
        },
        Case(.changeOfOurs, .unknown, "changes are not known") { $0.changes = nil },
        Case(.groupRenamed, .likely, by: .ours, "more belong to no group") { $0.unmapped = .rose },
        Case(.groupRenamed, .likely, "a sibling has what is missing") {
            $0.siblings = [sibling("pumps-2027", 25, 0, sameClient: true)]
        },
        Case(.groupRenamed, .excluded, "nothing moved") { _ in },
        Case(.groupRenamed, .unknown, "nothing is known") {
            $0.siblings = nil; $0.unmapped = nil
        },
    ]

    @Test(arguments: demand + pages + senders + deliveries + relay)
    func `decides each item by its rule`(_ one: Case) throws {
        let assessment = try #require(Checklist.assess(one.facts).first { $0.item == one.item })
        #expect(assessment.certainty == one.certainty, "\(assessment.evidence)")
        if let owner = one.owner { #expect(assessment.owner == owner) }
        #expect(!assessment.evidence.isEmpty && assessment.evidence.last == ".", "\(assessment.evidence)")
    }

    @Test func `has an answer for every item from no facts at all, and proves nothing from them`() {
        let facts = ChecklistFacts(kind: .missingLeads, scope: .relay, began: .start, now: .start)
        let all = Checklist.assess(facts)
        #expect(all.map(\.item) == ChecklistItem.allCases)
        #expect(all.allSatisfy { $0.certainty == .unknown || $0.certainty == .excluded })
        #expect(Diagnosis(facts).mayNameClient == false)
    }

    @Test func `excludes everything where everything is well, but for the alarm itself`() {
        for assessment in Checklist.assess(.unexplained) where assessment.item != .detectorWrong {
            #expect(assessment.certainty == .excluded, "\(assessment.item): \(assessment.evidence)")
        }
    }
}

@Suite struct `A diagnosis` {
    @Test func `names what is proved before what is likely, and says whose move it is`() {
        let diagnosis = Diagnosis(
            .unexplained.with {
                $0.pages?[0].visit = .answered(404)
                $0.sample?.devices["iPhone"] = .fell
            })
        #expect(diagnosis.assessments.prefix(2).map(\.item) == [.pageDown, .deviceBroken])
        #expect(diagnosis.cause?.item == .pageDown)
        #expect(diagnosis.mayNameClient)
        #expect(diagnosis.next == .init(.client, ChecklistItem.pageDown.fix))
        let message = diagnosis.message ?? ""
        for words in ["campaign group pumps", "none came", "about 31", "404", "web team", "We have checked our side"] {
            #expect(message.contains(words), "\(words)")
        }
    }

    @Test func `does not say the client's side while anything of ours is open`() {
        // Each thing that could be ours, not known.
        let gaps: [(inout ChecklistFacts) -> Void] = [
            { $0.lanes = nil }, { $0.changes = nil }, { $0.duplicates = nil },
            {
                $0.unmapped = nil; $0.siblings = nil
            },
            {
                $0.synthetic = nil; $0.intake = nil
            },
            { $0.lanes?[1].state = .paused },
        ]
        for gap in gaps {
            let facts = ChecklistFacts.unexplained.with { $0.pages?[0].visit = .answered(404) }.with(gap)
            let diagnosis = Diagnosis(facts)
            #expect(!diagnosis.mayNameClient && diagnosis.message == nil)
            #expect(diagnosis.next.owner == .ours)
        }
    }

    @Test func `does not say it when a client's kind of fault is ours this time`() {
        let diagnosis = Diagnosis(
            .unexplained.with {
                $0.quarantine = .init(share: .rose, reasons: [.init("missing /person/email", 20)])
                $0.changes = [Marker(at: .start - .minutes(5), .configuration, "sources.landing changed")]
            })
        #expect(diagnosis.cause?.item == .payloadChanged && diagnosis.cause?.owner == .ours)
        #expect(!diagnosis.mayNameClient)
    }

    @Test func `speaks first of what was confirmed for this client before`() {
        let facts = ChecklistFacts.unexplained.with {
            $0.sample?.devices["iPhone"] = .fell
            $0.clickIDs = .fell
        }
        #expect(Diagnosis(facts).cause?.item == .clickIDsLost)
        var memory = ChecklistMemory()
        memory.confirm(.deviceBroken, client: "acme")
        memory.confirm(.clickIDsLost, client: "beta", times: 9)
        #expect(Diagnosis(facts, memory: memory).cause?.item == .deviceBroken)
    }

    @Test func `holds to what was proved when it was new`() {
        let refused = ChecklistFacts.unexplained.with {
            $0.intake?.refusals = [
                .init(
                    "key-unknown", status: 401, source: "landing", host: nil, isOfMatter: true, count: 4,
                    first: .start + .minutes(1), last: .start + .minutes(30))
            ]
        }
        // Of a slow sender the counter begins anew each day.
        let later = refused.with {
            $0.noticed = .start + .hours(1)
            $0.now = .start + .days(3)
            $0.intake?.refusals[0].first = .start + .days(2)
            $0.intake?.refusals[0].last = .start + .days(3)
        }
        let first = Diagnosis(refused, kind: .missingLeads)
        #expect(first.cause?.item == .keyChanged)
        #expect(Diagnosis(later, kind: .missingLeads).cause?.item != .keyChanged)
        #expect(Diagnosis(later, kind: .missingLeads, earlier: first).cause == first.cause)
        // What is not seen any more is not held to.
        let gone = later.with { $0.intake?.refusals = [] }
        #expect(Diagnosis(gone, kind: .missingLeads, earlier: first).cause?.item != .keyChanged)
    }

    @Test(arguments: [
        ("groups.acme changed", true), ("sources.landing.keys changed", true), ("sources.landing changed", true),
        ("sources.landing.address_rate changed", false), ("groups.beta changed", false),
        ("destinations.meta changed", false),
    ])
    func `guesses nothing of others while a change of ours may be why`(_ change: String, isNear: Bool) {
        let guess = ChecklistFacts.unexplained.with {
            $0.ads = nil
            $0.changes = [Marker(at: .start, .configuration, change)]
        }
        let diagnosis = Diagnosis(guess, kind: .missingLeads)
        #expect((diagnosis.cause?.item == .campaignPaused) == !isNear)
        if isNear {
            #expect(diagnosis.cause == nil && !diagnosis.mayNameClient)
            #expect(diagnosis.assessments.first { $0.item == .changeOfOurs }?.evidence.contains(change) == true)
        }
        // What has been seen is said all the same, after what is ours.
        let seen = Diagnosis(guess.with { $0.pages?[0].visit = .answered(404) }, kind: .missingLeads)
        #expect(seen.cause?.item == .pageDown)
    }

    @Test func `of what is refused because of us never asks the client's team`() {
        let diagnosis = Diagnosis(.unexplained.with { $0.kind = .intakeErrors }, kind: .intakeErrors)
        #expect(diagnosis.next.owner == .ours && !diagnosis.next.text.contains("client"), "\(diagnosis.next.text)")
    }

    @Test func `calls no count a wrong alarm`() {
        for kind in AlertKind.allCases where kind.subject == .contents || kind.subject == .intake {
            #expect(Diagnosis(.unexplained.with { $0.kind = kind }, kind: kind).cause == nil, "\(kind)")
        }
    }

    @Test func `says what to find out when nothing is found`() {
        let diagnosis = Diagnosis(
            .unexplained.with {
                $0.lanes = nil; $0.siblings = nil
            })
        #expect(diagnosis.cause == nil)
        #expect(diagnosis.next.owner == .ours && diagnosis.next.text.contains("Find out about"))
        // Most installations are never told what the ads account says.
        let unasked = Diagnosis(
            .unexplained.with {
                $0.ads = nil; $0.siblings?[0].received = 1
            })
        #expect(unasked.cause == nil && unasked.next.text.contains("whether the ads run"))
    }

    @Test func `never explains missing leads by what a platform says, and says that besides`() throws {
        let facts = ChecklistFacts.unexplained.with {
            $0.lanes?[0].state = .held
            $0.lanes?[0].heldCode = "190/463"
            $0.lanes?[0].platform = "meta_ads"
        }
        let diagnosis = Diagnosis(facts, kind: .missingLeads)
        #expect(diagnosis.cause?.item != .tokenRevoked)
        let besides = try #require(diagnosis.assessments.first { $0.certainty == .beside })
        #expect(besides.item == .tokenRevoked && besides.evidence.contains("190/463"))
        #expect(Diagnosis(facts, kind: .laneHeld).cause?.item == .tokenRevoked)
    }

    @Test func `a guess never proposes what would hide an outage`() {
        for facts in [
            ChecklistFacts.unexplained.with { $0.ads = nil }, .unexplained,
            .unexplained.with {
                $0.siblings = [
                    .init(client: "b", group: "x", isSameClient: false, isSameCountry: true, received: 1, usual: 10),
                    .init(client: "c", group: "y", isSameClient: false, isSameCountry: true, received: 1, usual: 10),
                ]
            },
        ] {
            let diagnosis = Diagnosis(facts)
            #expect(diagnosis.cause?.certainty == .likely)
            #expect(
                diagnosis.next.text.contains("Only ") || diagnosis.next.text.contains("only "), "\(diagnosis.next.text)"
            )
        }
    }

    @Test(arguments: [AlertKind.channelFailing, .credentialEnds, .storage])
    func `of our own matters never asks the client's team`(kind: AlertKind) {
        let diagnosis = Diagnosis(.unexplained.with { $0.kind = kind }, kind: kind)
        #expect(!diagnosis.next.text.contains("client"))
    }

    /// A banner that refuses for everybody is wrong as well, but no clock goes wrong by it.
    @Test(arguments: [AlertKind.clockSkew, .storage, .credentialEnds, .idsAhead, .tooManyGroups])
    func `of our own matters lays nothing upon the client`(kind: AlertKind) {
        let facts = ChecklistFacts.unexplained.with {
            $0.kind = kind
            $0.volume = .init(observed: 30, expected: 31)
            $0.consentRefused = .rose
            $0.clickIDs = .fell
        }
        let diagnosis = Diagnosis(facts, kind: kind)
        #expect(diagnosis.cause == nil && diagnosis.message == nil)
        let late = facts.with { $0.kind = .clockSkew }.answered(.time, "CONVERSION_PRECEDES_EVENT")
        #expect(Diagnosis(late, kind: .clockSkew).cause?.owner == .ours)
    }

    @Test func `says what to find out when a platform fails for one client only`() {
        var facts = ChecklistFacts.unexplained.answered(.fault, "http_503")
        facts.kind = .forwardingFailing
        facts.lanes?.append(
            .init("other", platform: "google_ads", client: "beta", isOfMatter: false, answers: [.good(20)]))
        let diagnosis = Diagnosis(facts, kind: .forwardingFailing)
        #expect(diagnosis.cause == nil)
        #expect(diagnosis.next.text.contains("http_503, but works for others"), "\(diagnosis.next.text)")
    }
}

@Suite struct `A platform's code` {
    @Test(arguments: [
        ("PROCESSING_ERROR_REASON_INVALID_GCLID", 200, "google_ads", AnswerClass.clickDamaged),
        ("UNPARSEABLE_GCLID", 200, "google_ads", .clickDamaged),
        ("PERMISSION_DENIED", 403, "google_ads", .permission),
        ("INVALID_CONVERSION_ACTION_ID", 400, "google_ads", .action),
        ("PROCESSING_ERROR_REASON_TOO_RECENT_CLICK", 200, "google_ads", .tooRecent),
        ("EXPIRED_EVENT", 200, "google_ads", .tooOld),
        ("RESOURCE_EXHAUSTED", 429, "google_ads", .throttled),
        ("http_503", 503, "google_ads", .fault),
        ("190/463", 400, "meta_ads", .authentication), ("200", 403, "meta_ads", .permission),
        ("4", 400, "meta_ads", .throttled), ("80004", 400, "meta_ads", .throttled), ("2", 500, "meta_ads", .fault),
        ("100/2804003", 400, "meta_ads", .tooOld), ("100/33", 400, "meta_ads", .permission),
        ("100", 400, "meta_ads", .other),
        ("http_401", 401, "webhook", .authentication), ("http_410", 410, "webhook", .permission),
        ("http_502", 502, "webhook", .fault),
        ("unreachable", 0, "meta_ads", .fault), ("invalid_grant", 0, "google_ads", .authentication),
        ("consent_denied", 0, "meta_ads", .consent), ("never heard of", 418, "google_ads", .other),
    ])
    func `belongs to a class`(code: String, status: Int, platform: String, expected: AnswerClass) {
        #expect(AnswerClass.of(code, status: status, platform: platform) == expected)
        #expect(AnswerClass.of(code, status: status, platform: platform, isGood: true) == .good)
    }
}
