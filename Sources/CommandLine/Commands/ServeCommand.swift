import Configuration

extension Command {
    /// Starts the relay with the file of its configuration and perhaps one of secrets, and answers when it has stopped:
    /// the program's composition, which stands above this module and hands it to `run`.
    package typealias Serve =
        @Sendable (_ configuration: String, _ envFile: String?, _ terminal: Terminal) throws -> ExitCode

    static let serve = Command(
        name: "serve",
        usage: Usage(
            summary: "run the relay: intake, validator, lanes, console",
            options: [AdminOptions.config, AdminOptions.envFile],
            notes: [
                """
                SIGTERM and SIGINT stop it after everything under way has been answered; SIGHUP reads the \
                configuration again.
                """,
                "With --env-file new secrets come with a reload, too; those of the environment are of the start.",
                "Ends with 78 if the configuration has mistakes: to start it again would not help.",
                "Under systemd it says when it is ready and serves the watchdog (deploy/leadrelay.service).",
            ],
            examples: ["leadrelay serve --config /etc/leadrelay/relay.json5"]),
        action: .serve)
}
