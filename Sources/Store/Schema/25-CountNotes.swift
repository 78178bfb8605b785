extension Schema {
    /// What some transactions have counted and not yet added to the statistics, one line each; see `CountNotes`.
    static let countNotes = "CREATE TABLE count_note (id INTEGER PRIMARY KEY, cells BLOB NOT NULL) STRICT"
}
