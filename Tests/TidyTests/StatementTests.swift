import Testing

@Suite struct `Statements of the store` {
    /// One that is left in the middle keeps its moment of the database open, and the log cannot be emptied meanwhile.
    /// Read to the end, or changing something, it is rewound by itself.
    @Test func `that are not read to the end are reset`() {
        var looked = 0
        for path in Tree.files(in: "Sources/Store") {
            var function = ""
            var stops = false
            for line in Tree.lines(of: path) + ["    func "] {
                if line.hasPrefix("    ") && line.contains("func ") && !line.hasPrefix("     ") {
                    #expect(!stops || function.contains("reset()"), "\(path): \(function.prefix(120))")
                    function = ""
                    stops = false
                }
                function += line + "\n"
                guard line.contains(".step()") else { continue }
                looked += 1
                let isReadToTheEnd = line.contains("while try ") || line.contains("while let ")
                let changesSomething = line.contains("_ = try ") || line.contains("{ try ")
                if !isReadToTheEnd, !changesSomething { stops = true }
            }
        }
        #expect(looked > 100)
    }
}
