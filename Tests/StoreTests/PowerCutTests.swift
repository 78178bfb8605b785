import CPowerCut
import Domain
import Glibc
import Service
import Store
import TestSupport
import Testing

/// The disk of these tests is one for the process, so they run one after the other.
@Suite(.serialized) struct `When the power fails` {
    /// `LEADRELAY_POWER_CUTS` asks for more in a long run.
    private static let cuts = unsafe getenv("LEADRELAY_POWER_CUTS").flatMap { unsafe Int(String(cString: $0)) } ?? 1000

    @Test func `nothing acknowledged is lost, nothing is counted wrongly, no id is given twice`() throws {
        var cuts = 0
        var promises = 0
        var seed: UInt64 = 1
        while cuts < Self.cuts {
            var world = World(seed: seed, synchronous: "FULL")
            cuts += world.live(cuts: 5)
            #expect(world.faults == [], "seed \(seed)")
            promises += world.promises
            seed += 1
        }
        print("power cuts: \(cuts), leads acknowledged before them: \(promises)")
        #expect(promises > 10 * cuts, "hardly anything was promised, so hardly anything was tested")
    }

    /// While people are erased, what is old is cleared, and backups are made.
    @Test func `nothing erased comes back, and every backup that was announced is whole`() throws {
        var cuts = 0
        var seed: UInt64 = 10_000
        var (erased, cleared, backups) = (0, 0, 0)
        while cuts < Self.cuts / 2 {
            var world = World(seed: seed, synchronous: "FULL", keepsHouse: true)
            cuts += world.live(cuts: 5)
            #expect(world.faults == [], "seed \(seed)")
            erased += world.erased.count
            cleared += world.cleared
            backups += world.backups
            seed += 1
        }
        print("power cuts: \(cuts), erased: \(erased), cleared: \(cleared), backups: \(backups)")
        #expect(erased > cuts && cleared > cuts && backups * 2 > cuts, "hardly anything was tested")
    }

    /// Not a power cut, but the same disk.
    @Test func `a full disk refuses, says so once, and takes again what fits`() throws {
        powercut_reset()
        var options = Ledger.Options()
        options.vfs = "powercut"
        options.checkpointPages = 200
        let lines = Locked<[String]>([])
        let ledger = try Ledger(
            path: "/full.db", options: options, log: Log(sink: { line in lines.update { $0.append(line) } }))
        defer { ledger.close() }
        func post(_ count: Int) throws {
            _ = try ledger.inbox.append(
                (0..<count).map { _ in
                    AppendRequest([
                        Submission(
                            source: "landing", receivedAt: .start, format: .json,
                            body: [UInt8](repeating: 0x61, count: 3000))
                    ])
                })
        }
        func beat() -> Bool {
            let answer = Locked<Bool?>(nil)
            ledger.beat { result in answer.update { $0 = (try? result.get()) != nil } }
            return answer.wait { $0 }
        }
        try post(10)
        #expect(beat() && !ledger.isFull)
        powercut_fill(1)
        for _ in 0..<50 { #expect(throws: StoreError.diskFull) { try post(100) } }
        #expect(ledger.isFull)
        #expect(lines.withLock { $0.count { $0.contains("the disk is full") } } == 1)
        #expect(ledger.books[.received, source: "landing"] == 10)
        powercut_fill(0)
        #expect(beat() && !ledger.isFull)
        try post(100)
        #expect(lines.withLock { $0.count { $0.contains("store.disk_recovered") } } == 1)
        #expect(ledger.books[.received, source: "landing"] == 110)
        #expect(try ledger.reader().audit().faults == [])
        #expect(ledger.failure == nil)
    }

    /// Shows that the test above can fail: without fsync before the answer it does.
    /// `NORMAL` leaves out just this fsync, `OFF` all of them.
    @Test(arguments: ["NORMAL", "OFF"])
    func `without fsync before the answer acknowledged leads are lost`(synchronous: String) throws {
        var lost = 0
        for seed in 1...20 as ClosedRange<UInt64> {
            var world = World(seed: seed, synchronous: synchronous)
            _ = world.live(cuts: 5)
            if !world.faults.isEmpty { lost += 1 }
        }
        #expect(lost > 0)
    }
}

/// A ledger on a disk that fails, and an observer who remembers what was promised.
private struct World {
    private(set) var faults: [String] = []
    /// Leads, settlements and discards that were acknowledged.
    private(set) var promises = 0
    private let seed: UInt64
    private var random: SeededGenerator
    private let options: Ledger.Options
    private let time = MovedClock()
    private var number = 0
    private var acknowledged: [LeadID: String] = [:]
    private var delivered: Set<LeadID> = []
    private var confirmed: Set<LeadID> = []
    private var discarded: Set<LeadID> = []
    /// How often each went out again.
    private var replayed: [LeadID: Int] = [:]
    /// Leads and quarantined events whose erasure was acknowledged, and those of which it was only asked for.
    private(set) var erased: Set<LeadID> = []
    private var erasing: Set<LeadID> = []
    /// Bodies found cleared because they were old, and backups made.
    private(set) var cleared = 0
    private(set) var backups = 0
    private let keepsHouse: Bool
    private let folder = TemporaryFolder()
    private static let personalData: Duration = .seconds(20)

