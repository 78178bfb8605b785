import Testing

/// What all tests keep to.
@Suite struct `All tests` {
    @Test func `are ended for hanging only, never for a busy machine`() {
        for path in Tree.files(in: "Tests") where !path.contains("TidyTests") {
            for line in Tree.lines(of: path) where line.contains(".timeLimit(") {
                #expect(line.contains(".timeLimit(.minutes(Hanging.minutes))"), "\(path): \(line)")
            }
        }
    }
}
