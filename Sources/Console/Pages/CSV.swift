import Domain

/// Tables for spreadsheets (RFC 4180).
enum CSV {
    /// A line with its end. What a spreadsheet would take for a formula gets an apostrophe in front, which it shows as
    /// text.
    static func line(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\r\n"
    }

    /// Where lists are separated by semicolons (Germany, France …), Excel splits there, whatever stands around it in
    /// quotes: so what comes behind one is guarded as the beginning is (OWASP, CSV Injection).
    private static func cell(_ text: String) -> String {
        var guarded = ""
        var isBeginning = true
        var isQuoted = false
        for (index, scalar) in zip(text.unicodeScalars.indices, text.unicodeScalars) {
            if isBeginning, isDangerous(text.unicodeScalars[index...]) {
                guarded.unicodeScalars.append("'")
                isQuoted = true
            }
            isBeginning = separators.contains(scalar)
            if isBeginning || scalar == "," || scalar == "\"" { isQuoted = true }
            // As on pages: a table is read, too.
            guarded.unicodeScalars.append(scalar.controlsScreen ? "\u{FFFD}" : scalar)
        }
        return isQuoted ? "\"" + guarded.replacing("\"", with: "\"\"") + "\"" : guarded
    }

    /// Whether a spreadsheet would begin to calculate. Some see through what stands before the sign and does not show.
    private static func isDangerous(_ text: Substring.UnicodeScalarView) -> Bool {
        if let first = text.first, "\t\r\n".unicodeScalars.contains(first) { return true }
        guard let first = text.first(where: { !isSkipped($0) }) else { return false }
        return signs.contains(first)
    }

    private static let separators = Set(";\t\r\n".unicodeScalars)
    /// With their fullwidth forms.
    private static let signs = Set("=+-@＝＋－＠".unicodeScalars)

    /// Blanks, the byte order mark, and whatever else is there without showing (Unicode: White_Space, Cc and Cf).
    private static func isSkipped(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || [.control, .format].contains(scalar.properties.generalCategory)
    }
}
