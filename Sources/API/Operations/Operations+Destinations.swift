import Domain

extension Operations {
    static let lanes: [APIRoute] = [
        destinations.route, destination.route, pauseDestination.route, resumeDestination.route,
        forgetDestination.route, preflight.route, askPreflight.route,
    ]

    package static let destinations = Operation<DestinationListDocument>(
        .get, "/api/destinations", needs: .readDestinations, .destinations, "How every destination stands.")

    package static let destination = Operation<DestinationDetail>(
        .get, "/api/destinations/{name}", needs: .readDestinations, .destinations,
        "One destination: what waits and until when, what went wrong lately and what it means.", at: .destination)

    package static let pauseDestination = Operation<LaneDocument>(
        .post, "/api/destinations/{name}/pause", needs: .changeDestinations, .destinations,
        "Stops sending; everything is kept.", at: .destination, body: PauseRequest.self)

    package static let resumeDestination = Operation<LaneDocument>(
        .post, "/api/destinations/{name}/resume", needs: .changeDestinations, .destinations, "Goes on sending.",
        at: .destination, on: .long)

    package static let forgetDestination = Operation<ForgottenDestination>(
        .post, "/api/destinations/{name}/forget", needs: .changeDestinations, .destinations,
        "Gives up a destination that is not configured any more: what it is owed ends as skipped.", at: .destination,
        on: .long, forAllClients: true)

    package static let preflight = Operation<PreflightListDocument>(
        .get, "/api/preflight", needs: .readDestinations, .destinations,
        "What the destinations said when they were last asked whether they would take leads.", forAllClients: true)

    package static let askPreflight = Operation<PreflightListDocument>(
        .post, "/api/preflight", needs: .changeDestinations, .destinations, "Asks them now; may take two minutes.",
        on: .long, forAllClients: true)
}
