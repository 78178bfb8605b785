package import Curl
import Domain

extension GoogleAds {
    package func read(_ result: Result<Answer, TransferError>, count: Int) -> Reading {
        switch result {
        case .failure(let error): return Reading(error, count: count)
        case .success(let answer):
            guard let body = try? JSON(parsing: answer.body) else { return Reading(unreadable: answer, count: count) }
            if (200..<300).contains(answer.status) { return Self.receipt(answer, body, count: count) }
            guard let fault = Fault(answer, body) else { return Reading(unreadable: answer, count: count) }
            return Self.read(fault, count: count)
        }
    }

    /// A 2xx without a request id proves nothing: the same request again.
    private static func receipt(_ answer: Answer, _ body: JSON, count: Int) -> Reading {
        guard let requestID = body["requestId"]?.string, !requestID.isEmpty else {
            return Reading(unreadable: answer, count: count)
        }
        let warnings = Set((body["fieldWarnings"]?.array ?? []).compactMap { $0["reason"]?.string }).sorted()
        let receipt = Receipt(
            status: answer.status, message: redacted(warnings.joined(separator: " ")),
            requestID: redactedID(requestID))
        return Reading(all: .sent(receipt), count)
    }

    /// An error in the form of Google's APIs: `{"error":{"code","message","status","details":[…]}}`.
    struct Fault {
        var httpStatus: Int
        /// `INVALID_ARGUMENT`, `UNAUTHENTICATED` …
        var status: String
        var message: String
        /// The `ErrorInfo`'s reason; `nil` if there is no `ErrorInfo`.
        var reason: String?
        var requestID: String
        var violations: [Violation]
        var retryAfter: Duration?
        /// Only if it is Google itself that says so: a quota of the Cloud project is used up.
        var spent: SpentQuota?

        struct Violation {
            var field: String
            var reason: String
            var description: String
        }

        init?(_ answer: Answer, _ body: JSON) {
            // Streaming front ends wrap the error in an array.
            guard let error = body["error"] ?? body[0]?["error"], error.object != nil else { return nil }
            httpStatus = answer.status
            status = error["status"]?.string ?? ""
            message = error["message"]?.string ?? ""
            let details = error["details"]?.array ?? []
            func detail(_ name: String) -> JSON? {
                details.first { $0["@type"]?.string?.hasSuffix("google.rpc.\(name)") == true }
            }
            let info = detail("ErrorInfo")
            reason = info?["reason"]?.string
            requestID = detail("RequestInfo")?["requestId"]?.string ?? ""
            violations = (detail("BadRequest")?["fieldViolations"]?.array ?? []).map {
                Violation(
                    field: $0["field"]?.string ?? "", reason: $0["reason"]?.string ?? "",
                    description: $0["description"]?.string ?? "")
            }
            let delay = detail("RetryInfo")?["retryDelay"]?.string.flatMap(Duration.init(protobuf:))
            retryAfter = answer.retryAfter ?? delay
            let isSpent = ["RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"].contains { $0 == status || $0 == reason }
            if answer.status == 429, isSpent {
                let limit = info?["metadata"]?["quota_limit"]?.string
                let spent = SpentQuota(named: limit ?? message, asked: delay ?? answer.retryAfter, answer)
                self.spent = spent
                // Without a word about the time the lane finds it out by itself.
                retryAfter = retryAfter != nil || spent.window != .unsaid ? spent.time : nil
            }
        }

        func receipt(_ code: String, _ text: String) -> Receipt {
            Receipt(
                status: httpStatus, code: redactedCode(code), message: redacted(text), requestID: redactedID(requestID))
        }

        /// The receipt for what the fault says about the whole request.
        var receipt: Receipt { receipt(reason ?? (status.isEmpty ? "http_\(httpStatus)" : status), message) }
    }

    private static func read(_ fault: Fault, count: Int) -> Reading {
        switch fault.httpStatus {
        case 400:
            // Without ErrorInfo the request was not even understood: a bug of ours that every further event would meet
            // too.
            guard let reason = fault.reason else {
                // The one thing that it is not: too much at once, which the front door says without a reason.
                if fault.message.contains("payload size exceeds") { return smaller(fault.receipt, fault, count: count) }
                return Reading(all: .hold(fault.receipt), count)
            }
            if !fault.violations.isEmpty { return read(fault, violations: fault.violations, count: count) }
            if reason == "INVALID_ARGUMENT" { return Reading(all: .hold(fault.receipt), count) }
            return reading(of: reason, fault, fault.receipt, count: count)
        case 401:
            return Reading(all: .retry(fault.receipt, .credentials, after: nil), count)
        case 429:
            var reading = Reading(all: .retry(fault.receipt, .throttled, after: fault.retryAfter), count, .throttled)
            reading.spent = fault.spent
            return reading
        case 409 where fault.reason == "ALREADY_EXISTS" || fault.status == "ALREADY_EXISTS":
            return Reading(all: .delivered(fault.receipt), count)
        case 409:
            return Reading(all: .retry(fault.receipt, .transient, after: fault.retryAfter), count)
        case 408, 500...:
            return Reading(all: .retry(fault.receipt, .platformFault, after: fault.retryAfter), count, .failing)
        case 413:
            return smaller(fault.receipt, fault, count: count)
        default:
            if let reason = fault.reason { return reading(of: reason, fault, fault.receipt, count: count) }
            switch fault.status {
            // 404 also hides a missing permission, and is what an unknown conversion action gets.
            case "PERMISSION_DENIED", "NOT_FOUND", "FAILED_PRECONDITION":
                return Reading(all: .hold(fault.receipt), count)
            default:
                return Reading(all: .retry(fault.receipt, .unclassified, after: fault.retryAfter), count)
            }
        }
    }

