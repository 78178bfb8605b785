extension Schema {
    /// By what days leads are counted is no entry of the calendar of events.
    static let dayBasis = "ALTER TABLE calendar_entry RENAME TO day_basis;"
}
