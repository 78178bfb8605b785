import Domain
import Glibc
import Service
import TestSupport
import Testing

/// What people are told when something breaks: over running relays with slow and fast traffic, changes of ours at any
/// moment, caches and walls before pages (`Agency`). When anything began is found by the monitor alone.
///
/// All worlds take six minutes of one core: two run always, the others when `LEADRELAY_SCENES=1` asks for them
/// (`deploy/test --long`).
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Causes in a running relay` {
    /// Of all scenes together.
    private static let useless = Locked<[String]>([])
    private static let mostUseless = 3
    /// `LEADRELAY_VERDICTS` names a file that every verdict is written to.
    private static let report = unsafe getenv("LEADRELAY_VERDICTS").map { unsafe String(cString: $0) }

    @Test func `are brought about in at least sixty scenes`() {
        #expect(World.all.reduce(0) { $0 + $1.scenes.count } >= 60)
        #expect(Set(World.all.flatMap(\.scenes).map(\.cause)) == Set(Cause.allCases))
    }

    @Test(arguments: isAskedForScenes ? World.all : Array(World.all.prefix(2)))
    func `are named, and never laid upon others`(_ world: World) throws {
        let agency = try Agency(world.scenes, seed: 1, looks: world.looks)
        try agency.run(for: world.lasts)
        let verdicts = try agency.verdicts()
        if let report = Self.report {
            writeText(verdicts.map { "\($0)" }.joined(separator: "\n"), to: "\(report) \(world.name)")
        }
        for verdict in verdicts {
            let cause = verdict.scene.cause
            #expect(verdict.accusations == [], "\(verdict)")
            #expect(verdict.proofsOfWhatCameLater == [], "\(verdict)")
            #expect(verdict.hidingProposals == [], "\(verdict)")
            switch verdict.worth {
            case .right: break
            case .wrong: Issue.record("wrong: \(verdict)")
            case .useless where cause != .none: Self.useless.withLock { $0.append("\(verdict)") }
            case .useless: break
            }
        }
        let useless = Self.useless.withLock { $0 }
        #expect(useless.count <= Self.mostUseless, "\(useless.joined(separator: "\n"))")
    }
}

private let isAskedForScenes = unsafe getenv("LEADRELAY_SCENES") != nil
