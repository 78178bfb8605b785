package import Domain
import SQLite

/// Users, sessions, tokens and the audit log. Each verb is durable when it returns.
extension AccountRole {
    // MARK: Users

    /// False if there is a user of that name.
    package func addUser(_ name: String, role: Role, clients: [String], password: String?) throws(StoreError) -> Bool {
        try write { tables, now in
            let insert = try tables.statement(
                """
                INSERT INTO user (name, role, clients, password, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT (name) DO NOTHING
                """)
            insert.bind(1, name)
            insert.bind(2, role.rawValue)
            insert.bind(3, clients.joined(separator: "\n"))
            insert.bind(4, password)
            insert.bind(5, now.milliseconds)
            try insert.run()
            return tables.connection.changes == 1
        }
    }

    /// Takes effect with the user's next request. Throws `notFound`.
    package func changeUser(_ name: String, role: Role, clients: [String]) throws(StoreError) {
        try write { tables, _ in
            let update = try tables.statement("UPDATE user SET role = ?2, clients = ?3 WHERE name = ?1")
            update.bind(1, name)
            update.bind(2, role.rawValue)
            update.bind(3, clients.joined(separator: "\n"))
            try update.run()
            guard tables.connection.changes == 1 else { throw StoreError.notFound }
        }
    }

    /// Ends the user's sessions too. Throws `notFound`.
    package func removeUser(_ name: String) throws(StoreError) {
        try write { tables, _ in
            let id = try tables.userID(name)
            try tables.endSessions(of: id, except: nil)
            for sql in ["DELETE FROM invitation WHERE user = ?1", "DELETE FROM user WHERE id = ?1"] {
                let delete = try tables.statement(sql)
                delete.bind(1, id)
                try delete.run()
            }
        }
    }

    /// Ends all other sessions of the user, and what links there are for choosing a password. Throws `notFound`.
    package func setPassword(_ name: String, _ password: String, keeping session: [UInt8]? = nil) throws(StoreError) {
        try write { tables, _ in try tables.setPassword(try tables.userID(name), password, keeping: session) }
    }

    /// The same password, hashed with more work. Ends no session; does nothing if the password has been changed
    /// meanwhile.
    package func replacePassword(of name: String, _ old: String, with new: String) throws(StoreError) {
        try write { tables, _ in
            let update = try tables.statement("UPDATE user SET password = ?3 WHERE name = ?1 AND password = ?2")
            update.bind(1, name)
            update.bind(2, old)
            update.bind(3, new)
            try update.run()
        }
    }

    /// Lets a user choose a password by a link, once. An earlier link stops working. Throws `notFound`.
    package func invite(_ name: String, hash: [UInt8], until expires: Instant) throws(StoreError) {
        try write { tables, now in
            let id = try tables.userID(name)
            let delete = try tables.statement("DELETE FROM invitation WHERE user = ?1 OR expires_at <= ?2")
            delete.bind(1, id)
            delete.bind(2, now.milliseconds)
            try delete.run()
            let insert = try tables.statement("INSERT INTO invitation (hash, user, expires_at) VALUES (?1, ?2, ?3)")
            insert.bind(1, hash)
            insert.bind(2, id)
            insert.bind(3, expires.milliseconds)
            try insert.run()
        }
    }

    /// Uses up a link. False if it is unknown, used or too old.
    package func acceptInvitation(_ hash: [UInt8], password: String) throws(StoreError) -> Bool {
        try write { tables, now in
            let take = try tables.statement("DELETE FROM invitation WHERE hash = ?1 RETURNING user, expires_at")
            take.bind(1, hash)
            guard try take.step() else { return false }
            let (user, expires) = (take.integer(0), take.integer(1))
            take.reset()
            guard expires > now.milliseconds else { return false }
            try tables.setPassword(user, password, keeping: nil)
            return true
        }
    }

    // MARK: Sessions

