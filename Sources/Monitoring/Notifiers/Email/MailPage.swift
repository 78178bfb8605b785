/// The frame of every message and report in HTML: a card with a coloured edge. Styles stand in the elements, since many
/// programs drop style sheets; where one is kept it brings the colours of the dark (`prefers-color-scheme`, W3C Media
/// Queries Level 5 section 11.5). Nothing is loaded from anywhere.
package struct MailPage {
    /// The colour of the edge: how urgent it is.
    package enum Tone: CaseIterable, Sendable {
        case critical, warning, good, plain

        /// Seen on both backgrounds.
        var edge: String {
            switch self {
            case .critical: "#d13438"
            case .warning: "#c77700"
            case .good: "#2f8f4e"
            case .plain: "#66779a"
            }
        }
    }

    /// Background of the window and of the card, text, what is said beside, links and lines.
    struct Palette {
        var window: String
        var card: String
        var text: String
        var faint: String
        var link: String
        var line: String

        static let light = Palette(
            window: "#f2f4f7", card: "#ffffff", text: "#1c2430", faint: "#566072", link: "#0b57b0",
            line: "#dfe3ea")
        static let dark = Palette(
            window: "#14171c", card: "#1e232b", text: "#e8ebf0", faint: "#a6b0c0", link: "#8ab8ff",
            line: "#39414e")
    }

    private let title: String
    private let tone: Tone
    private var body = ""

    package init(_ title: String, tone: Tone = .plain) {
        self.title = title
        self.tone = tone
    }

    private static let light = Palette.light

    package mutating func heading(_ text: String) {
        body +=
            """
            <h2 class=\"t\" style=\"margin:24px 0 \
            8px;font-size:16px;line-height:22px;color:\(Self.light.text)\">\(Self.safe(text))</h2>
            """
    }

    package mutating func paragraph(_ text: String, isFaint: Bool = false) {
        body += Self.paragraph(Self.safe(text), isFaint: isFaint)
    }

    private static func paragraph(_ html: String, isFaint: Bool) -> String {
        """
        <p class=\"\(isFaint ? "f" : "t")\" style=\"margin:0 0 \
        12px;color:\(isFaint ? light.faint : light.text)\">\(html)</p>
        """
    }

    /// A link that looks like one, on a line of its own.
    package mutating func link(_ text: String, to address: String) {
        body += Self.paragraph(Self.anchor(text, address), isFaint: false)
    }

    private static func anchor(_ text: String, _ address: String) -> String {
        "<a class=\"a\" style=\"color:\(light.link)\" href=\"\(safe(address))\">\(safe(text))</a>"
    }

    /// Each item with what it links to, if anything.
    package mutating func list(_ items: [(text: String, name: String, address: String?)]) {
        body += "<ul class=\"t\" style=\"margin:0 0 12px;padding:0 0 0 20px;color:\(Self.light.text)\">"
        for item in items {
            let name = item.address.map { Self.anchor(item.name, $0) } ?? Self.safe(item.name)
            body +=
                """
                <li style=\"margin:0 0 \
                6px\">\(name)\(item.name.isEmpty || item.text.isEmpty ? "" : " ")\(Self.safe(item.text))</li>
                """
        }
        body += "</ul>"
    }

    /// `numbers`: columns whose cells are aligned at their end.
    package mutating func table(_ heads: [String], _ rows: [[String]], numbers: Set<Int> = []) {
        body +=
            """
            <table role=\"\(heads.isEmpty ? "presentation" : "table")\" class=\"t\" \
            style=\"border-collapse:collapse;margin:0 0 12px;color:\(Self.light.text)\">
            """
        func cell(_ tag: String, _ index: Int, _ text: String) -> String {
            let side = numbers.contains(index) ? "right" : "left"
            return
                """
                <\(tag) class=\"l\" style=\"padding:4px 16px 4px \
                0;text-align:\(side);vertical-align:top;border-bottom:1px solid \
                \(Self.light.line);font-weight:\(tag == "th" ? "600" : "400")\">\(Self.safe(text))</\(tag)>
                """
        }
        for (tag, cells) in (heads.isEmpty ? [] : [("th", heads)]) + rows.map({ ("td", $0) }) {
            body +=
                "<tr>" + cells.enumerated().map { cell(tag, $0.offset, $0.element) }.joined() + "</tr>"
        }
        body += "</table>"
    }

    package var html: String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">\
        <meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">\
        <title>\(Self.safe(title))</title><style>\(Self.dark)</style></head>
        <body class="w" style="margin:0;padding:0;background:\(Self.light.window)">
        <div class="w" style="padding:24px 12px;background:\(Self.light.window)">\
        <div class="c" style="max-width:640px;margin:0 auto;padding:20px 24px;background:\(Self.light.card);\
        border-left:6px solid \(tone.edge);border-radius:6px;\
        font:15px/22px -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
        <h1 class="t" style="margin:0 0 \
        12px;font-size:20px;line-height:27px;color:\(Self.light.text)">\(Self.safe(title))</h1>
        \(body)
        </div></div></body></html>

        """
    }

    private static var dark: String {
        let dark = Palette.dark
        return """
            :root{color-scheme:light dark}@media (prefers-color-scheme:dark){\
            .w{background:\(dark.window)!important}.c{background:\(dark.card)!important}\
            .t{color:\(dark.text)!important}.f{color:\(dark.faint)!important}.a{color:\(dark.link)!important}\
            .l{border-color:\(dark.line)!important}}
            """
    }

    /// A text as HTML; line breaks stay.
    static func safe(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("\n", with: "<br>")
    }
}
