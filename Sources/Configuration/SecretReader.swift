import Domain
import Glibc
import Service

/// Where secrets are looked up: the environment and the file system, or a test's idea of them.
struct SecretReader: Sendable {
    var environment: @Sendable (String) -> String?
    var file: @Sendable (String) -> FileAnswer
    /// Larger files that are no secrets.
    var list: @Sendable (String) -> FileAnswer = { _ in .missing("No such file or directory") }
    /// Whether a secret that cannot be used has a stand-in.
    var isForgiving = false
    /// For warnings of what ends soon.
    var now: @Sendable () -> Instant = { Instant(milliseconds: Clock.system.milliseconds()) }

    enum FileAnswer: Sendable, Equatable {
        case found(String, isPrivate: Bool)
        case missing(String)
    }

    /// The same, but with a stand-in for every secret that is missing: for looking at requests in which they are
    /// masked.
    var forgiving: SecretReader {
        SecretReader(
            environment: { [environment] name in environment(name) ?? "missing" },
            file: { [file] path in
                if case .found(let text, let isPrivate) = file(path) { return .found(text, isPrivate: isPrivate) }
                return .found("missing", isPrivate: true)
            }, list: list, isForgiving: true, now: now)
    }

    /// Larger files are no secrets but mistakes.
    static let maximumFileSize = 64 * 1024
    /// Some hundred thousand domains.
    static let maximumListSize = 8 << 20

    /// The process's own environment, after that of a file; relative paths start at `folder`, where the configuration
    /// lies.
    static func system(folder: String, _ variables: EnvironmentFile? = nil) -> SecretReader {
        SecretReader(
            environment: { name in
                if let value = variables?.values[name] { return value }
                return unsafe getenv(name).map { unsafe String(cString: $0) }
            },
            file: { path in
                let path = Files.path(path, in: folder)
                switch Files.read(path, limit: maximumFileSize) {
                case .success(let bytes):
                    return .found(String(decoding: bytes, as: UTF8.self), isPrivate: !Files.isReadableByAll(path))
                case .failure(let failure): return .missing(failure.message)
                }
            },
            list: { path in
                switch Files.read(Files.path(path, in: folder), limit: maximumListSize) {
                case .success(let bytes): return .found(String(decoding: bytes, as: UTF8.self), isPrivate: false)
                case .failure(let failure): return .missing(failure.message)
                }
            })
    }
}

/// What a secret may be made of. A byte that does not belong there is nearly always a second line in the file, or
/// something invisible that came along when it was copied; a header would be broken by the one and a login refused
/// because of the other.
enum SecretForm: Sendable {
    /// What platforms give out, and goes into headers and addresses: visible ASCII without blanks (RFC 6749, appendix
    /// A.12).
    case token
    /// What people think of: anything that can be typed.
    case password
    /// A file of several lines: PEM or JSON, which are looked at by their own rules.
    case document

    /// What is wrong with the text and how to repair it; never a part of the text.
    func complaint(_ text: String) -> String? {
        let remedy = "put the secret alone into its file, on one line"
        for scalar in text.unicodeScalars {
            switch (self, scalar.value) {
            case (.document, 0x09), (.document, 0x0A), (.document, 0x0D): continue
            case (_, 0x0A), (_, 0x0D): return "the secret has a line break inside; \(remedy)"
            case (_, 0..<0x20), (_, 0x7F): return "the secret has a control character inside; \(remedy)"
            case (.token, 0x20): return "the secret has a blank inside, which no token has; \(remedy)"
            case (.token, 0x80...):
                return "the secret has a character that no token has (not ASCII, perhaps invisible); copy it again"
            default: continue
            }
        }
        return nil
    }
}

extension Section {
    /// A secret: `{ env: "NAME" }` or `{ file: "PATH" }`, without the white space around it.
    func secret(
        _ name: String, _ reader: SecretReader, required: Bool = true, form: SecretForm = .token
    ) -> Secret? {
        let how = "{ env: \"NAME\" } or { file: \"PATH\" }"
        if required, !require(name, "a secret, written as \(how)") { return nil }
        guard let value = value(name, as: .secret) else { return nil }
        guard case .object = value else {
            mistake(name, "secrets do not belong in this file; write \(how)")
            return nil
        }
        guard let section = Self.section(value, at: path(name), as: nil, findings) else { return nil }
        let variable = section.text("env")
        let file = section.text("file")
        section.finish()
        let text: String
        switch (variable, file) {
        case (let variable?, nil):
            guard let found = reader.environment(variable) else {
                mistake(name, "secret missing: the environment variable \(variable) is not set")
                return nil
            }
            text = found
        case (nil, let file?):
            switch reader.file(file) {
            case .missing(let reason):
                mistake(name, "secret missing: the file \(file) cannot be read: \(reason)")
                return nil
            case .found(let found, let isPrivate):
                if !isPrivate {
                    findings.warning(path(name), "everybody on this machine can read \(file); chmod 600 it")
                }
                text = found
            }
        case (nil, nil), (.some, .some):
            mistake(name, "must be \(how)")
            return nil
        }
        let blanks: Set<Character> = [" ", "\t", "\n", "\r", "\r\n"]
        let trimmed = text.drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.reversed()
        guard !trimmed.isEmpty else {
            mistake(name, "secret missing: \(variable ?? file ?? "") is empty")
            return nil
        }
        let secret = String(trimmed)
        if let complaint = form.complaint(secret) {
            if reader.isForgiving { return Secret("missing") }
            mistake(name, complaint)
            return nil
        }
        return Secret(secret)
    }
}
