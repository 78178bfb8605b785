extension Schema {
    /// Deliveries that were `sent` before this version stay so: nobody knows the order of their requests.
    static let awaiting = """
        -- Requests that the platform took without saying what became of their events; gone once it has. Leads are in \
        the order of
        -- the request, eight bytes each; expires beside them likewise; failures a byte each, empty if there were none.
        CREATE TABLE awaited (
            number      INTEGER PRIMARY KEY,
            destination INTEGER NOT NULL,
            request_id  TEXT NOT NULL,
            sent_at     INTEGER NOT NULL,
            due         INTEGER NOT NULL,
            polls       INTEGER NOT NULL DEFAULT 0,
            leads       BLOB NOT NULL,
            expires     BLOB NOT NULL,
            failures    BLOB NOT NULL
        ) STRICT;
        CREATE INDEX awaited_due ON awaited (destination, due);
        CREATE INDEX awaited_request ON awaited (destination, request_id);

        -- To be sent in a request of its own.
        ALTER TABLE delivery ADD COLUMN alone INTEGER NOT NULL DEFAULT 0;
        -- When the platform took what it confirmed or refused only later.
        ALTER TABLE receipt ADD COLUMN sent_at INTEGER;
        """
}
