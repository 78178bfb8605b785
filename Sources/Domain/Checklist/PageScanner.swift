/// Finds in the text of a web page what its fingerprint is made of. Tolerant like a browser where it is easy to be,
/// bounded everywhere, and without a tree: it looks at tags one after the other. Scripts are not run, so that what only
/// a script writes into the page is not seen.
package struct PageScanner {
    package private(set) var fingerprint = PageFingerprint()
    /// Whether it looks like a domain that somebody has parked.
    package private(set) var isParked = false
    /// Our script and forms that post to us, and the policies of the page.
    package private(set) var permission = SnippetPermission()

    private let bytes: [UInt8]
    private var place = 0
    /// The form that is open, and its fields.
    private var form: (action: String, fields: Set<String>)?
    /// Fields outside any form: pages whose scripts send them.
    private var loose: Set<String> = []
    private var isInBody = false
    private var tags: Set<String> = []

    /// More than this is not looked at.
    package static let maximumBytes = 1 << 20
    private static let maximumForms = 50
    private static let maximumFields = 200
    private static let maximumTags = 100
    private static let maximumName = 100
    /// Of our scripts, of forms and of policies that are looked at.
    private static let maximumPermissions = 20

    package init(_ page: [UInt8]) {
        bytes = page.count > Self.maximumBytes ? Array(page[..<Self.maximumBytes]) : page
        while let start = find(UInt8(ascii: "<"), from: place) {
            place = start + 1
            readMarkup()
        }
        endForm()
        if !loose.isEmpty { fingerprint.forms.append(.init(action: "", fields: loose.sorted())) }
        fingerprint.tags = tags.sorted()
        isParked = fingerprint.forms.isEmpty && Self.parkedWords.contains { contains($0) }
    }

    // MARK: Markup

    private mutating func readMarkup() {
        guard place < bytes.count else { return }
        if starts(with: "!--") {
            place = find("-->", from: place + 3).map { $0 + 3 } ?? bytes.count
            return
        }
        let isEnd = bytes[place] == UInt8(ascii: "/")
        if isEnd { place += 1 }
        guard place < bytes.count, bytes[place].isASCIILetter else { return }
        let name = word { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
        let attributes = readAttributes()
        if isEnd {
            if name == "form" { endForm() }
            return
        }
        switch name {
        case "form": beginForm(attributes)
        case "input", "select", "textarea", "button": addField(name, attributes)
        case "script":
            addTags(from: Array((attributes["src"] ?? "").utf8))
            if let source = attributes["src"], source.contains("/relay.js") {
                if let key = attributes["data-key"] { mark("key \(key)") }
                if permission.scripts.count < Self.maximumPermissions {
                    permission.scripts.append(
                        .init(
                            address: source, nonce: attributes["nonce"],
                            policiesBefore: permission.policies.count))
                }
            }
            // What is inside is no markup (HTML section 13.2.5.4).
            let end = find("</script", from: place) ?? bytes.count
            addTags(from: Array(bytes[place..<end]))
            place = end
        case "iframe", "img", "link":
            addTags(from: Array((attributes["src"] ?? attributes["href"] ?? "").utf8))
        case "body": isInBody = true
        case "meta":
            guard !isInBody, attributes["http-equiv"]?.lowercased() == "content-security-policy",
                let policy = attributes["content"], permission.policies.count < Self.maximumPermissions
            else { break }
            permission.policies.append(policy)
        case "style", "title": place = find("</\(name)", from: place) ?? bytes.count
        default: break
        }
    }

    /// Reads up to and over the closing `>`; of names that come twice the first counts (HTML section 13.2.5.33).
    private mutating func readAttributes() -> [String: String] {
        var found: [String: String] = [:]
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: ">") {
                place += 1
                return found
            }
            if byte == UInt8(ascii: "<") { return found }
            if byte <= 0x20 || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=") {
                place += 1
                continue
            }
            let name = word {
                $0 > 0x20 && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "/")
            }
            skipBlanks()
            var value = ""
            if place < bytes.count, bytes[place] == UInt8(ascii: "=") {
                place += 1
                skipBlanks()
                value = attributeValue()
            }
            if found[name] == nil { found[name] = value }
        }
        return found
    }

    private mutating func attributeValue() -> String {
        guard place < bytes.count else { return "" }
        let quote = bytes[place]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            let end = find(quote, from: place + 1) ?? bytes.count
            defer { place = min(end + 1, bytes.count) }
            return Self.text(bytes[min(place + 1, end)..<end])
        }
        let start = place
        while place < bytes.count, bytes[place] > 0x20, bytes[place] != UInt8(ascii: ">") { place += 1 }
        return Self.text(bytes[start..<place])
    }

    // MARK: Forms

    private mutating func beginForm(_ attributes: [String: String]) {
        endForm()
        // Without its mark the snippet leaves a form alone.
        if attributes["data-leadrelay"] != nil { mark("data-leadrelay") }
        let action = attributes["action"] ?? ""
        if action.contains("/v1/leads"), permission.forms.count < Self.maximumPermissions {
            permission.forms.append(action)
        }
        form = (WebAddress.page(of: action), [])
    }

    private mutating func endForm() {
        guard let form else { return }
        self.form = nil
        // A form without a named field sends nothing: a search box's frame, a button.
        guard !form.fields.isEmpty, fingerprint.forms.count < Self.maximumForms else { return }
        fingerprint.forms.append(.init(action: form.action, fields: form.fields.sorted()))
    }

    private mutating func addField(_ element: String, _ attributes: [String: String]) {
        let kind = (attributes["type"] ?? "").lowercased()
        guard element != "button", !["hidden", "submit", "button", "image", "reset"].contains(kind) else { return }
        let name = attributes["name"] ?? ""
        guard !name.isEmpty, name.utf8.count <= Self.maximumName else { return }
        if form != nil {
            if form!.fields.count < Self.maximumFields { form!.fields.insert(name) }
        } else if loose.count < Self.maximumFields {
            loose.insert(name)
        }
    }

    // MARK: Tags

    /// Something that our snippet needs on the page.
    private mutating func mark(_ text: String) {
        if tags.count < Self.maximumTags, text.utf8.count <= Self.maximumName { tags.insert(text) }
    }

    /// Looks for the ids of tags in the address or text of a script.
    private mutating func addTags(from text: [UInt8]) {
        guard !text.isEmpty else { return }
        for (prefix, lengths, isDigitsOnly) in Self.tagForms {
            var start = 0
            while let index = Self.find(Array(prefix.utf8), in: text, from: start) {
                start = index + prefix.utf8.count
                if index > 0, text[index - 1].isASCIILetter || text[index - 1].isASCIIDigit { continue }
                let id = text[start...].prefix { isDigitsOnly ? $0.isASCIIDigit : $0.isASCIIDigit || $0.isASCIIUpper }
                guard lengths.contains(id.count), tags.count < Self.maximumTags else { continue }
                tags.insert(prefix + Self.text(id))
            }
        }
        // fbq('init', '1234567890')
        var start = 0
        var calls = 0
        while calls < Self.maximumTags, let index = Self.find(Array("fbq(".utf8), in: text, from: start) {
            calls += 1
            start = index + 4
            let call = text[start...].prefix(60)
            guard Self.text(call).contains("init") else { continue }
            let id = call.drop { !$0.isASCIIDigit }.prefix { $0.isASCIIDigit }
            if (8...20).contains(id.count), tags.count < Self.maximumTags { tags.insert("fbq:" + Self.text(id)) }
        }
        if Self.find(Array("/relay.js".utf8), in: text, from: 0) != nil { tags.insert("relay.js") }
    }

    /// What tag ids look like: Tag Manager, Analytics, Ads.
    private static let tagForms: [(String, ClosedRange<Int>, Bool)] = [
        ("GTM-", 4...10, false), ("G-", 8...12, false), ("AW-", 8...12, true),
    ]

    private static let parkedWords = [
        "this domain is for sale", "domain is parked", "buy this domain", "domain has expired", "parkingcrew.net",
        "sedoparking.com", "bodis.com", "this domain name has expired", "domain may be for sale",
    ]

    // MARK: Bytes

    private mutating func word(_ belongs: (UInt8) -> Bool) -> String {
        let start = place
        while place < bytes.count, belongs(bytes[place]) { place += 1 }
        return Self.text(bytes[start..<min(place, start + Self.maximumName)]).lowercased()
    }

    private mutating func skipBlanks() { while place < bytes.count, bytes[place] <= 0x20 { place += 1 } }

    private func starts(with text: String) -> Bool { bytes[place...].starts(with: text.utf8) }

    private func find(_ byte: UInt8, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            if bytes[index] == byte { return index }
            index += 1
        }
        return nil
    }

    /// Without regard to the case of letters.
    private func find(_ text: String, from start: Int) -> Int? {
        let wanted = Array(text.utf8)
        let first = wanted[0]
        var index = start
        while index + wanted.count <= bytes.count {
            if bytes[index].folded == first {
                var matched = 1
                while matched < wanted.count, bytes[index + matched].folded == wanted[matched] { matched += 1 }
                if matched == wanted.count { return index }
            }
            index += 1
        }
        return nil
    }

    private func contains(_ text: String) -> Bool { find(text, from: 0) != nil }

    private static func find(_ wanted: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        guard let first = wanted.first else { return nil }
        var index = start
        while index + wanted.count <= text.count {
            if text[index] == first, text[index..<index + wanted.count].elementsEqual(wanted) { return index }
            index += 1
        }
        return nil
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension UInt8 {
    fileprivate var isASCIIUpper: Bool { self &- 0x41 <= 25 }
    fileprivate var isASCIILetter: Bool { (self | 0x20) &- 0x61 <= 25 }
    fileprivate var isASCIIDigit: Bool { self &- 0x30 <= 9 }
    fileprivate var folded: UInt8 { isASCIIUpper ? self + 0x20 : self }
}
