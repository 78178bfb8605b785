import Curl
import Domain
import Monitoring
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import CommandLine
@testable import leadrelay

extension ConsoleStage {
    /// Lets the monitor look once more.
    fileprivate func look() throws {
        let monitor = service.monitor
        func wait(for cycles: Int) throws {
            for _ in 0..<4000 where monitor.pulse.cycles < cycles {
                _ = nap.wait(atMost: .milliseconds(5)) { _ in nil as Bool? }
            }
            try #require(monitor.pulse.cycles >= cycles, "\(monitor.pulse.failure)")
        }
        try wait(for: 1)
        let cycles = monitor.pulse.cycles
        monitor.nudge()
        try wait(for: cycles + 1)
    }

    /// What is told about sources; not what something wider explains.
    fileprivate var open: [String] {
        service.relay.ledger.alerts.open.filter { $0.inhibitedBy == nil }.map { "\($0.severity.rawValue) \($0.key)" }
            .filter { $0.contains("source:") }.sorted()
    }

    fileprivate func lead(_ number: Int) throws {
        _ = try post("{\"event_id\":\"good-\(number)\",\"person\":{\"email\":\"p\(number)@example.com\"}}")
    }
}

private let nap = Locked(())

@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Somebody is told` {
    @Test func `when leads come without address and number, within minutes`() throws {
        let stage = try ConsoleStage(hasUsers: false)
        for number in 0..<15 {
            try stage.lead(number)
            stage.pass(.hours(10))
        }
        try stage.settle()
        try stage.look()
        #expect(stage.open == [])
        for number in 0..<40 {
            _ = try stage.post(
                #"{"event_id":"bad-\#(number)","custom":{"No Label email":"x"},"page":{"url":"https://www.acme.example/?gclid=EAIaIQob"},"client":{"ip":"203.0.113.9","user_agent":"Mozilla/5.0"}}"#
            )
            stage.pass(.seconds(6))
        }
        try stage.settle()
        try stage.look()
        #expect(stage.open == ["critical contact_share source:acme-page"])
        let list = stage.command("alert", "list").output
        #expect(list.contains("acme-page"), "\(list)")
        #expect(!stage.command("status").output.contains("no alert is open"))
        let id = try #require(stage.service.relay.ledger.alerts.open.first { $0.key.hasPrefix("contact") }).id
        let page = stage.command("alert", "show", "\(id)").output
        for words in [
            "All 40 leads of acme-page in the last 3 hours carry neither e-mail address nor telephone number",
            "what to do",
        ] {
            #expect(page.contains(words), "\(page)")
        }
        // It is mended, and over.
        stage.pass(.hours(4))
        for number in 100..<103 { try stage.lead(number) }
        try stage.settle()
        try stage.look()
        #expect(stage.open == [])
    }

    @Test func `when nothing of a new source can be read`() throws {
        let stage = try ConsoleStage(hasUsers: false)
        for number in 1...15 {
            _ = try stage.post("{\"person\":{},\"nonsense\":\(number)}")
            stage.pass(.minutes(37))
            if number == 3 || number == 15 {
                try stage.settle()
                try stage.look()
                #expect(stage.open == [(number == 3 ? "warning" : "critical") + " nothing_accepted source:acme-page"])
            }
        }
        try stage.lead(1)
        try stage.settle()
        try stage.look()
        #expect(stage.open == [])
    }

    @Test func `also at a client with three leads a day`() throws {
        let stage = try ConsoleStage(hasUsers: false)
        for number in 0..<21 {
            try stage.lead(number)
            stage.pass(.hours(8))
        }
        for number in 0..<3 {
            _ = try stage.post(#"{"event_id":"b-\#(number)","click":{"gclid":"EAIaIQob"}}"#)
            stage.pass(.hours(7))
        }
        try stage.settle()
        try stage.look()
        #expect(stage.open == ["warning contact_share source:acme-page"])
    }

    @Test func `when requests are refused at the door, also after a restart`() throws {
        let stage = try ConsoleStage(hasUsers: false)
        for _ in 0..<3 {
            let answer = try stage.send(
                "POST", "/v1/leads/pk_acme_key",
                [("Content-Type", "application/json"), ("Origin", "https://www2.acme.example")], "{}")
            #expect(answer.status == 403)
            #expect(
                try stage.send(
                    "POST", "/v1/leads/pk_retired_key", [("Content-Type", "application/json")], #"{"event_id":"1"}"#
                )
                .status == 401)
        }
        try stage.look()
        #expect(stage.open == ["warning nothing_accepted source:acme-page"])
        let keys = stage.service.relay.ledger.alerts.open.map(\.key)
        #expect(keys.contains("refused_share relay unknown_key"))
        let runs = try stage.service.relay.ledger.reader().sourceRuns(least: 1, limit: 10)
        #expect(runs.map(\.refused) == [3])
        let places = try stage.service.relay.ledger.reader().refusedPlaces(since: .start, limit: 10)
        #expect(Set(places.map { "\($0.host) \($0.key)" }) == ["www2.acme.example ", " pk_retir"])
    }
}
