import API
import Domain
import HTTP
import Intake
import Service
import Store

/// The quarantine: by reason, event by event, and all of a reason at once.
enum QuarantineRoutes {
    static let all: [WebRoute] = [
        WebRoute(.get, "/quarantine", Operations.quarantineGroups) { scene in
            if let group = group(scene.queried) { return .page(try list(scene, group, notice: scene.notice)) }
            let groups = try scene.ask(Handlers.quarantineGroups)
            return .page(QuarantinePages.overview(scene.visitor, groups, notice: scene.notice))
        },
        WebRoute(.get, "/quarantine/event/{id}", Operations.quarantinedEvent) { scene in
            let event = try scene.ask(Handlers.quarantinedEvent, scene.parameters)
            return .page(QuarantinePages.event(scene.visitor, event, notice: scene.notice))
        },
        WebRoute(.post, "/quarantine/event/{id}", Operations.fixQuarantinedEvent, edit),
        WebRoute(.post, "/quarantine/event/{id}/release", Operations.releaseQuarantined) { scene in
            try decide(scene, Handlers.releaseQuarantined, "released")
        },
        WebRoute(.post, "/quarantine/event/{id}/discard", Operations.discardQuarantined) { scene in
            try decide(scene, Handlers.discardQuarantined, "discarded")
        },
        WebRoute(.post, "/quarantine/release-all", Operations.releaseQuarantined) { scene in
            try decideAll(scene, Handlers.releaseQuarantined, "released")
        },
        WebRoute(.post, "/quarantine/discard-all", Operations.discardQuarantined) { scene in
            try decideAll(scene, Handlers.discardQuarantined, "discarded")
        },
        WebRoute(.post, "/quarantine/fix-all", Operations.fixQuarantined, fixAll),
    ]

    private static func group(_ field: (String) -> String?) -> QuarantinePages.Group? {
        guard let reason = field("reason"), let source = field("source") else { return nil }
        return QuarantinePages.Group(reason: reason, source: source)
    }

    private static func list(
        _ scene: RequestContext, _ group: QuarantinePages.Group,
        preview: (changes: String, result: FixAllDocument)? = nil,
        notice: Page.Notice?, status: Int = 200
    ) throws -> Page {
        let events = try scene.ask(
            Handlers.quarantine,
            query: ["reason": group.reason, "source": group.source, "after": scene.queried("after")])
        return QuarantinePages.list(
            scene.visitor, group, events, preview: preview, notice: notice, status: status)
    }

    @Sendable static func edit(_ scene: RequestContext) throws -> RequestContext.Answer {
        let text = scene.posted("event") ?? ""
        let verb = scene.posted("do") ?? "check"
        func again(_ notice: Page.Notice, defects: [DefectDocument]?, status: Int = 200) throws -> RequestContext.Answer
        {
            let event = try scene.ask(Handlers.quarantinedEvent, scene.parameters)
            return .page(
                QuarantinePages.event(
                    scene.visitor, event, edited: text, defects: defects, notice: notice, status: status))
        }
        let document: JSON
        do {
            document = try JSON(parsing: Array(text.utf8))
        } catch {
            return try again(Page.Notice(.bad, "This is not JSON: \(error.sentence)"), defects: nil, status: 400)
        }
        let answer = try scene.ask(
            Handlers.fixQuarantinedEvent, scene.parameters,
            body: ["event": document, "check": .bool(verb == "check"), "release": .bool(verb == "release")])
        if answer.released { return .seeOther("/quarantine?done=released") }
        let defects = answer.defects
        let notice =
            switch (defects.isEmpty, verb) {
            case (true, "check"): Page.Notice(.good, "Valid. It can be released.")
            case (true, _): Page.Notice(.good, "Kept. It is valid and can be released.")
            case (false, "release"): Page.Notice(.warn, "Kept, but not released: something is still wrong.")
            case (false, "keep"): Page.Notice(.warn, "Saved. There are still errors.")
            case (false, _): Page.Notice(.warn, "There are still errors.")
            }
        return try again(notice, defects: defects)
    }

    private static func decide(
        _ scene: RequestContext, _ handler: Handler<DecisionDocument>, _ done: String
    ) throws -> RequestContext.Answer {
        let id = scene.parameters["id"] ?? ""
        // Found first, so that what is not the visitor's is not there.
        _ = try scene.ask(Handlers.quarantinedEvent, scene.parameters)
        let answer = try scene.ask(
            handler,
            body: .object(
                [
                    JSON.Member("ids", .array([.string(id)])), JSON.Member("note", .string(scene.posted("note") ?? "")),
                ] + (scene.posted("as").map { [JSON.Member("as", .string($0))] } ?? [])))
        guard answer.count == 1 else {
            throw Problem(.conflict, "It is not in quarantine any more: somebody else has changed it meanwhile.")
        }
        return .seeOther("/quarantine?done=\(done)")
    }

    private static func decideAll(
        _ scene: RequestContext, _ handler: Handler<DecisionDocument>, _ done: String
    ) throws -> RequestContext.Answer {
        guard let group = group(scene.posted) else {
            throw Problem(.requestUnusable, "The form says neither reason nor source.")
        }
        let request = DecisionRequest(
            reason: group.reason, source: group.source, note: scene.posted("note") ?? "")
        _ = try scene.ask(handler, body: request.json())
        return .seeOther("/quarantine?done=\(done)")
    }

    @Sendable static func fixAll(_ scene: RequestContext) throws -> RequestContext.Answer {
        guard let group = group(scene.posted) else {
            throw Problem(.requestUnusable, "The form says neither reason nor source.")
        }
        let text = scene.posted("changes") ?? ""
        let isReal = scene.posted("run") != nil
        return try scene.attempt {
            let request = FixAllRequest(
                reason: group.reason, source: group.source, set: try changes(text), run: isReal)
            let result = try scene.ask(Handlers.fixQuarantined, body: request.json())
            if isReal { return .seeOther("/quarantine?done=released") }
            return .page(try list(scene, group, preview: (text, result), notice: nil))
        } elseShow: { notice, status in
            try list(scene, group, notice: notice, status: status)
        }
    }

    /// `/person/phone` removes, `/currency = "EUR"` sets, `/person/email < /custom/mail` takes from elsewhere.
    static func changes(_ text: String) throws -> [ChangeDocument] {
        try text.split(whereSeparator: \.isNewline).compactMap { line in
            let line = line.trimmingBlanks
            if line.isEmpty { return nil }
            if let index = line.firstIndex(where: { $0 == "=" || $0 == "<" }) {
                let (left, right) = (line[..<index].trimmingBlanks, line[line.index(after: index)...].trimmingBlanks)
                if line[index] == "<" { return ChangeDocument(pointer: left, from: right) }
                guard let value = try? JSON(parsing: Array(right.utf8)) else {
                    throw Problem(
                        .requestUnusable, "After = comes a JSON value: text in quotation marks, a number, true.")
                }
                return ChangeDocument(pointer: left, value: value)
            }
            return ChangeDocument(pointer: line)
        }
    }
}

extension StringProtocol {
    fileprivate var trimmingBlanks: String {
        var text = Substring(self)
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
