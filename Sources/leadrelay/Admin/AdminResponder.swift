import Domain
import HTTP
import Intake
import Service
import Store

/// Answers the API on the admin socket. The socket's file permissions are the authentication.
final class AdminResponder: Responder {
    private let relay: Relay
    private let desks: Desks

    /// Questions that are answered at once do not wait behind those that take minutes.
    struct Desks: Sendable {
        let quick: Desk
        let long: Desk

        init(ledger: Ledger, log: Log) {
            quick = Desk("desk", threads: 1, maximumWaiting: 64, ledger: ledger, log: log)
            long = Desk("long desk", threads: 1, maximumWaiting: 4, ledger: ledger, log: log)
        }

        private static let patience: Duration = .seconds(3)

        func close() {
            quick.close(within: Self.patience)
            long.close(within: Self.patience)
        }
    }

    init(_ relay: Relay, _ desks: Desks) {
        self.relay = relay
        self.desks = desks
    }

    func respond(to request: Request, _ exchange: Exchange) {
        switch Operation.find(request.method, request.path, in: Operation.all) {
        case .problem(let problem): exchange.reply(problem.response)
        case .operation(let operation, let parameters):
            do throws(Problem) {
                let call = try Self.call(request, parameters)
                let desk = operation.isLong ? desks.long : desks.quick
                let isTaken = desk.submit { [relay] reader in
                    exchange.reply(Self.answer(operation, call, relay, reader))
                }
                guard isTaken else {
                    throw Problem(.overloaded, "Too many questions are waiting. Ask again in a moment.", retryAfter: 2)
                }
            } catch {
                exchange.reply(error.response)
            }
        }
    }

    private static func call(_ request: Request, _ parameters: [String: String]) throws(Problem) -> Operation.Call {
        var call = Operation.Call(parameters: parameters, actor: "admin socket")
        if let query = request.query {
            guard let fields = try? FormFields(query: query) else {
                throw Problem(.requestUnusable, "The query is not encoded like a form.")
            }
            for field in fields.all { call.query[field.name] = field.value }
        }
        if !request.body.isEmpty {
            guard let body = try? JSON(parsing: request.body) else {
                throw Problem(.requestUnusable, "The body must be JSON.", invalid: "body")
            }
            call.body = body
        }
        return call
    }

    private static func answer(_ operation: Operation, _ call: Operation.Call, _ relay: Relay, _ reader: Reader)
        -> Response
    {
        do {
            let answer = try operation.run(call, relay, reader)
            let fields = [
                (name: "Content-Type", value: "application/json"), (name: "Cache-Control", value: "no-store"),
            ]
            return Response(200, fields: fields, body: answer.bytes)
        } catch let problem as Problem {
            return problem.response
        } catch StoreError.unusable(let reason) {
            return Problem(.conflict, reason).response
        } catch let error as StoreError {
            return Problem(error).response
        } catch {
            relay.log.error("api.failed", ["reason": "\(error)"])
            return Problem(.failed, "\(error)").response
        }
    }
}
