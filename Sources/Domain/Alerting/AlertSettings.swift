/// How alerts behave towards people. The defaults suit a small team.
package struct AlertSettings: Sendable, Equatable {
    package var acknowledgement = BySeverity<Duration>(info: .days(7), warning: .hours(24), critical: .hours(4))
    /// Longer than this nobody may acknowledge or snooze.
    package var longestPause: Duration = .days(14)
    package var escalation = BySeverity<[Step]>(
        info: [], warning: [], critical: [Step(after: .minutes(15)), Step(after: .minutes(45))])
    /// When reminders come, counted from when the alert began to ask for somebody. The last is the last.
    package var reminders: [Duration] = [.hours(1), .hours(4), .days(1), .days(2), .days(3), .days(5), .days(7)]
    /// So soon after somebody was called nobody is reminded.
    package var reminderPause: Duration = .hours(1)
    /// Figures of an open alert change all the time; people hear of it at most this often.
    package var updateEvery: Duration = .minutes(15)
    /// What comes back within this time after its end is the same alert again, not a new one.
    package var reopenWithin: Duration = .hours(2)
    /// An alert that has come back so often is closed only after `calm` without it.
    package var flapsAfter = 1
    package var calm: Duration = .hours(1)
    /// How long a rule has to say again that something is wrong after its parent or silence has ended.
    package var releaseGrace: Duration = .minutes(15)
    /// What a person resolved is not opened anew for so long although rules still see it, unless it gets worse …
    package var quietAfterResolve: Duration = .hours(1)
    /// … and for so long when the person said that it was planned or no problem.
    package var quietAfterVerdict: Duration = .hours(24)
    /// When missing leads have been missing for so long, people are asked whether that is the new normal; and again
    /// after as long.
    package var askAfter: Duration = .days(10)

    package init() {}

    /// One rung of an escalation; whom it calls is routing's business.
    package struct Step: Equatable, Sendable {
        /// Since the alert began to ask for somebody.
        package var after: Duration
        package init(after: Duration) { self.after = after }
    }

    package struct BySeverity<Value: Sendable>: Sendable {
        package var info: Value
        package var warning: Value
        package var critical: Value

        package init(info: Value, warning: Value, critical: Value) {
            self.info = info
            self.warning = warning
            self.critical = critical
        }

        package subscript(_ severity: Severity) -> Value {
            get {
                switch severity {
                case .info: info
                case .warning: warning
                case .critical: critical
                }
            }
            set {
                switch severity {
                case .info: info = newValue
                case .warning: warning = newValue
                case .critical: critical = newValue
                }
            }
        }
    }
}

extension AlertSettings {
    package var escalationCounts: BySeverity<Int> {
        BySeverity(
            info: escalation.info.count, warning: escalation.warning.count, critical: escalation.critical.count)
    }

    /// With as many steps as routes have: those that have no time of their own follow at the distance of the last two.
    /// Where no time is given at all, nothing escalates.
    package mutating func continueEscalation(_ severity: Severity, to count: Int) {
        guard let last = escalation[severity].last else { return }
        let times = escalation[severity].map(\.after)
        let distance = times.count > 1 ? last.after - times[times.count - 2] : last.after
        while escalation[severity].count < count {
            let further = escalation[severity].count - times.count + 1
            escalation[severity].append(Step(after: last.after + distance * further))
        }
    }
}

extension AlertSettings.BySeverity: Equatable where Value: Equatable {}
