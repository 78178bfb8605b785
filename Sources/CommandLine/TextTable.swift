/// A table for people: columns as wide as their widest cell, numbers to the right.
struct TextTable {
    private var rows: [[String]]
    private let columns: Int

    init(_ header: [String]) {
        rows = [header]
        columns = header.count
    }

    mutating func append(_ row: [String]) {
        precondition(row.count == columns, "a row needs a cell for each column")
        // Nothing that came from outside may move the cursor or break the line.
        rows.append(
            row.map { cell in
                TerminalText.harmless(String(cell.map { $0 == "\n" || $0 == "\r\n" || $0 == "\t" ? " " : $0 }))
            })
    }

    var isEmpty: Bool { rows.count == 1 }

    var text: String {
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        let isNumeric = (0..<columns).map { column in
            !isEmpty && rows.dropFirst().allSatisfy { $0[column].utf8.allSatisfy { $0 &- 0x30 <= 9 || $0 == 0x2E } }
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let blanks = String(repeating: " ", count: widths[column] - cell.count)
                line += (isNumeric[column] ? blanks + cell : cell + blanks) + (column + 1 < columns ? "  " : "")
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
