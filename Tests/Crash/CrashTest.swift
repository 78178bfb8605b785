import Domain
import Glibc
import Service
import TestSupport

/// Kills the relay at random moments while leads are being posted and the platforms misbehave, and then asks for
/// everything it has acknowledged.
///
///     crashtest RELAY [--rounds N] [--seed N] [--connections N]
///     crashtest RELAY --alerts N [--seed N]
///
/// RELAY is the built program. Exit 0: every acknowledged lead arrived at both platforms with its bytes, nothing
/// arrived that was not posted, the books balance, every backup that was announced meanwhile can be restored, and
/// nothing of whoever was erased or is old enough to be cleared is left or comes back. With `--alerts`, which kills N
/// times while alerts open and end: every beginning and end was told to every channel, once where the channel has a
/// key, and all agree with the store. Exit 1: not so; the faults are printed.
@main
struct CrashTest {
    static func main() throws {
        var arguments = CommandLine.arguments.dropFirst()
        guard let relay = arguments.popFirst() else { return usage() }
        var options = Options(relay: relay)
        while let name = arguments.popFirst() {
            guard let value = arguments.popFirst().flatMap(Int.init) else { return usage() }
            switch name {
            case "--rounds": options.rounds = value
            case "--seed": options.seed = UInt64(value)
            case "--connections": options.connections = value
            case "--alerts": options.alerts = value
            default: return usage()
            }
        }
        let faults: [String]
        do {
            faults =
                try options.alerts.map { try AlertTrial(relay: relay, rounds: $0, seed: options.seed).run() }
                ?? run(options)
        } catch {
            faults = ["\(error)"]
        }
        for fault in faults.prefix(20) { print("FAULT:", fault) }
        if faults.count > 20 { print("FAULT: and \(faults.count - 20) more") }
        tell(faults.isEmpty ? "crash test passed" : "crash test failed")
        exit(faults.isEmpty ? 0 : 1)
    }

    struct Options {
        var relay: String
        var rounds = 10
        var seed: UInt64 = 1
        var connections = 32
        /// Rounds of the trial of alerts, in place of that of leads.
        var alerts: Int?
    }

    private static func usage() {
        tell("usage: crashtest RELAY [--rounds N] [--seed N] [--connections N] [--alerts N]")
        exit(2)
    }

    private static func run(_ options: Options) throws -> [String] {
        var random = SeededGenerator(seed: options.seed)
        let stage = try Stage(relay: options.relay) { _ in HouseTrial.retention }
        let house = HouseTrial(stage, seed: options.seed)
        try house.prepare()
        let load = Load(stage, connections: options.connections, seed: options.seed)
        load.start()
        var faults: [String] = []
        var backups = 0
        for round in 1...options.rounds {
            try stage.setFaults(&random)
            try stage.startRelay()
            // The log is in the file now, and empty.
            faults += house.faults(in: stage.database, erased: house.erased)
            // Whom to erase is known once everything has been judged, and under load that is later than most lives.
            let isCalm = round % 3 == 0
            if isCalm { load.stop() }
            let life = Int.random(in: isCalm ? 500...1500 : 50...800, using: &random)
            let erased = house.erased
            let backup = try stage.beginBackup(round)
            let keepers = house.live(round)
            usleep(UInt32(life) * 1000)
            stage.killRelay()
            for keeper in keepers { keeper.join() }
            if isCalm { load.resume() }
            let wasAnnounced = backup.process.wait() == 0
            if wasAnnounced { backups += 1 }
            faults += try stage.faults(ofBackup: backup.file, wasAnnounced: wasAnnounced) {
                house.faults(in: $0, erased: erased)
            }
            if round % 10 == 0 || round == options.rounds {
                tell("round \(round) of \(options.rounds): \(load.counts), \(house.counts)")
            }
        }
        load.stop()
        try stage.clearFaults()
        try stage.startRelay()
        tell("all killed; waiting until everything is delivered")
        tell("\(backups) of \(options.rounds) backups were done before the relay was killed")
        let erased = house.erased
        let last = try stage.beginBackup(0)
        let isDone = last.process.wait() == 0
        if !isDone { faults.append("the last backup, which nothing disturbed, was not made") }
        faults += try stage.faults(ofBackup: last.file, wasAnnounced: isDone) { house.faults(in: $0, erased: erased) }
        faults += try stage.drain()
        house.eraseLast()
        faults += try house.awaitClearing()
        faults += try Comparison(stage, load, house).faults()
        let audit = try stage.command("audit")
        tell(audit.text)
        if audit.status != 0 { faults.append("the books do not balance") }
        if load.acknowledged < options.rounds * 20 {
            faults.append("only \(load.acknowledged) leads were acknowledged: the test has tested nothing")
        }
        if stage.stopRelay() != 0 { faults.append("the relay did not end well when it was told to stop") }
        faults += try Comparison(stage, load, house).missingBytes(in: stage.database)
        faults += try house.lastFaults()
        return faults
    }
}

/// Progress, at once.
func tell(_ text: String) { Log.standardError(text) }
