package import Curl
package import Domain

/// `requestStatus:retrieve`: what became of a request that Google took (google-ads.md, section 6).
extension GoogleAds {
    package func inquiry(_ requestID: String, token: String?) -> Transfer? {
        destination.transfer(
            "GET",
            "\(google.endpoint)/v1/requestStatus:retrieve?requestId=\(AccessToken.percentEncoded(requestID))",
            fields: [("Authorization", "Bearer \(token ?? "")")])
    }

    package func read(_ result: Result<Answer, TransferError>, of request: AwaitedRequest) -> InquiryReading {
        switch result {
        case .failure(.unreachable(let why)):
            return .unanswered(
                Receipt(status: 0, code: "unreachable", message: redacted(why)), .unreachable, after: nil)
        case .failure(.interrupted(let why)):
            return .unanswered(Receipt(status: 0, code: "interrupted", message: redacted(why)), .unknown, after: nil)
        case .failure(.answerTooLarge):
            return .unanswered(Receipt(status: 0, code: "answer_too_large"), .unknown, after: nil)
        case .failure(.unsendable(let why)):
            return .unanswered(
                Receipt(status: 0, code: "unsendable", message: redacted(why)), .unclassified, after: nil)
        case .success(let answer):
            let body = try? JSON(parsing: answer.body)
            if let body, (200..<300).contains(answer.status) { return Self.status(answer, body, of: request) }
            if let body, let fault = Fault(answer, body) { return Self.refusal(fault) }
            return .unanswered(
                Receipt(status: answer.status, code: "unreadable_answer"),
                answer.status == 429 ? .throttled : .unknown, after: answer.retryAfter)
        }
    }

    /// The question was refused.
    private static func refusal(_ fault: Fault) -> InquiryReading {
        let reasons = ([fault.reason].compactMap { $0 } + fault.violations.map(\.reason))
        // Diagnostics live for about fifty days.
        if reasons.contains("REQUEST_TOO_OLD") { return .forgotten(fault.receipt("REQUEST_TOO_OLD", fault.message)) }
        // It may not have heard of a request yet that it has just taken.
        if reasons.contains("INVALID_REQUEST_ID") {
            return .pending(fault.receipt("INVALID_REQUEST_ID", fault.message))
        }
        let cause: Verdict.Cause =
            switch fault.httpStatus {
            case 401: .credentials
            case 429: .throttled
            case 408, 500...: .platformFault
            default: .unclassified
            }
        return .unanswered(fault.receipt, cause, after: fault.retryAfter)
    }

    private static func status(_ answer: Answer, _ body: JSON, of request: AwaitedRequest) -> InquiryReading {
        let destinations = body["requestStatusPerDestination"]?.array ?? []
        func receipt(_ code: String, _ message: String = "") -> Receipt {
            Receipt(
                status: answer.status, code: redactedCode(code), message: redacted(message),
                requestID: request.requestID)
        }
        // Our requests have one destination each.
        guard destinations.count == 1, let status = destinations[0]["requestStatus"]?.string else {
            return .unanswered(receipt("unreadable_answer"), .unknown, after: nil)
        }
        let errors = ProcessingErrors(destinations[0], count: request.deliveries.count)
        let hasFailed: Bool
        switch status {
        case "SUCCESS": hasFailed = false
        // Empty lists do not mean that there was no error.
        case "PARTIAL_SUCCESS" where errors.isEmpty: return .pending(receipt(status, "no reasons given"))
        case "PARTIAL_SUCCESS": hasFailed = false
        case "FAILED", "FAILURE": hasFailed = true
        // PROCESSING, REQUEST_STATUS_UNKNOWN, and whatever Google will think of.
        default: return .pending(receipt(status))
        }
        /// Of several reasons the worst decides.
        func worst(_ reasons: [String], _ delivery: Delivery) -> Verdict? {
            reasons.map { verdict($0, receipt($0), failures: delivery.failures) }
                .max { $0.severity < $1.severity }
        }
        /// What becomes of an event that no reason names.
        func unnamed(_ delivery: Delivery) -> Verdict {
            if !hasFailed, status == "SUCCESS" || errors.unnamed.isEmpty { return .delivered(receipt("")) }
            let reasons = errors.unnamed.isEmpty ? errors.reasons : errors.unnamed
            guard let first = reasons.first else { return .retry(receipt(status), .unclassified, after: nil) }
            if request.deliveries.count == 1 || hasFailed && reasons.allSatisfy({ $0 == first }) {
                return worst(reasons, delivery) ?? .isolate(receipt(status))
            }
            return .isolate(receipt(status, reasons.joined(separator: " ")))
        }
        return .verdicts(
            request.deliveries.enumerated().map { index, delivery in
                worst(errors.named[index] ?? [], delivery) ?? unnamed(delivery)
            })
    }

    private static func verdict(_ reason: String, _ receipt: Receipt, failures: Int) -> Verdict {
        switch GoogleProcessingReason.meaning(of: reason) {
        case .success: .delivered(receipt)
        case .permanent: .rejected(receipt)
        case .retry(let cause, let waits): .retry(receipt, cause, after: waits[min(failures, waits.count - 1)])
        case .hold: .hold(receipt)
        case nil: .retry(receipt, .unclassified, after: nil)
        }
    }

    /// The reasons of a status, and which events each is about: since v1.9 Google says so, and before it did not.
    private struct ProcessingErrors {
        /// The reasons of each event that is named, by its position.
        private(set) var named: [Int: [String]] = [:]
        /// Reasons of events that nobody names.
        private(set) var unnamed: [String] = []
        private(set) var reasons: [String] = []

        init(_ destination: JSON, count: Int) {
            for entry in destination["errorInfo"]?["errorCounts"]?.array ?? [] {
                let reason = entry["reason"]?.string ?? "PROCESSING_ERROR_REASON_UNSPECIFIED"
                let records = Self.number(entry["recordCount"])
                let listed = entry["recordIndices"]?.array ?? []
                var indices = listed.compactMap { Self.number($0) }
                if listed.isEmpty, records == count { indices = Array(0..<count) }
                reasons.append(reason)
                if !indices.isEmpty, listed.isEmpty || indices.count == listed.count,
                    indices.allSatisfy((0..<count).contains), records == nil || records == indices.count
                {
                    for index in indices { named[index, default: []].append(reason) }
                } else {
                    unnamed.append(reason)
                }
            }
        }

        var isEmpty: Bool { reasons.isEmpty }

        /// A number, or one as text like all of Google's 64-bit numbers.
        private static func number(_ value: JSON?) -> Int? {
            value?.integer.map(Int.init) ?? value?.string.flatMap { Int($0) }
        }
    }
}
