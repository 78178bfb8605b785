import Glibc
import Service
import TestSupport
import Testing

@Suite struct `Small files` {
    private let folder = TemporaryFolder()

    @Test func `are read whole, or not at all`() throws {
        let path = folder.file("a")
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
        try Files.replace(path, with: bytes).get()
        #expect(Files.size(of: path) == bytes.count)
        #expect(try Files.read(path, limit: bytes.count).get() == bytes)
        #expect(Files.read(path, limit: bytes.count - 1) == .failure(FileFailure("larger than 199999 bytes")))
        try Files.replace(path, with: []).get()
        #expect(try Files.read(path, limit: 0).get() == [])
    }

    @Test func `that cannot be had are told in the system's words`() {
        let missing = FileFailure("No such file or directory")
        #expect(Files.read(folder.file("none"), limit: 1) == .failure(missing))
        #expect(Files.read(folder.file("."), limit: 1) == .failure(FileFailure("Is a directory")))
        #expect(Files.size(of: folder.file("none")) == nil)
        if case .failure(let failure) = Files.move(folder.file("none"), to: folder.file("b")) {
            #expect(failure == missing)
        } else {
            Issue.record("a file that is not there was moved")
        }
    }

    @Test func `are made once, for their owner alone`() throws {
        let path = folder.file("new")
        let descriptor = try Files.create(path).get()
        Files.write("text", to: descriptor)
        close(descriptor)
        #expect(Files.exists(path) && !Files.isReadableByAll(path))
        #expect((try? Files.create(path).get()) == nil, "it is there already")
        #expect(try Files.read(path, limit: 10).get() == Array("text".utf8))
        Files.remove(path)
        #expect(!Files.exists(path))
    }

    @Test func `are copied, linked and moved, never over what a link would hide`() throws {
        let (a, b, c) = (folder.file("a"), folder.file("b"), folder.file("c"))
        try Files.replace(a, with: Array("one".utf8)).get()
        try Files.copy(a, to: b).get()
        #expect(try Files.read(b, limit: 10).get() == Array("one".utf8))
        #expect(!Files.isSame(a, b))
        #expect((try? Files.copy(a, to: b).get()) == nil, "a copy never overwrites")
        try Files.link(a, as: c).get()
        #expect(Files.isSame(a, c))
        #expect((try? Files.link(a, as: b).get()) == nil, "the name is taken")
        try Files.replace(b, with: Array("two".utf8)).get()
        try Files.move(b, to: c).get()
        #expect(!Files.exists(b) && !Files.isSame(a, c))
        #expect(try Files.read(c, limit: 10).get() == Array("two".utf8))
    }

    @Test func `written once more say the same`() throws {
        let path = folder.file("wal")
        let bytes = [UInt8](repeating: 0xA5, count: 70_000)
        try Files.replace(path, with: bytes).get()
        try Files.rewrite(path).get()
        #expect(try Files.read(path, limit: bytes.count).get() == bytes)
        // A log that is not there has nothing that could be lost.
        try Files.rewrite(folder.file("none")).get()
    }

    @Test(arguments: [
        ("/etc/leadrelay/relay.json5", "/etc/leadrelay"), ("/relay.json5", "/"), ("relay.json5", "."), ("a/b", "a"),
    ])
    func `lie in a folder`(_ path: String, _ folder: String) {
        #expect(Files.folder(of: path) == folder)
    }

    @Test(arguments: [
        ("leads.sqlite", "/var/lib", "/var/lib/leads.sqlite"), ("/tmp/x", "/var/lib", "/tmp/x"), ("x", ".", "x"),
        ("x", "/", "/x"),
    ])
    func `are named from where their configuration lies`(_ path: String, _ folder: String, _ whole: String) {
        #expect(Files.path(path, in: folder) == whole)
    }
}
