extension Notes {
    /// A place in a sender's document: the whole path if it is short, else its end, which tells most.
    static func printable(place: JSONPointer) -> String {
        let names = place.names
        // Each by itself: together they may be long, or have many digits as positions.
        guard let last = names.last, names.allSatisfy({ printable($0) == $0 }) else {
            return "a field with an unusual name"
        }
        if place.path.isAtMost(maximumPath) { return place.path }
        var end = last
        for name in names.dropLast().reversed() {
            if end.count + name.count >= maximumPath { break }
            end = name + "." + end
        }
        return "…" + end
    }

    private static let maximumPath = 60
}
