import Domain

/// A number whose digits are kept as they are: money, and values that a sender has spelled.
package struct DecimalNumber: Codable, Equatable, Sendable {
    package var text: String

    package init(_ text: String) { self.text = text }

    /// Millionths as a decimal with two digits after the point, rounded half up.
    package init(micros: Int64) {
        let cents = (micros + 5000) / 10_000
        let rest = cents % 100
        text = "\(cents / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    package init(from decoder: any Decoder) throws {
        let json = try decoder.singleValueContainer().decode(JSON.self)
        guard case .number(let text) = json else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "must be a number"))
        }
        self.text = text
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(JSON.number(text))
    }
}

extension DecimalNumber: ValueShape {
    static var shape: Shape { .number }
    static var sample: DecimalNumber { DecimalNumber("0") }
}
