/// What asking a destination came to before any lead depends on it: does its platform know us, may we, and does what we
/// want to tell it exist there.
package struct Preflight: Equatable, Sendable {
    package var destination: String
    /// The platform's name, as in the configuration.
    package var platform: String
    package var checkedAt: Instant
    package var findings: [Finding]

    package init(destination: String, platform: String, checkedAt: Instant, findings: [Finding]) {
        self.destination = destination
        self.platform = platform
        self.checkedAt = checkedAt
        self.findings = findings
    }

    /// The worst of its findings.
    package var grade: Grade { findings.map(\.grade).max() ?? .ok }

    package enum Grade: String, Comparable, Sendable, CaseIterable {
        case ok
        /// Leads can go out; something is to be looked at, or could not be asked just now.
        case warning
        /// Leads would not be taken.
        case failed

        package static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// What was asked.
    package enum Subject: String, Sendable, CaseIterable {
        /// An access token can be had, with the right scope.
        case token
        /// The account or pixel is there and ours.
        case account
        /// An event of ours would be taken.
        case event
        /// Somebody answers at the address.
        case address
    }

    package struct Finding: Equatable, Sendable {
        package var subject: Subject
        package var grade: Grade
        /// What was asked and what came of it, without secrets or personal data.
        package var words: String
        /// What to do about it; empty if there is nothing to do.
        package var remedy: String

        package init(_ subject: Subject, _ grade: Grade, _ words: String, remedy: String = "") {
            self.subject = subject
            self.grade = grade
            self.words = words
            self.remedy = remedy
        }
    }
}
