/// A diagnosis as the store keeps it and the API tells it.
extension Diagnosis {
    package var json: JSON {
        var members = [
            JSON.Member("at", .string(at.rfc3339)),
            JSON.Member("cause", cause.map { .string($0.item.name) } ?? .null),
            JSON.Member("may_name_client", .bool(mayNameClient)),
            JSON.Member("next", ["owner": .string(next.owner.rawValue), "text": .string(next.text)]),
        ]
        if let message { members.append(JSON.Member("message", .string(message))) }
        members.append(
            JSON.Member(
                "items",
                .array(
                    assessments.map { one in
                        [
                            "number": JSON(one.item.rawValue), "item": .string(one.item.name),
                            "title": .string(one.item.title), "certainty": .string(one.certainty.rawValue),
                            "evidence": .string(one.evidence), "owner": .string(one.owner.rawValue),
                            "fix": .string(one.fix),
                        ]
                    })))
        return .object(members)
    }

    package init?(json: JSON) {
        guard let at = json["at"]?.string.flatMap(Instant.init(rfc3339:)),
            let owner = json["next"]?["owner"]?.string.flatMap(Owner.init), let text = json["next"]?["text"]?.string
        else { return nil }
        let assessments = (json["items"]?.array ?? []).compactMap { one -> Assessment? in
            guard let number = one["number"]?.integer, let item = ChecklistItem(rawValue: Int(number)),
                let certainty = one["certainty"]?.string.flatMap(Assessment.Certainty.init)
            else { return nil }
            return Assessment(
                item, certainty, one["evidence"]?.string ?? "", owner: one["owner"]?.string.flatMap(Owner.init),
                fix: one["fix"]?.string)
        }
        self.init(
            at: at, assessments: assessments, next: NextStep(owner, text),
            mayNameClient: json["may_name_client"]?.bool ?? false, message: json["message"]?.string)
    }

    /// One sentence for a timeline: the cause with its evidence and whose move it is, or what was ruled out.
    package var sentence: String {
        guard let cause else {
            let open = assessments.count { $0.certainty == .unknown }
            return "No cause found; \(assessments.count - open) of \(assessments.count) items excluded. \(next.text)"
        }
        let word = cause.certainty == .proved ? "Proved" : "Likely"
        return "\(word): \(cause.item.title). \(cause.evidence) The next step is \(next.owner.possessive): \(next.text)"
    }
}

extension ChecklistItem {
    /// The item's name in configuration, on the command line and in the API: `page_down`.
    package var name: String {
        var name = ""
        var follows = false
        for letter in "\(self)" {
            if letter.isUppercase, !follows { name += "_" }
            follows = letter.isUppercase
            name += letter.lowercased()
        }
        return name
    }

    package init?(name: String) {
        guard let item = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = item
    }
}
