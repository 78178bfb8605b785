import Crypto
import Domain
import HTTP
import Service

/// `POST /v26/customers/{customer}:uploadClickConversions` of the Google Ads API: each row is taken or refused by
/// itself.
extension Sandbox {
    static func isUpload(_ path: String) -> Bool {
        path.hasSuffix(":uploadClickConversions") && path.split(separator: "/").count == 3
    }

    func googleUpload(_ request: Request) -> Finding {
        let id = Base64.url.encode(randomBytes(12))
        switch bearer(of: request, for: .googleAdsUpload, scope: "https://www.googleapis.com/auth/adwords") {
        case .failure(let refused): return refused.finding
        case .success(let token):
            var finding = check(request, id)
            finding.token = token
            return finding
        }
    }

    private func check(_ request: Request, _ id: String) -> Finding {
        func refused(_ response: Response, _ reason: String) -> Finding {
            .refused(.googleAdsUpload, response, reason, trace: id)
        }
        func refused(_ code: String, _ message: String, _ field: String? = nil) -> Finding {
            refused(
                UploadError.refusal([UploadError(code: code, message: message, field: field)], requestID: id), code)
        }
        let path = request.path.split(separator: "/")
        switch path[0] {
        case "v23", "v24", "v25", "v26": break
        case "v19", "v20", "v21", "v22":
            return refused("requestError.UNSUPPORTED_VERSION", "Version \(path[0]) is deprecated.")
        default: return refused(GoogleError.notFound(request.path), "version")
        }
        if let login = request.field("login-customer-id"), !(login.isDigits && login.utf8.count == 10) {
            return refused("headerError.INVALID_LOGIN_CUSTOMER_ID", "The login customer ID is not a number.")
        }
        guard request.field("content-type").flatMap(MediaType.init)?.name == "application/json" else {
            return refused(GoogleError.answer(400, "INVALID_ARGUMENT", "The body is not JSON by its type."), "type")
        }
        let body: JSON
        do throws(JSON.Fault) {
            body = try JSON(parsing: request.body)
        } catch {
            return refused(GoogleError.notJSON(error), "not_json")
        }
        let faults = UploadMessages.request.faults(in: body)
        guard faults.isEmpty else { return refused(GoogleError.unreadable(faults), "unreadable") }
        let upload = UploadRequest(body, customer: String(path[2].prefix { $0 != ":" }), now: now)
        if let rule = UploadRules.request.broken(by: upload).first {
            return refused(rule.reason, rule.words, rule.field)
        }
        return judged(upload, errors(in: upload), id)
    }

    /// Everything that is wrong with rows, in the order of the rows.
    private func errors(in upload: UploadRequest) -> [UploadError] {
        var errors: [UploadError] = []
        var orders: [String: Int] = [:]
        var clicks: [String: Int] = [:]
        for row in upload.conversions {
            orders["\(row.action) \(row.orderID)", default: 0] += 1
            if let key = row.clickKey { clicks[key, default: 0] += 1 }
        }
        for (index, row) in upload.conversions.enumerated() {
            func report(_ code: String, _ message: String, _ field: String) {
                errors.append(UploadError(code: code, message: message, row: index, field: field))
            }
            for rule in UploadRules.conversion.broken(by: row) { report(rule.reason, rule.words, rule.field) }
            // Of two that are the same, neither is taken.
            if !row.orderID.isEmpty, orders["\(row.action) \(row.orderID)", default: 0] > 1 {
                report("conversionUploadError.DUPLICATE_ORDER_ID", "The order ID occurs twice.", "order_id")
            }
            if let key = row.clickKey, clicks[key, default: 0] > 1 {
                report(
                    "conversionUploadError.DUPLICATE_CLICK_CONVERSION_IN_REQUEST", "The conversion occurs twice.",
                    "conversion_date_time")
            }
            if memory.withLock({ $0.receipts.contains(row.orderID, of: .googleAdsUpload, row.account) }) {
                let code =
                    row.clicks.isEmpty ? "ORDER_ID_ALREADY_IN_USE" : "CLICK_CONVERSION_ALREADY_EXISTS"
                report("conversionUploadError.\(code)", "It was uploaded before.", "order_id")
            }
        }
        return errors
    }

    /// The answer, with a result for each row that is taken.
    private func judged(_ upload: UploadRequest, _ errors: [UploadError], _ id: String) -> Finding {
        let bad = Set(errors.compactMap(\.row))
        let results = upload.conversions.enumerated().map { index, row -> JSON in
            guard !bad.contains(index), !upload.isValidateOnly else { return [:] }
            let names = ["gclid", "gbraid", "wbraid", "conversionAction", "conversionDateTime"]
            return .object(names.compactMap { name in row.json[name].map { JSON.Member(name, $0) } })
        }
        var members: [JSON.Member] = [.init("results", .array(results)), .init("jobId", "77")]
        if !errors.isEmpty {
            let status = JSON.object(UploadError.status(errors, code: 3, requestID: id))
            members.insert(.init("partialFailureError", status), at: 0)
        }
        var finding = Finding(
            platform: .googleAdsUpload, response: .json(200, .object(members), fields: [("request-id", id)]),
            trace: id)
        finding.events = upload.conversions.map {
            ReceivedEvent(platform: .googleAdsUpload, id: $0.orderID, json: $0.json)
        }
        finding.isKept = !upload.isValidateOnly
        // A repeated row is refused in words only: it has arrived, and is counted as what it is.
        let repeated = Set(
            errors.filter { $0.code.hasSuffix("ALREADY_EXISTS") || $0.code.hasSuffix("IN_USE") }.map(\.row))
        let refused = bad.filter { !repeated.contains($0) }
        finding.refusal = errors.first { $0.row.map(refused.contains) ?? false }?.code
        for (index, row) in upload.conversions.enumerated() where !refused.contains(index) {
            let account = finding.accounts.firstIndex(of: row.account) ?? finding.accounts.count
            if account == finding.accounts.count { finding.accounts.append(row.account) }
            finding.deliveries.append((index, account))
        }
        finding.partly = { [self] rows, code in
            let more = rows.map { UploadError(code: code, message: "On demand.", row: $0) }
            return judged(upload, errors.filter { !rows.contains($0.row ?? -1) } + more, id)
        }
        return finding
    }
}

extension UploadConversion {
    /// `customer/conversion action`, as for the Data Manager API.
    fileprivate var account: String { "\(customer)/\(action.split(separator: "/").last.map(String.init) ?? "")" }
}
