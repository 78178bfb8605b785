import Domain
import HTTP
import Service

/// `/sandbox/…`: what tests and people ask the sandbox itself.
extension Sandbox {
    /// Lines of one answer of `/sandbox/received`.
    private static let maximumLines = 1_000_000

    func inspect(_ request: Request) -> Response {
        let query = request.query.flatMap { try? FormFields(query: $0) }
        switch (request.method, request.path) {
        case (.get, "/sandbox/"): return .json(200, Self.addresses)
        case (.get, "/sandbox/received"): return received(query)
        case (.get, "/sandbox/reports"): return .lines(memory.withLock { $0.reports.all })
        case (.delete, "/sandbox/received"):
            forget()
            return Response(204)
        case (.get, "/sandbox/summary"): return .json(200, summary)
        case (.get, "/sandbox/last"): return last(query)
        case (.get, "/sandbox/channels"): return .json(200, channelsJSON)
        case (.get, "/sandbox/press"): return press(query)
        case (.get, "/sandbox/faults"): return listFaults(200)
        case (.post, "/sandbox/faults"): return addFaults(request.body)
        case (.delete, "/sandbox/faults"): return removeFaults(query)
        case (.post, "/sandbox/page"): return changePage(request.body)
        case (.delete, "/sandbox/page"):
            landingPage.withLock { $0 = LandingPage() }
            return Response(204)
        case (.post, "/sandbox/scenario"): return play(request.body)
        default: return .problem(404, "There is nothing here. GET /sandbox/ says what there is.")
        }
    }

    private static let addresses: JSON = [
        "GET /sandbox/summary": "everything in numbers, for each platform",
        "GET /sandbox/received": "each event with its count and digest; ?platform= &account= &id= &after= &limit=",
        "GET /sandbox/last?platform=": "the newest whole events",
        "GET /sandbox/reports": "what the pixels and the form of the pages at /demo/ were told",
        "GET /sandbox/channels": "what Slack, PagerDuty, Twilio and the others have taken",
        "GET /sandbox/press?action=&value=&secret=": "a signed press of a button in Slack, to be posted to the relay",
        "DELETE /sandbox/received": "forgets what arrived",
        "GET /sandbox/faults": "the faults that are on",
        "POST /sandbox/faults": .string(
            """
            switches one on, or a list: kind, platform, status, code, retry_after, latency_ms, probability, count, \
            skip, 
            """
                + "after_s, until_s, events, fields, body, receives"
        ),
        "DELETE /sandbox/faults": "switches all off, or the one with ?number=",
        "POST /sandbox/page": .string(
            """
            breaks the landing page at /page/NAME: status, parked, drops_query, lowers_query, circles, form, \
            snippet, action, fields, tags
            """
        ),
        "DELETE /sandbox/page": "makes it whole again",
        "POST /sandbox/scenario": "puts a scenario on in place of all faults: description, faults",
    ]

    /// `?platform=…&account=…&id=…`, `after` a position and up to `limit` lines: one line of JSON for each receipt.
    private func received(_ query: FormFields?) -> Response {
        let platform = query?["platform"].map(Platform.init)
        if case .some(nil) = platform {
            return .problem(400, "platform must be google_ads, google_ads_upload, meta_ads or webhook")
        }
        let limit = query?["limit"].flatMap { Int($0) } ?? Self.maximumLines
        let start = query?["after"].flatMap { Int($0) } ?? 0
        guard (0...Self.maximumLines).contains(limit), start >= 0 else {
            return .problem(400, "limit must be from 0 to \(Self.maximumLines), after not below 0")
        }
        var lines: [UInt8] = []
        var left = limit
        memory.withLock { memory in
            memory.receipts.forEach(from: start) { receipt in
                guard left > 0 else { return false }
                if receipt.matches(platform ?? nil, query?["account"], query?["id"]) {
                    receipt.json.write(to: &lines)
                    lines.append(UInt8(ascii: "\n"))
                    left -= 1
                }
                return true
            }
        }
        return .lines(lines)
    }

