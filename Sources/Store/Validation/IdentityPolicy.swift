/// What the store must know of the configuration to decide under which id a destination is told of a lead: an immutable
/// snapshot, replaced as a whole by `Ledger.configureIdentity`.
package struct IdentityPolicy: Sendable {
    package var destinations: [String: Handling] = [:]
    /// Whose ids a browser's pixel may have sent already.
    package var browserSources: Set<String> = []
    package init() {}

    /// How one destination handles ids.
    package struct Handling: Sendable {
        package var memory: Memory
        /// A further event under a used id changes the value of the first.
        package var adjusts: Bool
        /// The platform's name for an event of a source: under one id it takes one event of each name. `nil`: it is not
        /// told of it.
        package var platformEvent: @Sendable (_ event: String, _ source: String) -> String?

        package init(
            memory: Memory, adjusts: Bool,
            platformEvent: @escaping @Sendable (_ event: String, _ source: String) -> String?
        ) {
            self.memory = memory
            self.adjusts = adjusts
            self.platformEvent = platformEvent
        }

        /// What is assumed of a destination that is not in the configuration.
        static let unknown = Handling(memory: .endless, adjusts: false) { event, _ in event }
    }

    /// How long a destination knows an event again by its id.
    package enum Memory: Sendable, Equatable {
        /// It does not: senders' ids are passed on as they are.
        case none
        case lasting(Duration)
        case endless

        func holds(_ age: Duration) -> Bool {
            switch self {
            case .none: false
            case .lasting(let time): age < time
            case .endless: true
            }
        }
    }
}
