/// A table as spreadsheets and ad accounts export it: a line of headings, then rows (RFC 4180). Columns are told apart
/// by commas, semicolons or tabs, whichever the headings use; lines end as they like. A byte order mark is passed over.
package struct Sheet: Sendable {
    /// In lower case, blanks and underscores alike: `Campaign ID` is `campaign_id`.
    package let columns: [String]
    package let rows: [Row]
    /// Tables that use semicolons write `12,50`.
    let hasDecimalComma: Bool

    package struct Row: Equatable, Sendable {
        /// Where it begins; the headings are line 1.
        package let line: Int
        package let cells: [String]
    }

    /// Why a sheet cannot be taken. Nothing of it has been.
    package struct Fault: Error, Equatable, Sendable, CustomStringConvertible {
        /// `nil`: the sheet as a whole.
        package let line: Int?
        package let column: String?
        /// What is wrong and what to do.
        package let words: String

        init(line: Int? = nil, column: String? = nil, _ words: String) {
            self.line = line
            self.column = column
            self.words = words
        }

        static let noRow = Fault("There is no row below the headings.")

        /// `line 7, "cost": 12.5.1 is not a number; write digits with a point`
        package var description: String {
            let place = [line.map { "line \($0)" }, column.map { "\"\($0)\"" }].compactMap(\.self)
            return place.isEmpty ? words : place.joined(separator: ", ") + ": " + words
        }
    }

    package static let maximumRows = 100_000
    package static let maximumCell = 500

    /// Reads a text. Rows without any content are left out.
    package init(_ text: String) throws(Fault) {
        var reader = SheetReader(text)
        guard let head = try reader.row() else { throw Fault("The table is empty.") }
        let columns = head.cells.map(Self.canonical)
        var rows: [Row] = []
        while let row = try reader.row() {
            if row.cells.allSatisfy(\.isEmpty) { continue }
            guard row.cells.count == columns.count else {
                throw Fault(
                    line: row.line,
                    """
                    there are \(row.cells.count) cells, and \(columns.count) headings; quote cells that hold a \
                    separator
                    """
                )
            }
            guard rows.count < Self.maximumRows else {
                throw Fault("The table has more than \(Self.maximumRows) rows; send it in parts.")
            }
            rows.append(row)
        }
        for (index, name) in columns.enumerated() where columns[..<index].contains(name) {
            throw Fault(line: 1, column: name, "is there twice")
        }
        self.columns = columns
        self.rows = rows
        hasDecimalComma = reader.separator != UInt8(ascii: ",")
    }

    private static func canonical(_ heading: String) -> String {
        heading.lowercased().map { $0 == " " || $0 == "-" ? "_" : String($0) }.joined()
    }

    /// The column of one of these names, the first that is there.
    func column(_ names: [String]) -> (index: Int, name: String)? {
        for name in names {
            if let index = columns.firstIndex(of: name) { return (index, name) }
        }
        return nil
    }

    func required(_ names: [String]) throws(Fault) -> (index: Int, name: String) {
        if let column = column(names) { return column }
        throw Fault(line: 1, "there is no column \"\(names[0])\"; there are \(columns.joined(separator: ", "))")
    }
}

private struct SheetReader {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    let separator: UInt8

    init(_ text: String) {
        bytes = Array(text.utf8)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        let head = bytes[position...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        func count(_ byte: UInt8) -> Int { head.count { $0 == byte } }
        let others = [UInt8(ascii: ";"), UInt8(ascii: "\t")]
        separator = others.first { count($0) > 0 && count($0) >= count(UInt8(ascii: ",")) } ?? UInt8(ascii: ",")
    }

    /// The next line of the table, which may take several of the text; `nil` at the end.
    mutating func row() throws(Sheet.Fault) -> Sheet.Row? {
        guard position < bytes.count else { return nil }
        let begin = line
        var cells: [String] = []
        while true {
            cells.append(try cell())
            if position < bytes.count, bytes[position] == separator {
                position += 1
                continue
            }
            endLine()
            return Sheet.Row(line: begin, cells: cells)
        }
    }

    private mutating func endLine() {
        if position < bytes.count, bytes[position] == UInt8(ascii: "\r") { position += 1 }
        if position < bytes.count, bytes[position] == UInt8(ascii: "\n") { position += 1 }
        line += 1
    }

    private mutating func cell() throws(Sheet.Fault) -> String {
        let begin = line
        var content: [UInt8] = []
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
            position += 1
            while true {
                guard position < bytes.count else {
                    throw Sheet.Fault(line: begin, "a quotation mark is not closed; write a mark inside a cell twice")
                }
                let byte = bytes[position]
                position += 1
                if byte == UInt8(ascii: "\"") {
                    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { break }
                    position += 1
                }
                if byte == UInt8(ascii: "\n") { line += 1 }
                content.append(byte)
            }
            guard position == bytes.count || [separator, 0x0A, 0x0D].contains(bytes[position]) else {
                throw Sheet.Fault(
                    line: line, "something follows a closing quotation mark; write a mark inside a cell twice")
            }
        } else {
            while position < bytes.count, ![separator, 0x0A, 0x0D].contains(bytes[position]) {
                content.append(bytes[position])
                position += 1
            }
        }
        let text = String(decoding: content, as: UTF8.self).trimmed
        guard text.utf8.count <= Sheet.maximumCell else {
            throw Sheet.Fault(line: begin, "a cell has more than \(Sheet.maximumCell) bytes")
        }
        guard !text.hasControlCharacters(except: []) else {
            throw Sheet.Fault(line: begin, "a cell holds a control character or a line break")
        }
        return text
    }
}
