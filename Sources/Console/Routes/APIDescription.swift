import API
import Domain
import HTTP
import Service

/// The OpenAPI description as it is served: to everybody, since it says nothing of anybody.
enum APIDescription {
    static let path = "/api/openapi.json"

    static let response = Response(
        200,
        fields: [
            ("Content-Type", "application/json"), ("Cache-Control", "public, max-age=3600"),
            ("X-Content-Type-Options", "nosniff"), ("Access-Control-Allow-Origin", "*"),
        ], body: OpenAPIDescription.document(version: Version.current).bytes)
}
