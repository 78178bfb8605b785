import API
import Configuration
import Curl
import Domain
import HTTP
import Glibc
import Service

/// Talks to the running relay over its admin socket.
struct AdminClient {
    let socket: String
    /// A backup or an audit of a large file takes its time.
    static let patience: Duration = .hours(6)

    /// The answer's JSON; commands `ask` instead, for documents. Throws a `Failure` with the relay's own words, or with
    /// what to do when there is no relay.
    func call(_ method: String, _ path: String, _ body: JSON? = nil, patience: Duration = AdminClient.patience) throws
        -> JSON
    {
        var transfer = Transfer(method, "http://leadrelay" + path)
        transfer.unixSocket = socket
        transfer.connectTimeout = .seconds(5)
        transfer.totalTimeout = patience
        transfer.maximumAnswer = 256 << 20
        if let body {
            transfer.fields = [("Content-Type", "application/json")]
            transfer.body = body.bytes
        }
        let transfers = Transfers(userAgent: "leadrelay/\(Version.current)")
        defer { transfers.stop() }
        switch transfers.perform(transfer) {
        case .failure(.unreachable(let reason)), .failure(.unsendable(let reason)):
            throw Failure(unreachable(reason))
        case .failure(.interrupted(let reason)):
            throw Failure("the relay did not finish its answer (\(reason)); look into its log")
        case .failure(.answerTooLarge): throw Failure("the answer is too large; ask for less")
        case .success(let answer):
            guard let document = try? JSON(parsing: answer.body) else {
                throw Failure("the relay at \(socket) answered \(answer.status) with something that is not JSON")
            }
            guard answer.status >= 400 else { return document }
            guard let problem = try? DocumentDecoder.decode(ProblemDocument.self, from: document) else {
                throw Failure("the relay at \(socket) refused this with status \(answer.status)")
            }
            // The title of a conflict says nothing that its detail does not.
            if problem.status == 409, !problem.detail.isEmpty { throw Failure(problem.detail) }
            throw Failure("\(problem.title). \(problem.detail)")
        }
    }

    /// What an operation answered.
    struct Answered<Answer: Document> {
        /// As it came, for `--json`.
        let json: JSON

        /// Prints it: as it came with `--json`, else in words for people.
        func show(
            _ arguments: Arguments, _ terminal: Terminal, _ page: (Answer) throws -> Page
        ) throws -> ExitCode {
            if arguments.has("json") {
                terminal.output(json.pretty + "\n")
            } else {
                terminal.print(try page(document()))
            }
            return .good
        }

        /// Throws a `Failure` if the relay is another version and answers something else.
        func document() throws -> Answer {
            do throws(DocumentMismatch) {
                return try DocumentDecoder.decode(Answer.self, from: json)
            } catch {
                throw Failure("the relay answered something else than this program expects (\(error)); see --json")
            }
        }
    }

    /// Asks for an operation; throws as `call` does.
    func ask<Answer>(
        _ operation: Operation<Answer>, _ parameters: [String: String] = [:],
        query: KeyValuePairs<String, String?> = [:], body: some Document = NoBody(),
        patience: Duration = AdminClient.patience
    ) throws -> Answered<Answer> {
        let route = operation.route
        let pairs = query.compactMap { name, value in value.map { "\(name)=\(Self.encoded($0))" } }
        let path = route.path(parameters, encoded: Self.encoded) + (pairs.isEmpty ? "" : "?")
        return Answered(
            json: try call(
                route.method.rawValue, path + pairs.joined(separator: "&"),
                route.method == .get ? nil : try body.json(), patience: patience))
    }

    private func unreachable(_ reason: String) -> String {
        if unsafe access(socket, W_OK) != 0, errno == EACCES {
            return
                """
                this user may not use the relay's socket \(socket). Run the command as root or as the relay's own \
                user, 
                """
                    + "or name a group of yours as \"admin_socket_group\" in the configuration."
        }
        return "no relay answers at \(socket) (\(reason)). Is it running? Name its socket with --socket, "
            + "or its configuration with --config."
    }

    /// A text as a part of a path or a query.
    private static func encoded(_ text: String) -> String { text.percentEncoded() }
}

/// What all commands have in common that need the running relay.
enum AdminOptions {
    static let config = Usage.Option(
        name: "config", value: "FILE",
        help: "the configuration; default $LEADRELAY_CONFIG or \(Configuration.defaultPath)")
    static let socket = Usage.Option(
        name: "socket", value: "PATH", help: "the relay's admin socket; default: as the configuration says")
    static let envFile = Usage.Option(
        name: "env-file", value: "FILE",
        help:
            "lines NAME=value, where `env` secrets are looked up before the environment; as systemd's EnvironmentFile=")

    /// What `--env-file` says.
    static func variables(_ arguments: Arguments) throws -> EnvironmentFile? {
        try arguments["env-file"].map { try EnvironmentFile($0) }
    }

    static let json = Usage.Option(name: "json", help: "print JSON, for machines")
    static let all = [config, socket, json]

    /// `--socket`, else `$LEADRELAY_SOCKET`, else what the configuration says (even one with mistakes elsewhere), else
    /// the default.
    static func client(_ arguments: Arguments, _ terminal: Terminal) throws -> AdminClient {
        if let socket = arguments["socket"] ?? terminal.environment("LEADRELAY_SOCKET") {
            return AdminClient(socket: socket)
        }
        let named = arguments["config"] ?? terminal.environment("LEADRELAY_CONFIG")
        let file = named ?? Configuration.defaultPath
        switch Files.read(file, limit: ConfigurationReport.maximumFileSize) {
        case .failure(let failure):
            if let named { throw Failure("\(named) cannot be read: \(failure.message)") }
        case .success(let bytes):
            if case .object(let members) = (try? JSON5(parsing: bytes)).map(Tree.init),
                case .text(let socket)? = members["admin_socket"]
            {
                return AdminClient(socket: Files.path(socket, in: Files.folder(of: file)))
            }
        }
        return AdminClient(socket: Configuration.defaultAdminSocket)
    }
}
