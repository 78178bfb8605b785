extension Schema {
    static let closing = """
        -- Open deliveries by the quarter hour (since 1970) in which their window closes. Only those with a count.
        CREATE TABLE closing (
            destination INTEGER NOT NULL,
            quarter     INTEGER NOT NULL,
            count       INTEGER NOT NULL,
            PRIMARY KEY (destination, quarter)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO closing SELECT destination, expires / 900000, count(*) FROM delivery GROUP BY 1, 2;
        """
}
