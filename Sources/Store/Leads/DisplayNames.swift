import SQLite

/// What some ids are called, as far as somebody has said so.
package struct DisplayNames: Sendable {
    /// An id of one client at one level.
    package struct Key: Hashable, Sendable {
        package var client: String
        package var level: LeadLevel
        package var id: String

        package init(_ client: String, _ level: LeadLevel, _ id: String) {
            self.client = client
            self.level = level
            self.id = id
        }
    }

    private var names: [Key: String] = [:]

    package init() {}

    /// The name; `nil` if there is none, or if it was not asked for.
    package subscript(_ client: String, _ level: LeadLevel, _ id: String) -> String? {
        get { names[Key(client, level, id)] }
        set { names[Key(client, level, id)] = newValue }
    }
}

extension Reader {
    /// The names of these ids. Each is looked up by itself: a client may have named a hundred thousand ads, and a page
    /// shows a few.
    package func titles(of keys: some Sequence<DisplayNames.Key>) throws -> DisplayNames {
        let select = try statement("SELECT name FROM title WHERE client = ?1 AND level = ?2 AND id = ?3")
        var titles = DisplayNames()
        for key in Set(keys) where !key.id.isEmpty {
            select.bind(1, key.client)
            select.bind(2, key.level.rawValue)
            select.bind(3, key.id)
            while try select.step() { titles[key.client, key.level, key.id] = select.text(0) }
        }
        return titles
    }
}
