extension Configuration {
    /// What would become of a lead of each source.
    package var itineraries: [Itinerary] { sources.map { Itinerary($0, self) } }

    /// One line for logs and people.
    package var summary: String {
        func count(_ number: Int, _ one: String, _ many: String) -> String {
            number == 1 ? "1 \(one)" : "\(number) \(many)"
        }
        return [
            count(clients.count, "client", "clients"), count(sources.count, "source", "sources"),
            count(groups.count, "group rule", "group rules"), count(destinations.count, "destination", "destinations"),
        ].joined(separator: ", ")
    }
}
