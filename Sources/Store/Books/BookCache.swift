import SQLite
import Service

/// The books in memory, with the names of the sources and destinations that they are kept for.
final class BookCache: Sendable {
    private struct State {
        var books = Books()
        var sources: [Int64: String] = [:]
        var destinations: [Int64: String] = [:]

        mutating func add(_ account: Account, _ count: Int64) {
            guard let source = sources[account.source] else { preconditionFailure("a source without a name") }
            let destination = account.destination == 0 ? nil : destinations[account.destination]
            books.add(count, to: Books.Line(source: source, destination: destination, tally: account.tally))
        }
    }

    private let state = Locked(State())

    var books: Books { state.withLock { $0.books } }

    /// What a transaction has booked, once it is durable.
    func add(_ counts: [Account: Int64]) {
        state.withLock { state in
            for (account, count) in counts where count != 0 { state.add(account, count) }
        }
    }

    func name(source id: Int64, _ name: String) { state.withLock { $0.sources[id] = name } }

    /// Answers whether it had no name before.
    func name(destination id: Int64, _ name: String) -> Bool {
        state.withLock { state in
            guard state.destinations[id] == nil else { return false }
            state.destinations[id] = name
            return true
        }
    }

    func load(_ tables: Tables) throws(SQLiteError) {
        var loaded = State()
        let sources = try tables.statement(.sources)
        while try sources.step() { loaded.sources[sources.integer(0)] = sources.text(1) }
        let destinations = try tables.statement(.destinations)
        while try destinations.step() { loaded.destinations[destinations.integer(0)] = destinations.text(1) }
        let books = try tables.statement(.books)
        while try books.step() {
            guard let tally = Tally(rawValue: books.integer(2)) else { continue }
            let account = Account(source: books.integer(0), destination: books.integer(1), tally: tally)
            guard loaded.sources[account.source] != nil,
                account.destination == 0 || loaded.destinations[account.destination] != nil
            else { throw SQLiteError.damaged("the books have a line of a source or destination that is not there") }
            loaded.add(account, books.integer(3))
        }
        let result = loaded
        state.withLock { $0 = result }
    }
}
