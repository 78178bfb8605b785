import Crypto
package import HTTP

/// A file that pages load, kept in the program. Its address changes with its content, so that a browser may keep it for
/// ever.
package struct Assets: Sendable {
    /// `/style.css`
    package let path: String
    private let type: String
    private let body: [UInt8]
    private let tag: String

    private init(_ path: String, _ type: String, _ text: String) {
        self.path = path
        self.type = type
        body = Array(text.utf8)
        tag = String(SHA256.hex(of: body).prefix(16))
    }

    package static let style = Assets("/style.css", "text/css; charset=utf-8", styleSheet)
    package static let script = Assets("/console.js", "text/javascript; charset=utf-8", scriptText)
    package static let icon = Assets("/icon.svg", "image/svg+xml", iconText)
    package static let all = [style, script, icon]

    /// What pages refer to.
    var address: String { "\(path)?\(tag)" }

    package var response: Response {
        Response(
            200,
            fields: [
                ("Content-Type", type), ("Cache-Control", "public, max-age=31536000, immutable"),
                ("ETag", "\"\(tag)\""), ("X-Content-Type-Options", "nosniff"),
                ("Cross-Origin-Resource-Policy", "same-origin"),
                // An SVG is a document of its own when it is opened by itself.
                ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
            ], body: body)
    }

    private static let iconText = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">\
        <rect width="24" height="24" rx="6" fill="#1f5fd1"/>\
        <path d="M4 12h5m6 0h5M9 12a3 3 0 1 0 6 0 3 3 0 1 0-6 0M17 9l3 3-3 3" fill="none" stroke="#fff" \
        stroke-width="1.8" \
        stroke-linecap="round" stroke-linejoin="round"/></svg>
        """
}
