import Domain

/// One reason why nothing of a request is taken.
struct GoogleViolation: Equatable, Sendable {
    /// Google's path: in snake case, with `events.` doubled before an event.
    var field: String
    var reason: String
    var description: String
}

extension GoogleRules {
    /// Everything that is wrong with the request.
    static func violations(of request: GoogleRequest) -> [GoogleViolation] {
        var found: [GoogleViolation] = []
        func report<Subject>(
            _ rules: [FieldRule<Subject, String>], _ subject: Subject, at path: @autoclosure () -> String
        ) {
            for rule in rules.broken(by: subject) {
                let field = [path(), rule.field].filter { !$0.isEmpty }.joined(separator: ".")
                found.append(GoogleViolation(field: field, reason: rule.reason, description: rule.words))
            }
        }

        report(Self.request, request, at: "")
        for (index, destination) in request.destinations.enumerated() {
            report(Self.destination, destination, at: "destinations[\(index)]")
            for (role, account) in destination.accounts {
                report(Self.account, account, at: "destinations[\(index)].\(role)")
            }
        }
        var first: [String: [JSON]] = [:]
        first.reserveCapacity(request.events.count)
        for (index, event) in request.events.enumerated() {
            // Made only when there is something to report.
            func path() -> String { "events.events[\(index)]" }
            report(Self.event, event, at: path())
            for (index, identifier) in event.identifiers.enumerated() {
                func place() -> String { "\(path()).user_data.user_identifiers[\(index)]" }
                report(Self.identifier, (identifier, event.encoding), at: place())
                if let address = identifier["address"] {
                    report(Self.address, (address, event.encoding), at: place())
                }
            }
            if first.updateValue(event.references, forKey: event.transactionID) == event.references {
                report([Self.repetition], event, at: path())
            }
        }
        return found
    }
}
