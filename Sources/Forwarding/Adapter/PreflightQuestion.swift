import Crypto
package import Curl
package import Domain

/// One question of a preflight. It stores nothing, unless the destination is set up for tests.
package struct PreflightQuestion: Sendable {
    package var subject: Preflight.Subject
    /// What is asked, to begin a sentence with: `conversion action 987654321`.
    package var words: String
    package var transfer: Transfer

    package init(_ subject: Preflight.Subject, _ words: String, _ transfer: Transfer) {
        self.subject = subject
        self.words = words
        self.transfer = transfer
    }
}

extension Adapter {
    /// What an answer means when it is read like the answer to a lead: the usual way where a platform lets a lead be
    /// tried without storing it.
    func finding(_ result: Result<Answer, TransferError>, to question: PreflightQuestion) -> Preflight.Finding {
        Preflight.Finding(read(result, count: 1).verdicts[0], question)
    }
}

extension Preflight.Finding {
    /// What a verdict on an event that nobody sent says about the destination.
    init(_ verdict: Verdict, _ question: PreflightQuestion) {
        let receipt = verdict.receipt
        var answer = [receipt.code, receipt.message].filter { !$0.isEmpty }.joined(separator: ": ")
        if answer.isEmpty { answer = "status \(receipt.status)" }
        let words = "\(question.words): \(answer)"
        switch verdict {
        case .delivered, .sent: self.init(question.subject, .ok, question.words)
        case .hold: self.init(question.subject, .failed, words, remedy: Remedy.hold(receipt))
        case .retry(_, .credentials, _):
            self.init(question.subject, .failed, words, remedy: "Grant access again: the token is refused.")
        case .retry(_, let cause, _) where cause == .unreachable || cause == .unknown || cause == .platformFault:
            self.init(
                question.subject, .warning, words,
                remedy: "If it stays so, check the network and the platform's status.")
        case .retry(_, .throttled, _):
            self.init(
                question.subject, .warning, words, remedy: "The platform is too busy for us now; it is asked again.")
        case .retry:
            self.init(question.subject, .warning, words, remedy: "The answer is not known; look it up at the platform.")
        case .rejected, .isolate:
            // Ours was a made-up event; a real one may fare better.
            self.init(question.subject, .warning, words, remedy: "Look at the first real leads of this destination.")
        }
    }
}

/// What a person can do about a refusal, by the words that platforms use.
private enum Remedy {
    static func hold(_ receipt: Receipt) -> String {
        let text = receipt.code + " " + receipt.message
        let known: [(part: String, remedy: String)] = [
            ("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "Grant access again and tick the scope of the Data Manager API."),
            ("SERVICE_DISABLED", "Switch the API on in the Cloud project of the credential."),
            (
                "LOGIN_ACCOUNT",
                "Check login_account: leave it out unless the credential is a user of that manager account."
            ),
            ("TERMS", "Accept the customer data terms in the account's conversion settings."),
            ("ENHANCED_CONVERSIONS", "Switch enhanced conversions for leads on in the account's conversion settings."),
            ("CONVERSION_ACTION", "Check the ids under conversion_actions; the action must be an import from clicks."),
            ("NOT_FOUND", "Check the account and the ids under conversion_actions: one of them does not exist."),
            ("PERMISSION_DENIED", "Give the credential's user access to the account."),
            ("190", "Make a new access token: this one has expired or been withdrawn."),
            ("100/33", "Check the pixel's id, and assign the pixel to the system user of the token."),
            ("appsecret_proof", "Check app_secret: the app demands a proof, or this is another app's secret."),
            ("unsendable", "Look at the destination's secrets and addresses: one has a control character."),
            ("2635", "Raise version: the platform has switched this one off."),
            ("2500", "Check access_token: the platform saw none that it could read."),
            ("104", "Check access_token: the platform saw none that it could read."),
            ("803", "Check the pixel's id, and assign the pixel to the system user of the token."),
        ]
        return known.first { text.contains($0.part) }?.remedy
            ?? "Look the code up at the platform and correct the account."
    }
}

extension LeadEvent {
    /// A lead that nobody has sent, for asking with. Its address belongs to nobody (RFC 2606).
    static func madeUp(_ name: String, at now: Instant) -> LeadEvent {
        var event = LeadEvent(event: name, occurredAt: now - .minutes(1))
        event.person.email = "preflight@example.com"
        event.consent.adUserData = .granted
        event.consent.adPersonalization = .granted
        return event
    }
}

extension Destination {
    /// The names of our events that stand for all that the destination is told of.
    fileprivate var eventsToAsk: [String] {
        switch platform {
        case .googleAds(let google):
            // Each conversion action once.
            google.conversionActions.sorted { $0.key < $1.key }.reduce(into: [:]) { names, entry in
                names[entry.value] = names[entry.value] ?? (entry.key == "*" ? "lead" : entry.key)
            }.values.sorted()
        case .metaAds(let meta): [meta.eventNames.keys.sorted().first { $0 != "*" } ?? "lead"]
        case .webhook(let webhook): [webhook.events.first ?? "lead"]
        }
    }
}

/// Made-up events, encoded as real ones would be, each with the platform's own name for it.
private func madeUpEvents(_ destination: Destination, _ adapter: any Adapter, at now: Instant) -> [(
    name: String, fragment: Fragment
)] {
    destination.eventsToAsk.compactMap { name in
        let outgoing = EncodedLead(
            lead: LeadID.first(at: now), eventID: "preflight-\(now.milliseconds)", receivedAt: now,
            event: .madeUp(name, at: now))
        guard case .event(let fragment) = adapter.encode(outgoing, at: now) else { return nil }
        return (destination.platformEvent(for: outgoing.event) ?? name, fragment)
    }
}

extension GoogleAds {
    /// An event for each conversion action, only to be validated: that checks the token, the account and that the
    /// action is there, and stores nothing (google-ads.md, section 12).
    package func preflight(token: String?, at now: Instant) -> [PreflightQuestion] {
        validations(destination, self, token: token, at: now)
    }

