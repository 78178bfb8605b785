package import Domain
package import HTTP

/// Who looks at a page.
package struct Visitor: Sendable {
    /// The user's name; `nil` before signing in.
    package var name: String?
    package var permissions: Set<Permission>
    /// What every form sends along; see `Form`.
    package var formToken: String
    package var now: Instant

    package init(name: String?, permissions: Set<Permission>, formToken: String, now: Instant) {
        self.name = name
        self.permissions = permissions
        self.formToken = formToken
        self.now = now
    }

    package func may(_ permission: Permission) -> Bool { permissions.contains(permission) }
}

/// The parts of the console, in the order of its navigation.
package enum Section: String, CaseIterable, Sendable {
    case overview, leads, live, lead, quarantine, alerts, destinations, books, settings, users, auditLog

    var title: String {
        switch self {
        case .overview: "Overview"
        case .leads: "Leads"
        case .live: "Live"
        case .lead: "Find a lead"
        case .quarantine: "Quarantine"
        case .alerts: "Alerts"
        case .destinations: "Destinations"
        case .books: "Books"
        case .settings: "Settings"
        case .users: "Users"
        case .auditLog: "Audit log"
        }
    }

    var path: String {
        switch self {
        case .overview: "/"
        case .auditLog: "/audit-log"
        default: "/" + rawValue
        }
    }

    package var needs: Permission {
        switch self {
        case .overview, .books: .readBooks
        case .leads, .live, .lead: .readLeads
        case .quarantine: .readQuarantine
        case .alerts: .readAlerts
        case .destinations: .readDestinations
        case .settings: .readSettings
        case .users, .auditLog: .administer
        }
    }
}

/// A page of the console: a title and what stands below it. The frame around it is the same for all.
package struct Page: Sendable {
    package var title: String
    package var section: Section?
    package var visitor: Visitor
    package var body: HTML
    /// What has just been done or gone wrong; read out by screen readers.
    package var notice: Notice?
    package var status: Int

    package struct Notice: Sendable {
        package enum Kind: String, Sendable { case good, warn, bad }
        package var kind: Kind
        package var text: String

        package init(_ kind: Kind, _ text: String) {
            self.kind = kind
            self.text = text
        }
    }

    package init(
        _ title: String, _ section: Section? = nil, for visitor: Visitor, notice: Notice? = nil, status: Int = 200,
        _ body: HTML
    ) {
        self.title = title
        self.section = section
        self.visitor = visitor
        self.notice = notice
        self.status = status
        self.body = body
    }

    package var response: Response {
        Response(
            status, fields: [("Content-Type", "text/html; charset=utf-8")] + Self.securityFields,
            body: Array(html.description.utf8))
    }

    /// On every page: nothing foreign is loaded, nothing inline is run, nobody frames us, nothing is kept by the
    /// browser.
    ///
    /// The referrer stays among our own pages. With `no-referrer` browsers would say `Origin: null` when they post our
    /// own forms.
    package static let securityFields: [(name: String, value: String)] = [
        (
            "Content-Security-Policy",
            """
            default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
            form-action 'self'; frame-ancestors 'none'; base-uri 'none'
            """
        ),
        ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Robots-Tag", "noindex"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ]

    package var html: HTML {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(title) · LeadRelay</title>
        <link rel="icon" href="\(Assets.icon.address)" type="image/svg+xml">
        <link rel="stylesheet" href="\(Assets.style.address)">
        <script src="\(Assets.script.address)" defer></script>
        </head>
        <body>
        <a class="skip" href="#content">Skip to the content</a>
        \(visitor.name == nil ? plainHeader : header)
        <main id="content" tabindex="-1">
        <h1>\(title)</h1>
        \(noticeHTML)
        \(body)
        </main>
        </body>
        </html>

        """
    }

    private static let brand: HTML = """
        <a class="brand" href="/"><svg viewBox="0 0 24 24" aria-hidden="true">\
        <path d="M3 12h6m6 0h6M9 12a3 3 0 1 0 6 0 3 3 0 1 0-6 0M17 8l4 4-4 4"/></svg>LeadRelay</a>
        """

    private var plainHeader: HTML { "<header class=\"top\">\(Self.brand)</header>" }

    private var header: HTML {
        let items = HTML.each(Section.allCases.filter { visitor.may($0.needs) }) { item in
            item == section
                ? "<li><a href=\"\(item.path)\" aria-current=\"page\">\(item.title)</a></li>"
                : "<li><a href=\"\(item.path)\">\(item.title)</a></li>"
        }
        return """
            <header class="top">\(Self.brand)
            <div class="who"><a href="/account">\(visitor.name ?? "")</a>
            \(Form("/logout", visitor, ["quiet"], "<button class=\"link\">Sign out</button>").html)</div>
            <nav aria-label="Main"><ul>\(items)</ul></nav>
            </header>
            """
    }

    private var noticeHTML: HTML {
        guard let notice else { return "" }
        return """
            <p class="notice \(notice.kind.rawValue)" \
            role="\(notice.kind == .bad ? "alert" : "status")">\(notice.text)</p>
            """
    }
}

/// A form that posts to one of our own pages, with the token that proves that it came from one.
package struct Form: Sendable {
    package static let tokenField = "form_token"
    package let html: HTML

    package init(_ action: String, _ visitor: Visitor, _ classes: [String] = [], _ fields: HTML) {
        html = """
            <form method="post" action="\(action)" class="\(classes.joined(separator: " "))">
            <input type="hidden" name="\(Self.tokenField)" value="\(visitor.formToken)">\(fields)</form>
            """
    }
}
