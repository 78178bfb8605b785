import Configuration
import Crypto
import Domain
import HTTP
import Sandbox
import Service

extension Command {
    static let sandbox = Command(
        name: "sandbox",
        usage: Usage(
            summary: "imitate the ad platforms, with faults on demand",
            options: [
                Usage.Option(name: "listen", value: "HOST:PORT", help: "where to listen; default 127.0.0.1:8090"),
                Usage.Option(name: "seed", value: "N", help: "what the faults' dice begin with; default 1"),
                Usage.Option(
                    name: "fault", value: "JSON",
                    help: "a fault that is on from the start, as for POST /sandbox/faults",
                    repeats: true),
                Usage.Option(
                    name: "scenario", value: "FILE",
                    help: "faults with their times, as for POST /sandbox/scenario (JSON5)"),
                Usage.Option(name: "remember", value: "N", help: "event ids to remember; default 4000000"),
                Usage.Option(
                    name: "google-key", value: "FILE",
                    help: "public key (PEM) that service accounts' assertions must be signed for"),
                Usage.Option(
                    name: "google-testing", value: "TIME",
                    help: "refresh tokens end after so long, for example 7d, as with an OAuth app in testing"),
                Usage.Option(name: "google-scope", value: "TEXT", help: "the scope that refresh tokens are good for"),
                Usage.Option(
                    name: "meta-token", value: "TOKEN", help: "access token that Meta takes; default: any",
                    repeats: true),
                Usage.Option(
                    name: "meta-app-secret", value: "TEXT", help: "Meta demands appsecret_proof with this secret"),
                Usage.Option(
                    name: "webhook-secret", value: "whsec_…", help: "webhooks must be signed with this secret"),
                Usage.Option(
                    name: "record", value: "FOLDER",
                    help: "keep every request with events as a file there, to look at or to check"),
                Usage.Option(
                    name: "relay", value: "URL",
                    help: "the relay that the landing pages at /demo/ send to; default http://127.0.0.1:8080"),
                Usage.Option(
                    name: "key", value: "KEY", help: "the key that these pages send with; default pk_acme_tour"),
            ],
            notes: [
                "Landing pages with the relay's snippet, a form and a consent banner: /demo/.",
                """
                Google: /v1/events:ingest, /v1/requestStatus:retrieve, /vNN/customers/N:uploadClickConversions, \
                /token.
                """,
                "Meta: /vNN.N/PIXEL/events. Webhooks: /webhook/NAME.",
                "What arrived is at /sandbox/ (see its answer for the addresses there). Ends on SIGTERM or SIGINT.",
                "Nothing here is secret: the sandbox is for tests, on loopback.",
            ],
            examples: [
                "leadrelay sandbox --listen 127.0.0.1:8090",
                "leadrelay sandbox --scenario Tests/Scenarios/meta-drop-after-receipt.json",
                "leadrelay sandbox --fault '{\"kind\":\"status\",\"status\":503,\"probability\":0.1}'",
            ])
    ) { arguments, terminal in
        let text = arguments["listen"] ?? "127.0.0.1:8090"
        guard let address = Configuration.ListenAddress(text) else {
            throw WrongUsage(message: "--listen \(Configuration.ListenAddress.hint)")
        }
        guard let seed = UInt64(arguments["seed"] ?? "1") else { throw WrongUsage(message: "--seed must be a number") }
        let faults = try arguments.all("fault").map { text throws in
            guard let json = try? JSON(parsing: Array(text.utf8)) else {
                throw WrongUsage(message: "--fault must be JSON, for example {\"kind\":\"status\",\"status\":503}")
            }
            do throws(Fault.Mistake) {
                return try Fault(json)
            } catch {
                throw WrongUsage(message: "--fault: \(error.words)")
            }
        }
        var options = SandboxOptions()
        if let remember = arguments["remember"] {
            options.maximumIDs = try number(remember, "remember", 0...100_000_000)
        }
        if let file = arguments["google-key"] { options.serviceAccountKey = try publicKey(file) }
        options.grantedScope = arguments["google-scope"] ?? options.grantedScope
        if let text = arguments["google-testing"] {
            guard let lifetime = Duration(configured: text) else {
                throw WrongUsage(message: "--google-testing must be a time, for example 7d")
            }
            options.refreshTokenLifetime = lifetime
        }
        options.metaAccessTokens = Set(arguments.all("meta-token"))
        options.metaAppSecret = arguments["meta-app-secret"]
        options.webhookSecret = arguments["webhook-secret"]
        options.records = arguments["record"].map { RequestRecords(folder: $0) }
        options.demonstration = Demonstration(
            relay: arguments["relay"] ?? "http://127.0.0.1:8080", key: arguments["key"] ?? "pk_acme_tour")
        if options.demonstration == nil {
            throw WrongUsage(
                message: "--relay must be an address without a path, for example http://127.0.0.1:8080, and --key a key"
            )
        }

        let scenario = try arguments["scenario"].map(scenario)
        let signals = Signals()
        let sandbox = Sandbox(options, faults: Faults(seed: seed))
        sandbox.play(Scenario(faults: (scenario?.faults ?? []) + faults))
        let server: Server
        do throws(ServerError) {
            server = try sandbox.serve([.tcp(host: address.host, port: address.port)])
        } catch {
            throw Failure("\(error)")
        }
        let listening = Configuration.ListenAddress(host: address.host, port: server.port)
        terminal.errors("the sandbox is at http://\(listening), what arrived at http://\(listening)/sandbox/\n")
        while signals.wait(atMost: .hours(1)) != .stop {}
        server.drain(within: .seconds(2))
        if let left = options.records?.left, left > 0 {
            terminal.errors("\(left) requests were not recorded: more than 64 MiB, or files that cannot be written\n")
        }
        return .good
    }

    private static func scenario(_ file: String) throws -> Scenario {
        switch Files.read(file, limit: 4 << 20) {
        case .failure(let failure): throw Failure("\(file) cannot be read: \(failure.message)")
        case .success(let bytes):
            do {
                return try Scenario(JSON(Tree(JSON5(parsing: bytes))))
            } catch let error as JSON5.Fault {
                throw Failure("\(file):\(error.place.line):\(error.place.column): \(error.sentence)")
            } catch let error as Fault.Mistake {
                throw Failure("\(file): \(error.words)")
            }
        }
    }

    private static func publicKey(_ file: String) throws -> RSAPublicKey {
        switch Files.read(file, limit: 1 << 20) {
        case .failure(let failure): throw Failure("\(file) cannot be read: \(failure.message)")
        case .success(let bytes):
            do throws(KeyFault) {
                return try RSAPublicKey(pem: String(decoding: bytes, as: UTF8.self))
            } catch {
                throw Failure("\(file) \(error)")
            }
        }
    }
}
