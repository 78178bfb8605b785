package import API
package import HTTP

/// Where costs and names are brought along as tables: pasted or chosen as a file, looked at, then kept.
package enum UploadPage {
    package struct Typed: Sendable {
        package enum Kind: String, CaseIterable, Sendable { case spend, names }

        package var client: String
        package var kind: Kind
        package var currency: String
        package var csv: String

        package init(_ fields: FormFields) {
            client = fields["client"] ?? ""
            kind = fields["kind"].flatMap(Kind.init) ?? .spend
            currency = fields["currency"] ?? ""
            csv = fields["csv"] ?? ""
        }
    }

    /// What became of a table.
    package enum Result: Sendable {
        case spend(SpendDocument)
        case names(UploadDocument)

        fileprivate var upload: UploadDocument {
            switch self {
            case .spend(let spend): spend.upload
            case .names(let upload): upload
            }
        }
    }

    package static func page(
        _ visitor: Visitor, clients: [String], _ typed: Typed, result: Result? = nil, notice: Page.Notice?,
        status: Int = 200
    ) -> Page {
        let isKept = result?.upload.check == false
        let options = HTML.each(clients) { name in
            "<option\(name == typed.client ? " selected" as HTML : "")>\(name)</option>"
        }
        func kind(_ kind: Typed.Kind, _ text: HTML) -> HTML {
            """
            <label class="check"><input type="radio" name="kind" \
            value="\(kind.rawValue)"\(kind == typed.kind ? " checked" as HTML : "")> <span>\(text)</span></label>
            """
        }
        let keep: HTML =
            result != nil && !isKept ? "<button class=\"primary\" name=\"keep\" value=\"1\">Import</button> " : ""
        return Page(
            "Costs and names", .leads, for: visitor, notice: notice, status: status,
            """
            <p><a href="\(Link.to("leads", query: ["client": typed.client.isEmpty ? nil : typed.client]))">Leads</a></p>
            \(result.map { found($0, isKept: isKept) } ?? "")
            \(Form("/leads/upload", visitor, ["stack", "card", "broad"], """
                <div><label for="client">Client</label><select id="client" name="client">\(options)</select></div>
                <fieldset><legend>The table \
                says</legend>\(kind(.spend, "what ads cost, by day"))\(kind(.names, "what ids are called"))</fieldset>
                <div><label for="currency">Currency (if the file has no currency column)</label>\
                <input id="currency" name="currency" value="\(typed.currency)" maxlength="3" autocomplete="off" \
                class="short"></div>
                <div data-file="csv" hidden><label for="file">A file (CSV)</label>\
                <input type="file" id="file" accept=".csv,.tsv,text/csv,text/plain"></div>
                <div><label for="csv">The table</label><textarea id="csv" name="csv" required \
                spellcheck="false">\(isKept ? "" : typed.csv)</textarea></div>
                <div>\(keep)<button>Preview</button></div>
                """).html)
            <h2>File format</h2>
            <p>Costs: date, campaign_id, optionally adset_id and ad_id, cost, currency. Exports of Google Ads and of \
            Meta are \
            understood as they are. Existing rows for the same day and campaign are overwritten, so you can upload a \
            file again.</p>
            <pre>date,campaign_id,ad_id,cost,currency
            2026-11-23,21450031,2145003112,129.90,EUR</pre>
            <p>Names: level is group, campaign, adset or ad. Leave the name empty to remove it.</p>
            <pre>level,id,name
            campaign,21450031,"Heat pumps, autumn"</pre>
            """)
    }

    private static func found(_ result: Result, isKept: Bool) -> HTML {
        let upload = result.upload
        var lines: [HTML] = [
            "<strong>\(Format.count(upload.rows))</strong> rows for <strong>\(upload.client)</strong>"
        ]
        if case .spend(let spend) = result {
            if let from = spend.from, let to = spend.to { lines.append("from \(from) to \(to)") }
            for total in spend.totals { lines.append("\(total.amount.text) \(total.currency) in all") }
        }
        if isKept, let changed = upload.changed, let unchanged = upload.unchanged, let removed = upload.removed {
            lines.append("\(changed) new or changed, \(unchanged) as before, \(removed) replaced")
        }
        return "<ul class=\"card plain\">\(HTML.each(lines) { "<li>\($0)</li>" })</ul>"
    }
}
