import SQLite

/// A statement under the name of what it does. Names are numbered from 0 within their list.
protocol NamedStatement: RawRepresentable<Int>, CaseIterable {
    var text: String { get }
    /// Where the places of its list begin in a cache.
    static var first: Int { get }
}

/// What a connection has prepared: each statement once. Those with a name have a place of their own, so that finding
/// one is reading it; the text of one that is used seldom stands beside its verb, and finds it.
struct StatementCache {
    private let connection: Connection
    private var named: [Statement?]
    private var seldom: [String: Statement] = [:]

    init(_ connection: Connection) {
        self.connection = connection
        named = [Statement?](repeating: nil, count: ChecklistSQL.first + ChecklistSQL.allCases.count)
    }

    /// Whoever read one row of many and stopped has left a statement in the middle, where it would keep what was bound
    /// to it.
    mutating func statement<Name: NamedStatement>(_ name: Name) throws(SQLiteError) -> Statement {
        let place = Name.first + name.rawValue
        if let known = named[place] { return known.rewound }
        let prepared = try connection.prepare(name.text)
        named[place] = prepared
        return prepared
    }

    mutating func statement(_ text: String) throws(SQLiteError) -> Statement {
        if let known = seldom[text] { return known.rewound }
        let prepared = try connection.prepare(text)
        seldom[text] = prepared
        return prepared
    }
}

// The places of each list come after those of the one before it.

extension SQL: NamedStatement {
    static var first: Int { 0 }
}

extension AlertSQL: NamedStatement {
    static let first = SQL.first + SQL.allCases.count
}

extension VolumeSQL: NamedStatement {
    static let first = AlertSQL.first + AlertSQL.allCases.count
}

extension ChecklistSQL: NamedStatement {
    static let first = VolumeSQL.first + VolumeSQL.allCases.count
}
