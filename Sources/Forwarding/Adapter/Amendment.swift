package import Domain

/// Something that an event can do without. What is refused because of it is sent once more without it: one identifier
/// that a platform does not know is no reason to lose a lead that can be recognised by others.
package enum Amendment: String, Sendable, Equatable, CaseIterable {
    /// Meta's click id.
    case metaClick = "fbc"
    /// The id of a lead from one of Meta's own forms.
    case metaLeadID = "lead_id"
    /// Google's click ids.
    case googleClick = "click_id"
    /// The id of a lead from one of Google's own forms, and the attributes of a session.
    case googleSession = "session"
    /// Custom variables.
    case variables = "custom_variables"
    /// The visitor's address and browser.
    case device
    /// The postal address.
    case address
}

/// What the events of a lane are sent without from now on. It forgets: the oldest when there are too many, and all of
/// it when the process ends. An event that has been forgotten is refused once more and amended once more.
package struct Amendments: Sendable, Equatable {
    /// More than a lane has in hand at a time.
    static let maximum = 4096
    /// So often an event is sent without something more. Each of them is there once at most, so this is all of them.
    static var most: Int { Amendment.allCases.count }

    private var known: [LeadID: [Amendment]] = [:]
    private var order: [LeadID] = []

    package init() {}

    package subscript(_ lead: LeadID) -> [Amendment] { known[lead] ?? [] }

    package mutating func add(_ amendment: Amendment, to lead: LeadID) {
        if known[lead] == nil {
            if order.count >= Self.maximum {
                for old in order.prefix(Self.maximum / 2) { known[old] = nil }
                order.removeFirst(Self.maximum / 2)
            }
            order.append(lead)
        }
        known[lead, default: []].append(amendment)
    }
}
