/// What the validator says about one line of NDJSON, as `leadrelay validate` prints it.
///
///     {"accepted":true,"notes":["occurred_at not given: the time of receipt is taken"]}
///     {"accepted":false,"defects":[{"pointer":"/person/email","code":"malformed","message":"person.email is not …"}]}
///
/// Read leniently, an accepted one also has what was left out, and the event as it is kept:
///
///     {"accepted":true,"notes":[…],"left_out":[{"field":"person.phone","code":"malformed"}],"event":{…}}
package struct ValidationReport {
    package let isAccepted: Bool
    package let json: JSON

    package init(_ line: [UInt8], now: Instant, manner: LeadEvent.Manner = .strict) {
        let reading: LeadEvent.Reading
        do {
            reading = LeadEvent.reading(try JSON(parsing: line), receivedAt: now, manner: manner)
        } catch {
            self.init(refusing: [Defect(.unreadable, at: "", error.sentence)])
            return
        }
        guard let event = reading.event else {
            self.init(refusing: reading.defects)
            return
        }
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
        self.init(isAccepted: true, json: .object(members))
    }

    private init(refusing defects: [Defect]) {
        self.init(isAccepted: false, json: ["accepted": false, "defects": .array(defects.map(\.json))])
    }

    private init(isAccepted: Bool, json: JSON) {
        self.isAccepted = isAccepted
        self.json = json
    }
}

extension Defect {
    package var json: JSON {
        ["pointer": .string(pointer), "code": .string(code.rawValue), "message": .string(message)]
    }
}
