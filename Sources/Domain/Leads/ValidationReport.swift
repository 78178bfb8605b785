/// What the validator says about one line of NDJSON, as `leadrelay validate` prints it.
///
///     {"accepted":true,"notes":["occurred_at not given: the time of receipt is taken"]}
///     {"accepted":false,"defects":[{"pointer":"/person/email","code":"malformed","message":"person.email is not …"}]}
///
/// Read leniently, an accepted one also has what was left out, and the event as it is kept:
///
///     {"accepted":true,"notes":[…],"left_out":[{"field":"person.phone","code":"malformed"}],"event":{…}}
package func validationReport(of line: [UInt8], now: Instant, manner: LeadEvent.Manner = .strict) -> JSON {
    let reading: LeadEvent.Reading
    do {
        reading = LeadEvent.reading(try JSON(parsing: line), receivedAt: now, manner: manner)
    } catch {
        return ["accepted": false, "defects": [Defect(.unreadable, at: "", error.sentence).json]]
    }
    if let event = reading.event {
        var members = [
            JSON.Member("accepted", true), JSON.Member("notes", .array(reading.notes.map { .string($0) })),
        ]
        if manner == .lenient {
            members.append(
                JSON.Member(
                    "left_out",
                    .array(reading.leftOut.map { ["field": .string($0.field), "code": .string($0.reason.rawValue)] })))
            members.append(JSON.Member("event", event.json))
        }
        return .object(members)
    }
    return ["accepted": false, "defects": .array(reading.defects.map(\.json))]
}

extension Defect {
    package var json: JSON {
        ["pointer": .string(pointer), "code": .string(code.rawValue), "message": .string(message)]
    }
}
