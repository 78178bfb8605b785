import COpenSSL

/// A password as it is kept: its scrypt hash (RFC 7914) with salt and parameters, so that parameters can grow and old
/// hashes still work.
///
///     $scrypt$ln=15,r=8,p=3$SALT$HASH        base 64 for URLs
package struct PasswordHash: Equatable, Sendable, CustomStringConvertible {
    private let parameters: Parameters
    private let salt: [UInt8]
    private let hash: [UInt8]

    package struct Parameters: Equatable, Sendable {
        /// The cost is 2^logN; memory is `2^logN × r × 128` bytes.
        package var logN: Int
        package var r: Int
        package var p: Int

        package init(logN: Int, r: Int, p: Int) {
            self.logN = logN
            self.r = r
            self.p = p
        }

        /// 32 MiB and some tenths of a second (OWASP Password Storage Cheat Sheet, second configuration from below).
        package static let usual = Parameters(logN: 15, r: 8, p: 3)
        /// Bounds for what is read from a file: nothing in it may ask for all memory.
        private static let most = Parameters(logN: 20, r: 32, p: 16)

        var isReasonable: Bool {
            (1...Self.most.logN).contains(logN) && (1...Self.most.r).contains(r) && (1...Self.most.p).contains(p)
        }
    }

    private static let saltLength = 16
    private static let hashLength = 32

    /// Hashes a password with a new salt. Takes its time and its memory: never on an event loop, never many at once.
    package init(of password: String, _ parameters: Parameters = .usual) {
        self.parameters = parameters
        salt = randomBytes(Self.saltLength)
        hash = Self.derive(password, salt, parameters)
    }

    /// Reads what `description` wrote; `nil` if it is anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
        var values: [String: Int] = [:]
        for pair in parts[2].split(separator: ",") {
            let sides = pair.split(separator: "=")
            guard sides.count == 2, let number = Int(sides[1]) else { return nil }
            values[String(sides[0])] = number
        }
        guard let logN = values["ln"], let r = values["r"], let p = values["p"], values.count == 3,
            let salt = Base64.url.decode(parts[3]), let hash = Base64.url.decode(parts[4]),
            hash.count == Self.hashLength
        else { return nil }
        parameters = Parameters(logN: logN, r: r, p: p)
        guard parameters.isReasonable else { return nil }
        self.salt = salt
        self.hash = hash
    }

    package var description: String {
        """
        $scrypt$ln=\(parameters.logN),r=\(parameters.r),p=\(parameters.p)$\(Base64.url.encode(salt))$\
        \(Base64.url.encode(hash))
        """
    }

    /// Whether this is the password. As slow as hashing it.
    package func matches(_ password: String) -> Bool {
        constantTimeEqual(Self.derive(password, salt, parameters), hash)
    }

    /// Whether it was made with less work than is usual now, and should be made anew when the password is at hand.
    package func isWeaker(than usual: Parameters) -> Bool {
        func work(_ parameters: Parameters) -> Int { parameters.r * parameters.p << parameters.logN }
        return work(parameters) < work(usual)
    }

    private static func derive(_ password: String, _ salt: [UInt8], _ parameters: Parameters) -> [UInt8] {
        let bytes = Array(password.utf8).map { CChar(bitPattern: $0) }
        // What scrypt needs and a little for itself; libcrypto refuses more than it is told.
        let memory = UInt64(parameters.r) * 128 << UInt64(parameters.logN) + (4 << 20)
        return unsafe [UInt8](unsafeUninitializedCapacity: hashLength) { output, count in
            let result = unsafe EVP_PBE_scrypt(
                bytes, bytes.count, salt, salt.count, UInt64(1) << UInt64(parameters.logN), UInt64(parameters.r),
                UInt64(parameters.p), memory, output.baseAddress, hashLength)
            precondition(result == 1, "libcrypto does not offer scrypt, or there is no memory for it")
            count = hashLength
        }
    }
}
