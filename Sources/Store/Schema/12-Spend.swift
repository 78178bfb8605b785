extension Schema {
    /// What people bring along from the ads accounts: what ads cost, and what the ids of leads are called.
    static let spend = """
        -- day: since 1970, of the client's calendar. adset and ad are empty where the cost is known of something \
        coarser. Of a client,
        -- day and campaign there are rows of one upload only, so that nothing is counted twice.
        CREATE TABLE spend (
            client   TEXT NOT NULL,
            day      INTEGER NOT NULL,
            campaign TEXT NOT NULL,
            adset    TEXT NOT NULL,
            ad       TEXT NOT NULL,
            currency TEXT NOT NULL,
            micros   INTEGER NOT NULL,
            PRIMARY KEY (client, day, campaign, adset, ad)
        ) STRICT, WITHOUT ROWID;
        -- The same added up by calendar month (year * 12 + month - 1), kept in the transactions that change `spend`.
        CREATE TABLE spend_month (
            client   TEXT NOT NULL,
            month    INTEGER NOT NULL,
            campaign TEXT NOT NULL,
            adset    TEXT NOT NULL,
            ad       TEXT NOT NULL,
            currency TEXT NOT NULL,
            micros   INTEGER NOT NULL,
            PRIMARY KEY (client, month, campaign, adset, ad, currency)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE title (
            client TEXT NOT NULL,
            level  TEXT NOT NULL,
            id     TEXT NOT NULL,
            name   TEXT NOT NULL,
            PRIMARY KEY (client, level, id)
        ) STRICT, WITHOUT ROWID;
        """
}
