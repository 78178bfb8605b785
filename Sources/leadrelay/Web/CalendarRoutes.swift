import Console
import Domain
import HTTP
import Intake
import Service

/// The calendar and the silences, to look at and to edit.
enum CalendarRoutes {
    static let all: [WebRoute] = [
        WebRoute(.get, "/alerts/calendar", .permitted(.readAlerts)) { scene in
            .page(try calendar(scene, notice: scene.notice))
        },
        WebRoute(.post, "/alerts/calendar", .permitted(.changeAlerts), add),
        WebRoute(.post, "/alerts/calendar/{id}/remove", .permitted(.changeAlerts)) { scene in
            _ = try scene.ask(.post, "/api/calendar/{id}/remove", scene.parameters)
            return .seeOther("/alerts/calendar?done=removed")
        },
        WebRoute(.get, "/alerts/silences", .permitted(.readAlerts)) { scene in
            .page(try silences(scene, notice: scene.notice))
        },
        WebRoute(.post, "/alerts/silences", .permitted(.changeAlerts), silence),
        WebRoute(.post, "/alerts/silences/{id}/end", .permitted(.changeAlerts)) { scene in
            _ = try scene.ask(.post, "/api/silences/{id}/end", scene.parameters)
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
        let document = try scene.ask(.get, "/api/calendar")
        return CalendarPages.calendar(scene.visitor, document, typed: typed, notice: notice, status: status)
    }

    @Sendable private static func add(_ scene: RequestContext) throws -> RequestContext.Answer {
        let typed = typed(scene, ["name", "scope", "start", "end", "zone", "multiplier", "note"])
        let members = typed.sorted { $0.key < $1.key }.map { name, text in
            // Anything but a number is refused by the operation, which says so.
            let isNumber = name == "multiplier" && Double(text) != nil
            return JSON.Member(name, isNumber ? (try? JSON(parsing: Array(text.utf8))) ?? .string(text) : .string(text))
        }
        return try scene.attempt {
            _ = try scene.ask(.post, "/api/calendar", body: .object(members))
            return .seeOther("/alerts/calendar?done=added")
        } elseShow: { notice, status in
            try calendar(scene, typed: typed, notice: notice, status: status)
        }
    }

    private static func silences(
        _ scene: RequestContext, typed: CalendarPages.Typed = [:], notice: Page.Notice?, status: Int = 200
    ) throws -> Page {
        let document = try scene.ask(.get, "/api/silences")
        return CalendarPages.silences(scene.visitor, document, typed: typed, notice: notice, status: status)
    }

    @Sendable private static func silence(_ scene: RequestContext) throws -> RequestContext.Answer {
        let typed = typed(scene, ["scope", "kind", "for", "reason"])
        var members = ["scope", "for", "reason"].map { JSON.Member($0, .string(typed[$0] ?? "")) }
        if let kind = typed["kind"] { members.append(JSON.Member("kinds", .array([.string(kind)]))) }
        return try scene.attempt {
            _ = try scene.ask(.post, "/api/silences", body: .object(members))
            return .seeOther("/alerts/silences?done=silenced")
        } elseShow: { notice, status in
            try silences(scene, typed: typed, notice: notice, status: status)
        }
    }
}
