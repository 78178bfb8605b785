import Domain
import Sandbox
import Store
import TestSupport
import Testing

@testable import Monitoring

/// Twilio bears five texts in a quarter of an hour, ours at least: people pay for them and have to read them.
@Suite struct `Limits of a channel` {
    private func open(_ stage: NoticeStage, _ number: Int) throws {
        let finding = Finding(
            .external, .external("tool/\(number)"), .critical, began: stage.now, sentence: "Disk \(number) is full.")
        _ = try stage.ledger.alerts.observe([.problem(finding)])
        try stage.run(for: .seconds(30))
    }

    @Test(arguments: [false, true])
    func `hold across restarts`(isKilled: Bool) throws {
        let stage = try NoticeStage(["sms"])
        for number in 1...5 { try open(stage, number) }
        #expect(stage.sandbox.channels.texts.count == 5)
        if isKilled { try stage.kill() }
        try open(stage, 6)
        #expect(stage.sandbox.channels.texts.count == 5, "the sixth in a quarter of an hour waits")
        #expect(stage.report("sms")?.limitedUntil != nil)
        if isKilled { try stage.kill() }
        try stage.run(for: .minutes(13))
        #expect(stage.sandbox.channels.texts.count == 6)
    }
}