    /// What a reason means that is given for the whole request.
    private static func reading(of reason: String, _ fault: Fault, _ receipt: Receipt, count: Int) -> Reading {
        switch GoogleReason.meaning(of: reason) {
        case .success: Reading(all: .delivered(receipt), count)
        // Some event is meant, but not which.
        case .permanent: Reading(all: count == 1 ? .rejected(receipt) : .isolate(receipt), count)
        case .retry(.throttled, _):
            Reading(all: .retry(receipt, .throttled, after: fault.retryAfter), count, .throttled)
        case .retry(let cause, let after):
            Reading(
                all: .retry(receipt, cause, after: longer(after, fault.retryAfter)), count,
                cause == .platformFault ? .failing : .well)
        case .rest(let time): Reading(all: .retry(receipt, .transient, after: time), count, rest: time)
        case .smaller: smaller(receipt, fault, count: count)
        case .hold: Reading(all: .hold(receipt), count)
        case nil: Reading(all: .retry(receipt, .unclassified, after: fault.retryAfter), count)
        }
    }

    private static func smaller(_ receipt: Receipt, _ fault: Fault, count: Int) -> Reading {
        Reading(all: count == 1 ? .retry(receipt, .unclassified, after: fault.retryAfter) : .isolate(receipt), count)
    }

    private static func longer(_ first: Duration?, _ second: Duration?) -> Duration? {
        guard let first, let second else { return first ?? second }
        return max(first, second)
    }

    /// Each violation names an event or something that all events share. Whatever is not named goes out again at once.
    private static func read(_ fault: Fault, violations: [Fault.Violation], count: Int) -> Reading {
        var verdicts = [Verdict](repeating: .isolate(fault.receipt), count: count)
        for violation in violations {
            let reason = violation.reason.isEmpty ? fault.reason ?? "" : violation.reason
            let receipt = fault.receipt(reason, "\(violation.field): \(violation.description)")
            guard let index = eventIndex(in: violation.field), index < count else {
                return readRequestLevel(reason, fault, receipt, count: count)
            }
            let verdict = verdict(onEvent: reason, receipt)
            if verdict.severity > verdicts[index].severity { verdicts[index] = verdict }
        }
        if let worst = verdicts.first(where: { if case .hold = $0 { true } else { false } }) {
            return Reading(all: worst, count)
        }
        return Reading(verdicts)
    }

    /// A fault of the destination, the encoding or the like is nobody's event: a person must act, unless Google only
    /// asks for time or for less at once.
    private static func readRequestLevel(_ reason: String, _ fault: Fault, _ receipt: Receipt, count: Int) -> Reading {
        switch GoogleReason.meaning(of: reason) {
        case .permanent: Reading(all: .hold(receipt), count)
        default: reading(of: reason, fault, receipt, count: count)
        }
    }

    private static func verdict(onEvent reason: String, _ receipt: Receipt) -> Verdict {
        // The one reason that is the account's elsewhere and the event's here.
        if reason == "INVALID_NUMBER_FORMAT" { return .rejected(receipt) }
        switch GoogleReason.meaning(of: reason) {
        case .success: return .delivered(receipt)
        case .permanent, .smaller: return .rejected(receipt)
        case .retry(let cause, let after): return .retry(receipt, cause, after: after)
        case .rest(let time): return .retry(receipt, .transient, after: time)
        case .hold: return .hold(receipt)
        case nil: return .retry(receipt, .unclassified, after: nil)
        }
    }

    /// The n of the last `events[n]` in a path such as `events.events[0].user_data.user_identifiers[1]`.
    static func eventIndex(in path: String) -> Int? {
        var result: Int?
        var rest = path.utf8[...]
        let name = Array("events[".utf8)
        while let start = rest.firstIndex(of: UInt8(ascii: "e")) {
            rest = rest[start...]
            if rest.starts(with: name) {
                let digits = rest.dropFirst(name.count).prefix { $0 &- 0x30 <= 9 }
                if rest.dropFirst(name.count + digits.count).first == UInt8(ascii: "]") {
                    result = Int(Substring(digits)) ?? result
                }
            }
            rest = rest.dropFirst()
        }
        return result
    }
}

extension Verdict {
    /// Of several faults of one event the worst decides.
    var severity: Int {
        switch self {
        case .isolate: 0
        case .delivered, .sent: 1
        case .rejected: 2
        case .retry: 3
        case .hold: 4
        }
    }
}
