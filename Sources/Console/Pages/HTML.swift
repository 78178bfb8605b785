package import Domain
import HTTP

/// Text that is safe to stand in a page. Only interpolated texts bring in what came from outside, and they are escaped,
/// so that a page cannot be written that forgets it. They are safe between tags and in attributes within quotation
/// marks.
package struct HTML: Equatable, Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    CustomStringConvertible
{
    package private(set) var description: String

    package init(stringLiteral value: String) { description = value }
    package init(stringInterpolation: StringInterpolation) { description = stringInterpolation.output }

    package static func joined(_ parts: some Sequence<HTML>) -> HTML {
        var result: HTML = ""
        for part in parts { result.description += part.description }
        return result
    }

    /// One piece for each element.
    package static func each<Elements: Sequence>(_ elements: Elements, _ piece: (Elements.Element) -> HTML) -> HTML {
        joined(elements.map(piece))
    }

    package static func + (a: HTML, b: HTML) -> HTML { HTML.joined([a, b]) }
    package static func += (a: inout HTML, b: HTML) { a.description += b.description }

    package var isEmpty: Bool { description.isEmpty }

    /// Interpolated texts are escaped, interpolated HTML is not.
    package struct StringInterpolation: StringInterpolationProtocol {
        var output = ""

        package init(literalCapacity: Int, interpolationCount: Int) { output.reserveCapacity(literalCapacity * 2) }
        package mutating func appendLiteral(_ literal: String) { output += literal }
        package mutating func appendInterpolation(_ html: HTML) { output += html.description }
        package mutating func appendInterpolation(_ number: some BinaryInteger) { output += "\(number)" }
        /// An id of ours is letters and digits.
        package mutating func appendInterpolation(_ id: LeadID) { output += id.description }
        package mutating func appendInterpolation(_ id: AlertID) { output += id.description }
        /// Disfavoured, so that a literal that stands in an interpolation is our own markup, as everywhere else on a
        /// page: only values come here.
        @_disfavoredOverload
        package mutating func appendInterpolation(_ text: String) {
            for scalar in text.unicodeScalars {
                switch scalar {
                case "&": output += "&amp;"
                case "<": output += "&lt;"
                case ">": output += "&gt;"
                case "\"": output += "&quot;"
                case "'": output += "&#39;"
                // Would turn the text around, so that it reads as something else, or work on the terminal that it is
                // copied to.
                case _ where scalar.controlsScreen: output += "\u{FFFD}"
                default: output.unicodeScalars.append(scalar)
                }
            }
        }
    }
}

/// Addresses of our own pages. Parts that came from outside are percent-encoded, so that they stay one part.
package enum Link {
    /// `/lead/0m8wz4x9q2k7c`, with a query if there is one; members without a value are left out.
    package static func to(_ parts: String..., query: KeyValuePairs<String, String?> = [:]) -> String {
        let path = parts.isEmpty ? "/" : parts.map { "/" + encoded($0) }.joined()
        let pairs = query.compactMap { name, value in value.map { "\(encoded(name))=\(encoded($0))" } }
        return pairs.isEmpty ? path : path + "?" + pairs.joined(separator: "&")
    }

    package static func encoded(_ text: String) -> String {
        // `..` would be resolved by the browser before it asks.
        text == "." || text == ".." ? text.map { _ in "%2E" }.joined() : text.percentEncoded()
    }

    /// Where to go on after signing in: a path of ours, never another site.
    ///
    /// `//host` and `/\host` are other sites to a browser, and control characters are dropped by it, so they are
    /// refused.
    package static func local(_ text: String?) -> String {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.hasPrefix("/\\"), text.utf8.count <= 2000,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else { return "/" }
        return text
    }
}
