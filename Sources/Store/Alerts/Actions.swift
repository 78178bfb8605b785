package import Domain
import SQLite

extension Tables {
    /// Writes down what is due because of an event, in the event's own transaction.
    func makeDue(_ actions: [AlertAction], _ event: AlertEvent, _ alert: Alert) throws(SQLiteError) {
        for action in actions where action.isDue(event, alert) {
            let add = try statement(
                """
                INSERT INTO action_run (event, action, alert, at, state) VALUES (?1, ?2, ?3, ?4, 'due')
                ON CONFLICT DO NOTHING
                """
            )
            add.bind(1, event.id)
            add.bind(2, action.name)
            add.bind(3, event.alert.rawValue)
            add.bind(4, event.at.milliseconds)
            try add.run()
        }
    }
}

extension AlertRole {
    /// Runs older than this are forgotten.
    private static let actionMemory: Duration = .days(90)

    /// Writes down what came of a run. Durable when it returns.
    package func settle(_ run: DueAction) throws(StoreError) {
        try wait { then in
            change(rows: 1) { [self] tables in
                let update = try tables.statement(
                    "UPDATE action_run SET state = ?3, attempts = ?4, detail = ?5 WHERE event = ?1 AND action = ?2")
                update.bind(1, run.event)
                update.bind(2, run.action)
                update.bind(3, run.state.rawValue)
                update.bind(4, Int64(run.attempts))
                update.bind(5, run.detail)
                try update.run()
                let purge = try tables.statement("DELETE FROM action_run WHERE at < ?1 AND state <> 'due'")
                purge.bind(1, (now - Self.actionMemory).milliseconds)
                try purge.run()
            } then: {
                then($0)
            }
        }
    }
}

extension Reader {
    private static let run = "action, alert, event, at, state, attempts, detail"

    /// What is due, oldest first.
    package func dueActions(limit: Int) throws -> [DueAction] {
        let select = try statement("SELECT \(Self.run) FROM action_run WHERE state = 'due' ORDER BY event LIMIT ?1")
        select.bind(1, Int64(limit))
        return try runs(select)
    }

    /// What was done or tried since then.
    package func actionRuns(since: Instant, limit: Int = 1000) throws -> [DueAction] {
        let select = try statement(
            "SELECT \(Self.run) FROM action_run WHERE at >= ?1 AND state <> 'due' ORDER BY at DESC, event DESC LIMIT ?2"
        )
        select.bind(1, since.milliseconds)
        select.bind(2, Int64(limit))
        return try runs(select)
    }

    private func runs(_ select: Statement) throws -> [DueAction] {
        var found: [DueAction] = []
        while try select.step() {
            found.append(
                DueAction(
                    select.text(0), AlertID(rawValue: select.integer(1)), event: select.integer(2),
                    at: Instant(milliseconds: select.integer(3)),
                    state: DueAction.State(rawValue: select.text(4)) ?? .failed,
                    attempts: Int(select.integer(5)), detail: select.text(6)))
        }
        return found
    }
}
