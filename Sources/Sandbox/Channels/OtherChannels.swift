import Domain
import HTTP
import Service

/// PagerDuty's Events API under `/pagerduty/`, Twilio's Messages under `/twilio/`, a receiver of Alertmanager's webhook
/// under `/alertmanager/`, a dead man's switch under `/ping/`.
extension Sandbox {
    // MARK: PagerDuty

    func pagerDuty(_ request: Request) -> Finding {
        func refused(_ words: String) -> Finding {
            .refused(
                .pagerDuty,
                .json(
                    400,
                    [
                        "status": "invalid event", "message": "Event object is invalid", "errors": [.string(words)],
                    ]), "invalid event")
        }
        guard request.path == "/pagerduty/v2/enqueue", let body = try? JSON(parsing: request.body) else {
            return refused("not JSON")
        }
        guard body["routing_key"]?.string?.count == 32 else { return refused("Invalid routing key") }
        guard let action = body["event_action"]?.string, ["trigger", "acknowledge", "resolve"].contains(action) else {
            return refused("'event_action' is invalid")
        }
        guard let key = body["dedup_key"]?.string, (1...255).contains(key.utf8.count) else {
            return refused("'dedup_key' is missing or too long")
        }
        let payload = body["payload"]
        if action == "trigger" {
            guard let summary = payload?["summary"]?.string, (1...1024).contains(summary.utf16.count),
                payload?["source"]?.string?.isEmpty == false,
                ["critical", "error", "warning", "info"].contains(payload?["severity"]?.string ?? "")
            else { return refused("'payload' is invalid") }
            if let moment = payload?["timestamp"]?.string, Instant(rfc3339: moment) == nil {
                return refused("'payload.timestamp' is invalid")
            }
        }
        var finding = Finding(
            platform: .pagerDuty,
            response: .json(
                202, ["status": "success", "message": "Event processed", "dedup_key": .string(key)]), trace: key)
        finding.keep(.pagerDuty, account: action, id: key, body)
        finding.effect = { [channelMemory] in
            channelMemory.update {
                $0.take(
                    action, key: key, severity: payload?["severity"]?.string ?? "",
                    summary: payload?["summary"]?.string ?? "")
            }
        }
        return finding
    }

    // MARK: Twilio

    /// Twilio's own numbers for tests, and what they answer.
    private static let magicNumbers: [String: Int] = [
        "+15005550001": 21211, "+15005550002": 21612, "+15005550003": 21408, "+15005550004": 21610,
        "+15005550009": 21614,
    ]

    func twilio(_ request: Request) -> Finding {
        func refused(_ code: Int, _ words: String, status: Int = 400) -> Finding {
            .refused(.twilio, TwilioError.response(code, words, status: status), "\(code)")
        }
        let parts = request.path.split(separator: "/")
        guard request.method == .post, parts.count == 5, parts[1] == "2010-04-01", parts[2] == "Accounts",
            parts[4] == "Messages.json"
        else { return refused(20404, "The requested resource was not found", status: 404) }
        guard request.field("authorization")?.hasPrefix("Basic ") == true else {
            return refused(20003, "Authenticate", status: 401)
        }
        guard let fields = try? FormFields(request.body) else { return refused(21602, "Message body is required.") }
        guard let to = fields["To"], to.hasPrefix("+"), to.count >= 8, to.dropFirst().allSatisfy(\.isNumber) else {
            return refused(21211, "Invalid 'To' Phone Number")
        }
        if let code = Self.magicNumbers[to] { return refused(code, "Refused on demand.") }
        guard fields["From"] != nil || fields["MessagingServiceSid"] != nil else {
            return refused(21603, "A 'From' phone number is required.")
        }
        guard let text = fields["Body"], !text.isEmpty else { return refused(21602, "Message body is required.") }
        guard text.count <= 1600 else { return refused(21617, "The concatenated message body exceeds 1600 characters") }
        if let validity = fields["ValidityPeriod"], !(Int(validity).map { (1...36_000).contains($0) } ?? false) {
            return refused(21631, "ValidityPeriod is out of range")
        }
        let digits = String(channelMemory.withLock { $0.nextSerial() }, radix: 16)
        let sid = "SM" + String(repeating: "0", count: 32 - digits.count) + digits
        var finding = Finding(
            platform: .twilio,
            response: .json(
                201,
                [
                    "sid": .string(sid), "status": "queued", "to": .string(to), "num_segments": "1",
                    "error_code": .null, "error_message": .null,
                ]), trace: sid)
        finding.keep(.twilio, account: to, id: sid, .object(fields.all.map { JSON.Member($0.name, .string($0.value)) }))
        finding.effect = { [channelMemory] in
            channelMemory.update { memory in
                memory.texts.append(ChannelMemory.Text(sid: sid, to: to, body: text))
                memory.texts.keepNewest()
            }
        }
        return finding
    }

