package import Domain

/// A fault as `/sandbox/faults` reads and lists it.
extension Fault {
    /// Why a text is no fault, in words for the person who wrote it.
    package struct Mistake: Error, Equatable {
        package let words: String
    }

    package init(_ json: JSON) throws(Mistake) {
        guard let members = json.object else { throw Mistake(words: "a fault is an object") }
        var kind: Kind?
        self.init(.status)
        for member in members {
            func mistake(_ words: String) -> Mistake { Mistake(words: "\(member.name) \(words)") }
            func text() throws(Mistake) -> String {
                guard let text = member.value.string else { throw mistake("must be a text") }
                return text
            }
            func integer(_ range: ClosedRange<Int>) throws(Mistake) -> Int {
                guard let value = member.value.integer, range.contains(Int(value)) else {
                    throw mistake("must be a number from \(range.lowerBound) to \(range.upperBound)")
                }
                return Int(value)
            }
            switch member.name {
            case "kind":
                kind = Kind(rawValue: try text())
                guard kind != nil else { throw mistake("must be one of \(Kind.allCases.map(\.rawValue))") }
            case "platform":
                platform = Platform(rawValue: try text())
                guard platform != nil else { throw mistake("must be one of \(Platform.allCases.map(\.rawValue))") }
            case "status": status = try integer(200...599)
            case "code": code = try text()
            case "retry_after": retryAfter = try integer(0...86_400)
            case "latency_ms": latency = .milliseconds(try integer(0...3_600_000))
            case "count": count = try integer(1...1_000_000_000)
            case "probability":
                guard case .number(let text) = member.value, let value = Double(text), (0...1).contains(value) else {
                    throw mistake("must be a number from 0 to 1")
                }
                probability = value
            case "events": events = try Events(member.value)
            case "after_s": after = .seconds(try integer(0...100_000_000))
            case "until_s": until = .seconds(try integer(0...100_000_000))
            case "skip": skip = try integer(0...1_000_000_000)
            case "receives":
                guard let flag = member.value.bool else { throw mistake("must be true or false") }
                receives = flag
            // Whatever is no text goes out as JSON.
            case "body": body = member.value.string.map { Array($0.utf8) } ?? member.value.bytes
            case "fields":
                guard let list = member.value.object else { throw mistake("must be an object") }
                fields = list.map { Field($0.name, $0.value.string ?? $0.value.text) }
            default: throw mistake("is not known")
            }
        }
        guard let kind else { throw Mistake(words: "kind is missing") }
        self.kind = kind
        if kind == .errorCode, code == nil { throw Mistake(words: "error_code needs a code") }
    }

    var json: JSON {
        var members: [JSON.Member] = [.init("kind", .string(kind.rawValue))]
        if let platform { members.append(.init("platform", .string(platform.rawValue))) }
        if let status { members.append(.init("status", JSON(status))) }
        if let code { members.append(.init("code", .string(code))) }
        if let retryAfter { members.append(.init("retry_after", JSON(retryAfter))) }
        if kind == .latency || kind == .slowBody { members.append(.init("latency_ms", JSON(latency.milliseconds))) }
        members.append(.init("probability", .number("\(probability)")))
        if let count { members.append(.init("count", JSON(count))) }
        if let events { members.append(.init("events", events.json)) }
        if after != .zero { members.append(.init("after_s", JSON(after.milliseconds / 1000))) }
        if let until { members.append(.init("until_s", JSON(until.milliseconds / 1000))) }
        if skip > 0 { members.append(.init("skip", JSON(skip))) }
        if !fields.isEmpty {
            members.append(.init("fields", .object(fields.map { JSON.Member($0.name, .string($0.value)) })))
        }
        if let body { members.append(.init("body", .string(String(decoding: body, as: UTF8.self)))) }
        if kind == .answer { members.append(.init("receives", .bool(receives))) }
        return .object(members)
    }
}

extension Fault.Events {
    /// A text alone is a part of the id.
    init(_ json: JSON) throws(Fault.Mistake) {
        self.init(id: json.string)
        if id != nil { return }
        for member in json.object ?? [] {
            switch (member.name, member.value.string) {
            case ("id", let text?): id = text
            case ("click", let text?): click = text
            case ("email", let text?): email = text
            default: throw Fault.Mistake(words: "events must hold the texts id, click or email")
            }
        }
        guard self != Self() else { throw Fault.Mistake(words: "events picks nothing") }
    }

    var json: JSON {
        .object(
            [("id", id), ("click", click), ("email", email)].compactMap { name, text in
                text.map { JSON.Member(name, .string($0)) }
            })
    }
}
