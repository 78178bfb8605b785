package import Domain
import HTTP

/// A client's landing page, imitated, with everything about it that can go wrong. `GET /page/NAME` redirects to
/// `/page/NAME/form`, as a tracking link does, and that shows a form.
package struct LandingPage: Sendable, Equatable {
    /// Of the page behind the redirect.
    package var status = 200
    package var isParked = false
    /// The redirect forgets the query, or writes it in lower case.
    package var dropsQuery = false
    package var lowersQuery = false
    /// The redirect leads back to itself.
    package var circles = false
    package var hasForm = true
    package var action = "https://relay.example/v1/leads/pk_page"
    package var fields = ["name", "email", "phone"]
    package var tags = ["GTM-LRSBX1", "AW-123456789"]
    package var hasSnippet = true

    package init() {}

    func response(to path: String, query: String?) -> Response {
        let parts = path.split(separator: "/")
        let name = parts.count > 1 ? parts[1] : "page"
        guard parts.count > 2 else {
            var target = circles ? "/page/\(name)" : "/page/\(name)/form"
            if let query, !dropsQuery { target += "?" + (lowersQuery ? query.lowercased() : query) }
            return Response(302, fields: [("Location", target)])
        }
        let body = status == 200 ? (isParked ? Self.parked : html) : "<html><title>\(status)</title></html>"
        return Response(status, fields: [("Content-Type", "text/html; charset=utf-8")], body: Array(body.utf8))
    }

    private var html: String {
        let scripts = tags.map { #"<script async src="https://www.googletagmanager.com/gtm.js?id=\#($0)"></script>"# }
        let snippet = hasSnippet ? #"<script src="https://relay.example/v1/relay.js" data-key="pk_page"></script>"# : ""
        let inputs = fields.map { #"<input name="\#($0)" required>"# }.joined()
        let form = hasForm ? #"<form method="post" action="\#(action)">\#(inputs)<button>Send</button></form>"# : ""
        return
            """
            <!doctype html><html><head><title>Heat pumps</title>\(scripts.joined())\(snippet)</head>\
            <body>\(form)</body></html>
            """
    }

    private static let parked = "<!doctype html><html><body><h1>This domain is for sale</h1></body></html>"

    /// Changes what the JSON object names.
    package mutating func change(_ json: JSON) throws(Fault.Mistake) {
        for member in json.object ?? [] {
            switch (member.name, member.value) {
            case ("status", .number(let text)):
                guard let status = Int(text), (200...599).contains(status) else {
                    throw Fault.Mistake(words: "status must be a number from 200 to 599")
                }
                self.status = status
            case ("parked", .bool(let value)): isParked = value
            case ("drops_query", .bool(let value)): dropsQuery = value
            case ("lowers_query", .bool(let value)): lowersQuery = value
            case ("circles", .bool(let value)): circles = value
            case ("form", .bool(let value)): hasForm = value
            case ("snippet", .bool(let value)): hasSnippet = value
            case ("action", .string(let value)): action = value
            case ("fields", .array(let values)): fields = values.compactMap(\.string)
            case ("tags", .array(let values)): tags = values.compactMap(\.string)
            default:
                throw Fault.Mistake(
                    words:
                        """
                        \(member.name) is not one of status, parked, drops_query, lowers_query, circles, form, \
                        snippet, action, fields, tags
                        """
                )
            }
        }
    }
}
