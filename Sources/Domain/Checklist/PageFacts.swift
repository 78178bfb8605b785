/// What a visit to a landing page came to.
package struct PageFacts: Equatable, Sendable {
    /// Without its query: scheme, host, path.
    package var address: String
    package var visit: Visit
    /// Whether two visits in a row came to the same; one failure proves nothing.
    package var isConfirmed: Bool
    /// Whether the answer asks for a proof that a person is there.
    package var isChallenge = false
    /// Whether control hosts answered meanwhile; `nil`: none is configured. If not, our own network is at fault.
    package var controlsAnswer: Bool?
    package var certificate: Certificate?
    /// The test click ids that were still in the address at the end of the redirects: `gclid`, `fbclid`.
    package var keptClickIDs: [String]
    package var lostClickIDs: [String]
    /// The host that dropped them.
    package var lostAt: String?
    package var fingerprint: PageFingerprint?
    /// The last fingerprint of a page that was fine, and when it was last seen.
    package var known: PageFingerprint?
    package var knownAt: Instant?

    package init(_ address: String, _ visit: Visit) {
        self.address = address
        self.visit = visit
        isConfirmed = true
        keptClickIDs = []
        lostClickIDs = []
    }

    package enum Visit: Equatable, Sendable {
        /// The status at the end of the redirects.
        case answered(Int)
        case failed(Phase, String)
        /// More redirects than are followed, or a circle.
        case tooManyRedirects
        /// It answers, but as a parked domain.
        case parked
    }

    /// Where on the way to an answer it failed.
    package enum Phase: String, CaseIterable, Sendable {
        case name
        case connection
        case certificate
        case timeout
        case answer
    }

    package struct Certificate: Equatable, Sendable {
        package var ends: Instant
        package var issuer: String
        package init(ends: Instant, issuer: String) {
            self.ends = ends
            self.issuer = issuer
        }
    }

    /// Whether people see the page.
    package var isUp: Bool {
        if case .answered(let status) = visit { return (200..<300).contains(status) }
        return false
    }

    /// Whether the page, or what stands before it, takes us for a machine: then our visit says nothing of what people
    /// see.
    package var refusesUs: Bool {
        guard case .answered(let status) = visit else { return false }
        return isChallenge || [401, 403, 405, 406, 407, 418, 429, 451].contains(status)
    }

    /// What is wrong, in plain words; empty if nothing is.
    package var trouble: String {
        switch visit {
        case .answered(let status) where refusesUs: "refuses our visits with status \(status)"
        case .answered(let status) where (200..<300).contains(status): ""
        case .answered(let status): "answers with status \(status)"
        case .failed(.name, _): "its name is not found in the DNS"
        case .failed(.connection, let words): "no connection: \(words)"
        case .failed(.certificate, let words): "its certificate is refused: \(words)"
        case .failed(.timeout, _): "does not answer in time"
        case .failed(.answer, let words): "breaks off: \(words)"
        case .tooManyRedirects: "redirects in a circle"
        case .parked: "shows a parked domain"
        }
    }
}
