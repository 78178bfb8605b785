import Glibc

/// Writes answers into output buffers, and remembers what many of them share: the status line and the date of this
/// second.
struct ResponseWriter {
    /// What the request asked for, as far as its answer is concerned.
    struct Manner {
        /// HEAD: everything but the body (RFC 9110 9.3.2).
        var withoutBody = false
        var closes = false
        /// HTTP/1.0 clients want to be told that the connection stays open (RFC 9112 appendix C.2.2).
        var saysKeepAlive = false
    }

    private var second: Int64 = -1
    /// Status line and Date field for each status that was used this second, in a place of its own.
    private var beginnings: [[UInt8]] = []

    /// Sets the date, which is that of the first answer in this second.
    mutating func refresh(second now: Int64) {
        guard now != second else { return }
        second = now
        beginnings = Array(repeating: [], count: 400)
    }

    mutating func write(_ response: borrowing Response, _ manner: Manner, to output: inout [UInt8]) {
        output.append(contentsOf: beginning(response.status))
        for (name, value) in response.fields {
            output.append(contentsOf: name.utf8)
            output.append(contentsOf: ": ".utf8)
            appendValue(value, to: &output)
            output.append(contentsOf: "\r\n".utf8)
        }
        // RFC 9110 8.6: no Content-Length with 204; 304 would have that of the representation, which we do not know
        // here.
        let hasContent = response.status != 204 && response.status != 304
        if hasContent {
            output.append(contentsOf: "Content-Length: ".utf8)
            append(response.body.count, to: &output)
            output.append(contentsOf: "\r\n".utf8)
        }
        if manner.closes {
            output.append(contentsOf: "Connection: close\r\n".utf8)
        } else if manner.saysKeepAlive {
            output.append(contentsOf: "Connection: keep-alive\r\n".utf8)
        }
        output.append(contentsOf: "\r\n".utf8)
        if hasContent, !manner.withoutBody { output.append(contentsOf: response.body) }
    }

    private mutating func beginning(_ status: Int) -> [UInt8] {
        if beginnings[status - 200].isEmpty {
            let text = "HTTP/1.1 \(status) \(StatusPhrase.of(status))\r\nDate: \(HTTPDate.text(second))\r\n"
            beginnings[status - 200] = Array(text.utf8)
        }
        return beginnings[status - 200]
    }

    /// RFC 9110 5.5: CR, LF and NUL in a value would be somebody else's fields.
    private func appendValue(_ value: String, to output: inout [UInt8]) {
        let start = output.count
        output.append(contentsOf: value.utf8)
        for index in start..<output.count where output[index] < 0x20 || output[index] == 0x7F {
            output[index] = .space
        }
    }

    private func append(_ number: Int, to output: inout [UInt8]) {
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            output.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
