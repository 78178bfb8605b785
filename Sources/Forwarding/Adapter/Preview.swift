package import Curl
package import Domain

/// What would be sent for one lead, made by the same code that sends it, with every secret masked.
package enum Preview: Sendable {
    /// `leftOut`: what the lead says and the request does not, with the reason.
    case request(Transfer, leftOut: [JSON.Member])
    case skipped(SkipReason)

    /// `now` decides about ages; `dimension` about filters.
    package init(
        _ destination: Destination, _ outgoing: EncodedLead, dimension: Dimension, now: Instant
    ) {
        let decision = destination.decision(
            on: outgoing.event, dimension: dimension, country: outgoing.country, kind: outgoing.kind, now: now)
        if case .skip(let reason) = decision, let reason = SkipReason(rawValue: reason) {
            self = .skipped(reason)
            return
        }
        let adapter = makeAdapter(destination)
        var outgoing = outgoing
        outgoing.dimension = dimension
        switch adapter.encode(outgoing, at: now) {
        case .skip(let reason): self = .skipped(reason)
        case .event(let fragment):
            self = .request(
                adapter.masked(adapter.transfer([fragment], token: "***", at: now)),
                leftOut: Untold(destination, outgoing, at: now).members)
        }
    }

    /// `{"method","url","headers","body"}`, with `left_out` if something was, by its field with the reason; or
    /// `{"skipped"}` with the reason.
    package var json: JSON {
        switch self {
        case .skipped(let reason): return .object([JSON.Member("skipped", .string(reason.rawValue))])
        case .request(let transfer, let leftOut):
            let body = transfer.body.map { (try? JSON(parsing: $0)) ?? .string(String(decoding: $0, as: UTF8.self)) }
            var members = [
                JSON.Member("method", .string(transfer.method)), JSON.Member("url", .string(transfer.url)),
                JSON.Member("headers", .object(transfer.fields.map { JSON.Member($0.name, .string($0.value)) })),
                JSON.Member("body", body ?? .null),
            ]
            if !leftOut.isEmpty { members.append(JSON.Member("left_out", .object(leftOut))) }
            return .object(members)
        }
    }
}