    // MARK: Alertmanager's webhook

    func alertmanager(_ request: Request) -> Finding {
        guard let body = try? JSON(parsing: request.body), AlertmanagerForm.isValid(body) else {
            return .refused(.alertmanager, .json(400, ["error": "not version 4"]), "form")
        }
        let key = body["groupKey"]?.string ?? ""
        var finding = Finding(platform: .alertmanager, response: Response(200), trace: key)
        finding.keep(.alertmanager, account: String(request.path.dropFirst("/alertmanager/".count)), id: key, body)
        finding.effect = { [channelMemory] in
            channelMemory.update { memory in
                memory.groups.append(body)
                memory.groups.keepNewest()
            }
        }
        return finding
    }

    // MARK: Dead man's switch

    func ping(_ request: Request) -> Finding {
        let path = String(request.path.dropFirst("/ping/".count))
        let suffixes = ["", "start", "fail", "log"]
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), !parts[0].isEmpty, parts.count == 1 || suffixes.contains(parts[1]) else {
            return .refused(.heartbeat, Response(404, body: Array("not found".utf8)), "not found")
        }
        let (now, body) = (now, String(decoding: request.body.prefix(10_000), as: UTF8.self))
        var finding = Finding(platform: .heartbeat, response: Response(200, body: Array("OK".utf8)), trace: path)
        finding.effect = { [channelMemory] in
            channelMemory.update { memory in
                memory.pings.append(ChannelMemory.Ping(path: path, body: body, at: now))
                memory.pings.keepNewest()
            }
        }
        return finding
    }
}

/// Twilio's refusals.
enum TwilioError {
    static func response(_ code: Int, _ words: String, status: Int) -> Response {
        .json(
            status,
            [
                "code": JSON(code), "message": .string(words), "status": JSON(status),
                "more_info": .string("https://www.twilio.com/docs/errors/\(code)"),
            ])
    }
}

/// The form of Alertmanager's webhook, version 4 (prometheus.io/docs/alerting/latest/configuration, "webhook_config").
enum AlertmanagerForm {
    static func isValid(_ body: JSON) -> Bool {
        func areTexts(_ value: JSON?) -> Bool { value?.object?.allSatisfy { $0.value.string != nil } ?? false }
        func isStatus(_ value: JSON?) -> Bool { value == "firing" || value == "resolved" }
        func isMoment(_ value: JSON?) -> Bool { value?.string.flatMap { Instant(rfc3339: $0) } != nil }
        guard body["version"] == "4", body["groupKey"]?.string?.isEmpty == false,
            body["truncatedAlerts"]?.integer != nil, isStatus(body["status"]), body["receiver"]?.string != nil,
            areTexts(body["groupLabels"]), areTexts(body["commonLabels"]), areTexts(body["commonAnnotations"]),
            body["externalURL"]?.string != nil, let alerts = body["alerts"]?.array, !alerts.isEmpty
        else { return false }
        return alerts.allSatisfy { alert in
            isStatus(alert["status"]) && areTexts(alert["labels"]) && areTexts(alert["annotations"])
                && alert["labels"]?["alertname"] != nil && isMoment(alert["startsAt"]) && isMoment(alert["endsAt"])
                && alert["generatorURL"]?.string != nil && alert["fingerprint"]?.string != nil
        }
    }
}

extension Finding {
    mutating func keep(_ platform: Platform, account: String, id: String, _ json: JSON) {
        accounts = [account]
        events = [ReceivedEvent(platform: platform, id: id, json: json)]
        deliveries = [(0, 0)]
    }
}
