/// A destination that has left the configuration: it sends nothing, and what it is owed stays.
package enum GoneDestination {
    /// What is owed to it, and what to do.
    package static func words(_ name: String, owed: Int64) -> String {
        """
        \(owed) \(owed == 1 ? "delivery is" : "deliveries are") owed to \(name), which is not in the configuration \
        any more: 
        """
            + "put it back, or end them with `leadrelay destination forget \(name)`"
    }
}
