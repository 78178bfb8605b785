/// What people call the ids that leads carry, as it is uploaded.
///
///     level,id,name
///     campaign,21450031,"Heat pumps, autumn"
///
/// `level` is group, campaign, adset or ad.
package struct NameSheet: Equatable, Sendable {
    package var rows: [Row]

    package struct Row: Equatable, Sendable {
        package var level: String
        package var id: String
        /// Empty: the id has no name any more.
        package var name: String

        package init(level: String, id: String, name: String) {
            self.level = level
            self.id = id
            self.name = name
        }
    }

    package static let levels = ["group", "campaign", "adset", "ad"]
    package static let maximumName = 200

    /// Throws on the first thing that is wrong.
    package init(_ sheet: Sheet) throws(Sheet.Fault) {
        let level = try sheet.required(["level"])
        let id = try sheet.required(["id"])
        let name = try sheet.required(["name"])
        var rows: [Row] = []
        var seen: Set<[String]> = []
        for row in sheet.rows {
            func fault(_ column: String, _ words: String) -> Sheet.Fault {
                Sheet.Fault(line: row.line, column: column, words)
            }
            let word = row.cells[level.index].lowercased()
            guard Self.levels.contains(word) else {
                throw fault("level", "is one of \(Self.levels.joined(separator: ", "))")
            }
            guard !row.cells[id.index].isEmpty else { throw fault("id", "is empty") }
            guard row.cells[id.index].utf8.count <= SpendSheet.maximumID else {
                throw fault("id", ValueWording.longer(than: SpendSheet.maximumID))
            }
            guard row.cells[name.index].utf8.count <= Self.maximumName else {
                throw fault("name", ValueWording.longer(than: Self.maximumName))
            }
            guard seen.insert([word, row.cells[id.index]]).inserted else {
                throw fault("id", "was in a row before")
            }
            rows.append(Row(level: word, id: row.cells[id.index], name: row.cells[name.index]))
        }
        guard !rows.isEmpty else { throw Sheet.Fault.noRow }
        self.rows = rows
    }
}
