import Glibc
import Service
import TestSupport
import Testing

@Suite struct `The supervisor` {
    @Test func `is told in the words of sd_notify`() {
        let folder = TemporaryFolder()
        let socket = NotifySocket(folder.file("notify"))
        let supervisor = Supervisor(address: socket.path)
        supervisor.ready("taking leads\nWATCHDOG=1")
        // A status cannot smuggle in a message of its own.
        #expect(socket.wait(for: "READY=1\nSTATUS=taking leads WATCHDOG=1", atMost: 5))
        supervisor.reloading()
        #expect(socket.wait(for: "RELOADING=1\nMONOTONIC_USEC=", atMost: 5))
        supervisor.alive()
        #expect(socket.wait(for: "WATCHDOG=1", atMost: 5))
        supervisor.stopping("done")
        #expect(socket.wait(for: "STOPPING=1\nSTATUS=done", atMost: 5))
    }

    @Test(arguments: [nil, "", "/nowhere/at/all", String(repeating: "x", count: 200)])
    func `may be absent`(_ address: String?) {
        Supervisor(address: address).ready("nobody listens")
    }
}

@Suite struct `A signal` {
    @Test func `arrives as a value`() async {
        await #expect(processExitsWith: .success) {
            let signals = Signals()
            precondition(signals.wait(atMost: .zero) == nil)
            for (number, expected) in [(SIGHUP, Signals.Signal.reload), (SIGTERM, .stop), (SIGINT, .stop)] {
                raise(number)
                precondition(signals.wait(atMost: .seconds(5)) == expected)
            }
            // Raised in this thread, because the runner's other threads do not block them. A peer that has gone ends
            // one write, not the process.
            raise(SIGPIPE)
            precondition(signals.wait(atMost: .zero) == nil)
        }
    }
}
