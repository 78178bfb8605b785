/// What ads cost, by day, as it is uploaded.
///
///     date,campaign_id,ad_id,cost,currency
///     2026-11-23,21450031,2145003112,129.90,EUR
///
/// The finest id that the headings name says what a row is about: a campaign, an ad set or an ad. Headings of Google's
/// and Meta's exports are understood too.
package struct SpendSheet: Equatable, Sendable {
    package var rows: [Row]

    package struct Row: Hashable, Sendable {
        /// Days since 1970-01-01, of the client's calendar.
        package var day: Int64
        package var campaign: String
        /// Empty: the campaign as a whole.
        package var adset: String
        package var ad: String
        /// ISO 4217.
        package var currency: String
        /// In millionths of the currency.
        package var micros: Int64

        package init(day: Int64, campaign: String, adset: String, ad: String, currency: String, micros: Int64) {
            self.day = day
            self.campaign = campaign
            self.adset = adset
            self.ad = ad
            self.currency = currency
            self.micros = micros
        }
    }

    /// A day's row costs at most so much, in millionths: a thousand million.
    package static let maximumMicros: Int64 = 1_000_000_000_000_000
    package static let maximumID = 200

    private static let dates = ["date", "day", "date_start", "reporting_starts"]
    private static let campaigns = ["campaign_id", "campaign"]
    private static let adsets = ["adset_id", "ad_set_id", "ad_group_id", "adset"]
    private static let ads = ["ad_id", "ad"]
    private static let costs = ["cost", "spend", "amount_spent", "amount"]
    private static let currencies = ["currency", "currency_code", "account_currency"]

    /// Reads a sheet. `currency` is that of sheets without a column of it. Throws on the first thing that is wrong.
    package init(_ sheet: Sheet, currency: String? = nil) throws(Sheet.Fault) {
        let date = try sheet.required(Self.dates)
        let campaign = try sheet.required(Self.campaigns)
        // Meta's headings name the currency: `Amount spent (EUR)`.
        let meta = sheet.columns.first { $0.hasPrefix("amount_spent_(") && $0.hasSuffix(")") }
        let cost = try sheet.required(Self.costs + [meta].compactMap(\.self))
        let (adset, ad) = (sheet.column(Self.adsets), sheet.column(Self.ads))
        let column = sheet.column(Self.currencies)
        let named = meta.map { String($0.dropFirst("amount_spent_(".count).dropLast()).uppercased() }
        var rows: [Row] = []
        var seen: Set<Place> = []
        // How fine each day and campaign is told: adding up two would count twice.
        var depths: [Place: Int] = [:]
        for row in sheet.rows {
            func cell(_ column: (index: Int, name: String)?) -> String { column.map { row.cells[$0.index] } ?? "" }
            func fault(_ column: String, _ words: String) -> Sheet.Fault {
                Sheet.Fault(line: row.line, column: column, words)
            }
            guard let civil = CivilTime(cell(date)), civil.secondOfDay == 0, (2000...2200).contains(civil.year) else {
                throw fault(date.name, "is not a day like 2026-11-23")
            }
            for (place, isNeeded) in [(Optional(campaign), true), (adset, false), (ad, false)] {
                guard let place else { continue }
                let id = cell(place)
                if id.isEmpty, isNeeded { throw fault(place.name, "is empty") }
                if id.utf8.count > Self.maximumID { throw fault(place.name, ValueWording.longer(than: Self.maximumID)) }
            }
            guard let micros = Self.micros(cell(cost), decimalComma: sheet.hasDecimalComma),
                micros <= Self.maximumMicros
            else {
                throw fault(cost.name, "is not an amount like 129.90, without currency and thousands' separators")
            }
            let code = (column != nil ? cell(column) : named ?? currency ?? "").uppercased()
            guard let packed = ISOCodes.pack(code, length: 3), ISOCodes.currencies.contains(packed) else {
                throw fault(
                    column?.name ?? "currency",
                    "is not a currency code; use ISO 4217, for example EUR, as a column or for the whole table")
            }
            let read = Row(
                day: civil.dayNumber, campaign: cell(campaign), adset: cell(adset), ad: cell(ad), currency: code,
                micros: micros)
            let whole = Place(day: read.day, ids: [read.campaign])
            guard seen.insert(Place(day: read.day, ids: [read.campaign, read.adset, read.ad])).inserted else {
                throw fault(
                    campaign.name, "the same day and ids were in a row before; give each one row and one currency")
            }
            let depth = read.ad.isEmpty ? read.adset.isEmpty ? 0 : 1 : 2
            guard depths.updateValue(depth, forKey: whole) ?? depth == depth else {
                throw fault(
                    campaign.name,
                    "was told as a whole and in parts for this day; leave out the rows that add up others")
            }
            rows.append(read)
        }
        guard !rows.isEmpty else { throw Sheet.Fault.noRow }
        self.rows = rows
    }

    private struct Place: Hashable {
        var day: Int64
        var ids: [String]
    }

    /// The millionths of `129.9`, or of `129,9` where a comma is allowed; `nil` if it is no such number, negative, or
    /// finer.
    static func micros(_ text: String, decimalComma: Bool) -> Int64? {
        let text = decimalComma ? text.replacing(",", with: ".") : text
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, !whole.isEmpty, whole.utf8.count <= 12,
            parts.allSatisfy({ $0.utf8.allSatisfy(\.isDigit) }), var value = Int64(whole)
        else { return nil }
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        guard parts.count == 1 || (1...6).contains(fraction.utf8.count) else { return nil }
        value *= 1_000_000
        return value + (Int64(fraction + String(repeating: "0", count: 6 - fraction.utf8.count)) ?? 0)
    }
}
