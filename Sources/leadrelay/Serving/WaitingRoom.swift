import CommandLine
import Configuration
import HTTP
import Intake
import Service
import Store

/// Why the relay cannot start yet, though nothing is wrong with the configuration: it starts by itself when that has
/// passed.
struct NotYet: Error {
    let reason: StoreError
}

/// Stands in for a relay whose database cannot be opened yet: it listens where the relay will, and tells everybody to
/// come back. Without it senders would find nobody, and nobody could ask why.
final class WaitingRoom {
    private let server: Server
    private let lock: FileLock
    private let database: String

    /// How long from one try to open the database to the next.
    static let step: Duration = .seconds(2)

    /// Why a second relay does not start.
    static func heldByAnother(_ database: String) -> Failure {
        Failure("another relay is using \(database). Stop it first, or choose another \"database\".")
    }

    init(_ configuration: Configuration, _ reason: StoreError) throws {
        database = configuration.database
        do throws(FileLock.Refusal) {
            lock = try FileLock(database + ".lock")
        } catch {
            throw Self.heldByAnother(database)
        }
        do throws(ServerError) {
            server = try Server(
                configuration.listen.map { .tcp(host: $0.host, port: $0.port) },
                limits: configuration.publicLimits(),
                name: "waiting"
            ) { _ in WaitingResponder(reason: reason) }
        } catch {
            throw Failure("\(error)")
        }
    }

    /// Whether the database can be opened now. Throws what speaks against it for good.
    func canGoOn(_ log: Log) throws -> Bool {
        do throws(StoreError) {
            try Ledger(path: database, log: log).close()
            return true
        } catch {
            if error.passes { return false }
            throw Failure(error.description)
        }
    }

    /// Makes room for the relay itself.
    func close() { server.drain(within: .seconds(1)) }
}

extension StoreError {
    /// Whether it is over as soon as somebody makes room or lets go.
    var passes: Bool { self == .diskFull || isLock }
}

/// Answers like a relay that is not ready.
private final class WaitingResponder: Responder {
    private let reason: StoreError

    init(reason: StoreError) { self.reason = reason }

    func respond(to request: Request, _ exchange: Exchange) {
        let text = [
            (name: "Content-Type", value: "text/plain; charset=utf-8"), (name: "Cache-Control", value: "no-store"),
        ]
        switch request.path {
        case "/healthz": exchange.reply(Response(200, fields: text, body: Array("ok\n".utf8)))
        case "/readyz": exchange.reply(Response(503, fields: text, body: Array("\(reason)\n".utf8)))
        default: exchange.reply(Problem(reason).response)
        }
    }
}
