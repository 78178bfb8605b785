extension Schema {
    /// Which deliveries a lane has in hand says the line of its claim alone; a mark in each delivery cost a change of
    /// its row and its index when it was set and another when it was taken away. What was in hand when an older version
    /// ended is due again, as after any end, and the platform may have got it.
    static let claimsByLine = """
        UPDATE delivery
            SET uncertain = coalesce(uncertain, (SELECT claimed_at FROM claim WHERE claim.id = delivery.claim))
            WHERE claim <> 0;
        DELETE FROM claim;
        DROP INDEX delivery_due;
        ALTER TABLE delivery DROP COLUMN claim;
        CREATE INDEX delivery_due ON delivery (destination, due, lead);
        """
}
