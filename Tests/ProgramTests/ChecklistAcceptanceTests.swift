import Domain
import Monitoring
import Sandbox
import Service
import Store
import TestSupport
import Testing

@testable import leadrelay

/// Each of the thirty typical problems is brought about in a running relay, against imitated platforms and an imitated
/// landing page; the collectors look at what is really there. Only what an ads account says is told to the relay, as it
/// would be in life.
@Suite(.serialized, .timeLimit(.minutes(Hanging.minutes))) struct `The checklist over a running relay` {
    /// A fault, brought about at the beginning of the window. Answers what a rule would have found.
    struct Fault: CustomTestStringConvertible, Sendable {
        let item: ChecklistItem
        /// Whose it is; ours must never be called the client's.
        let owner: Owner
        let what: String
        var options = ChecklistWorld.Options()
        let act: @Sendable (ChecklistWorld) throws -> (kind: AlertKind, scope: AlertScope)
        var testDescription: String { "\(item.rawValue): \(what)" }
    }

    static let pumps = AlertScope.group(client: "acme", group: "pumps")
    static let silent = (kind: AlertKind.missingLeads, scope: pumps)

    private static func ads(_ status: ChecklistFacts.AdsFacts.Status) -> @Sendable (ChecklistWorld) throws -> Void {
        { world in
            let facts = ChecklistFacts.AdsFacts(
                status, spend: status == .active ? 25 : 0, impressions: 900, asOf: world.now)
            try world.ledger.watch.keepAds(facts, client: "acme", group: "")
        }
    }

    static let faults: [Fault] = [
        Fault(item: .campaignPaused, owner: .agency, what: "the account says paused") { world in
            try ads(.paused)(world)
            try world.usual(except: ["pumps"])
            return silent
        },
        Fault(item: .budgetUsedUp, owner: .client, what: "the account says that the budget is used up") { world in
            try ads(.budgetUsedUp)(world)
            try world.usual(except: ["pumps"])
            return silent
        },
        Fault(item: .pageDown, owner: .client, what: "the page answers 404") { world in
            world.sandbox.landingPage.withLock { $0.status = 404 }
            try world.usual(except: ["pumps"])
            return silent
        },
        Fault(item: .formChanged, owner: .client, what: "a field of the form was renamed") { world in
            world.sandbox.landingPage.withLock { $0.fields = ["name", "mail", "phone"] }
            try world.usual(except: ["pumps"])
            return silent
        },
        Fault(item: .tagRemoved, owner: .client, what: "our snippet is gone from the page") { world in
            world.sandbox.landingPage.withLock { $0.hasSnippet = false }
            try world.usual(except: ["pumps", "solar"])
            return (.missingLeads, .client("acme"))
        },
        Fault(item: .keyChanged, owner: .client, what: "the page sends an unknown key") { world in
            for lead in world.leads(8) {
                #expect(try world.post([lead], key: "pk_old_key_of_page", origin: "https://www.acme.example") == 401)
            }
            try world.usual(except: ["pumps"])
            return silent
        },
        Fault(item: .keyChanged, owner: .ours, what: "we changed the key and told nobody") { world in
            try world.reload { $0.landingKey = "pk_landing_new" }
            for lead in world.leads(8) { try world.post([lead], origin: "https://www.acme.example") }
            try world.usual(except: ["pumps", "solar"])
            return silent
        },
        Fault(item: .payloadChanged, owner: .client, what: "the page sends nonsense as e-mail") { world in
            try world.post(world.leads(24) { $1.email = "nonsense" })
            try world.usual(except: ["pumps"])
            return (.quarantineRate, .source("landing"))
        },
        Fault(item: .payloadChanged, owner: .ours, what: "we changed the mapping") { world in
            try world.reload { $0.landingMapping = #"mapping: [{ to: "/value", from: "event_id" }]"# }
            try world.post(world.leads(24))
            try world.usual(except: ["pumps"])
            return (.quarantineRate, .source("landing"))
        },
        Fault(
            item: .filterBlocksPeople, owner: .thirdParty, what: "something in front of intake takes us for a machine",
            options: .init(publicAddress: "sandbox")
        ) { world in
            try world.usual(except: ["pumps"])
            return silent
        },
        Fault(item: .tokenRevoked, owner: .ours, what: "Meta no longer takes our token") { world in
            world.sandbox.faults { _ = $0.add(.init(.errorCode, on: .metaAds, code: "190")) }
            try world.usual()
            world.held("meta-acme")
            return (.laneHeld, .destination("meta-acme"))
        },
        Fault(item: .clickIDsLost, owner: .client, what: "the redirect drops the query") { world in
            world.sandbox.landingPage.withLock { $0.dropsQuery = true }
            try world.post(world.leads(24) { $1.gclid = nil })
            try world.usual(except: ["pumps"])
            return (.clickIDShare, pumps)
        },
        Fault(item: .accessRemoved, owner: .client, what: "Google denies access to the account") { world in
            world.sandbox.faults { _ = $0.add(.init(.errorCode, on: .googleAds, code: "PERMISSION_DENIED")) }
            try world.usual()
            world.held("google-acme")
            return (.laneHeld, .destination("google-acme"))
        },
        Fault(item: .conversionActionUnusable, owner: .client, what: "Google does not know the conversion action") {
            world in
            world.sandbox.faults { _ = $0.add(.init(.errorCode, on: .googleAds, code: "INVALID_CONVERSION_ACTION_ID")) }
            try world.usual()
            world.held("google-acme")
            return (.laneHeld, .destination("google-acme"))
        },
        Fault(item: .consentChanged, owner: .client, what: "the banner refuses for everybody") { world in
            try world.post(world.leads(24) { $1.consent = "denied" })
            try world.usual(except: ["pumps", "solar", "boilers", "stoves"])
            return (.consentShare, pumps)
        },
        Fault(item: .groupRenamed, owner: .ours, what: "leads name no group that we know") { world in
            try world.post(world.leads(24, group: nil))
            try world.usual(except: ["pumps"])
            return silent
        },
        Fault(item: .platformDown, owner: .platform, what: "Meta answers 503 to everybody") { world in
            world.sandbox.faults { _ = $0.add(.init(.status, on: .metaAds, status: 503)) }
            try world.usual()
            for client in ["acme", "beta", "gamma"] {
                try world.answers("meta-\(client)", atLeast: 4) { $0.ending == .failure }
            }
            return (.forwardingFailing, .destination("meta-acme"))
        },
        Fault(item: .throttled, owner: .ours, what: "Meta wants a slower pace") { world in
            world.sandbox.faults { _ = $0.add(.init(.throttle, on: .metaAds)) }
            try world.usual()
            try world.answers("meta-acme", atLeast: 10) { $0.ending == .failure }
            return (.backlog, .destination("meta-acme"))
        },
        Fault(item: .eventsTooOld, owner: .ours, what: "Meta finds events too old") { world in
            world.sandbox.faults {
                _ = $0.add(.init(.errorCode, on: .metaAds, code: "100/2804003", events: .init(id: "-")))
            }
            try world.post(world.leads(12))
            try world.answers("meta-acme", atLeast: 5) { $0.ending == .rejected }
            return (.forwardingFailing, .destination("meta-acme"))
        },
        Fault(item: .timeWrong, owner: .ours, what: "our clock is 40 seconds fast") { world in
            try world.usual()
            return (.clockSkew, .client("acme"))
        },
        Fault(item: .tooRecent, owner: .nobody, what: "the conversion action is new") { world in
            world.sandbox.faults {
                _ = $0.add(.init(.errorCode, on: .googleAds, code: "CONVERSION_ACTION_TOO_RECENTLY_CREATED"))
            }
            try world.usual()
            try world.answers("google-acme", atLeast: 5) { $0.ending == .failure }
            return (.forwardingFailing, .destination("google-acme"))
        },
        Fault(item: .clickIDsDamaged, owner: .client, what: "the page lower-cases click ids") { world in
            try world.post(
                world.leads(24) { _, lead in
                    lead.shownClickID = lead.gclid
                    lead.gclid = lead.gclid?.lowercased()
                })
            try world.usual(except: ["pumps"])
            return (.clickIDShare, pumps)
        },
        Fault(item: .outboxStandsStill, owner: .ours, what: "a lane was paused and forgotten") { world in
            try world.ledger.deliveries.set("meta-acme", .paused, reason: "moving")
            try world.usual()
            return (.backlog, .destination("meta-acme"))
        },
        Fault(
            item: .intakeDown, owner: .ours, what: "nothing answers at our public address",
            options: .init(publicAddress: "http://127.0.0.1:9")
        ) { _ in (.missingLeads, .relay) },
        Fault(item: .changeOfOurs, owner: .ours, what: "a reload sent a destination to the wrong place") { world in
            // Somebody else answers there, in a form that is not the platform's.
            try world.reload { $0.metaPath = "/webhook/nowhere" }
            try world.usual()
            try world.answers("meta-acme", atLeast: 4) { $0.ending != .skipped }
            return (.forwardingFailing, .destination("meta-acme"))
        },
        Fault(
            item: .duplicateFilterTooStrict, owner: .ours,
            what: "all leads carry one event id and nothing that tells them apart"
        ) {
            world in
            try world.post(
                world.leads(24) {
                    $1.event = "the-same-for-all"
                    $1.email = "office@acme.example"
                    $1.gclid = nil
                })
            try world.usual(except: ["pumps"])
            return (.duplicateShare, .source("landing"))
        },
        Fault(item: .senderDown, owner: .thirdParty, what: "the form service sends nothing") { world in
            try world.usual(except: ["boilers", "stoves"])
            return (.missingLeads, .group(client: "acme", group: "boilers"))
        },
        Fault(item: .adsRejected, owner: .agency, what: "the ads account is suspended") { world in
            try ads(.suspended)(world)
            try world.usual(except: ["pumps"])
            return silent
        },
        Fault(item: .demandFell, owner: .nobody, what: "everybody's leads fall") { world in
            try ads(.active)(world)
            try world.post(world.leads(2, group: "solar"))
            try world.post(world.leads(2, group: "boilers"), key: "pk_crm_key")
            try world.post(world.leads(2, group: "stoves"), key: "pk_crm_key")
            try world.post(world.leads(2, group: "roofs"), key: "pk_beta_key")
            try world.post(world.leads(1, group: "windows"), key: "pk_gamma_key")
            return silent
        },
        Fault(item: .deviceBroken, owner: .client, what: "no iPhone sends any more") { world in
            try world.post(world.leads(30) { $1.agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0" })
            try world.usual(except: ["pumps"])
            return (.lowLeads, pumps)
        },
        Fault(item: .junkFlood, owner: .client, what: "robots fill the form") { world in
            try world.post(world.leads(3))
            try world.post(world.leads(10) { $1.email = "nonsense" })
            try world.post((0..<10).map { ["event_id": .string("junk-\($0)"), "value": "a lot"] })
            try world.post((0..<10).map { ["nothing": JSON($0)] })
            try world.usual(except: ["pumps"])
            return (.lowLeads, pumps)
        },
        Fault(item: .detectorWrong, owner: .ours, what: "nothing is wrong") { world in
            try ads(.active)(world)
            try world.usual(except: ["pumps"])
            return silent
        },
    ]

    @Test func `has a fault for every item`() {
        #expect(Set(Self.faults.map(\.item)) == Set(ChecklistItem.allCases))
    }

    @Test(arguments: faults)
    func `names the fault, and never calls ours the client's`(_ fault: Fault) throws {
        let world = try ChecklistWorld(fault.options, history: try ChecklistWorld.history.get())
        world.service.checks.runner.watch()
        let began = world.now
        // The clock goes on a little, so that what happens now is after the beginning.
        world.move(.zero - ChecklistWorld.window)
        let (kind, scope) = try fault.act(world)
        // Where delivering is not what is broken, everything has been delivered before the clock jumps.
        try world.settle(delivered: ![.laneHeld, .forwardingFailing, .backlog].contains(kind))
        world.move(fault.item == .timeWrong ? .seconds(40) : .zero)
        let finding = Finding(kind, scope, .critical, began: began, sentence: "A test.")
        let diagnosis = world.service.checks.runner.examine(finding)
        let cause = diagnosis.cause
        #expect(cause?.item == fault.item, "\(cause.map { "\($0.item): \($0.evidence)" } ?? "unknown")")
        #expect(cause?.owner == fault.owner)
        if fault.owner == .ours || fault.owner == .platform {
            #expect(!diagnosis.mayNameClient && diagnosis.message == nil)
        }
        // It is kept, with the matter.
        let kept = try world.ledger.reader().diagnoses(matter: finding.key, limit: 1).first
        #expect(kept?.cause?.item == cause?.item)
        #expect(try world.ledger.reader().audit().isBalanced, "test leads leave the books balanced")
    }
}
