import CDemonstration
import Domain
import HTTP
import Service

/// `/demo/…`: a customer's landing pages, which include the relay's page snippet from another origin, under a strict
/// content security policy, beside a consent platform and stubs of the platforms' pixels.
///
/// `/demo/?broken` adds another company's script that fails; `?default=denied` a consent default before the visitor has
/// chosen; `?tcf` tells the choice by IAB TCF in place of Google's consent mode.
package struct Demonstration: Sendable {
    /// The relay's address without a path, as browsers reach it, for example `http://127.0.0.1:8080`.
    package let relay: String
    /// The key of the source that the pages post for.
    package let key: String

    /// `nil` if the relay is no web address without a path, or the key no key: both become a part of pages and of their
    /// policy.
    package init?(relay: String, key: String) {
        let host =
            relay.hasPrefix("https://") ? relay.dropFirst(8) : relay.hasPrefix("http://") ? relay.dropFirst(7) : ""
        let isHost = host.utf8.allSatisfy { Self.isKeyByte($0) || "[]:.".utf8.contains($0) }
        guard !host.isEmpty, isHost, !key.isEmpty, key.utf8.allSatisfy(Self.isKeyByte) else { return nil }
        self.relay = relay
        self.key = key
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        byte &- 0x30 <= 9 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    /// What stands between the frame's header and footer.
    private static let contents: [String: (file: demonstration_file, title: String)] = [
        "/demo/": (DEMONSTRATION_LANDING, "A heat pump for your house"),
        "/demo/second": (DEMONSTRATION_SECOND, "Your offer"),
        "/demo/plain": (DEMONSTRATION_PLAIN, "An offer without JavaScript"),
        "/demo/scripted": (DEMONSTRATION_SCRIPTED, "An offer by one call"),
        "/demo/thanks": (DEMONSTRATION_THANKS, "Thank you"),
    ]
    private static let parts: [String: (file: demonstration_file, type: String)] = [
        "/demo/style.css": (DEMONSTRATION_STYLE, "text/css"),
        "/demo/consent.js": (DEMONSTRATION_CONSENT, "text/javascript"),
        "/demo/pixel.js": (DEMONSTRATION_PIXEL, "text/javascript"),
        "/demo/broken.js": (DEMONSTRATION_BROKEN, "text/javascript"),
    ]

    private static func text(_ file: demonstration_file) -> String {
        String(decoding: (0..<demonstration_length(file)).map { demonstration_byte(file, $0) }, as: UTF8.self)
    }

    /// A page or one of its parts; `nil` if there is none of that name.
    func page(_ request: Request) -> Response? {
        if let (file, type) = Self.parts[request.path] { return response(type, Self.text(file)) }
        guard let (file, title) = Self.contents[request.path] else { return nil }
        let site = "http://" + (request.field("host") ?? "127.0.0.1")
        let isBroken = request.query?.split(separator: "&").contains { $0.hasPrefix("broken") } ?? false
        let text = Self.text(DEMONSTRATION_FRAME).replacing("{{content}}", with: Self.text(file))
            .replacing("{{fields}}", with: Self.text(DEMONSTRATION_FIELDS)).replacing("{{title}}", with: title)
            .replacing("{{relay}}", with: relay).replacing("{{key}}", with: key)
            .replacing("{{site}}", with: site.filter { !"\"<>&'".contains($0) })
            .replacing("<!--broken-->", with: isBroken ? "<script src=\"/demo/broken.js\"></script>\n" : "")
        return response("text/html", text)
    }

    private func response(_ type: String, _ text: String) -> Response {
        Response(
            200,
            fields: [
                ("Content-Type", type + "; charset=utf-8"), ("Cache-Control", "no-cache"),
                ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"),
                ("Referrer-Policy", "strict-origin-when-cross-origin"),
            ], body: Array(text.utf8))
    }

    /// What the snippet needs of a page's policy: the relay in `script-src` and `connect-src`, and in `form-action` for
    /// forms that go there by themselves.
    private var policy: String {
        "default-src 'none'; script-src 'self' \(relay); connect-src 'self' \(relay); form-action 'self' \(relay); "
            + "style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
    }
}

extension Sandbox {
    /// Bytes of what a pixel reports.
    private static let maximumReport = 4096

    func demonstrate(_ request: Request) -> Response {
        switch (request.method, request.path) {
        case (.get, _), (.head, _):
            return options.demonstration?.page(request) ?? .json(404, ["detail": "There is no such page."])
        case (.post, "/demo/submit"):
            // The site's own form handler: it gets the form whatever becomes of the lead.
            memory.withLock { _ = $0.reports.append(["pixel": "site", "name": "form"]) }
            return Response(303, fields: [("Location", "/demo/thanks"), ("Cache-Control", "no-store")])
        case (.post, "/demo/pixel"):
            guard request.body.count <= Self.maximumReport, let report = try? JSON(parsing: request.body) else {
                return .json(400, ["detail": "A pixel reports a small JSON object."])
            }
            memory.withLock { _ = $0.reports.append(report) }
            return Response(204)
        default: return .json(405, ["detail": "Pages are for GET; /demo/submit and /demo/pixel for POST."])
        }
    }
}
