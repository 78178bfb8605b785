import Curl
import Domain
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import CommandLine
@testable import Configuration
@testable import leadrelay

@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `A destination that has left the configuration` {
    private static let event = #"{"event_id":"1","person":{"email":"eva@example.org"},"client":{"user_agent":"M"}}"#

    private func metrics(_ stage: RelayStage) throws -> String {
        String(decoding: try stage.get("/metrics").body, as: UTF8.self)
    }

    @Test func `is told by status and refused to be resumed, until it is forgotten`() throws {
        let stage = try RelayStage()
        _ = try stage.command("destination", "pause", "meta")
        _ = try stage.post(Self.event)
        try stage.settle()
        #expect(stage.service.relay.ledger.books.total(.open, destination: "meta") == 1)
        #expect(try stage.command("destination", "forget", "meta").errors.contains("meta is in the configuration"))

        try stage.service.reload(try stage.configuration(destinations: ["other"]))
        let words = "1 delivery is owed to meta, which is not in the configuration any more"
        let status = try stage.command("status").output
        #expect(status.contains(words))
        #expect(status.split(separator: "\n").contains { $0.hasPrefix("meta") && $0.contains("not configured") })
        for verb in ["resume", "pause"] {
            let refused = try stage.command("destination", verb, "meta")
            #expect(refused.code == .notGood && refused.errors.contains(words))
        }
        #expect(try !metrics(stage).contains(#"leadrelay_lane_state{destination="meta""#))

        let forgotten = try stage.command("destination", "forget", "meta")
        #expect(forgotten.output == "meta is forgotten; 1 delivery was ended\n")
        #expect(try !stage.command("status").output.contains("meta"))
        #expect(try !metrics(stage).contains(#"destination="meta""#))
        #expect(stage.service.relay.ledger.books.total(.skipped, destination: "meta") == 1)
        #expect(try stage.service.relay.ledger.reader().audit().faults == [])
        #expect(try stage.command("destination", "forget", "meta").errors.contains("no destination \"meta\""))

        // It is wanted again.
        try stage.service.reload(try stage.configuration(destinations: ["meta"]))
        #expect(stage.service.relay.ledger.deliveries.lane("meta")?.state == .running)
        _ = try stage.post(Self.event.replacing("\"1\"", with: "\"2\""))
        try stage.settle()
        #expect(stage.service.relay.ledger.books.total(.owed, destination: "meta") == 2)
    }

    @Test func `is named by a check of the file that it is not in`() throws {
        let stage = try RelayStage()
        _ = try stage.command("destination", "pause", "meta")
        _ = try stage.post(Self.event)
        try stage.settle()
        let file = stage.folder.file("relay.json5")
        writeText("{ admin_socket: 'admin.sock', database: 'leads.sqlite' }", to: file)
        let checked = try stage.command("check", "--config", file)
        #expect(checked.code == .good)
        #expect(checked.errors.contains("warning: destinations: 1 delivery is owed to meta"))
        #expect(try stage.command("check", "--strict", "--config", file).code == .notGood)
    }

    @Test func `stays forgotten over a restart`() throws {
        let folder = TemporaryFolder()
        let ledger = try Ledger(path: folder.file("relay.db"), log: .silent)
        try ledger.deliveries.register(["a", "b"])
        #expect(try ledger.deliveries.forget("a") == 0)
        #expect(throws: StoreError.notFound) { try ledger.deliveries.forget("a") }
        ledger.close()
        let again = try Ledger(path: folder.file("relay.db"), log: .silent)
        defer { again.close() }
        #expect(again.deliveries.lanes.map(\.name) == ["b"])
        try again.deliveries.register(["a"])
        #expect(again.deliveries.lanes.map(\.name) == ["a", "b"])
    }
}
