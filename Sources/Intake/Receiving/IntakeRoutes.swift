import Domain
package import HTTP
package import Service
import Store

/// The addresses under `/v1/`: checks who posts, how much and how often, and hands the raw bytes to the inbox. It looks
/// inside a body only to tell the events of a batch apart and to find where a form wants to go next.
///
/// One for each event loop, only ever used on that loop's thread. Nothing is answered with a 2xx or 3xx before the
/// inbox says that it is durable. All posts of a poll round go to the inbox together.
package final class IntakeRoutes: Responder {
    private let settings: Locked<IntakeSettings>
    private let inbox: any Inbox
    private let limits: RateLimits
    private let counters: IntakeCounters
    private let clock: Clock
    private let log: Log

    /// Facts that hold for one round.
    private struct Round {
        let settings: IntakeSettings
        let now: Instant
    }
    private var round: Round?
    private var posts: [AppendRequest] = []
    private var waiting: [Acknowledgement] = []
    private var refusals: [(Exchange, Response)] = []
    private var counts = IntakeCounters.Counts()
    /// Whose request it is, as soon as its key has told.
    private var source: String?
    /// The key that no source has.
    private var unknownKey: String?

    /// An `Idempotency-Key` is kept; it must not become a place to keep other things.
    package static let maximumIdempotencyKey = 255

    package init(
        settings: Locked<IntakeSettings>, inbox: any Inbox, limits: RateLimits, counters: IntakeCounters,
        clock: Clock = .system, log: Log = .silent
    ) {
        self.settings = settings
        self.inbox = inbox
        self.limits = limits
        self.counters = counters
        self.clock = clock
        self.log = log
    }

    package func respond(to request: Request, _ exchange: Exchange) {
        let round = currentRound()
        var audience = CrossOrigin.Audience.nobody
        source = nil
        unknownKey = nil
        do throws(Problem) {
            switch try Route(request.path) {
            case .leads(let key):
                switch request.method {
                case .post: try take(request, exchange, key, round, &audience)
                case .options: refusals.append((exchange, try preflight(request, key, round)))
                default: throw Route.wrongMethod("POST, OPTIONS")
                }
            case .pixel:
                switch request.method {
                case .get: try takePixel(request, exchange, round, &audience)
                case .head: refusals.append((exchange, Pixel.response))
                case .options: refusals.append((exchange, Response(204, fields: [("Allow", "GET, HEAD, OPTIONS")])))
                default: throw Route.wrongMethod("GET, HEAD, OPTIONS")
                }
            case .script:
                switch request.method {
                case .get, .head: refusals.append((exchange, Snippet.response(to: request)))
                case .options: refusals.append((exchange, Response(204, fields: [("Allow", "GET, HEAD, OPTIONS")])))
                default: throw Route.wrongMethod("GET, HEAD, OPTIONS")
                }
            }
        } catch {
            refusals.append((exchange, refused(error, request, audience, round)))
        }
    }

    /// What the head alone tells: a key that no source has, and more than its source may send. A stranger's body is not
    /// even read.
    package func refusal(of head: Request, length: Int?) -> Response? {
        guard head.method == .post else { return nil }
        let round = currentRound()
        var audience = CrossOrigin.Audience.nobody
        source = nil
        unknownKey = nil
        do throws(Problem) {
            guard case .leads(let keyInPath) = try Route(head.path) else { return nil }
            let key: String
            if let keyInPath { key = keyInPath } else { key = try SourceKey.find(in: head) }
            let entry = try admit(head, key, round, &audience)
            let limit = try Self.limit(of: Content(head.field("content-type")), entry.source, round)
            if let length { try check(length, limit) }
            return nil
        } catch {
            return refused(error, head, audience, round)
        }
    }

    /// Counts a refusal, and writes it down for the page that may read it.
    private func refused(
        _ problem: Problem, _ request: Request, _ audience: CrossOrigin.Audience, _ round: Round
    ) -> Response {
        counts.problems[problem.kind, default: 0] += 1
        counts.refused[source ?? "", default: [:]][problem.kind, default: 0] += 1
        log.debug(
            "intake.refused",
            ["source": source ?? "unknown", "reason": problem.kind.rawValue, "field": problem.invalid ?? "none"])
        counts.refusals.add(
            problem.kind, source: source, origin: request.field("origin"), unknownKey: unknownKey, at: round.now)
        var response = problem.response
        CrossOrigin.append(audience, to: &response.fields)
        return response
    }

    package func roundEnded() {
        round = nil
        // Before the answers: who asks for the figures after one finds it counted.
        counters.add(counts)
        counts = IntakeCounters.Counts()
        if !refusals.isEmpty {
            Exchange.reply(refusals)
            refusals.removeAll(keepingCapacity: true)
        }
        guard !posts.isEmpty else { return }
        let (posts, waiting, counters, clock) = (posts, waiting, counters, clock)
        self.posts = []
        self.waiting = []
        self.posts.reserveCapacity(posts.count)
        self.waiting.reserveCapacity(posts.count)
        inbox.append(posts) { result in Self.acknowledge(waiting, result, counters, clock) }
    }

    private func currentRound() -> Round {
        if let round { return round }
        let new = Round(
            settings: settings.withLock { $0 }, now: Instant(milliseconds: clock.milliseconds()))
        round = new
        return new
    }

    // MARK: Answers

    /// A post on its way, and how it is to be answered.
    struct Acknowledgement: Sendable {
        let exchange: Exchange
        let source: String
        let audience: CrossOrigin.Audience
        var form: Form
        /// The status for senders that are neither sent on nor shown a picture.
        var answer = 202

        enum Form: Sendable {
            case one
            case batch
            case redirect(String)
            /// The form asked to be sent somewhere that is not allowed. The lead counts all the same.
            case redirectRefused
            case pixel
        }
    }

    private static func acknowledge(
        _ waiting: [Acknowledgement], _ result: Result<[AppendResult], StoreError>, _ counters: IntakeCounters,
        _ clock: Clock
    ) {
        var counts = IntakeCounters.Counts()
        var replies: [(Exchange, Response)] = []
        replies.reserveCapacity(waiting.count)
        switch result {
        case .success(let answers):
            precondition(answers.count == waiting.count, "the inbox owes an answer to each post")
            for (acknowledgement, posted) in zip(waiting, answers) {
                if posted.isRefused {
                    counts.problems[Problem.keyReused.kind, default: 0] += 1
                    counts.refused[acknowledgement.source, default: [:]][Problem.keyReused.kind, default: 0] += 1
                    var response = Problem.keyReused.response
                    CrossOrigin.append(acknowledgement.audience, to: &response.fields)
                    replies.append((acknowledgement.exchange, response))
                    continue
                }
                replies.append((acknowledgement.exchange, acknowledgement.response(posted)))
                if Source.isSynthetic(acknowledgement.source) { continue }
                counts.requests += 1
                if posted.isReplay {
                    counts.replayed[acknowledgement.source, default: 0] += 1
                } else {
                    counts.accepted[acknowledgement.source, default: 0] += posted.ids.count
                }
            }
        case .failure(let error):
            let problem = Problem(error)
            counts.problems[problem.kind] = waiting.count
            let common = problem.response
            let now = Instant(milliseconds: clock.milliseconds())
            for acknowledgement in waiting {
                counts.refused[acknowledgement.source, default: [:]][problem.kind, default: 0] += 1
                counts.refusals.add(problem.kind, source: acknowledgement.source, origin: nil, at: now)
                var response = common
                CrossOrigin.append(acknowledgement.audience, to: &response.fields)
                replies.append((acknowledgement.exchange, response))
            }
        }
        counters.add(counts)
        Exchange.reply(replies)
    }

    // MARK: Requests

    /// In one piece: what can be refused, from the cheapest question to the dearest, before anything is kept.
    private func take(
        _ request: Request, _ exchange: Exchange, _ keyInPath: String?, _ round: Round,
        _ audience: inout CrossOrigin.Audience
    ) throws(Problem) {
        let key: String
        if let keyInPath { key = keyInPath } else { key = try SourceKey.find(in: request) }
        let entry = try admit(request, key, round, &audience)
        let source = entry.source
        var content = try Content(request.field("content-type"))
        let limit = Self.limit(of: content, source, round)
        try check(request.body.count, limit)
        let codings = try ContentCodings(request.field("content-encoding"))
        guard !request.body.isEmpty else { throw Self.bodyMissing }
        // Over the bytes as they were sent, and before they are unpacked.
        try checkSignature(request, source, round)
        var body = request.body
        if codings.isPacked {
            body = try codings.unpacked(body, limit: limit)
            guard !body.isEmpty else { throw Self.bodyMissing }
        }
        body = content.withoutFiles(body)
        try check(body.count, source.maximumBody)
        content.look(at: body)
        let idempotencyKey = try idempotencyKey(request)
        let address = round.settings.proxies.visitor(
            peer: request.peer, forwardedFor: request.field("x-forwarded-for"))
        let events = try content.events(
            in: body, each: source.mapping?.each, most: round.settings.maximumBatch)
        try checkRate(events.bodies.count, entry, address, round)
        let agent = Self.bounded(request.field("user-agent") ?? "")
        let isSynthetic = try SyntheticGate.isOwn(request, round.settings.synthetic)
        let name = isSynthetic ? Source.syntheticTwin(of: source.name) : source.name
        // Ours is in our own shape, whatever the source's mapping expects.
        let format = isSynthetic && source.mapping != nil ? .repaired : content.format
        // Of a batch nobody knows which event the address speaks of.
        let query =
            isSynthetic || events.isBatch
            ? ""
            : AddressFields.removing([AddressFields.key, AddressFields.idempotencyKey], from: request.query ?? "")
        let submissions = events.bodies.map { body in
            var submission = Submission(
                source: name, receivedAt: round.now, format: format, body: body, address: address,
                userAgent: agent)
            submission.boundary = content.boundary
            submission.charset = events.charsetName
            submission.query = query
            return submission
        }
        var form = Acknowledgement.Form.one
        if events.isBatch {
            form = .batch
        } else if content.isForm, source.redirect != nil || !entry.redirects.isEmpty, !Self.wantsJSON(request) {
            form = redirect(content, body, entry)
        }
        var post = AppendRequest(
            submissions, idempotencyKey: idempotencyKey, isStrictAboutKeys: source.signatureSecret != nil)
        if idempotencyKey != nil, !events.isBatch { post.reading = submissions[0].reading() }
        posts.append(post)
        // The relay itself reads the id in the answer to its own.
        waiting.append(
            Acknowledgement(
                exchange: exchange, source: name, audience: audience, form: form,
                answer: isSynthetic ? 202 : source.answer))
    }

    private func takePixel(
        _ request: Request, _ exchange: Exchange, _ round: Round, _ audience: inout CrossOrigin.Audience
    ) throws(Problem) {
        let key = try SourceKey.find(in: request)
        let entry = try admit(request, key, round, &audience)
        guard entry.source.signatureSecret == nil else {
            throw Problem(
                .signatureMissing, "This source takes signed requests only: POST /v1/leads with X-LeadRelay-Signature.",
                invalid: "X-LeadRelay-Signature")
        }
        // The key is ours, the rest is the lead.
        let query = AddressFields.removing([AddressFields.key], from: request.query ?? "")
        guard !query.isEmpty else {
            throw Problem(.bodyMissing, "Put the lead's fields into the query: /v1/pixel.gif?key=…&email=…")
        }
        guard query.utf8.count <= entry.source.maximumBody else {
            throw Problem(.bodyTooLarge, "This source may send \(entry.source.maximumBody) bytes in one request.")
        }
        let address = round.settings.proxies.visitor(
            peer: request.peer, forwardedFor: request.field("x-forwarded-for"))
        try checkRate(1, entry, address, round)
        let submission = Submission(
            source: entry.source.name, receivedAt: round.now, format: .query, body: Array(query.utf8), address: address,
            userAgent: Self.bounded(request.field("user-agent") ?? ""))
        posts.append(AppendRequest([submission]))
        waiting.append(
            Acknowledgement(exchange: exchange, source: entry.source.name, audience: audience, form: .pixel))
    }

    /// Whose key it is, and whether a browser's page may use it.
    private func admit(
        _ request: Request, _ key: String, _ round: Round, _ audience: inout CrossOrigin.Audience
    ) throws(Problem) -> IntakeSettings.Entry {
        guard let entry = round.settings.entry(forKey: key) else {
            unknownKey = key
            // The page's developer should see this one in the console; there is nothing in it to protect.
            if request.field("origin") != nil { audience = .anybody }
            throw Problem(
                .keyUnknown, "No source has this key. Compare it with the configuration; keys are case-sensitive.",
                invalid: "key")
        }
        source = entry.source.name
        guard let origin = request.field("origin") else { return entry }
        guard entry.allows(origin: origin) else {
            throw Self.originNotAllowed(origin, "source \(entry.source.name)", request)
        }
        audience = entry.allowsAnyOrigin ? .anybody : .origin(origin)
        return entry
    }

    private func preflight(_ request: Request, _ keyInPath: String?, _ round: Round) throws(Problem) -> Response {
        let allow = "POST, OPTIONS"
        guard let origin = request.field("origin") else { return CrossOrigin.preflight(.nobody, allow: allow) }
        // A preflight carries no fields of ours: only a key in the address tells the source.
        let key = keyInPath ?? SourceKey.inQuery(request.query)
        let isAllowed: Bool
        if let key {
            let entry = round.settings.entry(forKey: key)
            source = entry?.source.name
            isAllowed = entry?.allows(origin: origin) ?? true
        } else {
            isAllowed = round.settings.someSourceAllows(origin: origin)
        }
        guard isAllowed else {
            throw Self.originNotAllowed(origin, "the source", request)
        }
        return CrossOrigin.preflight(.origin(origin), allow: allow)
    }

    /// A page's origin is `null` where it is hidden (Fetch, "append a request Origin header", and HTML, opaque
    /// origins): then it cannot be told from others that are hidden, so whoever configures the relay has to choose.
    private static func originNotAllowed(_ origin: String, _ source: String, _ request: Request) -> Problem {
        guard origin == "null" else {
            return Problem(
                .originNotAllowed,
                "Add \"\(printable(origin))\" to the origins of \(source) in the configuration.", invalid: "Origin")
        }
        let site: String =
            switch request.field("sec-fetch-site") {
            case "same-origin", "same-site": " The browser says that the page is of the relay's own site."
            case "cross-site": " The browser says that the page is of another site than the relay."
            default: ""
            }
        return Problem(
            .originNotAllowed,
            """
            The page hides its origin: it has the Referrer-Policy no-referrer, is in a sandboxed frame, or is a \
            file.\(site) Give the page the Referrer-Policy strict-origin-when-cross-origin (the frame \
            allow-same-origin), or add \"null\" to the origins of \(source) in the configuration: then every page \
            that hides its origin may post.
            """,
            invalid: "Origin")
    }

    private static let bodyMissing = Problem(
        .bodyMissing, "Put a lead event into the body of the request.", invalid: "body")

    /// Bytes of a body as it comes. Files do not count, but nobody knows beforehand how much of it they are.
    private static func limit(of content: Content, _ source: Source, _ round: Round) -> Int {
        content.format == .multipart ? round.settings.maximumUpload : source.maximumBody
    }

    private func check(_ count: Int, _ limit: Int) throws(Problem) {
        guard count > limit else { return }
        throw Problem(
            .bodyTooLarge,
            "This source may send \(limit) bytes in one request; this one has \(count). Send fewer events at a time."
        )
    }

    private func checkSignature(_ request: Request, _ source: Source, _ round: Round) throws(Problem) {
        guard let secret = source.signatureSecret else { return }
        let name = "X-LeadRelay-Signature"
        guard let header = request.field("x-leadrelay-signature") else {
            throw Problem(
                .signatureMissing, "This source's requests must be signed: \(name): t=SECONDS,v1=HMAC.", invalid: name)
        }
        switch Signature.verdict(header, body: request.body, secret: secret, now: round.now) {
        case .genuine: return
        case .unreadable:
            throw Problem(
                .signatureWrong, "Write \(name): t=SECONDS,v1=HEX with the time in seconds since 1970.", invalid: name)
        case .wrong:
            throw Problem(
                .signatureWrong,
                "Sign the text \"SECONDS.BODY\" with HMAC-SHA256 and the source's secret, byte for byte as sent.",
                invalid: name)
        case .expired:
            throw Problem(
                .signatureExpired,
                "t lies more than five minutes from this relay's clock. Check the clock, sign again.",
                invalid: name)
        }
    }

    /// From the field, or from the query: in a page's request a field of its own would cost a preflight.
    private func idempotencyKey(_ request: Request) throws(Problem) -> String? {
        guard let key = request.field("idempotency-key") ?? Self.idempotencyKey(inQuery: request.query) else {
            return nil
        }
        guard (1...Self.maximumIdempotencyKey).contains(key.utf8.count),
            key.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
        else {
            throw Problem(
                .idempotencyKeyUnusable,
                "Send 1 to \(Self.maximumIdempotencyKey) printable ASCII characters, for example a UUID.",
                invalid: "Idempotency-Key")
        }
        return key
    }

    private static func idempotencyKey(inQuery query: String?) -> String? {
        guard let query, query.contains("\(AddressFields.idempotencyKey)=") else { return nil }
        return (try? FormFields(query: query))?[AddressFields.idempotencyKey]
    }

    /// A script that reads the answer itself says so; a browser that was sent by a form takes pages first.
    private static func wantsJSON(_ request: Request) -> Bool {
        request.field("accept")?.hasPrefix("application/json") ?? false
    }

    private func checkRate(_ count: Int, _ entry: IntakeSettings.Entry, _ address: String, _ round: Round)
        throws(Problem)
    {
        let source = entry.source
        guard source.rate.perSecond.isFinite || source.addressRate.perSecond.isFinite else { return }
        let site = HostAddress(address)?.site ?? 0
        switch limits.take(count, source: source, index: entry.bucket, address: site, at: round.now) {
        case .go: return
        case .wait(let seconds, .source):
            throw Problem(
                .tooManyFromSource,
                """
                Source \(source.name) may send \(Self.plain(source.rate.perSecond)) events a second. Wait and send \
                again.
                """,
                retryAfter: seconds)
        case .wait(let seconds, .address):
            throw Problem(
                .tooManyFromAddress,
                """
                One address may send \(Self.plain(source.addressRate.perSecond)) events a second to source \
                \(source.name). Wait and send again.
                """,
                retryAfter: seconds)
        }
    }

    private func redirect(_ content: Content, _ body: [UInt8], _ entry: IntakeSettings.Entry) -> Acknowledgement.Form {
        guard let wanted = content.value(of: Content.redirectField, in: body), !wanted.isEmpty else {
            return entry.source.redirect.map { .redirect($0) } ?? .one
        }
        if let target = RedirectTarget(wanted), target.isAllowed(by: entry.redirects) { return .redirect(wanted) }
        counts.refusedRedirects += 1
        return entry.source.redirect.map { .redirect($0) } ?? .redirectRefused
    }

    /// What is kept beside the body has bounds as well.
    private static func bounded(_ text: String) -> String { text.utf8.count <= 512 ? text : String(text.prefix(512)) }

    private static func printable(_ text: String) -> String {
        String(text.prefix(200).filter { $0.isASCII && $0 > " " && $0 != "\"" })
    }

    private static func plain(_ number: Double) -> String { Int64(exactly: number).map(String.init) ?? "\(number)" }
}

