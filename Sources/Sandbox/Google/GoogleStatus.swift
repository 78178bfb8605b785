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
        let isDone = now >= entry.received + options.processingTime
        let statuses = entry.destinations.map { destination, count -> JSON in
            guard isDone else { return ["destination": destination, "requestStatus": "PROCESSING"] }
            return [
                "destination": destination, "requestStatus": "SUCCESS",
                "eventsIngestionStatus": ["recordCount": .string(String(count))],
            ]
        }
        return Finding(
            platform: .googleStatus, response: .json(200, ["requestStatusPerDestination": .array(statuses)]),
            token: token, trace: id)
    }
}
