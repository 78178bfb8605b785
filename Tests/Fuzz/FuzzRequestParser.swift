import CFuzzer
import Domain
import HTTP

// What must hold for every input; libFuzzer looks for one for which it does not.

/// Small, so that inputs of a few hundred bytes reach them.
private let limits: Limits = {
    var limits = Limits()
    limits.head = 512
    limits.requestLine = 128
    limits.fields = 8
    limits.body = 256
    limits.chunkExtensions = 32
    return limits
}()

/// Far below what a few hundred packed bytes can become.
private let unpackedLimit = 4096

/// Everything the parser says about a stream, in words, when it comes in pieces of these sizes, again and again.
private func steps(_ bytes: [UInt8], _ sizes: [Int]) -> [String] {
    var parser = RequestParser()
    var result: [String] = []
    var (start, turn) = (0, 0)
    while start < bytes.count {
        let end = min(bytes.count, start + sizes[turn % sizes.count])
        turn += 1
        let piece = Array(bytes[start..<end])
        start = end
        var offset = 0
        while offset < piece.count {
            let before = offset
            switch parser.receive(piece.span, from: &offset, within: limits) {
            case .needMore: precondition(offset == piece.count, "bytes were left lying")
            case .expectsContinue: result.append("continue")
            case .request(let request):
                precondition(request.body.count <= limits.body, "a body of \(request.body.count) bytes passed")
                precondition(request.fields.count <= limits.fields, "\(request.fields.count) fields passed")
                precondition(offset > before || piece.isEmpty, "a request was made of nothing")
                result.append(
                    "\(request.methodName) \(request.target) \(request.path) \(request.query ?? "-") \(request.fields) \(request.body)"
                )
                check(request)
            case .refuse(let refusal): return result + ["\(refusal)"]
            }
        }
    }
    return result + ["\(parser.phase)"]
}

/// What routes do with a request holds for every one.
private func check(_ request: Request) {
    precondition(request.target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a target of strange bytes passed")
    precondition(request.isHTTP10 || request.field("host") != nil, "a request without host passed")
    for (name, value) in request.fields {
        precondition(!value.utf8.contains { $0 < 0x20 && $0 != 0x09 }, "control characters passed")
        precondition(request.field(name) != nil, "\(name) is not found")
    }
    _ = request.path.percentDecoded()
    if let query = request.query { _ = try? FormFields(query: query) }
    if let type = request.field("content-type").flatMap(MediaType.init), let boundary = type.boundary {
        _ = try? Multipart(request.body, boundary: boundary)
    }
}

/// A fault has a place inside the text, and what JSON reads JSON5 reads alike.
private func checkJSON5(_ bytes: [UInt8]) {
    let plain = try? JSON(parsing: bytes)
    do throws(JSON5.Fault) {
        let read = try JSON5(parsing: bytes)
        if let plain { precondition(read.isLike(plain), "JSON reads \(plain), JSON5 \(read)") }
    } catch {
        let lines = 1 + bytes.count { $0 == 0x0A || $0 == 0x0D }
        precondition((1...lines).contains(error.place.line), "\(error) is not in the text")
        precondition((1...bytes.count + 1).contains(error.place.column), "\(error) is not in the text")
        precondition(!error.sentence.isEmpty, "\(error) has no sentence")
        switch error.reason {
        // JSON lets U+007F stand, and keeps numbers as they are spelled.
        case .controlCharacter(0x7F), .numberTooLarge: break
        default: precondition(plain == nil, "JSON reads what JSON5 does not: \(error)")
        }
    }
}

extension JSON5 {
    fileprivate func isLike(_ json: JSON) -> Bool {
        switch (value, json) {
        case (.null, .null): true
        case (.flag(let own), .bool(let other)): own == other
        case (.whole(let own), .number(let text)): Int64(text) == own || Double(text) == Double(own)
        case (.number(let own), .number(let text)): Double(text) == own
        case (.text(let own), .string(let other)): own == other
        case (.list(let own), .array(let others)):
            own.count == others.count && zip(own, others).allSatisfy { $0.isLike($1) }
        case (.object(let own), .object(let others)):
            own.count == others.count
                && zip(own, others).allSatisfy { $0.name == $1.name && $0.value.isLike($1.value) }
        default: false
        }
    }
}

/// The first byte chooses what the rest is taken for.
private func check(_ bytes: [UInt8]) {
    guard let choice = bytes.first else { return }
    let rest = Array(bytes.dropFirst())
    switch choice {
    case UInt8(ascii: "f"):
        guard let form = try? FormFields(rest, maximumFields: 20) else { return }
        precondition(form.all.count <= 20, "\(form.all.count) fields passed")
    case UInt8(ascii: "c"):
        let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? 0
        guard let charset = Charset(label: String(decoding: rest[..<end], as: UTF8.self)) else { return }
        let text = charset.decode(rest[end...]).text
        precondition(
            text.utf8.count <= rest.count * 8, "\(charset.name) made \(text.utf8.count) bytes of \(rest.count)")
    case UInt8(ascii: "g"):
        guard let plain = try? Gzip.unpacked(rest, limit: unpackedLimit) else { return }
        precondition(plain.count <= unpackedLimit, "\(plain.count) bytes came out")
    case UInt8(ascii: "j"): checkJSON5(rest)
    case UInt8(ascii: "m"):
        guard let form = try? Multipart(rest, boundary: "b", maximumParts: 20) else { return }
        precondition(form.parts.count <= 20, "\(form.parts.count) parts passed")
        precondition(form.parts.allSatisfy { $0.size <= rest.count }, "a part is larger than the whole")
        let fields = form.parts.filter { $0.fileName == nil }
        let less = form.withoutFiles(rest)
        precondition(less.count <= rest.count, "a form without files is larger")
        let again = try? Multipart(less, boundary: "b", maximumParts: 20)
        precondition(again?.parts.filter { $0.fileName == nil } == fields, "a form lost fields with its files")
    case UInt8(ascii: "t"):
        let text = String(decoding: rest, as: UTF8.self)
        if let type = MediaType(text) {
            precondition(type.name == type.name.lowercased(), "\(type.name) is not in lower case")
        }
    default:
        // The choice itself decides where the stream is cut.
        let whole = steps(rest, [max(1, rest.count)])
        for sizes in [[1], [Int(choice) + 1], [Int(choice) % 7 + 1, Int(choice) / 7 + 1]] {
            let cut = steps(rest, sizes)
            precondition(cut == whole, "\(cut) in pieces of \(sizes) is not \(whole)")
        }
    }
}

@main enum FuzzRequestParser {
    static func main() {
        #if Fuzzing
            var count = CommandLine.argc
            var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
            _ = unsafe LLVMFuzzerRunDriver(&count, &arguments) { start, count in
                check(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
                return 0
            }
        #else
            print("Built without the trait Fuzzing, this only tries one request.")
            check(Array("rGET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8))
        #endif
    }
}