extension Problem {
    /// What the IETF's draft on the header asks for (draft-ietf-httpapi-idempotency-key-header, section 2.7). Senders
    /// that sign are programs which can mend it; what a page sends is kept instead.
    fileprivate static let keyReused = Problem(
        .idempotencyKeyReused,
        """
        This key came with another body before, and nothing of this request was kept. Send each event with a key \
        of its own, for example a UUID.
        """,
        invalid: "Idempotency-Key")
}

/// The addresses of intake.
enum Route: Equatable {
    /// `/v1/leads` or `/v1/leads/KEY`, also with a slash behind it, as some programs write addresses.
    case leads(key: String?)
    /// `/v1/pixel.gif`.
    case pixel
    /// `/v1/relay.js`.
    case script

    init(_ path: String) throws(Problem) {
        switch path {
        case "/v1/leads", "/v1/leads/": self = .leads(key: nil)
        case "/v1/pixel.gif": self = .pixel
        case "/v1/relay.js": self = .script
        default:
            let prefix = "/v1/leads/"
            var key = path.utf8.dropFirst(prefix.utf8.count)
            if key.last == UInt8(ascii: "/") { key.removeLast() }
            guard path.hasPrefix(prefix), !key.isEmpty, !key.contains(UInt8(ascii: "/")) else {
                throw Problem.notFound
            }
            self = .leads(key: String(Substring(key)))
        }
    }

    static func wrongMethod(_ allow: String) -> Problem {
        Problem(.methodNotAllowed, "Allowed methods: \(allow).", allow: allow)
    }
}
