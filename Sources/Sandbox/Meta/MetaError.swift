import Domain
import HTTP

/// The error answers of the Graph API:
/// `{"error":{"message","type","code","error_subcode","is_transient",…,"fbtrace_id"}}`.
struct MetaError {
    var status = 400
    var code: Int
    var subcode: Int?
    var type = "OAuthException"
    var message: String
    var isTransient = false
    /// What is wrong, for people.
    var words: String?
    /// The fields that are to blame.
    var fields: [String] = []

    static func invalid(_ defect: MetaDefect) -> MetaError {
        MetaError(
            code: 100, subcode: defect.subcode, message: "Invalid parameter",
            words: "\(defect.field) \(defect.words)", fields: [defect.field])
    }

    static let notJSON = MetaError(code: 100, message: "(#100) The body is not a JSON object")
    static let noToken = MetaError(
        code: 104, message: "An access token is required to request this resource.")
    static let unknownToken = MetaError(code: 190, message: "Invalid OAuth access token - Cannot parse access token")
    static let noProof = MetaError(
        code: 100, type: "GraphMethodException",
        message: "API calls from the server require an appsecret_proof argument")
    static let wrongProof = MetaError(
        code: 100, type: "GraphMethodException", message: "Invalid appsecret_proof provided in the API argument")

    static func unknownPixel(_ id: String) -> MetaError {
        MetaError(
            code: 100, subcode: 33, type: "GraphMethodException",
            message: "Unsupported post request. Object with ID '\(id)' does not exist, cannot be loaded due to missing "
                + "permissions, or does not support this operation")
    }

    func response(trace: String, fields extra: [(name: String, value: String)] = []) -> Response {
        var error: [JSON.Member] = [
            .init("message", .string(message)), .init("type", .string(type)), .init("code", JSON(code)),
            .init("is_transient", .bool(isTransient)), .init("fbtrace_id", .string(trace)),
        ]
        if let subcode { error.insert(.init("error_subcode", JSON(subcode)), at: 3) }
        if let words {
            error += [.init("error_user_title", "Invalid parameter"), .init("error_user_msg", .string(words))]
        }
        if !fields.isEmpty {
            let blame = JSON.array(fields.map { [.string($0)] })
            error.append(.init("error_data", ["blame_field_specs": blame]))
        }
        return .json(status, ["error": .object(error)], fields: extra)
    }
}
