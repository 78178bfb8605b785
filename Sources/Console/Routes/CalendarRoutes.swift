import API
import Domain
import HTTP
import Intake
import Service

/// The calendar and the silences, to look at and to edit.
enum CalendarRoutes {
    static let all: [WebRoute] = [
        WebRoute(.get, "/alerts/calendar", Operations.calendar) { scene in
            .page(try calendar(scene, notice: scene.notice))
        },
        WebRoute(.post, "/alerts/calendar", Operations.addCalendarEvent, add),
        WebRoute(.post, "/alerts/calendar/{id}/remove", Operations.removeCalendarEvent) { scene in
            _ = try scene.ask(Handlers.removeCalendarEvent, scene.parameters)
            return .seeOther("/alerts/calendar?done=removed")
        },
        WebRoute(.get, "/alerts/silences", Operations.silences) { scene in
            .page(try silences(scene, notice: scene.notice))
        },
        WebRoute(.post, "/alerts/silences", Operations.addSilence, silence),
        WebRoute(.post, "/alerts/silences/{id}/end", Operations.endSilence) { scene in
            _ = try scene.ask(Handlers.endSilence, scene.parameters)
            return .seeOther("/alerts/silences?done=unsilenced")
        },
    ]

    private static func typed(_ scene: RequestContext, _ names: [String]) -> CalendarPages.Typed {
        var typed: CalendarPages.Typed = [:]
        for name in names { typed[name] = scene.posted(name).map { String($0.prefix(500)) } }
        return typed
    }

    private static func calendar(
        _ scene: RequestContext, typed: CalendarPages.Typed = [:], notice: Page.Notice?, status: Int = 200
    ) throws -> Page {
        let document = try scene.ask(Handlers.calendar)
        return CalendarPages.calendar(scene.visitor, document, typed: typed, notice: notice, status: status)
    }

    @Sendable static func add(_ scene: RequestContext) throws -> RequestContext.Answer {
        let typed = typed(scene, ["name", "scope", "start", "end", "zone", "multiplier", "note"])
        let members = typed.sorted { $0.key < $1.key }.map { name, text in
            // Anything but a number is refused by the operation, which says so.
            let isNumber = name == "multiplier" && Double(text) != nil
            return JSON.Member(name, isNumber ? (try? JSON(parsing: Array(text.utf8))) ?? .string(text) : .string(text))
        }
        return try scene.attempt {
            _ = try scene.ask(Handlers.addCalendarEvent, body: .object(members))
            return .seeOther("/alerts/calendar?done=added")
        } elseShow: { notice, status in
            try calendar(scene, typed: typed, notice: notice, status: status)
        }
    }

    private static func silences(
        _ scene: RequestContext, typed: CalendarPages.Typed = [:], notice: Page.Notice?, status: Int = 200
    ) throws -> Page {
        let document = try scene.ask(Handlers.silences)
        return CalendarPages.silences(scene.visitor, document, typed: typed, notice: notice, status: status)
    }

    @Sendable static func silence(_ scene: RequestContext) throws -> RequestContext.Answer {
        let typed = typed(scene, ["scope", "kind", "for", "reason"])
        var members = ["scope", "for", "reason"].map { JSON.Member($0, .string(typed[$0] ?? "")) }
        if let kind = typed["kind"] { members.append(JSON.Member("kinds", .array([.string(kind)]))) }
        return try scene.attempt {
            _ = try scene.ask(Handlers.addSilence, body: .object(members))
            return .seeOther("/alerts/silences?done=silenced")
        } elseShow: { notice, status in
            try silences(scene, typed: typed, notice: notice, status: status)
        }
    }
}
