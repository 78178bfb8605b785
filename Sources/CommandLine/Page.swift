/// What a command prints for people: text with tables and commands in it, laid out when it is known how wide lines may
/// be.
struct Page: ExpressibleByStringInterpolation {
    private var parts: [Part] = []

    private enum Part {
        /// Folded where it is too wide.
        case text(String)
        case table(TextTable)
        case command(String)
        /// As it is: what other programs read, and documents that are no pages of a terminal.
        case verbatim(String)
    }

    init() {}
    init(stringLiteral text: String) { parts = [.text(text)] }
    init(_ text: String) { parts = [.text(text)] }
    /// It begins and ends a line.
    init(_ table: TextTable) { parts = [.table(table)] }

    /// A document of its own kind, Markdown or HTML.
    static func verbatim(_ text: String) -> Page {
        var page = Page()
        page.parts = [.verbatim(text)]
        return page
    }

    /// A command to copy, on lines of its own.
    static func command(_ command: String) -> Page {
        var page = Page()
        page.parts = [.command(command)]
        return page
    }

    static func += (page: inout Page, text: String) { page.parts.append(.text(text)) }
    static func += (page: inout Page, table: TextTable) { page.parts.append(.table(table)) }
    static func += (page: inout Page, other: Page) { page.parts += other.parts }
    static func + (one: Page, other: Page) -> Page {
        var page = one
        page += other
        return page
    }

    /// No line of it is wider, but for links and documents of other kinds.
    func text(columns: Int) -> String {
        var text = ""
        // A line may have been put together of several parts.
        var open = ""
        for part in parts {
            if case .text(let more) = part {
                open += more
                continue
            }
            text += LineFolding.folded(open, to: columns)
            open = ""
            switch part {
            case .text: break
            case .table(let table): text += table.text(columns: columns)
            case .command(let command):
                text += ShellLine.lines(command, columns: columns).map { $0 + "\n" }.joined()
            case .verbatim(let document): text += document
            }
        }
        return text + LineFolding.folded(open, to: columns)
    }
}

extension Terminal {
    /// For people, in lines that fit.
    func print(_ page: Page) { output(page.text(columns: columns)) }
}