    package func read(_ result: Result<Answer, TransferError>, to question: PreflightQuestion) -> Preflight.Finding {
        // Without a receipt, because nothing was stored.
        if case .success(let answer) = result, (200..<300).contains(answer.status) {
            return Preflight.Finding(question.subject, .ok, question.words)
        }
        return finding(result, to: question)
    }
}

extension GoogleAdsUpload {
    /// As for the Data Manager API.
    package func preflight(token: String?, at now: Instant) -> [PreflightQuestion] {
        validations(destination, self, token: token, at: now)
    }

    package func read(_ result: Result<Answer, TransferError>, to question: PreflightQuestion) -> Preflight.Finding {
        // Rows that were only validated have no results.
        if case .success(let answer) = result, (200..<300).contains(answer.status),
            let body = try? JSON(parsing: answer.body), body["results"] != nil, body["partialFailureError"] == nil
        {
            return Preflight.Finding(question.subject, .ok, question.words)
        }
        let verdict = read(result, count: 1).verdicts[0]
        // Who has got as far as looking for the click knows the account and the action.
        if case .rejected(let receipt) = verdict, receipt.code.contains("CLICK") {
            return Preflight.Finding(question.subject, .ok, question.words)
        }
        return Preflight.Finding(verdict, question)
    }
}

/// An event for each conversion action, only to be validated. Both of Google's interfaces call that the same.
private func validations(
    _ destination: Destination, _ adapter: any Adapter, token: String?, at now: Instant
) -> [PreflightQuestion] {
    madeUpEvents(destination, adapter, at: now).compactMap { name, fragment in
        var transfer = adapter.transfer([fragment], token: token, at: now)
        guard let body = transfer.body, case .object(var members)? = try? JSON(parsing: body) else { return nil }
        members.append(JSON.Member("validateOnly", true))
        transfer.body = JSON.object(members).bytes
        return PreflightQuestion(.event, "conversion action \(name)", transfer)
    }
}

extension MetaAds {
    package func foresight(at now: Instant) -> [Preflight.Finding] {
        GraphVersion.complaint(meta.version, at: now).map { complaint in
            [Preflight.Finding(.account, .warning, complaint.words, remedy: complaint.remedy)]
        } ?? []
    }

    /// The pixel's own name; and a test event, but only where a test code is configured: Meta counts whatever it is
    /// sent.
    package func preflight(token: String?, at now: Instant) -> [PreflightQuestion] {
        var address = "\(meta.endpoint)/\(meta.version)/\(meta.pixel)?fields=id,name"
        if let proof { address += "&appsecret_proof=\(proof)" }
        // In the head, so that it does not stand in anybody's access log.
        let transfer = destination.transfer(
            "GET", address, fields: [("Authorization", "Bearer \(meta.accessToken.value)")])
        var questions = [PreflightQuestion(.account, "pixel \(meta.pixel)", transfer)]
        if let test = meta.testEvents, now < test.until,
            let fragment = madeUpEvents(destination, self, at: now).first?.fragment
        {
            questions.append(
                PreflightQuestion(.event, "a test event", self.transfer([fragment], token: token, at: now)))
        }
        return questions
    }

