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

    @Test(arguments: [(load: 1, turns: 9...11), (2, 4...6), (5, 2...3)])
    func `gives work that can wait fewer turns the more comes in, and all of it afterwards`(
        load: Int, turns: ClosedRange<Int>
    ) {
        var pacing = Pacing()
        var taken = 0
        for step in 0..<200 {
            let now = Duration.milliseconds(1000 + step)
            pacing.recordUrgent(rows: load * Pacing.load / 20 + 1, at: now)
            if step >= 20, pacing.wait(at: now) == .zero {
                taken += 1
                pacing.recordTurn(at: now)
            }
        }
        #expect(turns.contains(taken))
        #expect(pacing.wait(at: .milliseconds(1200)) > .zero)
        #expect(pacing.wait(at: .milliseconds(1260)) == .zero)
    }

    @Test func `never makes anything wait longer than its bound`() {
        var pacing = Pacing()
        pacing.recordTurn(at: .milliseconds(1000))
        pacing.recordUrgent(rows: 1_000_000, at: .milliseconds(1000))
        #expect(pacing.wait(at: .milliseconds(1000)) == Pacing.longestWait)
    }
}
