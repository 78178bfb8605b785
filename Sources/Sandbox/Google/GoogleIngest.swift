import Crypto
import Domain
import HTTP

/// `POST /v1/events:ingest` of the Data Manager API: all events of a request are taken, or none.
extension Sandbox {
    func googleIngest(_ request: Request) -> Finding {
        let id = "sandbox-" + Hex.encode(randomBytes(12))
        let token: String
        switch bearer(of: request, for: .googleAds) {
        case .failure(let refused): return refused.finding
        case .success(let valid): token = valid
        }
        var finding = check(request, id)
        finding.token = token
        return finding
    }

    private func check(_ request: Request, _ id: String) -> Finding {
        func refused(_ response: Response, _ reason: String) -> Finding {
            .refused(.googleAds, response, reason, trace: id)
        }
        guard request.field("content-type").flatMap(MediaType.init)?.name == "application/json" else {
            return refused(GoogleError.answer(400, "INVALID_ARGUMENT", "The body is not JSON by its type."), "type")
        }
        let body: JSON
        do throws(JSON.Fault) {
            body = try JSON(parsing: request.body)
        } catch {
            return refused(GoogleError.notJSON(error), "not_json")
        }
        let faults = GoogleMessages.request.faults(in: body)
        guard faults.isEmpty else { return refused(GoogleError.unreadable(faults), "unreadable") }
        let ingest = GoogleRequest(body, now: now)
        let violations = GoogleRules.violations(of: ingest)
        if let first = violations.first {
            return refused(GoogleError.unacceptable(violations, requestID: id), first.reason)
        }
        return accepted(ingest, id)
    }

    private func accepted(_ request: GoogleRequest, _ id: String) -> Finding {
        var finding = Finding(
            platform: .googleAds, response: .json(200, ["requestId": .string(id)]), trace: id)
        finding.events = request.events.map { ReceivedEvent(platform: .googleAds, id: $0.transactionID, json: $0.json) }
        finding.accounts = request.destinations.map(\.name)
        var counts = Array(repeating: 0, count: request.destinations.count)
        finding.deliveries.reserveCapacity(request.events.count)
        for (index, event) in request.events.enumerated() {
            for (account, destination) in request.destinations.enumerated() where event.goes(to: destination) {
                finding.deliveries.append((index, account))
                counts[account] += 1
            }
        }
        finding.isKept = !request.isValidateOnly
        if finding.isKept {
            let destinations = zip(request.destinations, counts).map { ($0.json, $1) }
            finding.request = (id, GoogleRequestLog.Entry(received: now, destinations: destinations))
        }
        return finding
    }
}

extension GoogleEvent {
    /// Without references every event goes to every destination.
    fileprivate func goes(to destination: GoogleDestination) -> Bool {
        references.isEmpty || references.contains { $0.string != nil && $0.string == destination.reference }
    }
}
