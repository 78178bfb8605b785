import API
import Domain
import TestSupport
import Testing

@testable import Console

@Suite struct `The style sheet` {
    /// Text and what it stands on; WCAG 2.2 criterion 1.4.3 wants 4.5 to 1.
    static let texts: [(String, String)] = [
        ("text", "bg"), ("text", "surface"), ("muted", "bg"), ("muted", "surface"), ("accent", "surface"),
        ("accent", "bg"), ("on-accent", "accent"), ("accent", "accent-bg"), ("good", "good-bg"), ("warn", "warn-bg"),
        ("bad", "bad-bg"), ("text", "good-bg"), ("text", "warn-bg"), ("text", "bad-bg"), ("good", "surface"),
        ("warn", "surface"), ("bad", "surface"), ("on-mark", "mark"),
    ]
    /// Edges of fields and the ring of the focus; criterion 1.4.11 wants 3 to 1.
    static let edges: [(String, String)] = [("strong-line", "surface"), ("strong-line", "bg"), ("accent", "surface")]

    @Test(arguments: [0, 1])
    func `has contrast enough, in light and in dark`(_ scheme: Int) throws {
        let blocks = Assets.styleSheet.split(separator: ":root {", omittingEmptySubsequences: false).dropFirst()
        let colours = Self.colours(String(try #require(blocks.dropFirst(scheme).first)))
        for (pairs, least) in [(Self.texts, 4.5), (Self.edges, 3.0)] {
            for (above, below) in pairs {
                let (a, b) = (try #require(colours[above]), try #require(colours[below]))
                let ratio = (max(a, b) + 0.05) / (min(a, b) + 0.05)
                #expect(ratio >= least, "\(above) on \(below): \(ratio)")
            }
        }
    }

    @Test func `loads nothing and names every colour at its beginning`() {
        #expect(!Assets.styleSheet.contains("url(") && !Assets.styleSheet.contains("@import"))
        let rest = Assets.styleSheet.split(separator: "\n").drop { !$0.contains("*, ::before") }
        for line in rest { #expect(!line.contains("#"), "\(line)") }
    }

    /// The relative luminance of each custom property that is a colour (WCAG 2.2, "relative luminance").
    private static func colours(_ block: String) -> [String: Double] {
        var found: [String: Double] = [:]
        for piece in block.prefix(while: { $0 != "}" }).split(separator: ";") {
            let sides = piece.split(separator: ":").map { $0.filter { !$0.isWhitespace } }
            guard sides.count == 2, sides[0].hasPrefix("--"), sides[1].hasPrefix("#"), sides[1].count == 7,
                let value = UInt32(sides[1].dropFirst(), radix: 16)
            else { continue }
            func channel(_ shift: UInt32) -> Double {
                let part = Double(value >> shift & 255) / 255
                return part <= 0.04045 ? part / 12.92 : power((part + 0.055) / 1.055)
            }
            found[String(sides[0].dropFirst(2))] = 0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
        }
        return found
    }

    /// x^2.4 = x² · (x²)^(1/5), the root by Newton.
    private static func power(_ x: Double) -> Double {
        let square = x * x
        var root = 1.0
        for _ in 0..<60 { root = (4 * root + square / (root * root * root * root)) / 5 }
        return square * root
    }
}

@Suite struct `Every page` {
    private static let pages: [Page] = {
        let visitor = Visitor(name: "ann", permissions: Role.admin.permissions, formToken: "t", now: .start)
        let id: JSON = "0m8wz4x9q2k7c"
        var lead: LeadDocument = filled(["id": id, "state": "lead"])
        lead.lead = filled(["deliveries": [["destination": "m", "state": "open"]]])
        return [
            OverviewPage.page(visitor, filled()), LeadPages.find(visitor, found: filled()),
            LeadPages.lead(visitor, .event(lead), notice: nil),
            LeadPages.lead(visitor, .quarantined(filled(["id": id])), notice: nil),
            QuarantinePages.overview(
                visitor, filled(["groups": [["reason": "missing", "source": "s", "count": 1]]]), notice: nil),
            QuarantinePages.list(
                visitor, .init(reason: "missing", source: "s"), filled(["events": [["id": id]]]), notice: nil),
            QuarantinePages.event(visitor, filled(["id": id, "state": "open", "body": ["a": 1]]), notice: nil),
            DestinationPages.list(
                visitor, filled(["destinations": [["name": "m", "state": "running"]]]), notice: nil),
            DestinationPages.show(
                visitor, filled(["name": "m", "state": "running", "troubles": [["kind": "unreachable"]]]),
                notice: nil),
            BooksPage.page(visitor, filled(["sources": [["name": "s"]]]), notice: nil),
            LivePage.page(
                visitor, filled(["events": [["id": id, "state": "lead"]]]),
                .init(source: nil, client: nil, state: nil), sources: ["s"], clients: ["c"]),
            SettingsPage.page(
                visitor, filled(["groups": [["title": "General", "settings": [["name": "a", "value": "b"]]]]])),
            UsersPage.page(
                visitor, users: filled(["users": [["name": "u"]]]), tokens: filled(["tokens": [["name": "t"]]]),
                clients: ["c"]),
            AuditLogPage.page(visitor, filled(["entries": [["actor": "a"]]])), AccessPages.account(visitor, filled()),
            AccessPages.login(Visitor(name: nil, permissions: [], formToken: "t", now: .start), next: "/"),
        ]
    }()

    @Test(arguments: pages.indices)
    func `can be used with a keyboard and read by a screen reader`(_ index: Int) {
        let page = Self.pages[index].html.description
        let title = Self.pages[index].title
        for needed in [
            "<html lang=\"en\">", "<title>", "class=\"skip\" href=\"#content\"", "<main id=\"content\"", "<header",
            "name=\"viewport\"", "<h1>",
        ] { #expect(page.contains(needed), "\(title) lacks \(needed)") }
        #expect(page.split(separator: "<h1>", omittingEmptySubsequences: false).count == 2, "\(title)")
        // The skip link comes first, then the header with the navigation, then the content.
        let order = ["class=\"skip\"", "<header", "<main"].compactMap { page.firstRange(of: $0)?.lowerBound }
        #expect(order == order.sorted() && order.count == 3)
        #expect(!page.contains("tabindex=\"1\"") && !page.contains("autoplay"))
        // Every field has a label, every table a caption and headings with a scope, ids are unique.
        var ids: Set<String> = []
        for element in page.split(separator: "<").dropFirst() {
            let tag = element.prefix { $0 != ">" }
            if let id = Self.attribute("id", tag) { #expect(ids.insert(id).inserted, "\(title): \(id) twice") }
            let isField = ["input", "select", "textarea"].contains { tag.hasPrefix($0 + " ") }
            if isField, !["hidden", "checkbox", "radio"].contains(Self.attribute("type", tag) ?? ""),
                !tag.contains(" hidden")
            {
                let id = Self.attribute("id", tag) ?? "?"
                #expect(page.contains("<label for=\"\(id)\">"), "\(title): \(tag)")
            }
            if tag == "th" || tag.hasPrefix("th ") { #expect(tag.contains("scope="), "\(title): \(tag)") }
        }
        let tables = page.split(separator: "<table>", omittingEmptySubsequences: false).count
        let captions = page.split(separator: "<caption", omittingEmptySubsequences: false).count
        #expect(tables == captions, "\(title)")
    }

    private static func attribute(_ name: String, _ tag: Substring) -> String? {
        guard let start = tag.firstRange(of: " \(name)=\"") else { return nil }
        return String(tag[start.upperBound...].prefix { $0 != "\"" })
    }
}
