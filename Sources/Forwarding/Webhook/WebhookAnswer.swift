package import Curl
import Domain

extension Webhook {
    package func read(_ result: Result<Answer, TransferError>, count: Int) -> Reading {
        switch result {
        case .failure(let error): return Reading(error, count: count)
        case .success(let answer):
            let receipt = Self.receipt(answer)
            switch answer.status {
            case 200..<300: return Reading(all: .delivered(receipt), count)
            case 401, 403, 407, 410: return Reading(all: .hold(receipt), count)
            case 413, 422: return Reading(all: count == 1 ? .rejected(receipt) : .isolate(receipt), count)
            case 429: return Reading(all: .retry(receipt, .throttled, after: answer.retryAfter), count, .throttled)
            case 408, 500...:
                return Reading(all: .retry(receipt, .platformFault, after: answer.retryAfter), count, .failing)
            case ..<200, 300..<400, 404, 405:
                return Reading(all: .retry(receipt, .unreachable, after: answer.retryAfter), count, .failing)
            default: return Reading(all: .retry(receipt, .unclassified, after: answer.retryAfter), count)
            }
        }
    }

    private static func receipt(_ answer: Answer) -> Receipt {
        let isGood = (200..<300).contains(answer.status)
        return Receipt(
            status: answer.status, code: isGood ? "" : "http_\(answer.status)",
            message: isGood ? "" : words(answer), requestID: redactedID(answer.field("x-request-id")))
    }

    /// What the receiver says in a member that is meant for it. No other part of the body is kept: it may echo the
    /// whole lead, and a name does not look like one.
    private static func words(_ answer: Answer) -> String {
        if answer.status == 410 { return "the receiver has unsubscribed (410 Gone)" }
        if (300..<400).contains(answer.status) { return "redirects are not followed: configure the new address" }
        guard let body = try? JSON(parsing: answer.body) else { return "" }
        // RFC 9457's two, and what everybody else uses.
        let texts = ["title", "detail", "error", "message"].compactMap { body[$0]?.string }
        return redacted(texts.joined(separator: " "))
    }
}
