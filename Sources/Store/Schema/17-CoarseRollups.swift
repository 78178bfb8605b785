extension Schema {
    /// Two more kinds of lines in `rollup`, so that a year of a client with many groups is read as quickly as a week:
    ///
    ///     kind             unit                                         period
    ///     5  group month   client_group.id                              year * 12 + month - 1, client's time zone
    ///     6  client day    client_group.id of the line without a group  days since 1970-01-01, likewise
    ///
    /// Both are worked out from the days of groups that there are.
    static let coarseRollups = """
        INSERT INTO client_group (client, grp) SELECT DISTINCT client, '' FROM client_group WHERE true ON CONFLICT DO \
        NOTHING;
        INSERT INTO rollup (
            kind, unit, period, destination, leads, duplicates, quarantined, tests, unmapped, click_ids, emails, \
        phones, consents, owed,
            sent, delivered, rejected, expired, skipped, erased, failures, milliseconds)
        SELECT 5, unit, strftime('%Y', period * 86400, 'unixepoch') * 12 + strftime('%m', period * 86400, 'unixepoch') \
        - 1, destination,
            sum(leads), sum(duplicates), sum(quarantined), sum(tests), sum(unmapped), sum(click_ids), sum(emails), \
        sum(phones),
            sum(consents), sum(owed), sum(sent), sum(delivered), sum(rejected), sum(expired), sum(skipped), \
        sum(erased), sum(failures),
            sum(milliseconds)
        FROM rollup WHERE kind = 3 GROUP BY 2, 3, 4;
        INSERT INTO rollup (
            kind, unit, period, destination, leads, duplicates, quarantined, tests, unmapped, click_ids, emails, \
        phones, consents, owed,
            sent, delivered, rejected, expired, skipped, erased, failures, milliseconds)
        SELECT 6, whole.id, period, destination,
            sum(leads), sum(duplicates), sum(quarantined), sum(tests), sum(unmapped), sum(click_ids), sum(emails), \
        sum(phones),
            sum(consents), sum(owed), sum(sent), sum(delivered), sum(rejected), sum(expired), sum(skipped), \
        sum(erased), sum(failures),
            sum(milliseconds)
        FROM rollup JOIN client_group ON client_group.id = rollup.unit
        JOIN client_group AS whole ON whole.client = client_group.client AND whole.grp = ''
        WHERE kind = 3 GROUP BY 2, 3, 4;
        """
}
