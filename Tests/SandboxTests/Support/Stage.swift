import Curl
import Domain
import HTTP
import Sandbox
import Service
import Testing

/// A sandbox on loopback, a client, and a clock that the test moves.
final class Stage {
    let sandbox: Sandbox
    private let server: Server
    private let transfers = Transfers(userAgent: "test/1")
    private let time: Locked<Int64>

    init(_ options: SandboxOptions = SandboxOptions(), faults: [Fault] = [], seed: UInt64 = 1) throws {
        let time = Locked(Fixtures.now.milliseconds)
        self.time = time
        sandbox = Sandbox(
            options, faults: Faults(faults, seed: seed), clock: Clock { time.withLock { $0 } })
        server = try sandbox.serve([.tcp(host: "127.0.0.1", port: 0)])
    }

    deinit {
        transfers.stop()
        server.drain(within: .zero)
    }

    func advance(_ duration: Duration) { time.withLock { $0 += duration.milliseconds } }

    // MARK: What a relay does

    func send(
        _ method: String, _ path: String, _ fields: [(name: String, value: String)] = [], _ body: JSON? = nil,
        atMost time: Duration = .seconds(10)
    ) -> Result<Reply, TransferError> {
        send(method, path, fields, bytes: body?.bytes, type: "application/json", atMost: time)
    }

    func send(
        _ method: String, _ path: String, _ fields: [(name: String, value: String)] = [], bytes: [UInt8]?, type: String,
        atMost time: Duration = .seconds(10)
    ) -> Result<Reply, TransferError> {
        let fields = fields + (bytes == nil ? [] : [("Content-Type", type)])
        var transfer = Transfer(method, "http://127.0.0.1:\(server.port)\(path)", fields: fields, body: bytes)
        transfer.totalTimeout = time
        return transfers.perform(transfer).map(Reply.init)
    }

    func token(_ form: String = Fixtures.tokenForm) throws -> String {
        let reply = try requestToken(form)
        return try #require(reply.json["access_token"]?.string)
    }

    func requestToken(_ form: String = Fixtures.tokenForm) throws -> Reply {
        try send("POST", "/token", bytes: Array(form.utf8), type: "application/x-www-form-urlencoded").get()
    }

    func ingest(
        _ body: JSON = Fixtures.google, token: String? = nil, atMost time: Duration = .seconds(10)
    ) throws -> Result<Reply, TransferError> {
        let bearer = "Bearer \(try token ?? self.token())"
        return send("POST", "/v1/events:ingest", [("Authorization", bearer)], body, atMost: time)
    }

    func upload(
        _ body: JSON = Fixtures.upload, path: String = "/v26/customers/1234567890:uploadClickConversions",
        _ fields: [(name: String, value: String)] = [], token: String? = nil
    ) throws -> Result<Reply, TransferError> {
        let bearer = "Bearer \(try token ?? self.token())"
        return send("POST", path, [("Authorization", bearer)] + fields, body)
    }

    func meta(_ body: JSON = Fixtures.meta, path: String = "/v26.0/4711/events") -> Result<Reply, TransferError> {
        send("POST", path, [], body)
    }

    func status(_ id: String) throws -> Reply {
        let bearer = "Bearer \(try token())"
        return try send("GET", "/v1/requestStatus:retrieve?requestId=\(id)", [("Authorization", bearer)]).get()
    }
}

/// An answer with its body read, if it is JSON.
struct Reply {
    let answer: Answer
    let json: JSON

    init(_ answer: Answer) {
        self.answer = answer
        json = (try? JSON(parsing: answer.body)) ?? .null
    }

    var status: Int { answer.status }
    var lines: [JSON] { answer.body.split(separator: UInt8(ascii: "\n")).compactMap { try? JSON(parsing: Array($0)) } }

    /// Reason and field of each of Google's violations.
    var violations: [Violation] {
        let details = json["error"]?["details"]?.array ?? []
        return details.flatMap { $0["fieldViolations"]?.array ?? [] }.map {
            Violation(reason: $0["reason"]?.string, field: $0["field"]?.string ?? "")
        }
    }

    struct Violation: Equatable {
        let reason: String?
        let field: String
    }

    /// Code, row (as it is written) and field of each error of the Google Ads API.
    var uploadErrors: [String] {
        let status = json["partialFailureError"] ?? json["error"]
        return (status?["details"]?[0]?["errors"]?.array ?? []).map { error in
            let code = error["errorCode"]?.object?.first
            let path = (error["location"]?["fieldPathElements"]?.array ?? []).map { element in
                (element["fieldName"]?.string ?? "") + (element["index"]?.integer.map { "[\($0)]" } ?? "")
            }
            return "\(code?.name ?? "").\(code?.value.string ?? "") \(path.joined(separator: "."))"
        }
    }

    var subcode: Int64? { json["error"]?["error_subcode"]?.integer }
    var code: Int64? { json["error"]?["code"]?.integer }
    var blame: String? { json["error"]?["error_data"]?["blame_field_specs"]?[0]?[0]?.string }
}

/// Whether nothing came back although something was sent.
func isInterrupted(_ result: Result<Reply, TransferError>) -> Bool {
    if case .failure(.interrupted) = result { true } else { false }
}
