import Testing

@testable import Store

@Suite struct `Pacing at the writer` {
    @Test func `lets everything go while little comes in`() {
        var pacing = Pacing()
        for step in 1...100 {
            let now = Duration.milliseconds(1000 + step * 10)
            pacing.recordUrgent(rows: Pacing.load / 4, at: now)
            #expect(pacing.wait(at: now) == .zero)
            pacing.recordTurn(at: now)
        }
    }

    @Test func `gives work that can wait one turn at a time under load, and all of it afterwards`() {
        var pacing = Pacing()
        var turns = 0
        for step in 0..<200 {
            let now = Duration.milliseconds(1000 + step)
            pacing.recordUrgent(rows: 60, at: now)
            if pacing.wait(at: now) == .zero {
                turns += 1
                pacing.recordTurn(at: now)
            }
        }
        #expect((10...15).contains(turns))
        #expect(pacing.wait(at: .milliseconds(1200)) > .zero)
        #expect(pacing.wait(at: .milliseconds(1260)) == .zero)
    }

    @Test func `never makes anything wait longer than a turn`() {
        var pacing = Pacing()
        pacing.recordTurn(at: .milliseconds(1000))
        pacing.recordUrgent(rows: 1_000_000, at: .milliseconds(1000))
        #expect(pacing.wait(at: .milliseconds(1000)) == Pacing.turn)
    }
}
