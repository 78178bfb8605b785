import Testing

@testable import Store

@Suite struct `Copying the log` {
    /// Pages after each commit, the moment in milliseconds, and whether a copy is due.
    static let ways: [[(pages: Int, at: Int, isDue: Bool)]] = [
        // It starts anew after each copy.
        [(99, 0, false), (100, 1, true), (3, 2, false), (101, 3, true), (1, 4, false)],
        // Somebody reads: once for each further length.
        [(100, 0, true), (101, 1, false), (199, 2, false), (200, 3, true), (250, 4, false), (300, 5, true)],
        // Somebody reads, and little is written: once a second.
        [(100, 0, true), (101, 500, false), (102, 1000, true), (103, 1500, false), (104, 2000, true)],
        // The reader has gone.
        [(100, 0, true), (150, 1, false), (4, 2, false), (100, 3, true)],
    ]

    @Test(arguments: ways)
    func `is not tried again and again`(_ way: [(pages: Int, at: Int, isDue: Bool)]) {
        var pacing = CheckpointPacing(length: 100)
        for step in way {
            #expect(pacing.isDue(pages: step.pages, at: .milliseconds(step.at)) == step.isDue, "\(step)")
        }
    }
}