    /// Starts a session; the one that the browser had before ends. Throws `notFound`.
    package func startSession(_ hash: [UInt8], of name: String, from address: String, replacing old: [UInt8]?)
        throws(StoreError)
    {
        try write { tables, now in
            let id = try tables.userID(name)
            if let old { try tables.endSession(old) }
            let purge = try tables.statement("DELETE FROM session WHERE created_at <= ?1 OR used_at <= ?2")
            purge.bind(1, (now - SessionLife.longest).milliseconds)
            purge.bind(2, (now - SessionLife.idle).milliseconds)
            try purge.run()
            let insert = try tables.statement(
                "INSERT INTO session (hash, user, created_at, used_at, address) VALUES (?1, ?2, ?3, ?3, ?4)")
            insert.bind(1, hash)
            insert.bind(2, id)
            insert.bind(3, now.milliseconds)
            insert.bind(4, address)
            try insert.run()
            let note = try tables.statement("UPDATE user SET last_login_at = ?2 WHERE id = ?1")
            note.bind(1, id)
            note.bind(2, now.milliseconds)
            try note.run()
        }
    }

    /// Writes down that a session is being used; nobody waits for it.
    package func touchSession(_ hash: [UInt8]) {
        change(rows: 1) { [self] tables in
            let touch = try tables.statement("UPDATE session SET used_at = ?2 WHERE hash = ?1")
            touch.bind(1, hash)
            touch.bind(2, now.milliseconds)
            try touch.run()
        } then: { _ in
        }
    }

    package func endSession(_ hash: [UInt8]) throws(StoreError) {
        try write { tables, _ in try tables.endSession(hash) }
    }

    /// Signs a user out everywhere. Throws `notFound`.
    package func endSessions(of name: String) throws(StoreError) {
        try write { tables, _ in try tables.endSessions(of: try tables.userID(name), except: nil) }
    }

    // MARK: Tokens

    /// False if there is a token of that name.
    package func addToken(_ token: APIToken, hash: [UInt8]) throws(StoreError) -> Bool {
        try write { tables, now in
            let insert = try tables.statement(
                """
                INSERT INTO api_token (name, hash, scopes, clients, created_at, created_by, expires_at, team)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (name) DO NOTHING
                """)
            insert.bind(1, token.name)
            insert.bind(2, hash)
            insert.bind(3, token.scopes.joined(separator: " "))
            insert.bind(4, token.clients?.joined(separator: "\n"))
            insert.bind(5, now.milliseconds)
            insert.bind(6, token.createdBy)
            insert.bind(7, token.expiresAt?.milliseconds)
            insert.bind(8, token.team)
            try insert.run()
            return tables.connection.changes == 1
        }
    }

    /// Throws `notFound`.
    package func revokeToken(_ name: String) throws(StoreError) {
        try write { tables, _ in
            let delete = try tables.statement("DELETE FROM api_token WHERE name = ?1")
            delete.bind(1, name)
            try delete.run()
            guard tables.connection.changes == 1 else { throw StoreError.notFound }
        }
    }

    /// Writes down that a token is being used; nobody waits for it.
    package func touchToken(_ id: Int64) {
        change(rows: 1) { [self] tables in
            let touch = try tables.statement("UPDATE api_token SET used_at = ?2 WHERE id = ?1")
            touch.bind(1, id)
            touch.bind(2, now.milliseconds)
            try touch.run()
        } then: { _ in
        }
    }

    // MARK: The audit log

    /// Notes a change; to be concluded unless its outcome is known already. Answers its number.
    package func note(_ entry: AuditEntry) throws(StoreError) -> Int64 {
        try write { tables, now in
            let insert = try tables.statement(
                """
                INSERT INTO audit_log (at, actor, address, action, subject, detail, outcome)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                RETURNING id
                """)
            insert.bind(1, now.milliseconds)
            insert.bind(2, entry.actor)
            insert.bind(3, entry.address)
            insert.bind(4, entry.action)
            insert.bind(5, entry.subject)
            insert.bind(6, entry.detail)
            insert.bind(7, entry.outcome)
            guard try insert.step() else { preconditionFailure("an insert without a row") }
            let id = insert.integer(0)
            insert.reset()
            if entry.actor == AuditEntry.nobody, id % Self.anonymousStep == 0 { try tables.forgetAnonymousEntries() }
            return id
        }
    }

    /// Now and then: it looks at the whole log.
    private static let anonymousStep: Int64 = 64

