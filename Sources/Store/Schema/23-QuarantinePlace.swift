extension Schema {
    /// Where a quarantined event is counted, `Tables.quarantinePlace`; NULL: from before this version, under its source
    /// as a whole.
    static let quarantinePlace = "ALTER TABLE quarantine ADD COLUMN dimension INTEGER"
}
