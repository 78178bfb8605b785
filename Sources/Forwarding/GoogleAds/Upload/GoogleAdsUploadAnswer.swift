package import Curl
import Domain

extension GoogleAdsUpload {
    package func read(_ result: Result<Answer, TransferError>, count: Int) -> Reading {
        switch result {
        case .failure(let error): return Reading(error, count: count)
        case .success(let answer):
            guard let body = try? JSON(parsing: answer.body) else { return Reading(unreadable: answer, count: count) }
            if (200..<300).contains(answer.status) { return Self.rows(answer, body, count: count) }
            // Streaming front ends wrap the error in an array.
            guard let failure = GoogleAdsFailure(body["error"] ?? body[0]?["error"], answer) else {
                return Reading(unreadable: answer, count: count)
            }
            return Self.refusal(failure, answer, count: count)
        }
    }

    /// A verdict for each row: what its errors say, and where there are none, that it has a result.
    private static func rows(_ answer: Answer, _ body: JSON, count: Int) -> Reading {
        let results = body["results"]?.array ?? []
        let failure = GoogleAdsFailure(body["partialFailureError"], answer)
        guard results.count == count || failure != nil else { return Reading(unreadable: answer, count: count) }
        var judge = Judge(failure, answer, count: count)
        let requestID = redactedID(failure?.requestID ?? answer.field("request-id"))
        let common = judge.common.max { $0.severity < $1.severity }
        let verdicts = (0..<count).map { row -> Verdict in
            if let verdict = judge.named[row] { return verdict }
            // A row that failed has an empty one.
            if results.count == count, results[row].object?.isEmpty == false {
                return .delivered(Receipt(status: answer.status, requestID: requestID))
            }
            let receipt = Receipt(
                status: answer.status, code: "no_result", message: redacted(failure?.message ?? ""),
                requestID: requestID)
            return common ?? .retry(receipt, .unknown, after: nil)
        }
        judge.reading.verdicts = verdicts
        return judge.reading
    }

    /// Nothing of the request was taken.
    private static func refusal(_ failure: GoogleAdsFailure, _ answer: Answer, count: Int) -> Reading {
        guard !failure.errors.isEmpty else { return refusalWithoutErrors(failure, answer, count: count) }
        var judge = Judge(failure, answer, count: count)
        let receipt = Receipt(
            status: answer.status, code: redactedCode(failure.errors[0].code), message: redacted(failure.message),
            requestID: redactedID(failure.requestID))
        let common = judge.common.max { $0.severity < $1.severity }
        let held = judge.named.values.first { if case .hold = $0 { true } else { false } }
        // Whatever is not named goes out again at once.
        judge.reading.verdicts = (0..<count).map { held ?? common ?? judge.named[$0] ?? .isolate(receipt) }
        return judge.reading
    }

    /// What something in front of the API says, or the API about a request that it could not read.
    private static func refusalWithoutErrors(_ failure: GoogleAdsFailure, _ answer: Answer, count: Int) -> Reading {
        let code = failure.reason ?? (failure.status.isEmpty ? "http_\(answer.status)" : failure.status)
        let receipt = Receipt(
            status: answer.status, code: redactedCode(code), message: redacted(failure.message),
            requestID: redactedID(failure.requestID))
        switch answer.status {
        case 401: return Reading(all: .retry(receipt, .credentials, after: nil), count)
        case 429:
            var reading = Reading(all: .retry(receipt, .throttled, after: answer.retryAfter), count, .throttled)
            if ["RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"].contains(where: { $0 == failure.status || $0 == code }) {
                reading.spent = SpentQuota(named: failure.message, asked: answer.retryAfter, answer)
            }
            return reading
        case 409: return Reading(all: .retry(receipt, .transient, after: answer.retryAfter), count)
        case 408, 500...:
            return Reading(all: .retry(receipt, .platformFault, after: answer.retryAfter), count, .failing)
        case 413: return Reading(all: smaller(receipt, count: count), count)
        default: break
        }
        if let reason = failure.reason, GoogleReason.meaning(of: reason) == .hold {
            return Reading(all: .hold(receipt), count)
        }
        switch failure.status {
        // A 400 of this kind: not even understood, a bug of ours that every further row would meet too. A 404: no such
        // version or customer.
        case "INVALID_ARGUMENT", "PERMISSION_DENIED", "NOT_FOUND", "FAILED_PRECONDITION":
            return Reading(all: .hold(receipt), count)
        default: return Reading(all: .retry(receipt, .unclassified, after: answer.retryAfter), count)
        }
    }

