// Monitoring watches what comes in and what goes out, and tells people until it is well again:
//
//     counters ─▶ rules ─▶ observations ─▶ alerts ─▶ notices ─▶ channels
//
// Rules are values (facts and `now` in, `Observation`s out). Alerts live in the store and change by their own verbs.
// Notices are owed like deliveries: written first, sent, settled.