    /// `keepsHouse`: personal data goes after twenty seconds, people are erased, backups are made.
    init(seed: UInt64, synchronous: String, keepsHouse: Bool = false) {
        self.seed = seed
        self.keepsHouse = keepsHouse
        random = SeededGenerator(seed: seed)
        var options = Ledger.Options()
        if keepsHouse { options.retention.personalData = Self.personalData }
        options.vfs = "powercut"
        options.synchronous = synchronous
        options.checkpointPages = 30
        self.options = options
        powercut_reset()
    }

    /// Lives through some power cuts. Answers how many there were.
    mutating func live(cuts: Int) -> Int {
        for cut in 0..<cuts {
            powercut_arm(Int64.random(in: 1...900, using: &random), seed &* 1000 &+ UInt64(cut) &+ 1)
            if let ledger = try? open() {
                // Losing what was not synced can damage the file beyond use before the power fails again.
                while powercut_is_off() == 0, ledger.failure == nil { act(on: ledger) }
                if powercut_is_off() == 0 { faults.append("the writer gave up although the power was on") }
                ledger.close()
            }
            powercut_restore()
            check()
        }
        return cuts
    }

    private func open() throws -> Ledger {
        try Ledger(path: "/relay.db", options: options, clock: time.clock, log: .silent)
    }

    private mutating func act(on ledger: Ledger) {
        time.advance(.seconds(1))
        switch Int.random(in: 0..<(keepsHouse ? 13 : 8), using: &random) {
        case 0, 1, 2: append(to: ledger)
        case 3: judge(ledger)
        case 4: deliver(ledger)
        case 5: confirm(ledger)
        case 6: replay(ledger)
        case 7: discard(ledger)
        case 8, 9: erase(from: ledger)
        case 10, 11: for _ in 0..<3 { _ = try? ledger.retention.purge() }
        default: backUp(ledger)
        }
    }

    private mutating func erase(from ledger: Ledger) {
        guard let reader = try? ledger.reader() else { return }
        for id in acknowledged.keys.sorted().shuffled(using: &random).prefix(5) where !erasing.contains(id) {
            guard let story = try? reader.story(id) else { return }
            switch story.place {
            // What waits is looked for by its text, and erased once it is judged.
            case .inbox, .duplicate: continue
            case .lead:
                erasing.insert(id)
                guard (try? ledger.retention.erase([id])) != nil else { return }
            case .quarantined:
                erasing.insert(id)
                guard (try? ledger.retention.eraseQuarantined([id])) != nil else { return }
            }
            erased.insert(id)
            promises += 1
        }
    }

    /// A backup that was announced can be put in the place of the file: it is sound, and has what was acknowledged
    /// before it, and nothing that was erased before it.
    private mutating func backUp(_ ledger: Ledger) {
        let file = folder.file("backup.db")
        let (known, gone) = (acknowledged, erased)
        guard let audit = try? ledger.reader().backup(to: file) else { return }
        backups += 1
        promises += 1
        defer { for suffix in ["", "-wal", "-shm", ".lock"] { Service.Files.remove(file + suffix) } }
        faults += audit.faults
        do {
            let copy = try Ledger(path: file, clock: time.clock, log: .silent)
            defer { copy.close() }
            let reader = try copy.reader()
            for id in known.keys {
                guard let story = try reader.story(id) else {
                    faults.append("\(id) was acknowledged and is not in the backup")
                    continue
                }
                if gone.contains(id), story.body.map({ !$0.isEmpty }) == true {
                    faults.append("\(id) was erased and is in the backup")
                }
            }
            faults += try reader.audit().faults
        } catch {
            faults.append("a backup cannot be restored: \(error)")
        }
    }

    private mutating func append(to ledger: Ledger) {
        let bodies = (0..<Int.random(in: 1...20, using: &random)).map { _ in
            number += 1
            return "lead \(number) " + String(repeating: "x", count: Int.random(in: 0...1500, using: &random))
        }
        let submissions = bodies.map {
            Submission(source: "landing", receivedAt: time.now, format: .json, body: Array($0.utf8))
        }
        guard let ids = try? ledger.inbox.append([AppendRequest(submissions)])[0].ids else { return }
        for (id, body) in zip(ids, bodies) where acknowledged.updateValue(body, forKey: id) != nil {
            faults.append("\(id) was given twice")
        }
    }

