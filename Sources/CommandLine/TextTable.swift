/// A table for people: columns as wide as their widest cell, numbers to the right.
///
/// One that is wider than the terminal is laid out anew: without the columns that nothing stands in, then with cells of
/// several lines, and if even its longest words do not fit, as a list with a block for each row. Nothing is left out.
struct TextTable {
    private let header: [String]
    private var rows: [[String]] = []

    init(_ header: [String]) { self.header = header }

    /// One that explains itself.
    init(columns: Int) { header = [String](repeating: "", count: columns) }

    mutating func append(_ row: [String]) {
        precondition(row.count == header.count, "a row needs a cell for each column")
        // Nothing that came from outside may move the cursor or break the line.
        rows.append(
            row.map { cell in
                TerminalText.harmless(String(cell.map { $0 == "\n" || $0 == "\r\n" || $0 == "\t" ? " " : $0 }))
            })
    }

    var isEmpty: Bool { rows.isEmpty }

    func text(columns: Int) -> String {
        let all = Array(header.indices)
        if let widths = widths(all, columns) { return laid(all, widths) }
        let filled = all.filter { column in !isVacant(column) }
        if let widths = widths(filled, columns) ?? shrunk(filled, columns) { return laid(filled, widths) }
        return blocks(filled, columns)
    }

    /// What is between two columns.
    private static let gap = 2
    /// Text in less than this is hard to read.
    private static let readable = 20

    private func cells(_ column: Int) -> [String] { [header[column]] + rows.map { $0[column] } }

    private func isNumeric(_ column: Int) -> Bool {
        !isEmpty && rows.allSatisfy { $0[column].utf8.allSatisfy { $0 &- 0x30 <= 9 || $0 == 0x2E } }
    }

    private func isVacant(_ column: Int) -> Bool { rows.allSatisfy { $0[column].isEmpty || $0[column] == "0" } }

    /// The widths that the cells have by themselves; `nil` if that is too wide.
    private func widths(_ shown: [Int], _ columns: Int) -> [Int]? {
        let widths = shown.map { column in cells(column).map(\.displayWidth).max() ?? 0 }
        return Self.total(widths) <= columns ? widths : nil
    }

    private static func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + gap * max(0, widths.count - 1) }

    /// Widths that fit, taken from the widest columns; `nil` if words would have to be broken.
    private func shrunk(_ shown: [Int], _ columns: Int) -> [Int]? {
        var widths = shown.map { column in cells(column).map(\.displayWidth).max() ?? 0 }
        let least = shown.enumerated().map { index, column in
            let words = cells(column).flatMap { $0.split(separator: " ").map(\.displayWidth) }
            return max(words.max() ?? 0, min(widths[index], Self.readable, Self.isText(cells(column)) ? .max : 0))
        }
        guard Self.total(least) <= columns else { return nil }
        while Self.total(widths) > columns {
            guard let widest = widths.indices.filter({ widths[$0] > least[$0] }).max(by: { widths[$0] < widths[$1] })
            else { return nil }
            widths[widest] -= 1
        }
        return widths
    }

    /// Whether there are sentences among them.
    private static func isText(_ cells: [String]) -> Bool { cells.contains { $0.count { $0 == " " } >= 3 } }

    private func laid(_ shown: [Int], _ widths: [Int]) -> String {
        let isNumeric = shown.map(isNumeric)
        let hasHeader = header.contains { !$0.isEmpty }
        return ((hasHeader ? [header] : []) + rows).map { row in
            let cells = zip(shown, widths).map { column, width in
                LineFolding.lines(row[column], first: width, others: width)
            }
            let height = cells.map(\.count).max() ?? 0
            return (0..<height).map { level in
                var line = ""
                for (index, cell) in cells.enumerated() {
                    let text = level < cell.count ? cell[level] : ""
                    let blanks = String(repeating: " ", count: max(0, widths[index] - text.displayWidth))
                    line += isNumeric[index] ? blanks + text : text + blanks
                    if index + 1 < cells.count { line += String(repeating: " ", count: Self.gap) }
                }
                while line.hasSuffix(" ") { line.removeLast() }
                return line + "\n"
            }.joined()
        }.joined()
    }

    /// Each row by itself: its first cell, then what the others are called and say; numbers share lines.
    private func blocks(_ shown: [Int], _ columns: Int) -> String {
        guard let first = shown.first else { return "" }
        let rest = shown.dropFirst()
        let width = rest.filter { !isNumeric($0) }.map { header[$0].displayWidth }.max() ?? 0
        return rows.map { row in
            var lines = [row[first]]
            var numbers: [String] = []
            func end() {
                if !numbers.isEmpty { lines.append("  " + numbers.joined(separator: ", ")) }
                numbers = []
            }
            for column in rest where !row[column].isEmpty {
                if isNumeric(column) {
                    numbers.append("\(header[column]) \(row[column])")
                    continue
                }
                end()
                let blanks = String(repeating: " ", count: width - header[column].displayWidth)
                lines.append("  " + header[column] + blanks + (width > 0 ? "  " : "") + row[column])
            }
            end()
            return LineFolding.folded(lines.joined(separator: "\n") + "\n", to: columns)
        }.joined(separator: "\n")
    }
}
