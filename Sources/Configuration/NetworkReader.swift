import Domain

extension Destination.Network {
    /// Reads `proxy`, `ca` and `client_certificate` of a destination. Paths start where those of secrets do.
    init(reading section: Section, _ secrets: SecretReader) {
        self.init()
        proxy = Proxy(reading: section, secrets)
        authorities = section.text("ca").flatMap { certificates($0, section, "ca", secrets) }
        guard let inner = section.section("client_certificate") else { return }
        let path = inner.requiredText("certificate")
        let text = path.flatMap { certificates($0, inner, "certificate", secrets) }
        let key = inner.secret("key", secrets, form: .document)
        if let key, !secrets.isForgiving, !key.value.contains("PRIVATE KEY-----") {
            inner.mistake("key", "must be a private key in PEM, which begins with -----BEGIN PRIVATE KEY-----")
        }
        inner.finish()
        if let text, let key { clientCertificate = ClientCertificate(certificates: text, key: key) }
    }

    private func certificates(
        _ path: String, _ section: Section, _ name: String, _ secrets: SecretReader
    ) -> String? {
        switch secrets.file(path) {
        case .missing(let reason):
            section.mistake(name, "the file \(path) cannot be read: \(reason)")
            return nil
        case .found(let text, _):
            if secrets.isForgiving || text.contains("-----BEGIN CERTIFICATE-----") { return text }
            section.mistake(name, "\(path) has no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----")
            return nil
        }
    }
}

extension Destination.Network.Proxy {
    /// `"http://proxy:3128"`, or `{ url, user, password }` for one that wants to know who asks.
    fileprivate init?(reading section: Section, _ secrets: SecretReader) {
        guard case .object? = section.value("proxy") else {
            guard let url = section.text("proxy", Self.complaint) else { return nil }
            self.init(url: url)
            return
        }
        guard let inner = section.section("proxy") else { return nil }
        defer { inner.finish() }
        let url = inner.requiredText("url", Self.complaint)
        let user = inner.text("user") {
            $0.contains(":") ? "must not have a colon; the password has a place of its own" : nil
        }
        let password = inner.secret("password", secrets, required: user != nil, form: .password)
        if user == nil, password != nil { inner.mistake("password", "needs a user") }
        guard let url else { return nil }
        self.init(url: url, user: user, password: user == nil ? nil : password)
    }

    private static func complaint(_ text: String) -> String? {
        let example = "for example \"http://proxy.example:3128\""
        guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else {
            return "must begin with http:// or https://, \(example)"
        }
        let rest = text.dropFirst(scheme.count)
        if rest.contains("@") { return "must be without a login; write { url, user, password: { env: \"NAME\" } }" }
        let isHost = !rest.isEmpty && rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#\\".utf8.contains($0) }
        return isHost ? nil : "must be a host and a port, \(example)"
    }
}
