import Domain

/// Fingerprints with the leads that have them, as they are kept: 16 bytes each, see `Schema.identifierLog`.
struct IdentifierEntries {
    private(set) var bytes: [UInt8] = []

    static let width = 16

    init() {}
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isEmpty: Bool { bytes.isEmpty }
    var count: Int { bytes.count / Self.width }

    mutating func append(_ fingerprint: Int64, _ lead: LeadID) {
        bytes.append(bigEndian: fingerprint)
        bytes.append(bigEndian: lead.rawValue)
    }

    /// Of the entry at an index.
    func bucket(_ index: Int) -> Int { IdentifierLog.bucket(of: fingerprint(index)) }
    func fingerprint(_ index: Int) -> Int64 { value(at: index * Self.width) }
    func lead(_ index: Int) -> LeadID { LeadID(rawValue: value(at: index * Self.width + 8)) }

    private func value(at start: Int) -> Int64 {
        var value: UInt64 = 0
        for index in start..<start + 8 { value = value << 8 | UInt64(bytes[index]) }
        return Int64(bitPattern: value)
    }

    mutating func append(_ index: Int, of other: IdentifierEntries) {
        bytes += other.bytes[index * Self.width..<(index + 1) * Self.width]
    }

    /// Those that are not about any of the leads; `nil` if none is.
    func without(_ leads: Set<LeadID>) -> IdentifierEntries? {
        guard (0..<count).contains(where: { leads.contains(lead($0)) }) else { return nil }
        var kept = IdentifierEntries()
        for index in 0..<count where !leads.contains(lead(index)) { kept.append(index, of: self) }
        return kept
    }
}
