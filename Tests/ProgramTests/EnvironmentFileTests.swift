import TestSupport
import Testing

@testable import CommandLine
@testable import Configuration
@testable import leadrelay

@Suite struct `A file of secrets` {
    private let folder = TemporaryFolder()

    static let lines: [(text: String, values: [String: String])] = [
        ("# A=1\n; B=2\n\n  C=3  \r\n", ["C": "3"]),
        ("A=\"two words\"\nB='it is \\n'\n", ["A": "two words", "B": "it is \\n"]),
        ("A=\"a \\\"b\\\" \\\\\"\n", ["A": "a \"b\" \\"]), ("A=b=c\nA=d", ["A": "d"]), ("A=\n", ["A": ""]),
    ]

    @Test func `is read as systemd reads it`() throws {
        let file = folder.file("secrets.env")
        for (text, values) in Self.lines {
            writeText(text, to: file)
            #expect(try EnvironmentFile(file).values == values, "\(text)")
        }
    }

    @Test(arguments: [("A=1\nB = 2", 2), ("secret", 1), ("=x", 1), ("\n\nexport A=1", 3)])
    func `names a line that is none, and never what stands there`(_ text: String, _ line: Int) {
        let file = folder.file("secrets.env")
        writeText(text, to: file)
        #expect(throws: EnvironmentFile.Fault(description: "\(file): line \(line) is not NAME=value")) {
            try EnvironmentFile(file)
        }
    }

    @Test func `is where check looks first`() {
        let (file, secrets) = (folder.file("relay.json5"), folder.file("secrets.env"))
        writeText(
            "{ sources: { s: { keys: 'pk_page_key', signature_secret: { env: 'OF_NO_ENVIRONMENT' } } } }", to: file)
        writeText("OF_NO_ENVIRONMENT=secret\n", to: secrets)
        let without = TestTerminal()
        #expect(Command.run(["check", "--config", file], without.terminal) == .notGood)
        #expect(without.errors.contains("OF_NO_ENVIRONMENT is not set"))
        let with = TestTerminal()
        #expect(Command.run(["check", "--config", file, "--env-file", secrets], with.terminal) == .good)
        let gone = TestTerminal()
        #expect(Command.run(["check", "--config", file, "--env-file", "/nowhere"], gone.terminal) == .notGood)
        #expect(gone.errors.contains("/nowhere cannot be read: No such file or directory"))
    }
}
