import Domain
import HTTP
import Service

/// What an imitation makes of a request, before any fault interferes.
struct Finding {
    let platform: Platform
    /// The answer when nothing goes wrong.
    var response: Response
    /// Why it was refused; `nil`: it was accepted. Fit for a counter.
    var refusal: String?
    /// The events, if accepted.
    var events: [ReceivedEvent] = []
    /// Which event goes to which account: a position in `events` and a position in `accounts`.
    var deliveries: [(event: Int, account: Int)] = []
    var accounts: [String] = []
    /// Whether the events are kept, or were only to be validated.
    var isKept = true
    /// What Google will tell about the request later.
    var request: (id: String, status: GoogleRequestLog.Entry)?
    /// What it is when some of its events are bad too, for the given code. Only where a request can be taken in part.
    var partly: (@Sendable (_ events: [Int], _ code: String) -> Finding)?
    /// What else happens if it is received.
    var effect: (@Sendable () -> Void)?
    /// The bearer token that came with it.
    var token: String?
    /// Names the answer to support.
    var trace: String

    static func refused(_ platform: Platform, _ response: Response, _ refusal: String, trace: String = "") -> Finding {
        Finding(platform: platform, response: response, refusal: refusal, trace: trace)
    }
}

extension Sandbox {
    /// Lets the faults strike, remembers what counts as received, and answers.
    func conclude(_ finding: Finding, _ exchange: Exchange) {
        let now = now
        let strike = faults { $0.strike(finding.platform, finding.events, at: now) }
        var manner = Manner(strike.fault)
        var finding = finding
        if strike.fault?.kind == .partial, let partly = finding.partly {
            finding = partly(strike.bad, strike.fault?.code ?? "conversionUploadError.EXPIRED_EVENT")
            manner = .answer
        }
        finding.response.fields += strike.fields.map { ($0.name, $0.value) }
        let digests = manner.receives && finding.isKept ? finding.digests : []
        memory.withLock { memory in
            memory.totals[finding.platform, default: Totals()].requests += 1
            if let fault = strike.fault {
                memory.totals[finding.platform, default: Totals()].faults[fault.kind.rawValue, default: 0] += 1
            }
            finding.request?.status.faults = strike.late
            finding.request?.status.isStuck = strike.isStuck
            if manner.receives { memory.take(finding, digests, at: now) }
        }
        if manner.receives { finding.effect?() }
        if strike.fault?.kind == .expiredToken, let token = finding.token { tokens.withLock { $0.revoke(token) } }

        let act: @Sendable () -> Void
        switch manner {
        case .answer: act = { [response = finding.response] in exchange.reply(response) }
        case .refuse, .receive:
            let response = FaultAnswer.response(to: strike, finding)
            act = { exchange.reply(response) }
        case .breakOff:
            let head = FaultAnswer.halves(of: finding.response).head
            act = { exchange.send(raw: head, isLast: true) }
        case .drop: act = { exchange.drop() }
        case .dropAfter: act = { exchange.drop() }
        case .garbage: act = { exchange.reply(FaultAnswer.garbage) }
        case .dribble:
            let (head, rest) = FaultAnswer.halves(of: finding.response)
            let (later, latency) = (later, strike.fault?.latency ?? .zero)
            act = {
                exchange.send(raw: head, isLast: false)
                later.after(latency) { exchange.send(raw: rest, isLast: true) }
            }
        }
        if strike.delay == .zero { act() } else { later.after(strike.delay, act) }
    }

    /// How a request is dealt with.
    private enum Manner {
        case answer, refuse, receive, drop, dropAfter, garbage, dribble, breakOff

        init(_ fault: Fault?) {
            self =
                switch fault?.kind {
                case nil, .latency, .fields, .processing, .processingUnnamed, .stuck: .answer
                case .answer: fault?.receives == true ? .receive : .refuse
                case .undercount, .random, .flood: .receive
                case .truncated: .breakOff
                case .status, .errorCode, .partial, .throttle, .expiredToken: .refuse
                case .dropBefore: .drop
                case .dropAfter: .dropAfter
                case .garbage: .garbage
                case .slowBody: .dribble
                }
        }

        var receives: Bool { self != .refuse && self != .drop }
    }
}

extension Finding {
    /// One for each event: of its shortest JSON text, members in the order they were sent.
    fileprivate var digests: [Digest] {
        var text: [UInt8] = []
        return events.map { event in
            text.removeAll(keepingCapacity: true)
            event.json.write(to: &text)
            return Digest(of: text)
        }
    }
}
