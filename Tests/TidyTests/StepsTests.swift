import Glibc
import TestSupport
import Testing

/// Tests/Tools/steps, by which deploy/test runs everything, over steps made up for the purpose.
@Suite struct `The steps of deploy/test` {
    private let folder = TemporaryFolder()

    /// Starts a script of steps; what it prints goes to `output`.
    private func start(_ steps: String) throws -> ChildProcess {
        writeText("source \(Tree.root)/Tests/Tools/steps\n\(steps)\n", to: folder.file("script"))
        // Whoever runs the tests in the background may ignore signals, and a shell cannot catch what was ignored before
        // it.
        return try ChildProcess(
            "/usr/bin/env", ["--default-signal", "/bin/bash", folder.file("script")],
            environment: ["TMPDIR": folder.path], output: folder.file("output"))
    }

    private func run(_ steps: String) throws -> (status: Int32, text: String) {
        let status = try start(steps).wait()
        return (status, readText(folder.file("output")))
    }

    /// The lines of the summary that stand for a step, without the minutes.
    private static func ends(_ text: String) -> [String] {
        text.split(separator: "\n").drop { !$0.contains("in minutes") }.compactMap { line in
            for word in ["passed   ", "FAILED   ", "not run  "] {
                if let mark = line.firstRange(of: word) { return String(line[mark.lowerBound...]) }
            }
            return nil
        }
    }

    /// Whether the process whose id is in the file `left` runs, by the state that proc_pid_stat(5) tells.
    private var isLeftRunning: Bool {
        let id = readText(folder.file("left")).filter { $0 != "\n" }
        #expect(!id.isEmpty)
        let stat = readText("/proc/\(id)/stat")
        return !stat.isEmpty && !stat.contains(") Z ")
    }

    @Test func `all pass`() throws {
        let (status, text) = try run("step a '' First true\nstep b a Second echo 'it runs'")
        #expect(status == 0)
        #expect(text.contains("it runs") && text.contains("Everything passed."))
        #expect(Self.ends(text) == ["passed   First", "passed   Second"])
    }

    @Test func `one that fails hides no other, and what needs it is not run`() throws {
        let (status, text) = try run(
            """
            step a '' First true
            step b a Second sh -c 'exit 7'
            step c 'a b' Third echo 'must not run'
            step d c Fourth echo 'must not run'
            step e a Fifth echo 'runs all the same'
            """)
        #expect(status == 1)
        #expect(!text.contains("must not run") && text.contains("runs all the same"))
        #expect(
            Self.ends(text) == [
                "passed   First", "FAILED   Second (exit status 7)", "not run  Third (needs: Second)",
                "not run  Fourth (needs: Third)", "passed   Fifth",
            ])
        #expect(text.contains("1 failed, 2 not run."))
    }

    /// A function that goes on after a failure would pass by its last command.
    @Test(arguments: ["false; true", "false | true", "echo $nobody_knows_it; true", "sh -c 'kill -SEGV $$'; true"])
    func `a step fails by any of its commands`(_ commands: String) throws {
        let (status, text) = try run("some() { \(commands); }\nstep a '' First some\nstep b '' Second true")
        #expect(status == 1, "\(text)")
        #expect(Self.ends(text).map { $0.prefix(15) } == ["FAILED   First ", "passed   Second"], "\(text)")
    }

    @Test func `what a step changes is not there for the next one`() throws {
        let (status, text) = try run(
            """
            change() { x=2; cd /; }
            x=1
            step a '' First change
            step b '' Second test "$x-$PWD" = "1-$PWD"
            """)
        #expect(status == 0, "\(text)")
    }

    @Test func `a need that no step before has is a mistake`() throws {
        let (status, text) = try run("step a '' First true\nstep b aa Second true")
        #expect(status == 2)
        #expect(text.contains("needs aa"))
    }

    @Test func `what a step leaves running ends with it`() throws {
        let (status, text) = try run(
            "leave() { sleep 1000 & echo $! > '\(folder.file("left"))'; }\nstep a '' First leave")
        #expect(status == 0, "\(text)")
        #expect(!isLeftRunning)
    }

    @Test func `nobody is asked anything`() throws {
        let (status, _) = try run("asks() { ! read -r line; }\nstep a '' First asks")
        #expect(status == 0)
    }

    @Test(arguments: [SIGHUP, SIGINT, SIGTERM])
    func `a signal ends everything and tells what was`(_ signal: Int32) throws {
        // Once `begun` can be read its processes run.
        unsafe mkfifo(folder.file("begun"), 0o600)
        let script = try start(
            """
            long() {
                trap 'echo "it has tidied up"; exit' TERM
                sleep 1000 & echo $! > '\(folder.file("left"))'
                echo "$steps_folder" > '\(folder.file("begun"))'
                wait
            }
            step a '' First false
            step b '' Second long
            step c '' Third echo 'must not run'
            """)
        let scratch = readText(folder.file("begun")).filter { $0 != "\n" }
        script.signal(signal)
        #expect(script.wait() == 128 + signal)
        let text = readText(folder.file("output"))
        #expect(text.contains("it has tidied up") && !text.contains("must not run"), "\(text)")
        #expect(Self.ends(text) == ["FAILED   First (exit status 1)"])
        #expect(text.contains("broken off  Second"))
        #expect(!isLeftRunning)
        #expect(!scratch.isEmpty)
        let isLeft = unsafe access(scratch, F_OK) == 0
        #expect(!isLeft)
    }
}
