import Testing

/// What an operation says it takes is what its handler reads.
@Suite struct `Bodies of the API` {
    @Test func `are read as they are described`() {
        var described: Set<String> = []
        for path in Tree.files(in: "Sources/API/Operations") {
            let text = Tree.lines(of: path).joined(separator: "\n")
            // Those of other programs come in shapes of their own.
            for operation in text.split(separator: "= Operation<") where !operation.contains("takesAnyBody: true") {
                described.formUnion(
                    operation.split(separator: "body: ").dropFirst().map { String($0.prefix { $0 != "." }) })
            }
        }
        #expect(described.count > 25)
        var read: Set<String> = []
        for path in Tree.files(in: "Sources/API/Handlers") {
            for line in Tree.lines(of: path) {
                read.formUnion(
                    line.split(separator: "decoded(").dropFirst().map { String($0.prefix { $0 != "." && $0 != ")" }) })
            }
        }
        #expect(read.subtracting(["", "_ type: Body"]) == described)
    }
}
