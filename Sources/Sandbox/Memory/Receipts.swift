import Crypto
import Domain

/// What has arrived: for every event id of a destination account how often, when, and whether always the same.
///
/// Made for millions: all ids lie one after the other in one buffer, found through an open hash table. An id costs
/// about 100 bytes.
struct Receipts {
    /// Ids that are remembered; events with further ones are counted only.
    let maximum: Int

    private var accounts: [Account] = []
    private var entries: [Entry] = []
    private var ids: [UInt8] = []
    /// Positions in `entries`, plus one; 0 is a free slot. Its count is a power of two, at least twice that of
    /// `entries`.
    private var slots: [UInt32]

    struct Account: Equatable {
        let platform: Platform
        let name: String
    }

    /// What came of taking in an event.
    enum Outcome { case new, repeated, changed, notRemembered }

    private struct Entry {
        let start: Int
        let length: UInt16
        let account: UInt16
        var count: UInt32 = 1
        /// Receipts that differed from the first.
        var changes: UInt32 = 0
        let hash: UInt32
        let first: Int64
        var last: Int64
        let digest: Digest
    }

    init(maximum: Int) {
        self.maximum = maximum
        slots = Array(repeating: 0, count: 1024)
    }

    var count: Int { entries.count }

    /// The number that stands for an account.
    mutating func account(_ platform: Platform, _ name: String) -> Int {
        let account = Account(platform: platform, name: name)
        if let index = accounts.firstIndex(of: account) { return index }
        accounts.append(account)
        return accounts.count - 1
    }

    mutating func record(_ id: String, of account: Int, _ digest: Digest, at now: Instant) -> Outcome {
        let hash = Self.hash(id, account)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if entries[index].hash == hash, entries[index].account == account, isID(entries[index], id) {
                entries[index].count += 1
                entries[index].last = now.milliseconds
                if entries[index].digest == digest { return .repeated }
                entries[index].changes += 1
                return .changed
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        guard entries.count < maximum, let length = UInt16(exactly: id.utf8.count), account <= UInt16.max else {
            return .notRemembered
        }
        entries.append(
            Entry(
                start: ids.count, length: length, account: UInt16(account), hash: hash, first: now.milliseconds,
                last: now.milliseconds, digest: digest))
        ids.append(contentsOf: id.utf8)
        slots[slot] = UInt32(entries.count)
        if entries.count * 2 > slots.count { grow() }
        return .new
    }

    /// Whether it has come before.
    func contains(_ id: String, of platform: Platform, _ name: String) -> Bool {
        guard let account = accounts.firstIndex(of: Account(platform: platform, name: name)) else { return false }
        let hash = Self.hash(id, account)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let entry = entries[Int(slots[slot]) - 1]
            if entry.hash == hash, entry.account == account, isID(entry, id) { return true }
            slot = (slot + 1) & (slots.count - 1)
        }
        return false
    }

    private func isID(_ entry: Entry, _ id: String) -> Bool {
        Int(entry.length) == id.utf8.count && ids[entry.start..<entry.start + Int(entry.length)].elementsEqual(id.utf8)
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for (index, entry) in entries.enumerated() {
            var slot = Int(entry.hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(index + 1)
        }
    }

    /// FNV-1a, folded to 32 bits. Ids come from our own relay: nobody makes them collide on purpose.
    private static func hash(_ id: String, _ account: Int) -> UInt32 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(account)
        for byte in id.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
    }

    /// Calls `body` with the receipts in the order of their first arrival, from the given position on, until it returns
    /// false.
    func forEach(from start: Int = 0, _ body: (Receipt) -> Bool) {
        for entry in entries.dropFirst(start) where !body(receipt(entry)) { return }
    }

    private func receipt(_ entry: Entry) -> Receipt {
        Receipt(
            platform: accounts[Int(entry.account)].platform, account: accounts[Int(entry.account)].name,
            id: String(decoding: ids[entry.start..<entry.start + Int(entry.length)], as: UTF8.self),
            count: Int(entry.count), changes: Int(entry.changes), digest: entry.digest.hex,
            first: Instant(milliseconds: entry.first), last: Instant(milliseconds: entry.last))
    }
}

/// A SHA-256 without an array of its own.
struct Digest: Equatable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    init(of bytes: [UInt8]) {
        let hash = SHA256.hash(bytes)
        func word(_ index: Int) -> UInt64 { hash[8 * index..<8 * index + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        words = (word(0), word(1), word(2), word(3))
    }

    static func == (a: Self, b: Self) -> Bool { a.words == b.words }

    var hex: String {
        let bytes = [words.0, words.1, words.2, words.3].flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
        }
        return Hex.encode(bytes)
    }
}
