/// One sender of lead events, as configured: a landing page, a form service, a server.
package struct Source: Sendable, Equatable {
    package var name: String
    /// The client (advertiser) whose leads these are.
    package var client: String = ""
    /// Public keys that name this source. In a browser anybody can read them, so they only identify.
    package var keys: [String] = []
    /// Origins (`https://www.acme.example`) that may post from a browser; `*` for any. Empty: none.
    package var origins: [String] = []
    /// The secret for `X-LeadRelay-Signature`; without one, no signature is asked for.
    package var signatureSecret: [UInt8]?
    /// Where a plain form post may be sent on to: an address is allowed if it begins with one of these.
    package var redirects: [String] = []
    /// Where a plain form post is sent on to when it does not ask for a place of its own; `nil`: nowhere.
    package var redirect: String?
    /// The status of the answer to a post that was taken, for senders to whom only one of them is success: 200...299.
    /// Forms that are sent on get 303 all the same, and the pixel 200.
    package var answer = 202
    /// Whether fields that cannot be used put the whole event into quarantine, rather than being left out.
    package var isStrict = false
    /// Events a second from the whole source, and from one address.
    package var rate = Rate(perSecond: 200, burst: 1000)
    package var addressRate = Rate(perSecond: 5, burst: 50)
    /// The largest body that is taken, in bytes.
    package var maximumBody = 256 * 1024
    /// ISO 3166-1 alpha-2: the country of national phone numbers.
    package var country: String?
    package var mapping: FieldMapping?
    /// What its events are: what visitors do on pages, or what a CRM says of leads later.
    package var kind = Kind.web
    /// What becomes of another person's event under an id that was used before.
    package var reusedIDs = ReusedIDs.own
    /// Whether another value for the same event and person replaces the first without being asked to (`restate`).
    package var restatesValues = false
    /// How its junk is told, and what becomes of it.
    package var junk = JunkSettings()

    package init(name: String) { self.name = name }

    package enum Kind: String, Sendable, CaseIterable { case web, crm }

    package enum ReusedIDs: String, Sendable, CaseIterable {
        /// It becomes a lead under an id of its own.
        case own
        /// Somebody decides.
        case quarantine
    }

    package struct Rate: Sendable, Equatable {
        package var perSecond: Double
        package var burst: Double
        package init(perSecond: Double, burst: Double) {
            self.perSecond = perSecond
            self.burst = burst
        }
    }
}

extension Source {
    /// The name under which the relay's own test leads for a source are kept until they are judged. No configured
    /// source can have it.
    package static func syntheticTwin(of name: String) -> String { "~" + name }
    package static func isSynthetic(_ name: String) -> Bool { name.utf8.first == UInt8(ascii: "~") }
    /// The source that a synthetic twin stands for; any other name itself.
    package static func original(of name: String) -> String { isSynthetic(name) ? String(name.dropFirst()) : name }
}
