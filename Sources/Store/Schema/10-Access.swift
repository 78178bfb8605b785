extension Schema {
    /// Who may look inside, and what they did. Secrets are kept as hashes only.
    static let access = """
        -- clients: names, one a line. password: as `PasswordHash` writes it; NULL until the user has chosen one.
        CREATE TABLE user (
            id            INTEGER PRIMARY KEY,
            name          TEXT NOT NULL UNIQUE,
            role          TEXT NOT NULL CHECK (role IN ('viewer', 'support', 'admin')),
            clients       TEXT NOT NULL,
            password      TEXT,
            created_at    INTEGER NOT NULL,
            last_login_at INTEGER
        ) STRICT;
        -- hash: SHA-256 of the random token in the cookie.
        CREATE TABLE session (
            hash       BLOB PRIMARY KEY,
            user       INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            used_at    INTEGER NOT NULL,
            address    TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX session_user ON session (user);
        -- Links by which a user chooses a password, once. hash: SHA-256 of the token in the link.
        CREATE TABLE invitation (
            hash       BLOB PRIMARY KEY,
            user       INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE api_token (
            id         INTEGER PRIMARY KEY,
            name       TEXT NOT NULL UNIQUE,
            hash       BLOB NOT NULL UNIQUE,
            scopes     TEXT NOT NULL,
            clients    TEXT,
            created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL,
            expires_at INTEGER,
            used_at    INTEGER
        ) STRICT;
        -- Every change: noted before it is made, concluded after. An outcome that is NULL means that the process \
        ended meanwhile.
        CREATE TABLE audit_log (
            id      INTEGER PRIMARY KEY,
            at      INTEGER NOT NULL,
            actor   TEXT NOT NULL,
            address TEXT NOT NULL,
            action  TEXT NOT NULL,
            subject TEXT NOT NULL,
            detail  TEXT NOT NULL,
            outcome TEXT
        ) STRICT;
        -- key: hash of the name that was tried, or of the address.
        CREATE TABLE login_failure (
            key     BLOB PRIMARY KEY,
            count   INTEGER NOT NULL,
            last_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
