/// What a report says, apart from how it is written down: text and HTML are made of the same pieces, so that neither
/// says more.
struct ReportDocument {
    enum Piece: Equatable {
        case heading(String)
        case paragraph(String)
        case lines([String])
        /// `numbers`: columns whose cells are aligned at their end.
        case table(heads: [String], rows: [[String]], numbers: Set<Int>)
    }

    var title: String
    /// Of whom and of when, and to whom it may be shown.
    var introduction: [String]
    var pieces: [Piece] = []

    var text: String {
        var lines = [title] + introduction
        for piece in pieces {
            switch piece {
            case .heading(let text): lines += ["", text]
            case .paragraph(let text): lines.append("  " + text)
            case .lines(let texts): lines += texts.map { "  " + $0.replacing("\n", with: "\n      ") }
            case .table(let heads, let rows, let numbers):
                lines += Self.aligned((heads.isEmpty ? [] : [heads]) + rows, numbers).map { "  " + $0 }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func aligned(_ rows: [[String]], _ numbers: Set<Int>) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let space = String(repeating: " ", count: widths[column] - cell.count)
                line += (column == 0 ? "" : "  ") + (numbers.contains(column) ? space + cell : cell + space)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }

    var html: String {
        var page = MailPage(title)
        for text in introduction { page.paragraph(text, isFaint: true) }
        for piece in pieces {
            switch piece {
            case .heading(let text): page.heading(text)
            case .paragraph(let text): page.paragraph(text)
            case .lines(let texts): page.list(texts.map { (text: $0, name: "", address: nil) })
            case .table(let heads, let rows, let numbers): page.table(heads, rows, numbers: numbers)
            }
        }
        return page.html
    }
}
