import Curl
import Domain
import Forwarding
import Sandbox
import Service
import Store
import TestSupport
import Testing

/// `Tests/Scenarios` holds the platforms' documented oddities as the sandbox plays them, each with what the relay must
/// make of it.
///
///     "test": {
///       "destination": "meta", "leads": 3,                 lead-1, lead-2, lead-3
///       "checks": [{ "at_s": 60, "all": "open" },          in the order of time
///                  { "at_s": 3600, "outcomes": ["delivered", "rejected", "delivered"], "code": "100/2804019" }]
///     }
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `A scenario of the sandbox` {
    static let files = ScenarioFile.names

    @Test(arguments: files) func `ends as it must for every lead`(_ name: String) throws {
        let file = try ScenarioFile(name)
        try file.play()
    }

    @Test func `is there for each oddity that shows on the wire, and a test for each that does not`() throws {
        let tests = TestSentences()
        var used: Set<String> = []
        for oddity in Oddity.all {
            for proof in oddity.proofs {
                switch proof {
                case .scenario(let name):
                    used.insert(name)
                    #expect(Self.files.contains(name), "\(oddity.words): there is no scenario \(name)")
                case .test(let sentence):
                    let isThere = tests.contains(sentence)
                    #expect(isThere, "\(oddity.words): there is no test `\(sentence)`")
                case .outside: break
                }
            }
        }
        #expect(Oddity.google.count == 21 && Oddity.meta.count == 14)
        #expect(Set(Self.files).subtracting(used).isEmpty, "scenarios that no row of the tables names")
    }
}

/// One file of `Tests/Scenarios`.
struct ScenarioFile {
    let name: String
    let scenario: Scenario
    private let test: JSON

    init(_ name: String) throws {
        self.name = name
        let json = try JSON(parsing: try #require(Files.contents(of: "\(Files.root)/Tests/Scenarios/\(name).json")))
        scenario = try Scenario(json)
        test = try #require(json["test"], "\(name) says nothing about what is to come of it")
    }

    static var names: [String] {
        Files.matching("Tests/Scenarios/*.json").map { $0.split(separator: "/").last!.dropLast(5) }.map(String.init)
    }

    func play() throws {
        var options = SandboxOptions()
        if let seconds = test["processing_s"]?.integer { options.processingTime = .seconds(seconds) }
        let destination = try #require(Samples.all.first { $0.name == test["destination"]?.string })
        let rig = try Rig([destination], options: options)
        rig.sandbox.play(scenario)
        let count = Int(test["leads"]?.integer ?? 1)
        let leads = try rig.post((1...count).map { "lead-\($0)" })
        for check in test["checks"]?.array ?? [] {
            try rig.run(until: .start + .seconds(try #require(check["at_s"]?.integer)))
            try self.check(check, leads, destination.name, rig)
        }
        #expect(try rig.ledger.reader().audit().faults == [], "\(name)")
    }

    private func check(_ check: JSON, _ leads: [LeadID], _ lane: String, _ rig: Rig) throws {
        let place = "\(name) after \(check["at_s"]?.text ?? "") s"
        for member in check.object ?? [] {
            switch member.name {
            case "at_s": break
            case "all":
                let outcomes = try leads.map { try rig.outcome($0, at: lane) }
                #expect(outcomes == leads.map { _ in member.value.string ?? "" }, "\(place)")
            case "outcomes":
                #expect(
                    try leads.map { try rig.outcome($0, at: lane) }
                        == (member.value.array ?? []).map { $0.string ?? "" },
                    "\(place)")
            case "code":
                // Some step of some lead's story has it.
                let codes = try leads.flatMap { try rig.codes($0, at: lane) }
                #expect(codes.contains(member.value.string ?? ""), "\(place): \(Set(codes))")
            case "cause":
                let causes = try leads.flatMap { try rig.delivery($0, at: lane)?.attempts.map(\.cause) ?? [] }
                #expect(causes.contains(member.value.string ?? ""), "\(place): \(Set(causes))")
            case "lane": #expect(rig.ledger.deliveries.lane(lane)?.state.rawValue == member.value.string, "\(place)")
            case "reason":
                let reason = rig.ledger.deliveries.lane(lane)?.reason ?? ""
                #expect(reason.contains(member.value.string ?? ""), "\(place): \(reason)")
            // How many different events the platform has, and how often it got one at most.
            case "received": #expect(rig.sandbox.received().count == Int(member.value.integer ?? -1), "\(place)")
            case "most_copies":
                let most = rig.sandbox.received().map(\.count).max() ?? 0
                #expect(most <= Int(member.value.integer ?? -1), "\(place): \(most)")
            case "changes": #expect(rig.sandbox.received().allSatisfy { $0.changes == 0 }, "\(place)")
            case "requests_at_most":
                let requests = rig.reports.withLock { $0.first?.tallies.requests ?? 0 }
                #expect(requests <= Int(member.value.integer ?? -1), "\(place): \(requests)")
            case "nowhere":
                // Neither in the log nor in a receipt.
                let told = try leads.flatMap { try rig.words($0, at: lane) } + rig.lines.withLock { $0 }
                let text = member.value.string ?? ""
                #expect(!told.contains { $0.contains(text) }, "\(place)")
            case "resume": try rig.resume(lane)
            default: Issue.record("\(place): \(member.name) is not known")
            }
        }
    }
}

extension Rig {
    fileprivate func receipts(_ lead: LeadID, at name: String) throws -> [Domain.Receipt] {
        guard let delivery = try delivery(lead, at: name) else { return [] }
        let attempts = delivery.attempts.map(\.receipt)
        guard case .ended(_, _, _, let last) = delivery.state else { return attempts }
        return attempts + [last]
    }

    fileprivate func codes(_ lead: LeadID, at name: String) throws -> [String] {
        try receipts(lead, at: name).map(\.code)
    }

    fileprivate func words(_ lead: LeadID, at name: String) throws -> [String] {
        try receipts(lead, at: name).map(\.message)
    }
}
