/// Our own types as they stand in documents.

/// RFC 3339 in whole seconds, by UTC. Whoever tells the milliseconds says `PreciseInstant`.
extension Instant: Codable {
    package init(from decoder: any Decoder) throws {
        self = try decoder.text("an RFC 3339 timestamp, for example 2026-11-24T18:00:00Z", Instant.init(rfc3339:))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rfc3339Seconds)
    }
}

/// A moment that is told with its milliseconds, if it has any.
package struct PreciseInstant: Hashable, Sendable, Codable {
    package var instant: Instant

    package init(_ instant: Instant) { self.instant = instant }

    package init(from decoder: any Decoder) throws { instant = try Instant(from: decoder) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(instant.rfc3339)
    }
}

/// Anything at all, as it came. Read and written by our coders only, which know it.
extension JSON: Codable {
    package init(from decoder: any Decoder) throws {
        throw DecodingError.dataCorrupted(
            DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "JSON is read by DocumentDecoder"))
    }

    package func encode(to encoder: any Encoder) throws {
        throw EncodingError.invalidValue(
            self,
            EncodingError.Context(
                codingPath: encoder.codingPath, debugDescription: "JSON is written by DocumentEncoder"))
    }
}

extension LeadID: Codable {
    package init(from decoder: any Decoder) throws {
        self = try decoder.text("an event's id: 13 letters and digits") { LeadID($0) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension AlertID: Codable {
    package init(from decoder: any Decoder) throws {
        self = try decoder.text("the number of an alert, for example A17") { AlertID($0) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Decoder {
    /// A text that `read` understands; `expected` says what it should have been.
    fileprivate func text<Value>(_ expected: String, _ read: (String) -> Value?) throws -> Value {
        let text = try singleValueContainer().decode(String.self)
        guard let value = read(text) else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: codingPath, debugDescription: "must be \(expected)"))
        }
        return value
    }
}
