/// What the validator says about one line of NDJSON, as `leadrelay validate` prints it.
///
///     {"accepted":true,"notes":["occurred_at not given: the time of receipt is taken"]}
///     {"accepted":false,"defects":[{"pointer":"/person/email","code":"malformed","message":"person.email is not …"}]}
package func validationReport(of line: [UInt8], now: Instant) -> JSON {
    let reading: LeadEvent.Reading
    do {
        reading = LeadEvent.reading(try JSON(parsing: line), receivedAt: now)
    } catch {
        return ["accepted": false, "defects": [Defect(.unreadable, at: "", error.sentence).json]]
    }
    if reading.event != nil { return ["accepted": true, "notes": .array(reading.notes.map { .string($0) })] }
    return ["accepted": false, "defects": .array(reading.defects.map(\.json))]
}

extension Defect {
    package var json: JSON {
        ["pointer": .string(pointer), "code": .string(code.rawValue), "message": .string(message)]
    }
}
