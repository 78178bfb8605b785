import Domain

extension Operations {
    static let service: [APIRoute] = [
        status.route, audit.route, books.route, backup.route, settings.route,
    ]

    package static let status = Operation<StatusDocument>(
        .get, "/api/status", needs: .readBooks, .service, "What is going on.")

    package static let audit = Operation<AuditDocument>(
        .get, "/api/audit", needs: .readBooks, .service,
        "Compares the books with every table. May take minutes.", on: .long, forAllClients: true)

    package static let books = Operation<BooksDocument>(
        .get, "/api/books", needs: .readBooks, .service,
        "The balance of each source, and of each source and destination.")

    package static let backup = Operation<BackupDocument>(
        .post, "/api/backup", .service,
        "Copies the database and sends the copy to the caller. On the admin socket only: `leadrelay backup`.",
        body: BackupRequest.self, on: .long)

    package static let settings = Operation<SettingsDocument>(
        .get, "/api/settings", needs: .readSettings, .service,
        "The configuration in force, each setting with who said so. No secrets.")
}
