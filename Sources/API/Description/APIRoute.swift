package import Domain

/// All about an operation but what it does: where it is, who may ask, what may be asked, what comes back. Handlers,
/// pages, the command line and the OpenAPI description take it from here.
package struct APIRoute: Sendable {
    package let method: Method
    /// `/api/quarantine/{id}/fix`
    package let path: String
    package let pattern: [Part]
    /// What its caller must be permitted to do. Whose leads it may see is the handler's own business.
    package let needs: Permission
    package let pool: Pool
    package let tag: Tag
    /// One sentence.
    package let summary: String
    /// What the name or number in the path is.
    package let place: PathParameter?
    /// What may stand in the query; anything else is refused.
    package let query: [QueryParameter]
    package let body: any Document.Type
    /// Bodies of other programs come in shapes of their own.
    package let takesAnyBody: Bool
    package let answer: any Document.Type
    /// Statuses of refusals beyond the usual ones.
    package let refusals: [Int]
    /// It cannot tell clients apart, so it is only for those who may see all of them.
    package let forAllClients: Bool
    /// Programs ask for it all day, and what they bring is kept elsewhere: the audit log has a line an hour of it, with
    /// how many there were.
    package let isSummed: Bool

    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    package enum Part: Equatable, Sendable {
        case word(String)
        case parameter(String)
    }

    /// Where it is done.
    package enum Pool: Int, Comparable, Sendable {
        case quick
        /// May take minutes; goes to a thread of its own.
        case long
        /// Hashes a password: much memory, so only one at a time.
        case hashing

        package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    package static func parts(_ path: String) -> [Part] {
        path.split(separator: "/").map { part in
            part.hasPrefix("{") ? .parameter(String(part.dropFirst().dropLast())) : .word(String(part))
        }
    }

    /// `/api/destinations/meta%2Dacme/pause`: the path with what stands for its parameters.
    package func path(_ parameters: [String: String], encoded: (String) -> String) -> String {
        pattern.map { part in
            switch part {
            case .word(let word): "/" + word
            case .parameter(let name): "/" + encoded(parameters[name] ?? "")
            }
        }.joined()
    }
}

/// Areas of the API, as readers of its description look for them.
package enum Tag: String, CaseIterable, Sendable {
    case intake = "Intake"
    case service = "Service"
    case leads = "Leads"
    case quarantine = "Quarantine"
    case destinations = "Destinations"
    case figures = "Figures"
    case alerts = "Alerts"
    case calendar = "Calendar and rules"
    case investigation = "Investigation"
    case access = "Access"

    var sentence: String {
        switch self {
        case .intake:
            "Where landing pages, form builders and ad platforms post lead events. No token: the source's key."
        case .service: "How the relay itself does: status, books, backups, settings."
        case .leads: "Single leads: finding, following, sending again, erasing."
        case .quarantine: "Events that could not be used as they came, and what is done about them."
        case .destinations: "Where leads go, and how each lane stands."
        case .figures: "Leads per client, group, campaign, ad set and ad; costs; names."
        case .alerts: "What is wrong, who has been told, and what people have done about it."
        case .calendar: "What changes how many leads are expected, and rules with fixed numbers."
        case .investigation: "The checklist of typical problems, post-mortems and weekly reports."
        case .access: "Users, API tokens, and the audit log."
        }
    }
}

/// What stands for a parameter of a path.
package struct PathParameter: Sendable {
    package let sentence: String
    package let example: String

    package static let event = PathParameter(
        sentence: "The event's id: 13 letters and digits.", example: "0m8wz4x9q2k7c")
    package static let alert = PathParameter(sentence: "The alert's number.", example: "A17")
    package static let silence = PathParameter(sentence: "The silence's number.", example: "S3")
    package static let calendarEvent = PathParameter(sentence: "The event's number in the calendar.", example: "3")
    package static let action = PathParameter(sentence: "The action's number.", example: "7")
    package static let destination = PathParameter(
        sentence: "The destination, as configured or as the books remember it.", example: "meta-acme")
    package static let channel = PathParameter(sentence: "The channel, as configured.", example: "slack-team")
    package static let user = PathParameter(sentence: "The user's name.", example: "eva")
    package static let token = PathParameter(sentence: "The token's name, not its secret.", example: "reporting")
    package static let heartbeat = PathParameter(
        sentence: "The name under `monitoring.heartbeats`.", example: "nightly-import")
    package static let tool = PathParameter(
        sentence: "A tool that is configured under `tools`, or one that is understood without.", example: "grafana")
}

/// A name in the query of a question.
package struct QueryParameter: Sendable {
    package let name: String
    package let kind: Kind
    package let sentence: String

    package enum Kind: Sendable {
        case text
        /// With what is taken when it is absent.
        case number(ClosedRange<Int>, usual: Int)
        case choice([String], usual: String?)
        /// `2026-11-24`
        case day
        /// RFC 3339, or a time ago such as `26h` where the sentence says so.
        case moment
    }

    package init(_ name: String, _ kind: Kind, _ sentence: String) {
        self.name = name
        self.kind = kind
        self.sentence = sentence
    }

    package static func limit(_ usual: Int, atMost most: Int) -> Self {
        Self("limit", .number(1...most, usual: usual), "At most so many.")
    }
    package static let client = Self("client", .text, "Only of this client.")

    /// Why a text cannot be its value, as a sentence; `nil`: it can. An empty text is the same as none.
    package func complaint(about text: String) -> String? {
        switch kind {
        case .number(let range, _) where !text.isEmpty:
            Int(text).map(range.contains) == true
                ? nil : "\"\(name)\" is a number from \(range.lowerBound) to \(range.upperBound)."
        case .choice(let words, _) where !text.isEmpty:
            words.contains(text) ? nil : "\"\(name)\" is one of \(words.joined(separator: ", "))."
        case .text, .number, .choice, .day, .moment: nil
        }
    }
}

/// An operation of the API, by what it answers.
package struct Operation<Answer: Document>: Sendable {
    package let route: APIRoute

    /// One that names no permission is for administrators.
    package init(
        _ method: APIRoute.Method, _ path: String, needs: Permission = .administer, _ tag: Tag, _ summary: String,
        at place: PathParameter? = nil, query: [QueryParameter] = [], body: any Document.Type = NoBody.self,
        takesAnyBody: Bool = false, answer: Answer.Type = Answer.self, on pool: APIRoute.Pool = .quick,
        forAllClients: Bool = false, isSummed: Bool = false, refusals: [Int] = []
    ) {
        route = APIRoute(
            method: method, path: path, pattern: APIRoute.parts(path), needs: needs, pool: pool, tag: tag,
            summary: summary, place: place, query: query, body: body, takesAnyBody: takesAnyBody, answer: answer,
            refusals: refusals, forAllClients: forAllClients || needs == .administer, isSummed: isSummed)
    }
}

/// Every operation there is. The handlers have the same names.
package enum Operations {
    package static let all: [APIRoute] =
        service + leads + quarantined + lanes + figureRoutes + alerting + calendarRoutes + investigation + access
}
