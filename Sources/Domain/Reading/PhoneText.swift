/// The one telephone number in a text that people typed: without label, remark and extension, in ASCII digits.
///
///     +49 (0)151 23456789 ext. 7                +49 (0)151 23456789
///     Tel.: 0151 12345678 (after 5 pm)          0151 12345678
///     ٠٥٠١٢٣٤٥٦٧                                0501234567
enum PhoneText {
    /// `nil` if there is no number, or if letters stand where its digits should be: they may stand for digits, or be a
    /// mistake.
    static func number(in text: String) -> String? {
        var rest = Array(text.visible.unicodeScalars)[...]
        dropLabel(&rest)
        var number = String.UnicodeScalarView()
        var digits = 0
        while let scalar = rest.first {
            if scalar == "(", let remark = remark(at: rest) {
                rest = rest.dropFirst(remark)
                continue
            }
            rest = rest.dropFirst()
            if scalar.isDecimalDigit {
                // The numeric value of a decimal digit of any script is 0 to 9.
                number.append(
                    scalar.value < 0x80 ? scalar : Unicode.Scalar(0x30 + UInt8(scalar.properties.numericValue ?? 0)))
                digits += 1
            } else if scalar == "+" || scalar == "\u{FF0B}" {
                // A second number begins.
                if digits > 0 { return digits >= shortest ? finished(number) : nil }
                number.append("+")
            } else if separators.contains(scalar) || scalar.isBlank {
                if scalar.isLineBreak, digits >= shortest { break }
                number.append(scalar.isBlank ? " " : scalar.isDash ? "-" : scalar)
            } else {
                // An extension, a remark or a second number: the number is complete before it, or it is none.
                let isExtension = scalar.properties.isAlphabetic ? "xXeE".unicodeScalars.contains(scalar) : true
                guard digits >= (isExtension ? shortestBeforeExtension : shortestBeforeWords),
                    !isExponent(scalar, before: rest)
                else { return nil }
                return finished(number)
            }
        }
        return digits >= shortest ? finished(number) : nil
    }

    /// The shortest number that can be told from a remark's; country codes not counted.
    static let shortest = 5
    /// Fewer digits before a letter may be the beginning of a number that is spelled out: 1-800-555-FLOW.
    private static let shortestBeforeWords = 8
    private static let shortestBeforeExtension = 7
    private static let separators: Set<Unicode.Scalar> = [
        "(", ")", "[", "]", ".", "-", "/", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2015}",
        "\u{2212}", "·",
    ]

    private static func finished(_ number: String.UnicodeScalarView) -> String? {
        let text = String(number).replacing("[", with: "(").replacing("]", with: ")").replacing("·", with: " ").trimmed
        // A bracket that was opened for a remark is left over.
        return text.count(where: { $0 == "(" }) == text.count(where: { $0 == ")" })
            ? text : text.dropping { $0 == "(" || $0 == ")" }
    }

    /// `tel:`, `Phone:`, `M.`: letters before any digit.
    private static func dropLabel(_ rest: inout ArraySlice<Unicode.Scalar>) {
        guard let first = rest.first, first.properties.isAlphabetic else { return }
        guard let start = rest.firstIndex(where: { $0.isDecimalDigit || $0 == "+" || $0 == "\u{FF0B}" }),
            rest[..<start].allSatisfy({
                $0.properties.isAlphabetic || $0.isBlank || ":.-/=(".unicodeScalars.contains($0)
            })
        else { return }
        rest = rest[(rest[..<start].last == "(" ? start - 1 : start)...]
    }

    /// How long a remark in brackets is that begins here, if it has letters in it.
    private static func remark(at rest: ArraySlice<Unicode.Scalar>) -> Int? {
        guard let end = rest.firstIndex(of: ")") else { return nil }
        let inside = rest[rest.startIndex...end]
        return inside.contains { $0.properties.isAlphabetic } ? inside.count : nil
    }

    /// What spreadsheets make of long numbers: `4.91512E+12`.
    private static func isExponent(_ scalar: Unicode.Scalar, before rest: ArraySlice<Unicode.Scalar>) -> Bool {
        (scalar == "e" || scalar == "E") && (rest.first == "+" || rest.first?.isDecimalDigit == true)
    }
}

extension Unicode.Scalar {
    fileprivate var isDash: Bool { ("\u{2010}"..."\u{2015}").contains(self) || self == "\u{2212}" }
}
