import Configuration
import Domain
import HTTP
import Intake
import Monitoring
import Service
import Store

/// Carries out what is due, one after the other, on a thread of its own, at the end of each cycle of the monitor.
///
/// What is done goes through the API's own operations, as `action NAME`: asked for its permission, and written into the
/// audit log before and after. What came of it stands in the alert's story. A run is settled after it was done, so a
/// kill in between does it once more, and none of the deeds minds that.
package final class ActionRunner: Sendable {
    private let relay: RelayContext
    private let desk: WebhookQueue
    private let isRunning = Locked(false)
    /// Held while runs are read, done and settled, so that none is done by two.
    private let turn = Locked(())

    /// In one cycle; the rest waits for the next.
    private static let mostAtOnce = 20
    private static let window: Duration = .hours(1)

    package init(_ relay: RelayContext) {
        self.relay = relay
        desk = WebhookQueue("actions")
    }

    /// At the end of a cycle. Does not wait.
    package func cycleEnded() {
        guard !relay.configuration.withLock({ $0.actions.isEmpty }) || hasDue else { return }
        let isFree = isRunning.withLock { running in
            defer { running = true }
            return !running
        }
        guard isFree else { return }
        let isTaken = desk.submit { [self] in
            defer { isRunning.withLock { $0 = false } }
            runAll()
        }
        if !isTaken { isRunning.withLock { $0 = false } }
    }

    private var hasDue: Bool { (try? relay.ledger.reader().dueActions(limit: 1).isEmpty == false) ?? false }

    package func stop() { desk.stop() }

    /// Everything that is due now; for tests, and for the thread.
    package func runAll() {
        turn.withLock { _ in
            do {
                let reader = try relay.ledger.reader()
                for run in try reader.dueActions(limit: Self.mostAtOnce) { try self.run(run, reader) }
            } catch {
                relay.log.error("action.failed", ["error": "\(error)"])
            }
        }
    }

    private func run(_ due: DueAction, _ reader: Reader) throws {
        var run = due
        let action = relay.configuration.withLock { $0.actions.first { $0.name == due.action } }
        guard let story = try reader.alertStory(due.alert) else {
            run.state = .skipped
            run.detail = "the alert is gone"
            return try relay.ledger.alerts.settle(run)
        }
        let lately = try reader.actionRuns(since: relay.now - Self.window).filter { $0.state != .skipped }
        let diagnosis = try reader.diagnoses(alert: due.alert.rawValue, limit: 1).first
        guard case .go = ActionDecision(action, diagnosis, lately: lately), let action else {
            guard case .skip(let why) = ActionDecision(action, diagnosis, lately: lately) else { return }
            run.state = .skipped
            run.detail = why
            // That a bound was reached is told; that a cause did not fit is as it should be.
            if action?.fits(diagnosis) ?? true { tell(run, "The action \(due.action) was not done: \(why).") }
            return try relay.ledger.alerts.settle(run)
        }
        run.attempts += 1
        do {
            run.detail = try perform(action, story, due, reader)
            run.state = .done
            tell(run, "The action \(action.name) has \(run.detail).")
        } catch {
            run.detail = (error as? Problem)?.detail ?? "\(error)"
            run.state = run.attempts >= AlertAction.mostAttempts ? .failed : .due
            relay.log.warning(
                "action.failed", ["action": action.name, "alert": due.alert.description, "attempt": "\(run.attempts)"])
            if run.state == .failed {
                tell(run, "The action \(action.name) has failed \(run.attempts) times: \(run.detail)")
            }
        }
        try relay.ledger.alerts.settle(run)
    }

    /// Into the alert's story, and so to those who are told of it.
    private func tell(_ run: DueAction, _ words: String) {
        relay.log.info(
            "action.\(run.state.rawValue)",
            ["action": run.action, "alert": run.alert.description, "detail": run.detail])
        _ = try? relay.ledger.alerts.command(.note(words), run.alert, by: AlertAction.author + run.action)
    }

    /// Answers what was done, after "has".
    private func perform(_ action: AlertAction, _ story: AlertHistory, _ due: DueAction, _ reader: Reader) throws
        -> String
    {
        let caller = Principal(
            name: AlertAction.author + action.name, permissions: [.changeDestinations, .replayLeads], clients: .all)
        func ask<Answer>(
            _ handler: Handler<Answer>, _ parameters: [String: String] = [:], _ body: some Document
        ) throws -> Answer {
            try handler.ask(
                APICall(parameters: parameters, body: try body.json(), caller: caller), relay, reader)
        }
        switch action.deed {
        case .probe:
            relay.checks.examine(story.alert.finding)
        case .pause(let name):
            // Who has stopped it already has said why.
            guard let lane = relay.ledger.deliveries.lane(name), lane.state == .running else {
                return "found \(name) stopped already"
            }
            let reason = "\(caller.name) of \(due.alert)"
            _ = try ask(Handlers.pauseDestination, ["name": name], PauseRequest(reason: reason))
        case .resume(let name):
            // A person who stops it, and a platform that refuses us, have their reasons.
            if let lane = relay.ledger.deliveries.lane(name), lane.state != .running,
                !lane.reason.hasPrefix(AlertAction.author)
            {
                return "left \(name) \(lane.state.rawValue), for no action has paused it"
            }
            _ = try ask(Handlers.resumeDestination, ["name": name], NoBody())
        case .replay(let name, let limit):
            let report = try ask(
                Handlers.replay, [:], Self.replay(story.alert, name, limit, at: relay.now, action.name))
            return "sent \(report.again) deliveries again to \(name)"
        case .webhook(let webhook): try call(webhook, story, due)
        }
        return action.deed.words
    }

    /// What the replay of an alert is: of its client, from its beginning until now.
    static func replay(
        _ alert: Alert, _ destination: String, _ limit: Int, at now: Instant, _ name: String, run: Bool = true
    ) -> ReplayRequest {
        ReplayRequest(
            from: alert.finding.began.rfc3339, to: now.rfc3339, destination: destination,
            client: alert.finding.client.isEmpty ? nil : alert.finding.client, limit: limit,
            note: "action \(name) of \(alert.id)", run: run)
    }

    /// The same message as a channel of this kind gets, with the event that caused it; its id is the same at every
    /// attempt.
    private func call(_ webhook: Channel.Webhook, _ story: AlertHistory, _ due: DueAction) throws {
        guard let event = story.events.first(where: { $0.id == due.event }) else {
            throw Problem(.stopping, "Nobody is told of anything.")
        }
        let kind: Notice.Kind =
            switch AlertAction.Trigger(event) {
            case .opened?: .opening
            case .closed?: .closing
            default: .update
            }
        let notice = Notice(id: 0, channel: due.action, alert: due.alert, event: due.event, kind: kind)
        let bulletin = NotificationContent(
            story.alert, [.init(notice, event)], reference: "", relay.notifying.surroundings(story.alert))
        switch relay.notifying.send(.single(bulletin), by: Channel(due.action, .webhook(webhook))) {
        case .arrived: return
        case .failed(let reason): throw Problem(.failed, reason)
        }
    }
}
