package import Domain

/// One setting of the configuration file, as the reader, the reference page, the JSON Schema and the tests know it.
package struct Setting: Sendable {
    /// Its names from the top, with `*` for a name that the person chooses and `[]` for each element of a list:
    /// `sources.*.rate.per_second`, `routes[].tell`.
    package let path: String
    package let kind: Kind
    package let usual: Usual
    /// What it is for: one sentence or two.
    package let sentence: String
    /// The member beside it that it goes with, for example `kind: "slack"`; `nil`: it is always possible.
    package let only: String?
    package let takesEffect: TakesEffect
    /// The version in which it came.
    package let since: String
    /// Where it is in `Configuration`; `nil` for what is there in another form, or many times.
    package let field: Field?

    init(
        _ path: String, _ kind: Kind, _ usual: Usual, _ sentence: String, only: String? = nil,
        takesEffect: TakesEffect = .onReload, since: String = "0.1.0", field: Field? = nil
    ) {
        self.path = path
        self.kind = kind
        self.usual = usual
        self.sentence = sentence
        self.only = only
        self.takesEffect = takesEffect
        self.since = since
        self.field = field
    }

    package enum TakesEffect: Sendable {
        /// `systemctl reload leadrelay`.
        case onReload
        case onRestart
    }

    /// What may be written, and within which bounds.
    package indirect enum Kind: Sendable, Equatable {
        /// A text that is not empty.
        case text
        /// One text, or a list of them.
        case texts
        case flag
        case whole(ClosedRange<Int>)
        case number(above: Double, atMost: Double)
        /// `"250ms"`, `"10s"`, `"5m"`, `"2h"`, `"7d"`.
        case duration(ClosedRange<Duration>)
        /// A list of times, each longer than the one before.
        case durations(ClosedRange<Duration>, most: Int)
        /// Bytes: `65536`, `"256KiB"`, `"1MiB"`.
        case size(ClosedRange<Int>)
        case choice([String])
        /// One of the words, or a list of them.
        case choices([String])
        /// `{ env: "NAME" }` or `{ file: "PATH" }`.
        case secret
        /// Any value of JSON.
        case value
        /// A list with one text, or list of texts, for each step.
        case steps
        /// An object whose members are settings.
        case object
        /// Objects by names that the person chooses.
        case named
        /// Values by names that the person chooses.
        case table(Kind)
        case list
        /// An object with the members of another setting.
        case like(String)
        /// A list whose elements are those of another setting.
        case listLike(String)
        /// One fixed word beside something else.
        case word(String)
        case either([Kind])
    }

    /// What counts where nothing is written.
    package enum Usual: Sendable, Equatable {
        case value(JSON)
        /// Something has to be written.
        case required
        /// Nothing; the sentence says what that means.
        case absent
        /// It depends on other settings.
        case depends(String)
    }
}

extension Setting.Usual: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
    package init(stringLiteral text: String) { self = .value(.string(text)) }
    package init(integerLiteral number: Int) { self = .value(JSON(number)) }
    package init(floatLiteral number: Double) { self = .value(.number("\(number)")) }
    package init(booleanLiteral flag: Bool) { self = .value(.bool(flag)) }
    package init(arrayLiteral elements: String...) { self = .value(.array(elements.map { .string($0) })) }
}

extension Setting.Kind {
    // Bounds as they are read aloud; plain functions, which the compiler looks through faster than through operators.
    static func whole(from least: Int, to most: Int) -> Self { .whole(least...most) }
    static func duration(from least: Duration, to most: Duration) -> Self { .duration(least...most) }
    static func durations(from least: Duration, to most: Duration, most count: Int) -> Self {
        .durations(least...most, most: count)
    }
    static func size(from least: Int, to most: Int) -> Self { .size(least...most) }
    static func choice<Choice: CaseIterable & RawRepresentable>(of type: Choice.Type) -> Self
    where Choice.RawValue == String { .choice(type.allCases.map(\.rawValue)) }
    static func choices<Choice: CaseIterable & RawRepresentable>(of type: Choice.Type) -> Self
    where Choice.RawValue == String { .choices(type.allCases.map(\.rawValue)) }

    /// What a reader asks for, and may get.
    enum Asked: Hashable, Sendable {
        /// It looks for itself.
        case anything
        case text, texts, flag, whole, number, duration, size, secret, object, named, list
        case choice([String])
    }

    func isAnswer(to asked: Asked) -> Bool {
        switch (self, asked) {
        case (_, .anything): true
        case (.either(let kinds), _): kinds.contains { $0.isAnswer(to: asked) }
        case (.text, .text), (.texts, .texts), (.texts, .text), (.choices, .texts), (.choices, .text), (.flag, .flag),
            (.whole, .whole), (.number, .number), (.duration, .duration), (.size, .size), (.secret, .secret),
            (.object, .object), (.table, .object), (.like, .object), (.named, .named), (.list, .list),
            (.listLike, .list):
            true
        case (.choice(let words), .choice(let others)): words == others
        default: false
        }
    }

    /// A part of one.
    static let share: Self = .number(above: 0, atMost: 1)

    /// Itself, or what it may be.
    var possible: [Self] { if case .either(let kinds) = self { kinds } else { [self] } }
}

extension Setting {
    /// A value of the configuration that a setting is about, whatever its type.
    package struct Field: Sendable {
        typealias Path<Value> = any WritableKeyPath<Configuration, Value> & Sendable

        /// For people.
        package let text: @Sendable (Configuration) -> String
        let isSame: @Sendable (Configuration, Configuration) -> Bool
        /// Gives the first one the value of the second.
        let keep: @Sendable (inout Configuration, Configuration) -> Void

        init<Value: Equatable & SendableMetatype>(
            _ path: Path<Value>, _ text: @escaping @Sendable (Value) -> String
        ) {
            self.text = { text($0[keyPath: path]) }
            isSame = { $0[keyPath: path] == $1[keyPath: path] }
            keep = { $0[keyPath: path] = $1[keyPath: path] }
        }

        init(_ path: Path<Duration>) { self.init(path) { $0.configured } }
        init(_ path: Path<Int>) { self.init(path) { "\($0)" } }
        init(_ path: Path<String>) { self.init(path) { $0 } }
        init(_ path: Path<String?>) { self.init(path) { $0 ?? "none" } }
        init(_ path: Path<[String]>) {
            self.init(path) { $0.isEmpty ? "none" : $0.joined(separator: ", ") }
        }

        static func bytes(_ path: Path<Int>) -> Self {
            Self(path) { "\($0) B" }
        }
    }
}
