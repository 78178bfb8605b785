import Curl
package import Domain
package import Service

/// Visits a landing page as a visitor from an ad would: with test click ids in the address, redirect by redirect.
///
/// Addresses come from the configuration only. A page may redirect where it likes, but a host that is not in the configuration is
/// asked only at a public address: nobody can make us look into our own network.
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
        package var skews: [Duration]
        /// When the certificates of all hosts on the way end.
        package var ends: [String: Instant] = [:]
    }

    /// Visits the page, and once more if it is not well; then also the controls.
    package func look(at address: String) -> Look {
        let deadline = Clock.monotonic + Self.time
        var (page, skews, ends) = visit(address, until: deadline)
        guard !page.isUp else { return Look(page: page, skews: skews, ends: ends) }
        let again = visit(address, until: deadline)
        skews += again.skews
        ends.merge(again.ends) { $1 }
        let isTheSame = !again.page.isUp
        page = again.page
        page.isConfirmed = isTheSame
        if isTheSame { page.controlsAnswer = controlsAnswer(until: deadline, &skews) }
        return Look(page: page, skews: skews, ends: ends)
    }

    /// Whether one of the controls answers, whatever it says; `nil` without controls.
    private func controlsAnswer(until deadline: Duration, _ skews: inout [Duration]) -> Bool? {
        guard !controls.isEmpty else { return nil }
        for control in controls {
            guard let (result, _) = ask(control, until: deadline), case .success(let answer) = result else { continue }
            skews += skew(answer)
            return true
        }
        return false
    }

    private func visit(
        _ address: String, until deadline: Duration
    ) -> (page: PageFacts, skews: [Duration], ends: [String: Instant]) {
        var walk = RedirectWalk(address)
        var page = PageFacts(WebAddress.page(of: address), .failed(.timeout, ""))
        var skews: [Duration] = []
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
                return (page, skews, ends)
            case .success(let answer):
                skews += skew(answer)
                switch walk.answered(answer.status, location: answer.field("location")) {
                case .ask: continue
                case .tooMany:
                    page.visit = .tooManyRedirects
                    return (page, skews, ends)
                case .arrived:
                    arrive(&page, walk, answer)
                    return (page, skews, ends)
                }
            }
        }
        return (page, skews, ends)
    }

    private func arrive(_ page: inout PageFacts, _ walk: RedirectWalk, _ answer: Answer) {
        page.visit = .answered(answer.status)
        page.keptClickIDs = walk.kept
        page.lostClickIDs = walk.lost
        page.lostAt = walk.lostAt
        guard page.isUp else { return }
        let scanner = PageScanner(answer.body)
        if scanner.isParked { page.visit = .parked } else { page.fingerprint = scanner.fingerprint }
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

    private func skew(_ answer: Answer) -> [Duration] {
        guard let date = answer.field("date").flatMap(Instant.init(httpDate:)) else { return [] }
        // The date was cut to whole seconds, and the answer has been on its way.
        let now = Instant(milliseconds: clock.milliseconds())
        return [now - (date + .milliseconds(500)) - answer.took / 2]
    }
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
