import Domain
import Service
import TestSupport
import Testing

@testable import Store

@Suite struct `Actions that are due` {
    private static let finding = Finding(.storage, .relay, .critical, began: .start, sentence: "x")

    private static func open(_ folder: TemporaryFolder, _ actions: [AlertAction]) throws -> Ledger {
        let ledger = try Ledger(
            path: folder.file("relay.db"), clock: Clock { Instant.start.milliseconds }, log: .silent)
        var policy = AlertPolicy()
        policy.actions = actions
        ledger.alerts.configure(policy)
        return ledger
    }

    @Test func `are written with their event, once, and outlive the process until they are settled`() throws {
        let folder = TemporaryFolder()
        let actions = [
            AlertAction("one", on: [.opened], .probe),
            AlertAction("two", on: [.opened, .closed], .pause(destination: "x")),
        ]
        var ledger = try Self.open(folder, actions)
        _ = try ledger.alerts.observe([.problem(Self.finding)])
        _ = try ledger.alerts.observe([.problem(Self.finding)])
        ledger.close()
        ledger = try Self.open(folder, actions)
        let due = try ledger.reader().dueActions(limit: 10)
        #expect(due.map(\.action) == ["one", "two"])
        var done = try #require(due.first)
        done.state = .done
        done.attempts = 1
        try ledger.alerts.settle(done)
        ledger.close()
        ledger = try Self.open(folder, actions)
        #expect(try ledger.reader().dueActions(limit: 10).map(\.action) == ["two"])
        #expect(try ledger.reader().actionRuns(since: .start).map(\.action) == ["one"])
        _ = try ledger.alerts.observe([.recovered(key: Self.finding.key, ended: .start, reason: "y")])
        #expect(try ledger.reader().dueActions(limit: 10).count == 2)
        ledger.close()
    }
}
