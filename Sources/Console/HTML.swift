/// Text that is safe to stand in a page. Only `text` brings in what came from outside, and it escapes.
struct HTML: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, CustomStringConvertible {
    private(set) var description: String

    init(stringLiteral value: String) { description = value }
    init(stringInterpolation: StringInterpolation) { description = stringInterpolation.output }

    static func joined(_ parts: [HTML]) -> HTML {
        var result: HTML = ""
        for part in parts { result.description += part.description }
        return result
    }

    static func += (a: inout HTML, b: HTML) { a.description += b.description }

    /// Interpolated texts are escaped, interpolated HTML is not.
    struct StringInterpolation: StringInterpolationProtocol {
        var output = ""

        init(literalCapacity: Int, interpolationCount: Int) { output.reserveCapacity(literalCapacity * 2) }
        mutating func appendLiteral(_ literal: String) { output += literal }
        mutating func appendInterpolation(_ html: HTML) { output += html.description }
        mutating func appendInterpolation(_ number: some BinaryInteger) { output += "\(number)" }
        mutating func appendInterpolation(_ text: String) {
            for scalar in text.unicodeScalars {
                switch scalar {
                case "&": output += "&amp;"
                case "<": output += "&lt;"
                case ">": output += "&gt;"
                case "\"": output += "&quot;"
                case "'": output += "&#39;"
                default: output.unicodeScalars.append(scalar)
                }
            }
        }
    }
}
