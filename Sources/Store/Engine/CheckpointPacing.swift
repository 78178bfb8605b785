/// When the write-ahead log is copied into the database: whenever it is long enough. While somebody reads an old moment
/// the copy cannot finish, or the log cannot start anew; then it is tried again at each further length of the log, and
/// once a second.
struct CheckpointPacing {
    /// So many pages are long enough.
    let length: Int
    private var last: (pages: Int, at: Duration)?

    static let pause: Duration = .seconds(1)

    init(length: Int) { self.length = length }

    /// Whether a copy is due after a commit that left the log with so many pages. It counts as tried.
    mutating func isDue(pages: Int, at now: Duration) -> Bool {
        // The log has started anew since.
        if let last, pages < last.pages { self.last = nil }
        guard pages >= length else { return false }
        if let last, pages - last.pages < length, now - last.at < Self.pause { return false }
        last = (pages, now)
        return true
    }
}
