import Domain
package import HTTP
import Intake
import Service
import Store

/// Answers the API on the admin socket. The socket's file permissions are the authentication.
package final class AdminResponder: Responder {
    private let relay: RelayContext
    private let desks: ReadPools

    package init(_ relay: RelayContext, _ desks: ReadPools) {
        self.relay = relay
        self.desks = desks
    }

    package func respond(to request: Request, _ exchange: Exchange) {
        switch Handlers.find(request.method, request.path) {
        case .problem(let problem): exchange.reply(problem.response)
        case .handler(let handler, let parameters):
            do throws(Problem) {
                let call = try APICall(request, parameters, by: .socket)
                try desks.submit(handler.route.pool) { [relay] reader in
                    exchange.reply(handler.response(to: call, relay, reader))
                }
            } catch {
                exchange.reply(error.response)
            }
        }
    }
}
