package import Domain
import SQLite

extension WatchRole {
    /// Keeps since when groups are waited for, and forgets others.
    package func keepNamedGroups(_ new: [GroupKey: Instant], forgetting gone: [GroupKey]) throws(StoreError) {
        try wait { then in
            change(rows: new.count + gone.count) { tables in
                let forget = try tables.statement("DELETE FROM named_group WHERE client = ?1 AND grp = ?2")
                for key in gone {
                    forget.bind(1, key.client)
                    forget.bind(2, key.group)
                    try forget.run()
                }
                let keep = try tables.statement(
                    "INSERT INTO named_group (client, grp, since) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
                for (key, since) in new.sorted(by: { $0.key < $1.key }) {
                    keep.bind(1, key.client)
                    keep.bind(2, key.group)
                    keep.bind(3, since.milliseconds)
                    try keep.run()
                }
            } then: {
                then($0)
            }
        }
    }
}

extension Reader {
    /// The groups that are waited for, and since when.
    package func namedGroups() throws -> [GroupKey: Instant] {
        let select = try statement("SELECT client, grp, since FROM named_group")
        var found: [GroupKey: Instant] = [:]
        while try select.step() {
            found[GroupKey(client: select.text(0), group: select.text(1))] = Instant(milliseconds: select.integer(2))
        }
        return found
    }

    /// The first groups of a client that a table of names has, in the order of their ids.
    package func titledGroups(_ client: String, limit: Int) throws -> [String] {
        let select = try statement("SELECT id FROM title WHERE client = ?1 AND level = 'group' ORDER BY id LIMIT ?2")
        select.bind(1, client)
        select.bind(2, Int64(limit))
        var found: [String] = []
        while try select.step() { found.append(select.text(0)) }
        return found
    }

    /// What ads of a client cost money since a day: campaigns, with ad set and ad where that is known.
    package func paidPlaces(_ client: String, since day: Int64) throws -> Set<PaidPlace> {
        let select = try statement(
            "SELECT DISTINCT campaign, adset, ad FROM spend WHERE client = ?1 AND day >= ?2 AND micros > 0")
        select.bind(1, client)
        select.bind(2, day)
        var found: Set<PaidPlace> = []
        while try select.step() {
            found.insert(PaidPlace(campaign: select.text(0), adset: select.text(1), ad: select.text(2)))
        }
        return found
    }

    /// The groups that the first leads of each paid campaign belonged to: one for each, so that nobody who knows a
    /// campaign's id can name more.
    package func groups(ofCampaigns campaigns: [String: Set<String>]) throws -> Set<GroupKey> {
        var left = campaigns.filter { !$0.value.isEmpty }
        var found: Set<GroupKey> = []
        if left.isEmpty { return found }
        let select = try statement("SELECT client, campaign, grp FROM dimension ORDER BY id")
        while try select.step() {
            let client = select.text(0)
            guard left[client]?.remove(select.text(1)) != nil else { continue }
            found.insert(GroupKey(client: client, group: select.text(2)))
        }
        return found
    }
}

/// Something that ads cost money for. Empty ids: as a whole.
package struct PaidPlace: Hashable, Sendable {
    package var campaign: String
    package var adset: String
    package var ad: String
    package init(campaign: String, adset: String = "", ad: String = "") {
        self.campaign = campaign
        self.adset = adset
        self.ad = ad
    }
}
