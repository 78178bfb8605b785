import Domain
import HTTP
import Service

/// `GET /v1/requestStatus:retrieve`: what became of a request, for each of its destinations.
extension Sandbox {
    func googleStatus(_ request: Request) -> Finding {
        let token: String
        switch bearer(of: request, for: .googleStatus) {
        case .failure(let refused): return refused.finding
        case .success(let valid): token = valid
        }
        let id = request.query.flatMap { try? FormFields(query: $0) }?["requestId"] ?? ""
        guard let entry = memory.withLock({ $0.requests[id] }) else {
            let violation = GoogleViolation(
                field: "request_id", reason: "INVALID_REQUEST_ID", description: "There is no request of that ID.")
            let response = GoogleError.unacceptable([violation], requestID: id)
            return .refused(.googleStatus, response, "INVALID_REQUEST_ID", trace: id)
        }
        let isDone = !entry.isStuck && now >= entry.received + options.processingTime
        let statuses = entry.destinations.map { destination, count -> JSON in
            guard isDone else { return ["destination": destination, "requestStatus": "PROCESSING"] }
            let bad = Set(entry.faults.flatMap(\.indices)).count
            var members: [JSON.Member] = [
                .init("destination", destination),
                .init(
                    "requestStatus", bad == 0 ? "SUCCESS" : bad < count ? "PARTIAL_SUCCESS" : "FAILED"),
                .init("eventsIngestionStatus", ["recordCount": .string(String(count))]),
            ]
            if bad > 0 { members.append(.init("errorInfo", ["errorCounts": .array(entry.faults.map(\.json))])) }
            return .object(members)
        }
        return Finding(
            platform: .googleStatus, response: .json(200, ["requestStatusPerDestination": .array(statuses)]),
            token: token, trace: id)
    }
}

extension LateFault {
    /// An `ErrorCount`. `recordIndices` came with v1.9.
    fileprivate var json: JSON {
        var members: [JSON.Member] = [
            .init("reason", .string(reason)), .init("recordCount", .string(String(indices.count))),
        ]
        if isNamed { members.append(.init("recordIndices", .array(indices.map { JSON($0) }))) }
        return .object(members)
    }
}
