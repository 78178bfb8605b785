import API
import Domain
import HTTP
import Intake
import Service
import Store

/// Everything a page's handler has at hand: who looks, what was sent, and the operations to ask.
struct RequestContext {
    let relay: RelayContext
    let reader: Reader
    let visit: ClientInfo
    let identity: Identity?
    /// From the address.
    let parameters: [String: String]
    let query: FormFields
    /// What was posted; empty for a GET.
    let form: FormFields

    /// Where a page's visitors are sent on to, or what they see.
    enum Answer {
        case page(Page, fields: [(name: String, value: String)] = [])
        /// Something to keep.
        case file(String, type: String, [UInt8])
        /// A part of a page that is open.
        case part(HTML)
        /// A path of ours.
        case seeOther(String, fields: [(name: String, value: String)] = [])

        var response: Response {
            switch self {
            case .page(let page, let fields):
                var response = page.response
                response.fields += fields
                return response
            case .file(let name, let type, let bytes):
                return Response(
                    200,
                    fields: [
                        ("Content-Type", type), ("Content-Disposition", "attachment; filename=\"\(name)\""),
                    ] + Page.securityFields, body: bytes)
            case .part(let html):
                return Response(
                    200, fields: [("Content-Type", "text/html; charset=utf-8")] + Page.securityFields,
                    body: Array(html.description.utf8))
            case .seeOther(let path, let fields):
                return Response(303, fields: [("Location", path)] + fields + Page.securityFields)
            }
        }
    }

    var now: Instant { relay.now }

    var visitor: Visitor {
        Visitor(
            name: identity?.user?.name, permissions: identity?.principal.permissions ?? [],
            formToken: visit.formToken ?? "", now: now)
    }

    /// Lets an operation of the API do it, on behalf of whoever looks at the page: pages can neither show nor do more
    /// than the API. What a form sends is passed on as it was typed; the operation says what is wrong with it.
    func ask<Answer>(
        _ handler: Handler<Answer>, _ parameters: [String: String] = [:], query: [String: String?] = [:],
        body: JSON = .object([])
    ) throws -> Answer {
        guard let identity else { throw Problem(.notSignedIn, "Sign in first.") }
        let call = APICall(
            parameters: parameters, query: query.compactMapValues { $0 }, body: body, caller: identity.principal,
            address: visit.address, session: identity.session)
        return try handler.ask(call, relay, reader)
    }

    /// Does what a form asks for. What cannot be used, or not any more, is said on the page that the form stands on,
    /// which is shown again.
    func attempt(
        _ run: () throws -> Answer, elseShow page: (_ notice: Page.Notice, _ status: Int) throws -> Page
    ) throws -> Answer {
        do {
            return try run()
        } catch let problem as Problem where [.requestUnusable, .conflict].contains(problem.kind) {
            return .page(try page(Page.Notice(.bad, problem.detail), problem.kind.status))
        }
    }

    /// A field of the query or of what was posted; `nil` if it is absent or empty.
    func queried(_ name: String) -> String? { query[name].flatMap { $0.isEmpty ? nil : $0 } }
    func posted(_ name: String) -> String? { form[name].flatMap { $0.isEmpty ? nil : $0 } }
    func allPosted(_ name: String) -> [String] { form.all.filter { $0.name == name }.map(\.value) }

    /// What the address says has just been done: one of a few words, each with its sentence. Nothing of it is shown as
    /// it came.
    var notice: Page.Notice? {
        guard let word = queried("done"), let sentence = Self.sentences[word] else { return nil }
        return Page.Notice(.good, sentence)
    }

    static let isSentAgain = "It is being sent again."

    /// How long somebody has to wait who has tried too often.
    static func tooManyAttempts(_ wait: Duration) -> (words: String, seconds: Int64) {
        // A second that has begun counts.
        let seconds = wait.components.seconds + 1
        return ("Too many attempts. Try again in \(Format.duration(seconds)).", seconds)
    }

    private static let sentences: [String: String] = [
        "paused": "The destination is paused. Everything for it is kept.",
        "tested": "Check completed.",
        "resumed": "Resumed.",
        "released": "Released and queued for validation.",
        "discarded": "Discarded.",
        "kept": "The copy is kept. It is still in quarantine.",
        "changed": "Changed.",
        "removed": "Removed.",
        "revoked": "Revoked. Programs using it lose access immediately.",
        "password": "The password is changed. All your other sessions have ended.",
        "signed-out": "Signed out.",
        "replayed": isSentAgain,
        "erased": "Erased.",
        "acknowledged": "Acknowledged. No one else is notified until it expires.",
        "judged": "Saved. The checklist will learn from it.",
        "snoozed": "Snoozed.",
        "handed-over": "Reassigned.",
        "resolved": "Resolved.",
        "noted": "Note added to the timeline.",
        "junk": "Remembered. Nothing was sent.",
        "examined": "Checklist finished.",
        "silenced": "Silenced.",
        "unsilenced": "The silence has ended.",
        "added": "Added.",
    ]
}

/// One page or one form's target.
struct WebRoute: Sendable {
    let method: APIRoute.Method
    let path: String
    let pattern: [APIRoute.Part]
    let access: Access
    let pool: APIRoute.Pool
    let run: @Sendable (RequestContext) throws -> RequestContext.Answer

    enum Access: Equatable, Sendable {
        /// Also for those who have not signed in.
        case anybody
        case signedIn
        case permitted(Permission)
    }

    /// A page of no single operation.
    init(
        _ method: APIRoute.Method, _ path: String, _ access: Access, on pool: APIRoute.Pool = .quick,
        _ run: @escaping @Sendable (RequestContext) throws -> RequestContext.Answer
    ) {
        self.method = method
        self.path = path
        pattern = APIRoute.parts(path)
        self.access = access
        self.pool = pool
        self.run = run
    }

    /// The page of an operation: for those who may ask it, in the pool where it is done.
    init<Answer>(
        _ method: APIRoute.Method, _ path: String, _ operation: Operation<Answer>,
        _ run: @escaping @Sendable (RequestContext) throws -> RequestContext.Answer
    ) {
        self.init(method, path, .permitted(operation.route.needs), on: operation.route.pool, run)
    }
}