    fileprivate static func smaller(_ receipt: Receipt, count: Int) -> Verdict {
        count == 1 ? .retry(receipt, .unclassified, after: nil) : .isolate(receipt)
    }
}

/// Reads all errors of an answer: of several about one row the worst decides.
private struct Judge {
    /// By the row that is named.
    private(set) var named: [Int: Verdict] = [:]
    /// About the request as a whole.
    private(set) var common: [Verdict] = []
    /// What the errors say about the platform; its verdicts are still to come.
    var reading: Reading

    fileprivate let answer: Answer
    private let requestID: String
    private let count: Int

    init(_ failure: GoogleAdsFailure?, _ answer: Answer, count: Int) {
        self.answer = answer
        self.count = count
        requestID = redactedID(failure?.requestID)
        reading = Reading([])
        for error in failure?.errors ?? [] { take(error) }
    }

    private mutating func take(_ error: GoogleAdsFailure.Fault) {
        let receipt = Receipt(
            status: answer.status, code: redactedCode(error.code), message: redacted(error.message),
            requestID: requestID)
        let row = error.row.flatMap { (0..<count).contains($0) ? $0 : nil }
        let verdict = verdict(error, receipt, isNamed: row != nil)
        guard let row else { return common.append(verdict) }
        if let known = named[row], known.severity >= verdict.severity { return }
        named[row] = verdict
    }

    private mutating func verdict(_ error: GoogleAdsFailure.Fault, _ receipt: Receipt, isNamed: Bool) -> Verdict {
        switch GoogleAdsErrorCode.meaning(of: error.code) {
        case .success: return isNamed || count == 1 ? .delivered(receipt) : .isolate(receipt)
        // Nobody's row is meant: a request of ours that is wrong for all.
        case .permanent: return isNamed ? .rejected(receipt) : .hold(receipt)
        case .retry(let cause, let after):
            if cause == .throttled { throttled(error, SpentQuota(.unsaid, for: SpentQuota.minute)) }
            if cause == .platformFault, answer.status >= 500 { reading.health = .failing }
            return .retry(receipt, cause, after: [error.retryDelay, after, answer.retryAfter].compactMap { $0 }.max())
        case .dayIsSpent:
            let end = answer.untilMidnightPacific
            throttled(error, SpentQuota(.day, for: end))
            return .retry(receipt, .throttled, after: error.retryDelay.map { min($0, end) } ?? end)
        case .rest(let time):
            reading.rest = time
            return .retry(receipt, .transient, after: time)
        case .smaller: return GoogleAdsUpload.smaller(receipt, count: count)
        case .apart: return count == 1 ? .retry(receipt, .unclassified, after: nil) : .isolate(receipt)
        case .renew: return .retry(receipt, .credentials, after: nil)
        case .hold: return .hold(receipt)
        case nil:
            return .retry(receipt, .unclassified, after: [error.retryDelay, answer.retryAfter].compactMap { $0 }.max())
        }
    }
}

extension Judge {
    /// The quota of an account is the lane's own; that of the developer, which is the Cloud project now, is everybody's
    /// (`QuotaErrorDetails.rate_scope`).
    private mutating func throttled(_ error: GoogleAdsFailure.Fault, _ spent: SpentQuota) {
        reading.health = .throttled
        guard error.scope == "DEVELOPER" else { return }
        let time = min(error.retryDelay ?? spent.time, answer.untilMidnightPacific)
        reading.spent = SpentQuota(spent.window, for: max(time, reading.spent?.time ?? .zero))
    }
}

extension Answer {
    /// How long it is, by the answer's own `Date`, or the time it came, until Google's day has ended: midnight in
    /// California, in winter as in summer, so that in summer it is an hour more than that. Without a date an hour.
    var untilMidnightPacific: Duration {
        guard let now = date ?? received.map({ Instant(milliseconds: $0) }) else { return .hours(1) }
        let day = Duration.days(1).milliseconds
        let passed = (now - Instant(milliseconds: Duration.hours(8).milliseconds)).milliseconds % day
        return .milliseconds(day - passed)
    }
}
