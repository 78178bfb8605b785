import Curl
import Domain
import Forwarding
import HTTP
import Sandbox
import Service
import TestSupport
import Testing

@testable import CommandLine
@testable import Configuration
@testable import leadrelay

@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Asking destinations before their leads do` {
    /// A configuration file with a lane to a sandbox's Meta.
    private final class Stage {
        let folder = TemporaryFolder()
        let sandbox: Sandbox
        let server: Server
        init() throws {
            var options = SandboxOptions()
            options.records = recordedRequests.map { RequestRecords(folder: $0) }
            sandbox = Sandbox(options)
            server = try sandbox.serve([.tcp(host: "127.0.0.1", port: 0)])
        }
        deinit { server.drain(within: .zero) }

        func text(every: String = "6h") -> String {
            """
            { database: "\(folder.file("leads.sqlite"))", admin_socket: "\(folder.file("admin.sock"))",
              listen: "127.0.0.1:0", preflight: { every: "\(every)" },
              destinations: { meta: { platform: "meta_ads", pixel: "1", access_token: { env: "T" },
                                      endpoint: "http://127.0.0.1:\(server.port)" } } }
            """
        }

        func configuration(every: String = "6h") throws -> Configuration {
            let secrets = SecretReader(environment: { _ in "token" }, file: { _ in .missing("") })
            let report = ConfigurationReport(Array(text(every: every).utf8), secrets: secrets)
            return try #require(report.configuration, "\(report.mistakes)")
        }
    }

    @Test func `happens at the start, on demand, and when a destination has changed`() throws {
        let stage = try Stage()
        let lines = Locked<[String]>([])
        let configuration = try stage.configuration()
        let watch = PreflightWatch(
            configuration.destinations, every: configuration.preflightEvery, clock: .system,
            log: Log(sink: { line in lines.update { $0.append(line) } }))
        defer { watch.stop() }
        #expect(watch.askAndWait(atMost: .seconds(30)))
        #expect(watch.reports.map(\.grade) == [.ok])
        stage.sandbox.faults { $0.add(Fault(.expiredToken, on: .metaAds)) }
        #expect(watch.askAndWait(atMost: .seconds(30)))
        #expect(watch.reports.map(\.grade) == [.failed])
        let isTold = lines.wait(atMost: .seconds(30)) { lines -> Bool? in
            lines.contains { $0.contains("preflight.failed destination=meta") } ? true : nil
        }
        #expect(isTold == true)
        stage.sandbox.faults { $0.removeAll() }
        var changed = try stage.configuration()
        changed.destinations[0].name = "other"
        let rounds = watch.rounds
        watch.configure(changed.destinations, every: changed.preflightEvery)
        #expect(watch.wait(after: rounds, atMost: .seconds(30)))
    }

    @Test func `may be switched off, and is done on demand all the same`() throws {
        let stage = try Stage()
        let configuration = try stage.configuration(every: "off")
        #expect(configuration.preflightEvery == nil)
        let watch = PreflightWatch(
            configuration.destinations, every: configuration.preflightEvery, clock: .system, log: .silent)
        defer { watch.stop() }
        #expect(watch.rounds == 0)
        #expect(watch.askAndWait(atMost: .seconds(30)))
        #expect(watch.rounds == 1)
    }

    @Test func `prints a table and ends with 1 on a failure`() throws {
        let stage = try Stage()
        let path = stage.folder.file("relay.json5")
        writeText(
            stage.text().replacing(#"{ env: "T" }"#, with: #"{ file: "\#(stage.folder.file("token"))" }"#), to: path)
        writeText("token", to: stage.folder.file("token"))
        let good = TestTerminal(input: "", environment: [:])
        #expect(Command.run(["check", "--online", "--config", path], good.terminal) == .good)
        #expect(good.output.contains("pixel 1 \"Sandbox pixel 1\""), "\(good.output) \(good.errors)")
        stage.sandbox.faults { $0.add(Fault(.errorCode, on: .metaAds, code: "100/33")) }
        let bad = TestTerminal(input: "", environment: [:])
        #expect(Command.run(["check", "--online", "--config", path], bad.terminal) == .notGood)
        #expect(bad.output.contains("failed"))
        #expect(bad.output.contains("assign the pixel to the system user"))
        let json = TestTerminal(input: "", environment: [:])
        #expect(Command.run(["check", "--online", "--json", "--config", path], json.terminal) == .notGood)
        #expect(try JSON(parsing: Array(json.output.utf8))["online"]?[0]?["grade"] == "failed")
    }
}