    private mutating func judge(_ ledger: Ledger) {
        guard let rows = try? ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 50) else { return }
        let routes = [Route("meta", .open(notBefore: time.now, expires: time.now + .days(7)))]
        _ = try? ledger.validation.judge(
            rows.map { row in
                row.id.rawValue % 7 == 0
                    ? (row, .quarantine([Defect(.malformed, at: "", "x")])) : (row, .lead(.fine(row, routes: routes)))
            })
    }

    private mutating func deliver(_ ledger: Ledger) {
        guard let claim = try? ledger.deliveries.claim("meta", limit: 20, lease: .seconds(60)) else { return }
        let isFinal = Bool.random(using: &random)
        let receipt = Receipt(status: 200, requestID: isFinal ? "" : "request-\(claim.id)")
        let settled = try? ledger.deliveries.settle(
            claim.id,
            claim.deliveries.map {
                Settlement(
                    lead: $0.lead, end: .outcome(isFinal ? .delivered : .sent), receipt: receipt,
                    confirmAt: isFinal ? nil : time.now)
            })
        if settled == claim.deliveries.count {
            promises += claim.deliveries.count
            delivered.formUnion(claim.deliveries.map(\.lead))
        }
    }

    private mutating func confirm(_ ledger: Ledger) {
        guard let request = try? ledger.deliveries.inquire("meta", limit: 1, lease: .seconds(60)).requests.first else {
            return
        }
        let settlements = request.deliveries.map {
            Settlement(lead: $0.lead, end: .outcome(.delivered), receipt: Receipt(status: 200))
        }
        let count = try? ledger.deliveries.confirm("meta", InquiryOutcome(request, .settled(settlements)))
        if count == settlements.count {
            promises += settlements.count
            confirmed.formUnion(settlements.map(\.lead))
        }
    }

    /// What was delivered may be open again from the moment on at which this was asked for, and must be if it was
    /// answered.
    private mutating func replay(_ ledger: Ledger) {
        guard
            let found = try? ledger.reader().replayCandidates(
                "meta", after: LeadID(rawValue: 0), before: LeadID.first(at: time.now + .days(1)), among: 40
            ).found
        else { return }
        let orders = found.compactMap { candidate -> ReplayOrder? in
            guard case .ended(let ended) = candidate.standing, ended.outcome == .delivered else { return nil }
            return ReplayOrder(
                lead: candidate.lead, destination: "meta", ended: ended, due: time.now, expires: time.now + .days(7))
        }.prefix(5)
        guard !orders.isEmpty else { return }
        delivered.subtract(orders.map(\.lead))
        confirmed.subtract(orders.map(\.lead))
        if let replayed = try? ledger.deliveries.replay(Array(orders), note: "test") {
            promises += replayed.count
            for order in replayed { self.replayed[order.lead, default: 0] += 1 }
            if replayed.count != orders.count, !keepsHouse { faults.append("a delivery could not be replayed") }
        }
    }

    private mutating func discard(_ ledger: Ledger) {
        guard let event = try? ledger.reader().quarantine(limit: 1).first else { return }
        if (try? ledger.quarantine.discard([event.id], note: "test")) != nil {
            promises += 1
            discarded.insert(event.id)
        }
    }

    /// Everything that was promised before the power failed must be there now.
    private mutating func check() {
        do {
            let ledger = try open()
            defer { ledger.close() }
            let reader = try ledger.reader()
            for (id, body) in acknowledged {
                guard let story = try reader.story(id) else {
                    faults.append("\(id) was acknowledged and is gone")
                    acknowledged[id] = nil
                    continue
                }
                let found = story.body.flatMap { $0.isEmpty ? nil : String(decoding: $0, as: UTF8.self) }
                if erased.contains(id) {
                    if found != nil { faults.append("\(id) was erased and is back") }
                    continue
                }
                let isOld = keepsHouse && time.now - story.receivedAt >= Self.personalData
                if found == nil, isOld || erasing.contains(id) {
                    if isOld { cleared += 1 }
                } else if found != body {
                    faults.append("\(id) has other bytes")
                }
                if erasing.contains(id) { continue }
                if delivered.contains(id), case .open? = story.deliveries.first?.state {
                    faults.append("\(id) was settled and is open again")
                }
                if confirmed.contains(id) {
                    guard case .ended(.delivered, _, _, _)? = story.deliveries.first?.state else {
                        faults.append("\(id) was confirmed and is not any more")
                        continue
                    }
                }
                if let times = replayed[id],
                    let told = story.deliveries.first?.attempts.count(where: { $0.cause == LeadHistory.replayed }),
                    told < times
                {
                    faults.append("\(id) was replayed \(times) times, and its story tells of \(told)")
                }
                if discarded.contains(id) {
                    guard case .quarantined(let event) = story.place, event.state == .discarded else {
                        faults.append("\(id) was discarded and is back")
                        continue
                    }
                }
            }
            faults += try reader.audit().faults
        } catch {
            faults.append("the file cannot be used: \(error)")
        }
    }
}
