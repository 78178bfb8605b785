import Domain
import Service
import TestSupport
import Testing

@testable import API
@testable import leadrelay

/// What programs and people are told of the API. `Tests/Tools/check-api` compares a running relay with it.
@Suite struct `The API's description` {
    @Test func `has a handler for each operation, and one only`() {
        let operations = Operations.all.map { "\($0.method.rawValue) \($0.path)" }
        let handlers = Handlers.all.map { "\($0.route.method.rawValue) \($0.route.path)" }
        #expect(operations.count > 70)
        #expect(Set(operations).count == operations.count)
        #expect(handlers.sorted() == operations.sorted())
    }

    /// Every document there is: those that operations answer or take, and what these are made of.
    private static let documents: [any Document.Type] = {
        var found: [any Document.Type] = []
        func add(_ type: any Document.Type) {
            guard !found.contains(where: { $0 == type }) else { return }
            found.append(type)
            func addMembers<Content: Document>(_ type: Content.Type) {
                for property in Shape.properties(of: type) { look(at: property.shape) }
                for inner in Shape.flattened(in: type) { add(inner) }
            }
            addMembers(type)
        }
        func look(at shape: Shape) {
            switch shape {
            case .list(let inner), .map(let inner), .nullable(let inner): look(at: inner)
            case .document(let type): add(type)
            case .oneOf(let types): types.forEach(add)
            case .flag, .wholeNumber, .number, .text, .choice, .anything: break
            }
        }
        for route in Operations.all {
            look(at: ShapeReader.shape(of: route.answer))
            add(route.body)
        }
        return found
    }()

    @Test func `says of each member what it means, and of none that there is not`() {
        #expect(Self.documents.count > 80)
        func check<Content: Document>(_ type: Content.Type) {
            let inner = Shape.flattened(in: type).flatMap { Self.names($0) }
            let own = Set(Self.names(type)).subtracting(inner)
            #expect(Set(type.descriptions.keys) == own, "\(type)")
            for (name, description) in type.descriptions {
                #expect(!description.sentence.isEmpty, "\(type).\(name)")
            }
        }
        for type in Self.documents { check(type) }
    }

    private static func names(_ type: any Document.Type) -> [String] {
        func read<Content: Document>(_ type: Content.Type) -> [String] { Shape.properties(of: type).map(\.name) }
        return read(type)
    }

    @Test func `gives no member twice`() {
        for type in Self.documents {
            let names = Self.names(type)
            #expect(Set(names).count == names.count, "\(type)")
        }
    }

    @Test func `has a sentence for each operation and each parameter`() {
        for route in Operations.all {
            #expect(!route.summary.isEmpty)
            #expect((route.place != nil) == route.path.contains("{"), "\(route.path)")
            for parameter in route.query { #expect(!parameter.sentence.isEmpty, "\(route.path) \(parameter.name)") }
        }
    }

    /// Samples are written, read and written again: the coder loses nothing of any document.
    @Test func `can be read as it is written`() throws {
        func check<Content: Document>(_ type: Content.Type) throws {
            let json = try (filled() as Content).json()
            #expect(try DocumentDecoder.decode(Content.self, from: json).json() == json, "\(type)")
        }
        for type in Self.documents { try check(type) }
    }

    @Test func `stands in contracts as the program writes it`() throws {
        let file = TestSupport.Files.contents(of: TestSupport.Files.root + "/contracts/openapi.json") ?? []
        let written = OpenAPIDescription.document(version: Version.current).pretty + "\n"
        #expect(
            String(decoding: file, as: UTF8.self) == written, "run: leadrelay openapi > contracts/openapi.json")
    }
}
