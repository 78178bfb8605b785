import Domain
import HTTP
import Intake
import Store

/// One thing that the API can be asked to do. The same operations serve the admin socket today and the console tomorrow: they
/// know nothing of connections, and of the caller only its name.
struct Operation: Sendable {
    let method: Request.Method
    /// `/api/quarantine/{id}/fix`
    let pattern: [Part]
    /// May take minutes; goes to a thread of its own.
    let isLong: Bool
    let run: @Sendable (Call, Relay, Reader) throws -> JSON

    enum Part: Equatable, Sendable {
        case word(String)
        case parameter(String)
    }

    init(
        _ method: Request.Method, _ pattern: String, isLong: Bool = false,
        _ run: @escaping @Sendable (Call, Relay, Reader) throws -> JSON
    ) {
        self.method = method
        self.pattern = pattern.split(separator: "/").map { part in
            part.hasPrefix("{") ? .parameter(String(part.dropFirst().dropLast())) : .word(String(part))
        }
        self.isLong = isLong
        self.run = run
    }

    /// What is asked.
    struct Call: Sendable {
        var parameters: [String: String] = [:]
        var query: [String: String] = [:]
        var body: JSON = .object([])
        /// Who asks, for the log.
        var actor: String

        func leadID() throws -> LeadID {
            guard let id = LeadID(parameters["id"] ?? "") else {
                throw Problem(.notFound, "\"\(parameters["id"] ?? "")\" is no id of an event.")
            }
            return id
        }
    }

    /// The parameters if the path fits.
    func match(_ path: [Substring]) -> [String: String]? {
        guard path.count == pattern.count else { return nil }
        var parameters: [String: String] = [:]
        for (part, word) in zip(pattern, path) {
            switch part {
            case .word(let expected): if expected != word { return nil }
            case .parameter(let name): parameters[name] = word.percentDecoded() ?? String(word)
            }
        }
        return parameters
    }

    enum Found {
        case operation(Operation, [String: String])
        case problem(Problem)
    }

    static func find(_ method: Request.Method, _ path: String, in operations: [Operation]) -> Found {
        let words = path.split(separator: "/")
        var allowed: [String] = []
        for operation in operations {
            guard let parameters = operation.match(words) else { continue }
            if operation.method == method { return .operation(operation, parameters) }
            allowed.append(operation.method == .get ? "GET" : "POST")
        }
        if allowed.isEmpty { return .problem(Problem(.notFound, "The API has no \(path).")) }
        let allow = Set(allowed).sorted().joined(separator: ", ")
        return .problem(Problem(.methodNotAllowed, "Possible here: \(allow).", allow: allow))
    }
}
