/// What a submission says, once its bytes have been read by their format and character set.
package struct Decoded: Sendable {
    package var content: Validator.Content
    /// For `json`: the text in UTF-8; `nil` where the body is that already.
    package var text: [UInt8]?
    /// For `json`: the fields in the address that it was posted to. Those of forms are among the pairs, but for the
    /// sender's clock.
    package var query: [(name: String, value: String)] = []
    /// What had to be done for that, in order.
    package var remarks: [DecodingRemark] = []

    package init(_ content: Validator.Content) { self.content = content }

    var withoutQuery: Decoded {
        var copy = self
        copy.query = []
        return copy
    }

    func notes(before others: Notes) -> Notes {
        guard !remarks.isEmpty else { return others }
        var notes = Notes()
        for remark in remarks { notes.add(remark.line) }
        notes.add(contentsOf: others)
        return notes
    }
}

// Whoever posts JSON to an address with `?gclid=…&utm_campaign=…` means what a form's hidden fields would mean.
extension Decoded {
    /// Where a field of the address belongs: click ids, campaign values, and the sender's clock. Everything else there
    /// is the sender's own business.
    private static func place(of name: String) -> JSONPointer? {
        guard let place = FlatNames.place(of: name) else { return nil }
        let isTaken =
            place.names.first == "click" || place.names.last?.hasPrefix("utm_") == true || place.names == ["sent_at"]
        return isTaken ? place : nil
    }

    private var places: [(place: JSONPointer, value: JSON)] {
        completing.map { (JSONPointer($0.place), .string($0.value)) }
    }

    /// What the address may complete: the names that lead to our place for it, and the value.
    package var completing: [(place: [String], value: String)] {
        query.compactMap { field in
            field.value.isBlank ? nil : Self.place(of: field.name).map { ($0.names, field.value) }
        }
    }

    /// What a document comes to in our own shape, with what the address says.
    package func document(of document: JSON, _ mapping: FieldMapping?) -> JSON {
        if let mapping { return completed(mapping.applied(to: document)).document }
        if case .pairs = content { return completed(Arrangement(form: document)).document }
        var document = document
        _ = complete(&document)
        return document
    }

    /// Puts into a document in our own shape what it does not say itself. False if that was nothing.
    func complete(_ document: inout JSON) -> Bool {
        var isChanged = false
        for (place, value) in places where document.put(value, ifAbsentAt: place) { isChanged = true }
        return isChanged
    }

    /// The same for what a mapping has made.
    func completed(_ arrangement: Arrangement) -> Arrangement {
        var arrangement = arrangement
        for (place, value) in places where !arrangement.isSet(place) {
            _ = arrangement.set(place, to: value, from: nil)
        }
        return arrangement
    }
}

extension JSON {
    /// False if something is there, or in the way.
    fileprivate mutating func put(_ value: JSON, ifAbsentAt place: JSONPointer) -> Bool {
        guard case .object(var members) = self, let first = place.names.first else { return false }
        let index = members.firstIndex { $0.name == first }
        if place.names.count == 1 {
            if let index {
                guard members[index].value.isAbsent else { return false }
                members[index].value = value
            } else {
                members.append(Member(first, value))
            }
        } else {
            var inner = index.map { members[$0].value } ?? .object([])
            if inner.isAbsent { inner = .object([]) }
            guard inner.put(value, ifAbsentAt: JSONPointer(Array(place.names.dropFirst()))) else { return false }
            if let index { members[index].value = inner } else { members.append(Member(first, inner)) }
        }
        self = .object(members)
        return true
    }
}

extension Validator {
    /// Of a submission that needed no more than its format to be read.
    package func judge(
        _ submission: Submission, _ content: Content, id: LeadID, source: Source,
        verdicts: [TokenProvider: TokenVerdict] = [:], routes: (LeadEvent, Dimension) -> [Route]
    ) -> Judgement {
        judge(submission, Decoded(content), id: id, source: source, verdicts: verdicts, routes: routes)
    }
}
