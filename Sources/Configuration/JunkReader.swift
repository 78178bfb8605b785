import Domain
import Service

extension JunkSettings {
    /// Reads the member `junk` of a source: `"off"`, or an object. Without it what looks like junk is marked.
    init(reading source: Section, _ secrets: SecretReader) {
        self.init()
        if source.value("junk") == .text("off") {
            self = .off
            return
        }
        guard let section = source.section("junk") else { return }
        action = section.choice("action", Action.self) ?? action
        honeypot = section.text("honeypot") { Complaint.tooLong($0) }
        minimumTime = section.duration("minimum_time") ?? minimumTime
        for provider in TokenProvider.allCases {
            guard let check = section.section(provider.rawValue) else { continue }
            let secret = check.secret("secret", secrets)
            let endpoint = check.text("endpoint", Self.endpointComplaint)
            let score =
                provider == .recaptcha ? check.number("minimum_score") : nil
            check.finish()
            guard let secret else { continue }
            checks.append(
                TokenCheck(provider, secret: secret, endpoint: endpoint, minimumScore: score ?? Self.usualScore))
        }
        readDomains(section, secrets)
        section.finish()
    }

    /// What reCAPTCHA's manual calls the usual threshold.
    private static let usualScore = 0.5

    private mutating func readDomains(_ section: Section, _ secrets: SecretReader) {
        if section.value("domains") == .text("off") {
            domains = nil
            return
        }
        guard let list = section.section("domains") else { return }
        let path = list.requiredText("file")
        list.finish()
        guard let path else { return }
        switch secrets.list(path) {
        case .missing(let why): section.mistake("domains.file", "\(path) cannot be read: \(why)")
        case .found(let text, _):
            domains = ThrowAwayDomains(list: text)
            if domains == nil {
                section.mistake("domains.file", "\(path) must have one domain a line, for example \"mailinator.com\"")
            }
        }
    }

    private static func endpointComplaint(_ address: String) -> String? {
        address.hasPrefix("https://") || address.hasPrefix("http://127.0.0.1:") || address.hasPrefix("http://[::1]:")
            ? nil : "must begin with https://"
    }
}
