import Domain
import HTTP

extension Response {
    static func json(_ status: Int, _ value: JSON, fields: [(name: String, value: String)] = []) -> Response {
        Response(status, fields: [("Content-Type", "application/json; charset=UTF-8")] + fields, body: value.bytes)
    }
}
