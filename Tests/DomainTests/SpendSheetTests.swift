import Domain
import Testing

@Suite struct `Tables of costs and names` {
    private static func spend(_ text: String, currency: String? = nil) -> Result<[SpendSheet.Row], Sheet.Fault> {
        do throws(Sheet.Fault) {
            return .success(try SpendSheet(try Sheet(text), currency: currency).rows)
        } catch {
            return .failure(error)
        }
    }

    private static func row(
        _ campaign: String, _ micros: Int64, adset: String = "", ad: String = "", currency: String = "EUR"
    ) -> SpendSheet.Row {
        // 2026-11-23
        SpendSheet.Row(
            day: 20_780, campaign: campaign, adset: adset, ad: ad, currency: currency, micros: micros)
    }

    @Test(arguments: [
        ("date,campaign_id,cost,currency\n2026-11-23,c,1.5,EUR\n", [row("c", 1_500_000)]),
        (
            "\u{FEFF}Date;Campaign ID;Ad ID;Cost;Currency\r\n2026-11-23;c;a;1,25;usd\r\n",
            [row("c", 1_250_000, ad: "a", currency: "USD")]
        ),
        ("day\tcampaign\tadset_id\tspend\n2026-11-23\tc\ts\t0\n\n", [row("c", 0, adset: "s")]),
        ("Reporting starts,Campaign ID,Amount spent (EUR)\n2026-11-23,\"c\",\"12\"", [row("c", 12_000_000)]),
        ("date,campaign_id,cost\n2026-11-23,\"c,\"\"1\"\"\",0.000001", [row("c,\"1\"", 1)]),
    ])
    func `are read however they are exported`(text: String, rows: [SpendSheet.Row]) {
        #expect(Self.spend(text, currency: "EUR") == .success(rows))
    }

    @Test(arguments: [
        ("", "The table is empty."),
        ("date,campaign_id,cost\n", "There is no row below the headings."),
        ("date,cost\n2026-11-23,1\n", "line 1: there is no column \"campaign_id\"; there are date, cost"),
        ("date,date,campaign_id,cost\n", "line 1, \"date\": is there twice"),
        (
            "date,campaign_id,cost\n2026-11-23,c\n",
            "line 2: there are 2 cells, and 3 headings; quote cells that hold a separator"
        ),
        ("date,campaign_id,cost\n23.11.2026,c,1\n", "line 2, \"date\": is not a day like 2026-11-23"),
        ("date,campaign_id,cost\n2026-02-30,c,1\n", "line 2, \"date\": is not a day like 2026-11-23"),
        ("date,campaign_id,cost\n2026-11-23,,1\n", "line 2, \"campaign_id\": is empty"),
        (
            "date,campaign_id,cost\n2026-11-23,c,1.5.1\n",
            "line 2, \"cost\": is not an amount like 129.90, without currency and thousands' separators"
        ),
        (
            "date,campaign_id,cost\n2026-11-23,c,-1\n",
            "line 2, \"cost\": is not an amount like 129.90, without currency and thousands' separators"
        ),
        (
            "date,campaign_id,cost\n2026-11-23,c,1.0000001\n",
            "line 2, \"cost\": is not an amount like 129.90, without currency and thousands' separators"
        ),
        (
            "date,campaign_id,cost,currency\n2026-11-23,c,1,EURO\n",
            "line 2, \"currency\": is not a currency code; use ISO 4217, for example EUR, as a column or for the whole table"
        ),
        (
            "date,campaign_id,ad_id,cost\n2026-11-23,c,a,1\n2026-11-22,c,,5\n2026-11-23,c,,2\n",
            "line 4, \"campaign_id\": was told as a whole and in parts for this day; leave out the rows that add up others"
        ),
        (
            "date,campaign_id,cost\n2026-11-23,c,1\n2026-11-23,c,2\n",
            "line 3, \"campaign_id\": the same day and ids were in a row before; give each one row and one currency"
        ),
        (
            "date,campaign_id,cost\n2026-11-23,\"c,1\n",
            "line 2: a quotation mark is not closed; write a mark inside a cell twice"
        ),
        (
            "date,campaign_id,cost\n2026-11-23,\"c\"x,1\n",
            "line 2: something follows a closing quotation mark; write a mark inside a cell twice"
        ),
        (
            "date,campaign_id,cost\n2026-11-23,\"c\n\nd\",1\n2026-11-23,\u{1},1\n",
            "line 2: a cell holds a control character or a line break"
        ),
    ])
    func `are refused with line and column`(text: String, words: String) {
        guard case .failure(let fault) = Self.spend(text, currency: "EUR") else {
            Issue.record("it was taken")
            return
        }
        #expect("\(fault)" == words)
    }

    @Test func `need a currency`() {
        guard case .failure(let fault) = Self.spend("date,campaign_id,cost\n2026-11-23,c,1\n") else {
            Issue.record("it was taken")
            return
        }
        #expect(fault.column == "currency")
    }

    @Test(arguments: [
        ("level,id,name\nCampaign,21,\"Heat pumps, autumn\"\nad,7,\n", nil),
        ("level,id,name\nplanet,21,x\n", "line 2, \"level\": is one of group, campaign, adset, ad"),
        ("level,id,name\nad,,x\n", "line 2, \"id\": is empty"),
        ("level,id,name\nad,1,x\nad,1,y\n", "line 3, \"id\": was in a row before"),
        ("level,id\nad,1\n", "line 1: there is no column \"name\"; there are level, id"),
    ])
    func `of names are read or refused`(text: String, words: String?) {
        do throws(Sheet.Fault) {
            let rows = try NameSheet(try Sheet(text)).rows
            #expect(words == nil)
            #expect(
                rows == [
                    .init(level: "campaign", id: "21", name: "Heat pumps, autumn"),
                    .init(level: "ad", id: "7", name: ""),
                ])
        } catch {
            #expect("\(error)" == words)
        }
    }
}
