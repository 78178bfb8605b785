/// Whom and what an event is about, as far as it says so. Two posts under one id are compared by it.
///
/// A mark is what an aspect says: in clear (`EventIdentity<String>`), or as a keyed hash of 32 bits
/// (`EventIdentity<UInt32>`), which can be kept when the personal data goes.
package struct EventIdentity<Mark: Equatable & Sendable>: Equatable, Sendable {
    /// In the order of the aspects, each of them at most once.
    package private(set) var entries: [Entry] = []

    package struct Entry: Equatable, Sendable {
        package let aspect: IdentityAspect
        package let mark: Mark
    }

    package init() {}

    /// What the event says, in the order of the aspects.
    package mutating func add(_ aspect: IdentityAspect, _ mark: Mark) {
        entries.append(Entry(aspect: aspect, mark: mark))
    }

    /// Which aspects it says anything about.
    package var said: IdentityAspects {
        entries.reduce(into: IdentityAspects()) { $0.insert(IdentityAspects($1.aspect)) }
    }

    /// The aspects that both say, by whether they say the same.
    package func compared(with other: EventIdentity) -> (same: IdentityAspects, different: IdentityAspects) {
        var (same, different) = (IdentityAspects(), IdentityAspects())
        for entry in entries {
            guard let twin = other.entries.first(where: { $0.aspect == entry.aspect }) else { continue }
            if twin.mark == entry.mark {
                same.insert(IdentityAspects(entry.aspect))
            } else {
                different.insert(IdentityAspects(entry.aspect))
            }
        }
        return (same, different)
    }
}

/// What an identity consists of. The numbers are stored.
package enum IdentityAspect: UInt8, CaseIterable, Sendable {
    /// Normalised, see `LeadIdentifier`; the hash that a sender gave in its place cannot be compared with it.
    case email = 1
    case emailHash = 2
    case phone = 3
    case phoneHash = 4
    case externalID = 5
    case metaLeadID = 6
    case googleLeadID = 7
    case gclid = 8
    case gbraid = 9
    case wbraid = 10
    /// Also the one in `fbc`.
    case fbclid = 11
    case value = 12
    case currency = 13
    /// The visitor's network address and browser; pages only.
    case sender = 14
    /// A number whose country nobody knows: its digits without zeros in front.
    case phoneDigits = 15

    /// What leads are found by, if they are by this.
    package var identifierKind: LeadIdentifier.Kind? {
        switch self {
        case .email, .emailHash: .email
        case .phone, .phoneHash, .phoneDigits: .phone
        case .gclid, .gbraid, .wbraid, .fbclid: .click
        case .externalID, .metaLeadID, .googleLeadID, .value, .currency, .sender: nil
        }
    }
}

/// A set of aspects.
package struct IdentityAspects: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package init(_ aspect: IdentityAspect) { rawValue = 1 << UInt32(aspect.rawValue) }
    package init(_ aspects: [IdentityAspect]) { self.init(aspects.map { IdentityAspects($0) }) }

    /// What is corrected when somebody has mistyped it.
    package static let contact = IdentityAspects([.email, .emailHash, .phone, .phoneHash, .phoneDigits])
    package static let deal = IdentityAspects([.value, .currency])
    package static let sender = IdentityAspects(.sender)
    /// Everything that says who the person is.
    package static let person = IdentityAspects(IdentityAspect.allCases).subtracting(deal).subtracting(sender)
}

extension EventIdentity<String> {
    /// What an event says. `country` is the source's, for national numbers; `sender` is given for pages.
    package init(_ event: LeadEvent, country: String?, sender: String? = nil) {
        self.init()
        // As many as most events say.
        entries.reserveCapacity(8)
        switch event.person.email.flatMap(GoogleFields.email) {
        case .clear(let address): add(.email, address)
        case .hashed(let hash): add(.emailHash, hash)
        case nil: break
        }
        if let text = event.person.phone {
            if let phone = LeadIdentifier.phone(text, country: event.person.country ?? country) {
                add(phone.text.asHash == nil ? .phone : .phoneHash, phone.text)
            } else if let digits = PhoneNumber.bareDigits(text) {
                add(.phoneDigits, digits)
            }
        }
        if let id = event.person.externalID { add(.externalID, id) }
        if let id = event.click.metaLeadID { add(.metaLeadID, id) }
        if let id = event.click.googleLeadID { add(.googleLeadID, id) }
        if let id = event.click.gclid { add(.gclid, id) }
        if let id = event.click.gbraid { add(.gbraid, id) }
        if let id = event.click.wbraid { add(.wbraid, id) }
        if let id = event.click.fbclid ?? event.click.fbc.flatMap(Self.clickID) { add(.fbclid, id) }
        // 19.90 and 19.9 are the same money.
        if let value = event.value { add(.value, Double(value.text).map { "\($0)" } ?? value.text) }
        if let currency = event.currency { add(.currency, currency) }
        if let sender { add(.sender, sender) }
    }

    /// The fourth part of the cookie `_fbc`.
    private static func clickID(ofCookie text: String) -> String? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count >= 4 ? String(parts[3]) : nil
    }

    /// What the lead can be found by.
    package var identifiers: [LeadIdentifier] {
        entries.compactMap { entry in entry.aspect.identifierKind.map { LeadIdentifier($0, entry.mark) } }
    }
}

extension EventIdentity<UInt32> {
    /// Five bytes an aspect: its number, and the mark with its most significant byte first.
    package var packed: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.count * 5)
        for entry in entries {
            bytes.append(entry.aspect.rawValue)
            for shift in stride(from: UInt32(24), through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: entry.mark >> shift))
            }
        }
        return bytes
    }

    /// From what `packed` has made; aspects that this program does not know are left out.
    package init(packed bytes: [UInt8]) {
        self.init()
        for start in stride(from: 0, to: bytes.count - bytes.count % 5, by: 5) {
            guard let aspect = IdentityAspect(rawValue: bytes[start]) else { continue }
            add(aspect, bytes[(start + 1)..<(start + 5)].reduce(0) { $0 << 8 | UInt32($1) })
        }
    }
}