    package func read(_ result: Result<Answer, TransferError>, to question: PreflightQuestion) -> Preflight.Finding {
        guard question.subject == .account else { return finding(result, to: question) }
        if case .success(let answer) = result, let body = try? JSON(parsing: answer.body) {
            if body["error"] == nil, body["id"]?.string == meta.pixel {
                let name = body["name"]?.string ?? ""
                return Preflight.Finding(.account, .ok, question.words + (name.isEmpty ? "" : " \"\(name)\""))
            }
            // A token made in Events Manager may send without being allowed to read.
            if let code = body["error"]?["code"]?.integer, code == 10 || (200...299).contains(code) {
                return Preflight.Finding(
                    .account, .warning, "\(question.words): the token may not read it (code \(code))",
                    remedy: "Whether it may send shows with a test event: configure a test event code for a while.")
            }
        }
        return finding(result, to: question)
    }
}

extension Webhook {
    /// Whether somebody answers at the address; with `preflight: true` in the configuration a signed message of the
    /// type `preflight`, which says nothing about anybody.
    package func preflight(token: String?, at now: Instant) -> [PreflightQuestion] {
        if webhook.takesPreflight {
            let body: JSON = ["type": "preflight", "timestamp": .string(now.rfc3339), "data": [:]]
            let fragment = Fragment(stream: "", key: "preflight_\(now.milliseconds)", bytes: body.bytes)
            return [PreflightQuestion(.event, "a signed test message", transfer([fragment], token: nil, at: now))]
        }
        return [PreflightQuestion(.address, "the address", destination.transfer("OPTIONS", webhook.url))]
    }

    package func read(_ result: Result<Answer, TransferError>, to question: PreflightQuestion) -> Preflight.Finding {
        guard question.subject == .address else { return finding(result, to: question) }
        switch result {
        case .success(let answer) where answer.status < 500:
            return Preflight.Finding(.address, .ok, "\(question.words) answers")
        case .success(let answer):
            return Preflight.Finding(
                .address, .warning, "\(question.words) answers with status \(answer.status)",
                remedy: "Ask whoever runs the receiver.")
        case .failure: return finding(result, to: question)
        }
    }
}

/// Asks destinations before leads do. Blocks the calling thread until everybody has answered.
package struct PreflightRun: Sendable {
    private let perform: @Sendable (Transfer) -> Result<Answer, TransferError>
    private let now: @Sendable () -> Instant

    package init(
        now: @escaping @Sendable () -> Instant,
        _ perform: @escaping @Sendable (Transfer) -> Result<Answer, TransferError>
    ) {
        self.now = now
        self.perform = perform
    }

    /// One after the other, in their order. Destinations that share a credential share the token, too.
    package func check(_ destinations: [Destination]) -> [Preflight] {
        var tokens: [(credential: Destination.Credential, token: String?, finding: Preflight.Finding)] = []
        return destinations.map { destination in
            let adapter = makeAdapter(destination)
            var findings: [Preflight.Finding] = []
            var token: String?
            if let credential = adapter.credential {
                let known = tokens.first { $0.credential == credential } ?? renew(credential)
                if !tokens.contains(where: { $0.credential == credential }) { tokens.append(known) }
                findings.append(known.finding)
                token = known.token
            }
            findings += adapter.foresight(at: now())
            if adapter.credential == nil || token != nil {
                for question in adapter.preflight(token: token, at: now()) {
                    findings.append(adapter.read(perform(question.transfer), to: question))
                }
            }
            return Preflight(
                destination: destination.name, platform: destination.platform.name, checkedAt: now(),
                findings: findings)
        }
    }

    private func renew(_ credential: Destination.Credential) -> (
        credential: Destination.Credential, token: String?, finding: Preflight.Finding
    ) {
        let request: Transfer
        do throws(KeyFault) {
            request = try AccessToken.request(credential, at: now())
        } catch {
            let words = "access token: the service account's key \(error)"
            return (
                credential, nil, Preflight.Finding(.token, .failed, words, remedy: "Make a new key and configure it.")
            )
        }
        var token = AccessToken(scope: credential.scope)
        _ = token.beginRenewal(at: now())
        switch token.renewed(perform(request), at: now()) {
        case .renewed(nil):
            return (credential, token.token(at: now()), Preflight.Finding(.token, .ok, "access token"))
        case .renewed(let warning?):
            let finding = Preflight.Finding(
                .token, .warning, "access token: \(warning)",
                remedy: "Publish the OAuth app, or grant access anew before that day.")
            return (credential, token.token(at: now()), finding)
        case .failed(let reason, _):
            let finding = Preflight.Finding(
                .token, .warning, "access token: \(reason)",
                remedy: "If it stays so, check the network and Google's status.")
            return (credential, nil, finding)
        case .refused(let reason):
            let finding = Preflight.Finding(
                .token, .failed, "access token: \(reason)", remedy: "Grant access again and configure the new grant.")
            return (credential, nil, finding)
        }
    }
}
