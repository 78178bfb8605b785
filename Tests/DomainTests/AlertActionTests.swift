import TestSupport
import Testing

@testable import Domain

@Suite struct `An action` {
    private static func alert(_ severity: Severity = .critical, client: String = "acme") -> Alert {
        Alert(
            AlertID(rawValue: 1),
            Finding(.backlog, .destination("meta"), severity, began: .start, sentence: "x", client: client),
            opened: .start)
    }

    private static func event(_ kind: AlertEvent.Kind, by: String = "") -> AlertEvent {
        AlertEvent(kind, AlertID(rawValue: 1), at: .start, by: by)
    }

    private static func action(
        _ triggers: Set<AlertAction.Trigger> = [.opened], _ change: (inout AlertAction) -> Void = { _ in }
    )
        -> AlertAction
    {
        var action = AlertAction("a", on: triggers, .probe)
        change(&action)
        return action
    }

    static let events: [(AlertEvent.Kind, AlertAction.Trigger?)] = [
        (.opened, .opened), (.reopened, .opened), (.acknowledged, .acknowledged), (.investigated, .causeFound),
        (.resolved, .closed), (.updated, nil), (.noted, nil), (.judged, nil), (.escalated, nil), (.silenced, nil),
        (.released, nil), (.notDelivered, nil),
    ]
    @Test(arguments: events)
    func `is looked at when something begins, is taken, explained or over`(
        _ kind: AlertEvent.Kind, _ trigger: AlertAction.Trigger?
    ) {
        #expect(AlertAction.Trigger(Self.event(kind)) == trigger)
        let all = Self.action(Set(AlertAction.Trigger.allCases))
        #expect(all.isDue(Self.event(kind), Self.alert()) == (trigger != nil))
    }

    @Test func `is due only for what its rule is about`() {
        let opened = Self.event(.opened)
        #expect(Self.action().isDue(opened, Self.alert()))
        #expect(Self.action().isDue(opened, Self.alert(.warning)) && !Self.action().isDue(opened, Self.alert(.info)))
        #expect(!Self.action { $0.severity = .critical }.isDue(opened, Self.alert(.warning)))
        #expect(!Self.action { $0.kinds = [.storage] }.isDue(opened, Self.alert()))
        #expect(Self.action { $0.kinds = [.backlog] }.isDue(opened, Self.alert()))
        #expect(!Self.action { $0.clients = ["globex"] }.isDue(opened, Self.alert()))
        #expect(!Self.action([.closed]).isDue(opened, Self.alert()))
    }

    @Test func `is due for nothing that a wider alert or a silence covers, but for its end`() {
        var alert = Self.alert()
        alert.inhibitedBy = AlertID(rawValue: 9)
        #expect(!Self.action().isDue(Self.event(.opened), alert))
        #expect(Self.action([.closed]).isDue(Self.event(.resolved), alert))
    }

    @Test func `is never caused by an action`() {
        let all = Self.action(Set(AlertAction.Trigger.allCases))
        for kind in AlertEvent.Kind.allCases {
            #expect(!all.isDue(Self.event(kind, by: "action other"), Self.alert()))
        }
    }

    private static func diagnosis(_ item: ChecklistItem, _ certainty: Assessment.Certainty) -> Diagnosis {
        Diagnosis(
            at: .start, assessments: [Assessment(item, certainty, "x")], next: .init(.ours, "y"), mayNameClient: false)
    }

    @Test func `with causes waits for one of them`() {
        let action = Self.action { $0.causes = [.pageDown] }
        #expect(action.fits(Self.diagnosis(.pageDown, .proved)) && action.fits(Self.diagnosis(.pageDown, .likely)))
        #expect(!action.fits(Self.diagnosis(.pageDown, .excluded)) && !action.fits(Self.diagnosis(.throttled, .proved)))
        #expect(!action.fits(nil) && Self.action().fits(nil))
    }

    @Test func `is bounded by itself and with all others`() {
        func runs(_ name: String, _ count: Int) -> [DueAction] {
            (0..<count).map { DueAction(name, AlertID(rawValue: 1), event: Int64($0), at: .start, state: .done) }
        }
        let action = Self.action()
        #expect(ActionDecision(action, nil, lately: runs("a", AlertAction.usualAtMost - 1)) == .go)
        #expect(
            ActionDecision(action, nil, lately: runs("a", AlertAction.usualAtMost))
                == .skip("it has been done 6 times within an hour"))
        #expect(ActionDecision(action, nil, lately: runs("b", AlertAction.mostInAll - 1)) == .go)
        #expect(ActionDecision(action, nil, lately: runs("b", AlertAction.mostInAll)) != .go)
        #expect(ActionDecision(nil, nil, lately: []) != .go)
    }

    @Test func `names causes by words that are never the same`() {
        let words = ChecklistItem.allCases.map(\.word)
        #expect(Set(words).count == words.count)
        #expect(ChecklistItem.pageDown.word == "page_down" && ChecklistItem.clickIDsLost.word == "click_ids_lost")
        for item in ChecklistItem.allCases { #expect(ChecklistItem(word: item.word) == item) }
    }
}
