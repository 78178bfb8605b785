import Curl
package import Domain
package import Service

/// Visits a landing page as a visitor from an ad would: with test click ids in the address, redirect by redirect.
///
/// Addresses come from the configuration only. A page may redirect where it likes, but a host that is not in the
/// configuration is asked only at a public address: nobody can make us look into our own network.
package struct PageProbe: Sendable {
    private let web: any WebClient
    private let clock: Clock
    /// Hosts of the configuration.
    private let ownHosts: Set<String>
    private let controls: [String]

    /// How long one request may take.
    private static let patience: Duration = .seconds(8)
    /// How long all requests for one page may take.
    package static let time: Duration = .seconds(40)

    /// `controls`: addresses of hosts that always answer, to tell a page's fault from one of our own network.
    package init(_ web: any WebClient, pages: [String], controls: [String], clock: Clock = .system) {
        self.web = web
        self.clock = clock
        self.controls = controls
        ownHosts = Set((pages + controls).compactMap { WebAddress.host(of: $0) })
    }

    /// What a look at a page came to, and by how much our clock differs from those of the servers that were asked.
    package struct Look: Sendable, Equatable {
        package var page: PageFacts
        package var clocks: [ClockReading]
        /// When the certificates of all hosts on the way end.
        package var ends: [String: Instant] = [:]
    }

    /// Visits the page, and once more if it is not well; then also the controls.
    package func look(at address: String) -> Look {
        let deadline = Clock.monotonic + Self.time
        var (page, clocks, ends) = visit(address, until: deadline)
        guard !page.isUp else {
            // Before our own clock is blamed, others than the page are asked.
            if clocks.contains(where: \.isOff) { _ = controlsAnswer(all: true, until: deadline, &clocks) }
            return Look(page: page, clocks: clocks, ends: ends)
        }
        let again = visit(address, until: deadline)
        clocks += again.clocks
        ends.merge(again.ends) { $1 }
        let isTheSame = !again.page.isUp
        page = again.page
        page.isConfirmed = isTheSame
        if isTheSame {
            page.controlsAnswer = controlsAnswer(all: clocks.contains(where: \.isOff), until: deadline, &clocks)
        }
        return Look(page: page, clocks: clocks, ends: ends)
    }

    /// Whether one of the controls answers, whatever it says; `nil` without controls. `all`: the others are asked as
    /// well, for their clocks.
    private func controlsAnswer(all: Bool, until deadline: Duration, _ clocks: inout [ClockReading]) -> Bool? {
        guard !controls.isEmpty else { return nil }
        var isAnswered = false
        for control in controls {
            guard let (result, _) = ask(control, until: deadline), case .success(let answer) = result else { continue }
            clocks += reading(answer, of: control)
            isAnswered = true
            if !all { break }
        }
        return isAnswered
    }

    private func visit(
        _ address: String, until deadline: Duration
    ) -> (page: PageFacts, clocks: [ClockReading], ends: [String: Instant]) {
        var walk = RedirectWalk(address)
        var page = PageFacts(WebAddress.page(of: address), .failed(.timeout, ""))
        var clocks: [ClockReading] = []
        var ends: [String: Instant] = [:]
        func see(_ certificate: PageFacts.Certificate?) {
            guard let certificate else { return }
            page.certificate = certificate
            if let host = WebAddress.host(of: walk.address) { ends[host] = certificate.ends }
        }
        while let (result, trace) = ask(walk.address, until: deadline) {
            see(trace.certificate.flatMap(PageFacts.Certificate.init))
            switch result {
            case .failure(let error):
                page.visit = .failed(PageFacts.Phase(trace.failure), error.words)
                if trace.failure == .tls { see(certificate(at: walk.address, until: deadline)) }
                return (page, clocks, ends)
            case .success(let answer):
                clocks += reading(answer, of: walk.address)
                switch walk.answered(answer.status, location: answer.field("location")) {
                case .ask: continue
                case .tooMany:
                    page.visit = .tooManyRedirects
                    return (page, clocks, ends)
                case .arrived:
                    arrive(&page, walk, answer)
                    return (page, clocks, ends)
                }
            }
        }
        return (page, clocks, ends)
    }

    private func arrive(_ page: inout PageFacts, _ walk: RedirectWalk, _ answer: Answer) {
        page.visit = .answered(answer.status)
        page.keptClickIDs = walk.kept
        page.lostClickIDs = walk.lost
        page.lostAt = walk.lostAt
        guard page.isUp else {
            page.isChallenge = Self.isChallenge(answer)
            return
        }
        let scanner = PageScanner(answer.body)
        if scanner.isParked {
            page.visit = .parked
        } else {
            page.fingerprint = scanner.fingerprint
            page.fingerprint?.forbids = scanner.permission.complaints(
                header: answer.field("content-security-policy"), page: walk.address)
        }
    }

    // MARK: Requests

    /// `nil` when the time is over.
    private func ask(_ address: String, until deadline: Duration) -> (Result<Answer, TransferError>, Trace)? {
        let left = deadline - Clock.monotonic
        guard left > .zero else { return nil }
        let trace = Locked(Trace())
        var transfer = Transfer("GET", address, fields: [("Accept", "text/html,*/*;q=0.8"), ("Accept-Language", "en")])
        transfer.connectTimeout = min(left, Self.patience)
        transfer.totalTimeout = min(left, Self.patience)
        transfer.maximumAnswer = PageScanner.maximumBytes
        transfer.refusesPrivateAddresses = !isOwn(address)
        transfer.trace = { found in trace.withLock { $0 = found } }
        let result = web.perform(transfer)
        return (result, trace.withLock { $0 })
    }

    /// Of a server whose certificate is refused: only a handshake, nothing is sent.
    private func certificate(at address: String, until deadline: Duration) -> PageFacts.Certificate? {
        let left = deadline - Clock.monotonic
        guard left > .zero else { return nil }
        let trace = Locked(Trace())
        var transfer = Transfer("GET", address)
        transfer.connectTimeout = min(left, Self.patience)
        transfer.totalTimeout = min(left, Self.patience)
        transfer.onlyHandshake = true
        transfer.refusesPrivateAddresses = !isOwn(address)
        transfer.trace = { found in trace.withLock { $0 = found } }
        _ = web.perform(transfer)
        return trace.withLock { $0 }.certificate.flatMap(PageFacts.Certificate.init)
    }

    /// User names in an address are for deception only.
    private func isOwn(_ address: String) -> Bool {
        guard let host = WebAddress.host(of: address), !address.contains("@") else { return false }
        return ownHosts.contains(host)
    }

    /// What a server's clock says against ours. An answer that a cache kept has the `Date` of long ago (RFC 9111
    /// section 5.1).
    private func reading(_ answer: Answer, of address: String) -> [ClockReading] {
        guard let host = WebAddress.host(of: address), answer.field("age") == nil,
            let date = answer.field("date").flatMap(Instant.init(httpDate:))
        else { return [] }
        // The date was cut to whole seconds, and the answer has been on its way.
        let now = Instant(milliseconds: clock.milliseconds())
        return [ClockReading(server: host, skew: now - (date + .milliseconds(500)) - answer.took / 2)]
    }

    /// Whether the answer wants a proof that a person is there, as what stands before many pages does.
    private static func isChallenge(_ answer: Answer) -> Bool {
        if answer.field("cf-mitigated") != nil || answer.field("x-datadome") != nil { return true }
        let text = String(decoding: answer.body.prefix(challengeBytes), as: UTF8.self).lowercased()
        return challengeWords.contains { text.contains($0) }
    }

    /// Such pages are short, and say it at once.
    private static let challengeBytes = 16_384
    private static let challengeWords = [
        "challenge-platform", "just a moment", "captcha", "are you a robot", "are you human", "verify you are human",
        "datadome", "perimeterx", "incapsula", "_imperva", "akamai bot", "ddos protection", "checking your browser",
    ]
}

extension PageFacts.Phase {
    init(_ phase: Trace.Phase?) {
        switch phase {
        case .name: self = .name
        case .connection: self = .connection
        case .tls: self = .certificate
        case .timeout: self = .timeout
        case .answer, nil: self = .answer
        }
    }
}

extension PageFacts.Certificate {
    init?(_ certificate: Trace.Certificate) {
        // Nov 30 12:00:00 2026 GMT, as OpenSSL prints it
        let parts = certificate.ends.split(separator: " ")
        guard parts.count == 5 else { return nil }
        let day = parts[1].utf8.count == 1 ? "0\(parts[1])" : String(parts[1])
        guard let ends = Instant(httpDate: "Day, \(day) \(parts[0]) \(parts[3]) \(parts[2]) GMT") else { return nil }
        self.init(ends: ends, issuer: certificate.issuer)
    }
}

extension TransferError {
    var words: String {
        switch self {
        case .unreachable(let words), .interrupted(let words), .unsendable(let words): words
        case .answerTooLarge: "the page is too large"
        }
    }
}
