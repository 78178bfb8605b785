import Glibc
import Service
import TestSupport
import Testing

@Suite struct `A lock on a file itself` {
    /// Whether it can be had, for a moment.
    private static func isFree(_ path: String) -> Bool {
        do throws(FileLock.Refusal) {
            _ = try FileLock(itself: path)
            return true
        } catch {
            #expect(error == .heldByAnother)
            return false
        }
    }

    /// A child that another test has forked holds the lock, too, until it runs a program of its own (flock(2)).
    private static func becomesFree(_ path: String) -> Bool {
        for _ in 0..<5000 {
            if (try? FileLock(itself: path)) != nil { return true }
            usleep(1000)
        }
        return false
    }

    @Test func `holds whatever links lead to it, and makes it if there is none`() throws {
        let folder = TemporaryFolder()
        let (path, soft, hard) = (folder.file("relay.db"), folder.file("soft.db"), folder.file("hard.db"))
        do {
            let lock = try FileLock(itself: path)
            #expect(Files.size(of: path) == 0)
            let (madeSoft, madeHard) = unsafe (symlink(path, soft), link(path, hard))
            #expect(madeSoft == 0 && madeHard == 0)
            for name in [path, soft, hard] { #expect(!Self.isFree(name), "\(name)") }
            #expect(Self.isFree(folder.file("other.db")))
            _ = consume lock
        }
        for name in [path, soft, hard] { #expect(Self.becomesFree(name), "\(name)") }
    }

    @Test func `writes nothing into it`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("relay.db")
        _ = Files.replace(path, with: Array("content".utf8))
        do { _ = try FileLock(itself: path) }
        #expect(try Files.read(path, limit: 100).get() == Array("content".utf8))
    }
}
