package import Domain
import SQLite

extension Reader {
    private static let user = "user.id, name, role, clients, password, user.created_at, last_login_at"

    package func user(_ name: String) throws -> User? {
        let select = try statement("SELECT \(Self.user) FROM user WHERE name = ?1")
        select.bind(1, name)
        defer { select.reset() }
        return try select.step() ? user(select) : nil
    }

    package func users() throws -> [User] {
        let select = try statement("SELECT \(Self.user) FROM user ORDER BY name")
        var found: [User] = []
        while try select.step() { found.append(user(select)) }
        return found
    }

    package func hasUsers() throws -> Bool {
        try connection.number("SELECT 1 FROM user WHERE password IS NOT NULL LIMIT 1") != nil
    }

    private func user(_ row: Statement) -> User {
        User(
            id: row.integer(0), name: row.text(1), role: Role(rawValue: row.text(2)) ?? .viewer,
            clients: row.text(3).split(separator: "\n").map(String.init), password: row.isNull(4) ? nil : row.text(4),
            createdAt: Instant(milliseconds: row.integer(5)),
            lastLoginAt: row.optionalInteger(6).map(Instant.init(milliseconds:)))
    }

    /// The session, whatever its age.
    package func session(_ hash: [UInt8]) throws -> Session? {
        let select = try statement(
            """
            SELECT \(Self.user), session.created_at, used_at FROM session JOIN user ON user.id = session.user
            WHERE hash = ?1
            """)
        select.bind(1, hash)
        defer { select.reset() }
        guard try select.step() else { return nil }
        return Session(
            user: user(select), createdAt: Instant(milliseconds: select.integer(7)),
            usedAt: Instant(milliseconds: select.integer(8)))
    }

    /// Whom a link for choosing a password is for, while it is good.
    package func invited(_ hash: [UInt8], at now: Instant) throws -> User? {
        let select = try statement(
            """
            SELECT \(Self.user) FROM invitation JOIN user ON user.id = invitation.user
            WHERE hash = ?1 AND expires_at > ?2
            """)
        select.bind(1, hash)
        select.bind(2, now.milliseconds)
        defer { select.reset() }
        return try select.step() ? user(select) : nil
    }

    private static let token = "id, name, scopes, clients, created_at, created_by, expires_at, used_at, team"

    /// The token, whatever its age.
    package func token(_ hash: [UInt8]) throws -> APIToken? {
        let select = try statement("SELECT \(Self.token) FROM api_token WHERE hash = ?1")
        select.bind(1, hash)
        defer { select.reset() }
        return try select.step() ? token(select) : nil
    }

    package func tokens() throws -> [APIToken] {
        let select = try statement("SELECT \(Self.token) FROM api_token ORDER BY name")
        var found: [APIToken] = []
        while try select.step() { found.append(token(select)) }
        return found
    }

    private func token(_ row: Statement) -> APIToken {
        APIToken(
            id: row.integer(0), name: row.text(1), scopes: row.text(2).split(separator: " ").map(String.init),
            clients: row.isNull(3) ? nil : row.text(3).split(separator: "\n").map(String.init),
            team: row.isNull(8) ? nil : row.text(8), createdAt: Instant(milliseconds: row.integer(4)),
            createdBy: row.text(5), expiresAt: row.optionalInteger(6).map(Instant.init(milliseconds:)),
            usedAt: row.optionalInteger(7).map(Instant.init(milliseconds:)))
    }

    /// The newest entries before one, newest first.
    package func auditLog(before id: Int64 = .max, limit: Int) throws -> [AuditEntry] {
        let select = try statement(
            """
            SELECT id, at, actor, address, action, subject, detail, outcome FROM audit_log WHERE id < ?1
            ORDER BY id DESC LIMIT ?2
            """)
        select.bind(1, id)
        select.bind(2, Int64(limit))
        var found: [AuditEntry] = []
        while try select.step() {
            found.append(
                AuditEntry(
                    id: select.integer(0), at: Instant(milliseconds: select.integer(1)), actor: select.text(2),
                    address: select.text(3), action: select.text(4), subject: select.text(5), detail: select.text(6),
                    outcome: select.isNull(7) ? nil : select.text(7)))
        }
        return found
    }

    package func loginFailures(_ key: [UInt8]) throws -> LoginFailures? {
        let select = try statement("SELECT count, last_at FROM login_failure WHERE key = ?1")
        select.bind(1, key)
        defer { select.reset() }
        guard try select.step() else { return nil }
        return LoginFailures(count: Int(select.integer(0)), last: Instant(milliseconds: select.integer(1)))
    }
}
