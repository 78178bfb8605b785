import Domain

extension Operations {
    static let quarantined: [APIRoute] = [
        quarantine.route, quarantineGroups.route, releaseQuarantined.route, discardQuarantined.route,
        fixQuarantined.route, quarantinedEvent.route, fixQuarantinedEvent.route,
    ]

    package static let quarantine = Operation<QuarantineListDocument>(
        .get, "/api/quarantine", needs: .readQuarantine, .quarantine, "What could not become a lead, oldest first.",
        query: [
            QueryParameter("reason", .text, "Only with this first defect."),
            QueryParameter("source", .text, "Only of this source."),
            QueryParameter("after", .text, "Only after this id: the `next` of the answer before."),
            .limit(50, atMost: 1000),
        ])

    package static let quarantineGroups = Operation<QuarantineGroupsDocument>(
        .get, "/api/quarantine/groups", needs: .readQuarantine, .quarantine, "The quarantine by reason and source.")

    package static let releaseQuarantined = Operation<DecisionDocument>(
        .post, "/api/quarantine/release", needs: .changeQuarantine, .quarantine,
        "Lets events be judged again: those with these ids, or all of a reason or source.",
        body: DecisionRequest.self, on: .long)

    package static let discardQuarantined = Operation<DecisionDocument>(
        .post, "/api/quarantine/discard", needs: .changeQuarantine, .quarantine,
        "Gives events up: those with these ids, or all of a reason or source.", body: DecisionRequest.self, on: .long)

    package static let fixQuarantined = Operation<FixAllDocument>(
        .post, "/api/quarantine/fix", needs: .changeQuarantine, .quarantine,
        "The same changes for all events of a reason and source: what they would come to, or with `run` doing it.",
        body: FixAllRequest.self, on: .long)

    package static let quarantinedEvent = Operation<QuarantinedDocument>(
        .get, "/api/quarantine/{id}", needs: .readQuarantine, .quarantine,
        "One quarantined event with everything that is wrong with it.", at: .event)

    package static let fixQuarantinedEvent = Operation<FixDocument>(
        .post, "/api/quarantine/{id}/fix", needs: .changeQuarantine, .quarantine,
        "Keeps a repaired copy, says what is still wrong, and releases it if that is asked for and nothing is.",
        at: .event, body: FixRequest.self)
}
