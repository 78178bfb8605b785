/// A date format of another service: `dd.MM.yyyy HH:mm`.
///
/// Two or four digits are read for each field, exactly; everything else in the pattern must stand in the text as it is.
package struct DatePattern: Sendable, Equatable {
    private var parts: [Part] = []

    private enum Part: Sendable, Equatable {
        case field(Field)
        case literal(Unicode.Scalar)
    }

    private enum Field: String, CaseIterable, Sendable {
        case year = "yyyy"
        case month = "MM"
        case day = "dd"
        case hour = "HH"
        case minute = "mm"
        case second = "ss"
    }

    /// `nil` if the pattern names no year, or a field twice.
    package init?(_ pattern: String) {
        var rest = pattern.unicodeScalars[...]
        var seen: Set<Field> = []
        while let scalar = rest.first {
            if let field = Field.allCases.first(where: { rest.starts(with: $0.rawValue.unicodeScalars) }) {
                guard seen.insert(field).inserted else { return nil }
                parts.append(.field(field))
                rest = rest.dropFirst(field.rawValue.unicodeScalars.count)
            } else {
                parts.append(.literal(scalar))
                rest = rest.dropFirst()
            }
        }
        guard seen.contains(.year) else { return nil }
    }

    /// The moment that the text names in a zone that is `offsetMinutes` ahead of UTC; `nil` if it does not fit the pattern or
    /// names a day or time that does not exist.
    package func moment(_ text: String, offsetMinutes: Int) -> Instant? {
        var values: [Field: Int] = [:]
        var rest = text.unicodeScalars[...]
        for part in parts {
            switch part {
            case .literal(let scalar):
                guard rest.popFirst() == scalar else { return nil }
            case .field(let field):
                let width = field.rawValue.utf8.count
                let digits = String(String.UnicodeScalarView(rest.prefix(width)))
                guard digits.utf8.count == width, digits.utf8.allSatisfy(\.isDigit), let value = Int(digits)
                else { return nil }
                values[field] = value
                rest = rest.dropFirst(width)
            }
        }
        guard rest.isEmpty, let year = values[.year] else { return nil }
        return Instant(
            year: year, month: values[.month] ?? 1, day: values[.day] ?? 1, hour: values[.hour] ?? 0,
            minute: values[.minute] ?? 0, second: values[.second] ?? 0, offsetMinutes: offsetMinutes)
    }
}
