import Domain
import SQLite

extension Tables {
    /// Rows that were being inspected when the process ended without saying so get a mark: perhaps one of them ended
    /// it. See `Ledger.inspect`.
    func countInterruptedInspection() throws(SQLiteError) {
        guard let first = try fact("inspecting_first"), let last = try fact("inspecting_last") else { return }
        let count = try statement(.countTries)
        count.bind(1, first)
        count.bind(2, last)
        try count.run()
        try setFact("inspecting_first", nil)
        try setFact("inspecting_last", nil)
    }
}
