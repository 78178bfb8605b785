import SQLite

/// One change of state on its way to the writer: what to do in the transaction, and whom to tell after the commit.
///
/// Handed from the thread that made it to the writer and touched by nobody else afterwards, hence `@unchecked
/// Sendable`.
class Change: @unchecked Sendable {
    /// Roughly how many rows it writes; bounds a transaction and the queue.
    let rows: Int
    let urgency: Urgency

    enum Urgency {
        /// Intake: somebody waits for an acknowledgement. Refused when too much is waiting.
        case acknowledgement
        /// A person or the start of something waits.
        case soon
        /// Work behind the acknowledgements, whose callers wait for the answer before they bring more.
        case patient
    }

    init(rows: Int, _ urgency: Urgency) {
        self.rows = rows
        self.urgency = urgency
    }

    /// Whether what has been counted so far is to be added up with it; see `CountNotes`.
    var sumsUp: Bool { false }

    func apply(to tables: Tables) throws { preconditionFailure("a change that changes nothing") }
    /// Called exactly once, after the commit or instead of it.
    func finish(_ failure: StoreError?) {}
}

/// A reader of sums wants to find everything in them that has been counted.
final class SummingUp: Change, @unchecked Sendable {
    private let then: () -> Void

    init(then: @escaping @Sendable () -> Void) {
        self.then = then
        super.init(rows: 1, .soon)
    }

    override var sumsUp: Bool { true }
    override func apply(to tables: Tables) {}
    override func finish(_ failure: StoreError?) { then() }
}

final class TypedChange<Result>: Change, @unchecked Sendable {
    private let change: (Tables) throws -> Result
    private let then: (Swift.Result<Result, StoreError>) -> Void
    private var result: Result?

    init(
        rows: Int, _ urgency: Urgency, _ change: @escaping (Tables) throws -> Result,
        then: @escaping (Swift.Result<Result, StoreError>) -> Void
    ) {
        self.change = change
        self.then = then
        super.init(rows: rows, urgency)
    }

    override func apply(to tables: Tables) throws { result = try change(tables) }

    override func finish(_ failure: StoreError?) {
        if let failure {
            then(.failure(failure))
        } else if let result {
            then(.success(result))
        } else {
            preconditionFailure("a change was committed without having been applied")
        }
    }
}
