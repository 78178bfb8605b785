import CCurl

/// Header fields in the form libcurl wants them, for as long as the request lasts.
@safe
final class FieldList {
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    init(_ fields: [(name: String, value: String)]) {
        // libcurl would ask "Expect: 100-continue" before larger bodies and wait up to a second for the answer.
        unsafe first = curl_slist_append(nil, "Expect:")
        // And it would call every body a form that is not called anything else.
        if !fields.contains(where: { $0.name.lowercased() == "content-type" }) {
            unsafe first = curl_slist_append(first, "Content-Type:")
        }
        for (name, value) in fields {
            // `Transfer.fault` has looked at them.
            // "Name:" alone would remove a field; "Name;" sends it empty (CURLOPT_HTTPHEADER).
            unsafe first = curl_slist_append(first, value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
    }

    deinit { unsafe curl_slist_free_all(first) }
}

enum Field {
    /// Name in lower case and value of a header line; `nil` for the empty line and for what is no field.
    static func parse(_ line: String) -> (name: String, value: String)? {
        guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let value = line[line.index(after: colon)...].utf8.drop(while: isBlank).reversed().drop(while: isBlank)
            .reversed()
        return (line[..<colon].lowercased(), String(decoding: value, as: UTF8.self))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
}