    /// Gives a line of the log another detail: it stands for more than it did.
    package func amend(_ entry: Int64, detail: String) throws(StoreError) {
        try write { tables, _ in
            let update = try tables.statement("UPDATE audit_log SET detail = ?2 WHERE id = ?1")
            update.bind(1, entry)
            update.bind(2, detail)
            try update.run()
        }
    }

    /// Says what became of a change that was noted.
    package func conclude(_ entry: Int64, _ outcome: String) throws(StoreError) {
        try write { tables, _ in
            let update = try tables.statement("UPDATE audit_log SET outcome = ?2 WHERE id = ?1")
            update.bind(1, entry)
            update.bind(2, outcome)
            try update.run()
        }
    }

    // MARK: Failures to sign in

    /// Counts a failure under each key; those that are forgotten are dropped.
    package func countLoginFailure(_ keys: [[UInt8]]) throws(StoreError) {
        try write { tables, now in
            let bound = (now - LoginThrottle.memory).milliseconds
            let purge = try tables.statement("DELETE FROM login_failure WHERE last_at <= ?1")
            purge.bind(1, bound)
            try purge.run()
            let count = try tables.statement(
                """
                INSERT INTO login_failure (key, count, last_at) VALUES (?1, 1, ?2)
                ON CONFLICT DO UPDATE SET count = count + 1, last_at = excluded.last_at
                """)
            for key in keys {
                count.bind(1, key)
                count.bind(2, now.milliseconds)
                try count.run()
            }
        }
    }

    package func forgetLoginFailures(_ key: [UInt8]) throws(StoreError) {
        try write { tables, _ in
            let delete = try tables.statement("DELETE FROM login_failure WHERE key = ?1")
            delete.bind(1, key)
            try delete.run()
        }
    }
}

extension Tables {
    fileprivate func userID(_ name: String) throws -> Int64 {
        let select = try statement("SELECT id FROM user WHERE name = ?1")
        select.bind(1, name)
        defer { select.reset() }
        guard try select.step() else { throw StoreError.notFound }
        return select.integer(0)
    }

    fileprivate func setPassword(_ user: Int64, _ password: String, keeping session: [UInt8]?) throws {
        let update = try statement("UPDATE user SET password = ?2 WHERE id = ?1")
        update.bind(1, user)
        update.bind(2, password)
        try update.run()
        try endSessions(of: user, except: session)
        let delete = try statement("DELETE FROM invitation WHERE user = ?1")
        delete.bind(1, user)
        try delete.run()
    }

    fileprivate func endSession(_ hash: [UInt8]) throws {
        let delete = try statement("DELETE FROM session WHERE hash = ?1")
        delete.bind(1, hash)
        try delete.run()
    }

    fileprivate func endSessions(of user: Int64, except kept: [UInt8]?) throws {
        let delete = try statement("DELETE FROM session WHERE user = ?1 AND (?2 IS NULL OR hash <> ?2)")
        delete.bind(1, user)
        delete.bind(2, kept)
        try delete.run()
    }
}

extension Tables {
    /// Of those who have not signed in, only the newest lines of the log stay: anybody can cause them.
    private static let mostAnonymousEntries: Int64 = 1000
    /// Lines a step.
    private static let auditStep: Int64 = 200

    fileprivate func forgetAnonymousEntries() throws(SQLiteError) {
        let delete = try statement(
            """
            DELETE FROM audit_log WHERE actor = ?1 AND id <= (
                SELECT id FROM audit_log WHERE actor = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)
            """)
        delete.bind(1, AuditEntry.nobody)
        delete.bind(2, Self.mostAnonymousEntries)
        try delete.run()
    }

    /// Forgets the oldest lines of the audit log, if they are old enough. Returns whether there may be more.
    func purgeAuditLog(before bound: Instant) throws(SQLiteError) -> Bool {
        let delete = try statement(
            """
            DELETE FROM audit_log WHERE at < ?1 AND id IN (SELECT id FROM audit_log ORDER BY id LIMIT ?2)
            """)
        delete.bind(1, bound.milliseconds)
        delete.bind(2, Self.auditStep)
        try delete.run()
        return connection.changes == Int(Self.auditStep)
    }
}
