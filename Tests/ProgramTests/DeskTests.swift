import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import leadrelay

@Suite struct `A desk` {
    @Test func `does not keep a relay from stopping that has minutes of work left`() throws {
        let folder = TemporaryFolder()
        let ledger = try Ledger(path: folder.file("relay.db"), log: .silent)
        defer { ledger.close() }
        let desk = ReadPool("test", threads: 1, maximumWaiting: 4, ledger: ledger, log: .silent)
        let gate = Locked(false)
        let begun = Locked(0)
        for _ in 0..<3 {
            #expect(
                desk.submit { _ in
                    begun.update { $0 += 1 }
                    gate.wait { $0 ? true : nil }
                })
        }
        begun.wait { $0 == 1 ? true : nil }
        desk.close(within: .milliseconds(20))
        #expect(!desk.submit { _ in })
        gate.update { $0 = true }
        desk.close(within: .seconds(60))
        #expect(begun.withLock { $0 } == 1)
    }
}
