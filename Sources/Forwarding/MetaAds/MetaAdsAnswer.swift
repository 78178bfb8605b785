package import Curl
import Domain

extension MetaAds {
    /// The body decides, not the status: an error can come with a 200.
    package func read(_ result: Result<Answer, TransferError>, count: Int) -> Reading {
        switch result {
        case .failure(let error): return Reading(error, count: count)
        case .success(let answer):
            var reading = Self.read(answer, count: count)
            // Before the limits bite.
            reading.rest = MetaUsage(answer).rest
            return reading
        }
    }

    private static func read(_ answer: Answer, count: Int) -> Reading {
        guard let body = try? JSON(parsing: answer.body), body.object != nil else {
            return Reading(unreadable: answer, count: count)
        }
        if let error = body["error"], error.object != nil { return Self.read(error, answer, count: count) }
        guard (200..<300).contains(answer.status), let received = body["events_received"]?.integer else {
            return Reading(unreadable: answer, count: count)
        }
        var receipt = Receipt(status: answer.status, requestID: redactedID(body["fbtrace_id"]?.string))
        let messages = (body["messages"]?.array ?? []).compactMap(\.string)
        receipt.message = redacted(messages.joined(separator: " "))
        if received == count { return Reading(all: .delivered(receipt), count) }
        // Which of them is missing is not said. The same ids again do no harm while Meta remembers them.
        receipt.code = "events_received"
        receipt.message = "\(received) of \(count) events received"
        return Reading(all: .retry(receipt, .unknown, after: nil), count)
    }

    private static func read(_ error: JSON, _ answer: Answer, count: Int) -> Reading {
        let code = error["code"]?.integer ?? 0
        let subcode = error["error_subcode"]?.integer ?? 0
        let texts = ["message", "error_user_title", "error_user_msg"].compactMap { error[$0]?.string }
        let receipt = Receipt(
            status: answer.status, code: subcode == 0 ? "\(code)" : "\(code)/\(subcode)",
            message: redacted(texts.joined(separator: " ")), requestID: redactedID(error["fbtrace_id"]?.string))
        let meaning = MetaCode.meaning(code: code, subcode: subcode, message: error["message"]?.string ?? "")
        if error["is_transient"]?.bool == true, meaning != .throttled {
            return Reading(all: .retry(receipt, .transient, after: answer.retryAfter), count)
        }
        let usage = MetaUsage(answer)
        let regained = usage.regain > .zero ? usage.regain : nil
        switch meaning {
        case .throttled, .retry(.throttled, nil):
            return Reading(
                all: .retry(receipt, .throttled, after: regained ?? answer.retryAfter), count, .throttled)
        case .retry(.throttled, let after):
            return Reading(all: .retry(receipt, .throttled, after: after), count, .throttled)
        case .retry(let cause, let after):
            return Reading(all: .retry(receipt, cause, after: answer.retryAfter ?? after), count, .failing)
        case .hold:
            return Reading(all: .hold(receipt), count)
        case .permanent:
            return Reading(all: count == 1 ? .rejected(receipt) : .isolate(receipt), count)
        case nil:
            if answer.status == 429 {
                return Reading(all: .retry(receipt, .throttled, after: answer.retryAfter), count, .throttled)
            }
            if answer.status >= 500 {
                return Reading(all: .retry(receipt, .platformFault, after: answer.retryAfter), count, .failing)
            }
            // Perhaps a single event's fault that we do not know yet: find out which, so that the others do not wait
            // for it.
            if count > 1, (400..<500).contains(answer.status) { return Reading(all: .isolate(receipt), count) }
            return Reading(all: .retry(receipt, .unclassified, after: answer.retryAfter), count)
        }
    }
}
