import Crypto
import Domain

extension Destination.Credential {
    private static let how =
        "{ client_id, client_secret, refresh_token } or { service_account: { file: \"PATH\" } }"

    /// Reads `credential`, in the one form or the other.
    init?(reading parent: Section, _ secrets: SecretReader) {
        guard parent.require("credential", Self.how), let section = parent.section("credential") else { return nil }
        defer { section.finish() }
        let tokenEndpoint = section.text("token_endpoint", Destination.endpointComplaint)
        let project = section.text("project")
        let quota = section.section("quota").map(ProjectQuota.init(reading:))
        let client = ["client_id", "client_secret", "refresh_token"]
        if section.has("service_account") {
            let second = client.filter(section.has)
            for name in second { _ = section.value(name) }
            if !second.isEmpty { parent.mistake("credential", "must be \(Self.how), not both") }
            guard let account = Destination.ServiceAccount(reading: section, secrets) else { return nil }
            self.init(account)
        } else {
            // Known here, so that a misspelt name is recognised.
            _ = section.value("service_account")
            let clientID = section.requiredText("client_id")
            let clientSecret = section.secret("client_secret", secrets)
            let refreshToken = section.secret("refresh_token", secrets)
            guard let clientID, let clientSecret, let refreshToken else { return nil }
            self.init(clientID: clientID, clientSecret: clientSecret, refreshToken: refreshToken)
        }
        if let tokenEndpoint { self.tokenEndpoint = tokenEndpoint }
        self.project = project
        if let quota { self.quota = quota }
    }
}

extension ProjectQuota {
    /// `{ sending: { per_minute, per_day }, asking: { … } }`.
    fileprivate init(reading section: Section) {
        self.init()
        sending = section.section("sending").flatMap(Rate.init(reading:))
        asking = section.section("asking").flatMap(Rate.init(reading:)) ?? asking
        section.finish()
    }
}

extension ProjectQuota.Rate {
    fileprivate init?(reading section: Section) {
        defer { section.finish() }
        guard section.require("per_minute", "300"), section.require("per_day", "100000") else { return nil }
        let (minute, day) = (
            section.whole("per_minute"), section.whole("per_day")
        )
        guard let minute, let day else { return nil }
        self.init(perMinute: minute, perDay: day)
    }
}

extension Destination.ServiceAccount {
    /// Reads the JSON key file that Google's console hands out. Nothing of its content is repeated in a mistake.
    fileprivate init?(reading parent: Section, _ secrets: SecretReader) {
        let name = "service_account"
        guard let text = parent.secret(name, secrets, form: .document) else { return nil }
        func mistake(_ words: String) { parent.mistake(name, "the key file \(words)") }
        guard let file = try? JSON(parsing: Array(text.value.utf8)), file.object != nil else {
            if secrets.isForgiving {
                self.init(email: "missing", keyID: "missing", privateKey: Secret("missing"))
                return
            }
            mistake("is not a JSON object; take it as Google's console hands it out")
            return nil
        }
        guard file["type"] == "service_account" else {
            mistake("is not of a service account: its type must be \"service_account\"")
            return nil
        }
        func member(_ name: String) -> String? {
            guard let text = file[name]?.string, !text.isEmpty else {
                mistake("has no \(name)")
                return nil
            }
            let form: SecretForm = name == "private_key" ? .document : .token
            guard form.complaint(text) == nil else {
                mistake("has a control character or a blank in its \(name); take it as Google's console hands it out")
                return nil
            }
            return text
        }
        let (email, keyID) = (member("client_email"), member("private_key_id"))
        let (key, tokenURI) = (member("private_key"), member("token_uri"))
        if let tokenURI, let complaint = Destination.endpointComplaint(tokenURI) {
            mistake("has a token_uri that \(complaint)")
            return nil
        }
        if let key {
            do throws(KeyFault) {
                _ = try RSAPrivateKey(pem: key)
            } catch {
                mistake("has a private_key that \(error)")
                return nil
            }
        }
        guard let email, let keyID, let key, let tokenURI else { return nil }
        self.init(
            email: email, keyID: keyID, privateKey: Secret(key), tokenURI: tokenURI,
            projectID: file["project_id"]?.string.flatMap { $0.isEmpty ? nil : $0 })
    }
}