    /// `?platform=…`: the last whole events, the newest at the end.
    private func last(_ query: FormFields?) -> Response {
        guard let platform = query?["platform"].flatMap(Platform.init) else {
            return .problem(400, "platform must be google_ads, google_ads_upload, meta_ads or webhook")
        }
        return .lines(memory.withLock { $0.recent[platform]?.all } ?? [])
    }

    private func listFaults(_ status: Int) -> Response {
        let all = faults { $0.all }
        return .json(
            status,
            .array(
                all.map { number, fault, _ in
                    .object([JSON.Member("number", JSON(number))] + (fault.json.object ?? []))
                }))
    }

    /// One fault, or a list of them: all, or none if one is wrong.
    private func addFaults(_ body: [UInt8]) -> Response {
        guard let json = try? JSON(parsing: body) else { return .problem(400, "the body is not JSON") }
        do throws(Fault.Mistake) {
            var new: [Fault] = []
            for element in json.array ?? [json] { new.append(try Fault(element)) }
            let now = now
            let fits = faults { faults in
                guard faults.all.count + new.count <= options.maximumFaults else { return false }
                for fault in new { faults.add(fault, since: now) }
                return true
            }
            return fits ? listFaults(201) : .problem(409, "at most \(options.maximumFaults) faults can be on")
        } catch {
            return .problem(400, error.words)
        }
    }

    private func changePage(_ body: [UInt8]) -> Response {
        guard let json = try? JSON(parsing: body), json.object != nil else {
            return .problem(400, "the body is not a JSON object")
        }
        do throws(Fault.Mistake) {
            var page = landingPage.withLock { $0 }
            try page.change(json)
            let changed = page
            landingPage.withLock { $0 = changed }
            return Response(204)
        } catch {
            return .problem(400, error.words)
        }
    }

    private func play(_ body: [UInt8]) -> Response {
        guard let json = try? JSON(parsing: body) else { return .problem(400, "the body is not JSON") }
        do throws(Fault.Mistake) {
            let scenario = try Scenario(json)
            guard scenario.faults.count <= options.maximumFaults else {
                return .problem(409, "at most \(options.maximumFaults) faults can be on")
            }
            play(scenario)
            return listFaults(201)
        } catch {
            return .problem(400, error.words)
        }
    }

    /// All, or the one with `?number=…`.
    private func removeFaults(_ query: FormFields?) -> Response {
        guard let text = query?["number"] else {
            faults { $0.removeAll() }
            return Response(204)
        }
        guard let number = Int(text), faults({ $0.remove(number) }) else { return .problem(404, "no such fault") }
        return Response(204)
    }
}

extension Receipt {
    /// Google's accounts are named `customer/conversion action`; the customer alone stands for all its actions.
    func matches(_ platform: Platform?, _ account: String?, _ id: String?) -> Bool {
        (platform == nil || platform == self.platform)
            && (id == nil || id == self.id)
            && account.map { $0 == self.account || self.account.hasPrefix($0 + "/") } ?? true
    }

    fileprivate var json: JSON {
        [
            "platform": .string(platform.rawValue), "account": .string(account), "id": .string(id),
            "count": JSON(count), "changes": JSON(changes), "digest": .string(digest),
            "first": .string(first.rfc3339), "last": .string(last.rfc3339),
        ]
    }
}

extension Response {
    fileprivate static func problem(_ status: Int, _ detail: String) -> Response {
        .json(status, ["status": JSON(status), "detail": .string(detail)])
    }

    fileprivate static func lines(_ values: [JSON]) -> Response {
        var bytes: [UInt8] = []
        for value in values {
            value.write(to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
        return lines(bytes)
    }

    fileprivate static func lines(_ bytes: [UInt8]) -> Response {
        Response(200, fields: [("Content-Type", "application/x-ndjson")], body: bytes)
    }
}
