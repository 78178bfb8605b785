import Domain
import Intake
import Service
import Store

extension Relay {
    /// Judges one row of the inbox by the configuration in force. A source that is no longer configured is judged without
    /// mapping and client: what was acknowledged is not lost.
    @Sendable func judge(_ row: InboxRow) -> Judgement {
        let configuration = configuration.withLock { $0 }
        let source =
            configuration.sources.first { $0.name == row.submission.source } ?? Source(name: row.submission.source)
        let now = now
        return Validator(groupRules: configuration.groups).judge(
            row.submission, row.submission.content, id: row.id, source: source
        ) { event, dimension in
            configuration.destinations.map {
                $0.route(for: event, dimension: dimension, country: source.country, now: now)
            }
        }
    }
}
