import Domain
import TestSupport
import Testing

/// Scenes that share a relay, and how long they are watched.
struct World: Sendable, CustomTestStringConvertible {
    var name: String
    var scenes: [Scene]
    var lasts: Duration
    var looks: Duration = .hours(2)
    var testDescription: String { name }

    /// Scenes one after the other, each five minutes later than the last.
    private init(
        _ name: String, lasts: Duration, looks: Duration = .hours(2), _ traffic: Traffic, from: Duration,
        _ scenes: [(Cause, Scene.Change, Scene.Wall)]
    ) {
        self.name = name
        self.lasts = lasts
        self.looks = looks
        self.scenes =
            scenes.enumerated().map { index, scene in
                Scene(traffic, scene.0, after: from + .minutes(5 * index), scene.1, wall: scene.2)
            } + [Self.bystander(traffic)]
    }

    private init(_ name: String, lasts: Duration, _ scenes: [Scene]) {
        self.name = name
        self.lasts = lasts
        self.scenes = scenes + [Self.bystander(.hourly)]
    }

    /// So many faults within an hour would be one of the whole intake if they were all that there is.
    private static func bystander(_ traffic: Traffic) -> Scene {
        Scene(traffic == .daily ? .hourly : .bulk, .none, after: .zero)
    }

    static let all: [World] = [
        World(
            "the client's side, four an hour", lasts: .hours(20), .hourly, from: .hours(8),
            [
                (.tagRemoved, .none, .none), (.markRemoved, .none, .none), (.wrongKeyOnPage, .none, .none),
                (.bannerDenies, .none, .none), (.pageGone, .none, .none), (.pageMoved, .none, .none),
                (.fieldRenamed, .none, .none), (.nonsenseAsEmail, .none, .none), (.oneID, .none, .none),
                (.robots, .none, .none), (.testsOnly, .none, .none), (.none, .none, .none),
            ]),
        World(
            "our side, four an hour", lasts: .hours(20), .hourly, from: .hours(8),
            [
                (.originRemoved, .none, .none), (.keyRotated, .none, .none), (.mappingChanged, .none, .none),
                (.groupRuleChanged, .none, .none), (.rateLowered, .none, .none), (.lanePaused, .none, .none),
                (.endpointChanged, .none, .none), (.tokenExpired, .none, .none), (.platformDown, .none, .none),
                (.serviceSilent, .none, .none), (.adsPaused, .none, .none), (.silentForNoReason, .none, .none),
            ]),
        World(
            "changes beside it and walls, four an hour", lasts: .hours(30), .hourly, from: .hours(20),
            [
                (.tagRemoved, .longBefore, .none), (.tagRemoved, .atAnother, .none),
                (.wrongKeyOnPage, .atAnother, .none),
                (.wrongKeyOnPage, .longBefore, .always), (.keyRotated, .afterwards, .none), (.pageParked, .none, .none),
                (.silentForNoReason, .none, .always), (.tagRemoved, .none, .later), (.none, .none, .always),
                (.none, .none, .later), (.otherEvent, .none, .none), (.adsSuspended, .atAnother, .none),
            ]),
        World(
            "a hundred an hour", lasts: .hours(12), .busy, from: .hours(8),
            [
                (.originRemoved, .none, .none), (.pageBroken, .none, .none), (.iPhonesFail, .none, .none),
                (.clickIDsDropped, .none, .none), (.throttled, .none, .none),
            ]),
        World(
            "one a day", lasts: .days(8), looks: .hours(8), .daily, from: .hours(50),
            [
                (.originRemoved, .none, .none), (.keyRotated, .afterwards, .none), (.tagRemoved, .atAnother, .none),
                (.pageGone, .atAnother, .none), (.wrongKeyOnPage, .none, .none), (.nonsenseAsEmail, .none, .none),
                (.bannerDenies, .none, .none), (.mappingChanged, .none, .none), (.silentForNoReason, .none, .none),
                (.adsPaused, .none, .none), (.markRemoved, .deployAfterwards, .none), (.none, .none, .always),
            ]),
        World(
            "one upload a night", lasts: .days(3), looks: .hours(3), .nightly, from: .hours(7),
            [
                (.serviceSilent, .none, .none), (.originRemoved, .none, .none), (.keyRotated, .deployAfterwards, .none),
                (.mappingChanged, .none, .none), (.nonsenseAsEmail, .atAnother, .none), (.tagRemoved, .none, .none),
                (.testsOnly, .none, .none), (.budgetUsedUp, .none, .none), (.none, .none, .none),
            ]),
        World(
            "what is planned, and what a page forbids, four an hour", lasts: .hours(20), .hourly, from: .hours(8),
            [
                (.policyForbidsScript, .none, .none), (.holiday, .none, .none), (.plannedPause, .none, .none),
                (.pauseToldLater, .none, .none), (.policyForbidsPosts, .atAnother, .none),
                (.plannedPause, .atAnother, .always),
            ]),
        World(
            "the disk is full for three hours, four an hour", lasts: .hours(16), .hourly, from: .hours(8),
            [(.diskFull, .none, .none), (.diskFull, .none, .always)]),
        World(
            "our clock is wrong, four an hour", lasts: .hours(14),
            [
                Scene(.hourly, .clockWrong, after: .zero), Scene(.hourly, .tagRemoved, after: .hours(8)),
                Scene(.hourly, .keyRotated, after: .minutes(485)),
                Scene(.hourly, .silentForNoReason, after: .minutes(490)),
            ]),
        World(generated: 1), World(generated: 2),
    ]

    /// Any traffic, cause, change and wall together.
    private init(generated seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        name = "generated \(seed)"
        lasts = .hours(40)
        let causes = Cause.allCases.filter { !$0.isOfTheRelay }
        scenes =
            (0..<12).map { _ in
                Scene(
                    [Traffic.hourly, .hourly, .nightly].randomElement(using: &random)!,
                    causes.randomElement(using: &random)!,
                    after: .minutes(5 * Int.random(in: 60..<120, using: &random)),
                    [Scene.Change.none, .atAnother].randomElement(using: &random)!,
                    wall: [Scene.Wall.none, .none, .always, .later].randomElement(using: &random)!)
            } + [Self.bystander(.hourly)]
    }
}
