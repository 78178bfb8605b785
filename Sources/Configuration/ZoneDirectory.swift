package import Domain
import Service

/// The time zones that this machine knows: the files of Debian's package tzdata.
package enum ZoneDirectory {
    private static let folder = "/usr/share/zoneinfo/"
    /// The largest file has some 4 KiB.
    private static let maximumSize = 1 << 18

    /// The rules of a zone by its IANA name; `nil` if there is none of that name.
    package static func rules(_ name: String) -> TimeZoneRules? {
        if name == "UTC" { return .utc }
        guard isPlain(name), case .success(let bytes) = Files.read(folder + name, limit: maximumSize) else {
            return nil
        }
        return try? TimeZoneRules(tzif: bytes, name: name)
    }

    /// What is wrong with a name; `nil` if there is a zone of that name.
    package static func complaint(_ name: String) -> String? {
        guard isPlain(name) else { return "must be a time zone, for example \"Europe/Berlin\"" }
        return rules(name) == nil
            ? "this machine knows no time zone \"\(name)\"; write for example \"Europe/Berlin\" (Debian package tzdata)"
            : nil
    }

    /// Letters, digits and a few signs, so that no name leads out of the folder.
    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix("/")
            && name.utf8.allSatisfy {
                ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || "/_+-".utf8.contains($0)
            }
    }
}

extension Zones {
    /// The zones that this machine knows; each file is read once.
    package static let ofThisMachine: Zones = {
        let known = Locked<[String: TimeZoneRules?]>([:])
        return Zones { name in
            if let rules = known.withLock({ $0[name] }) { return rules }
            let rules = ZoneDirectory.rules(name)
            known.withLock { $0[name] = rules }
            return rules
        }
    }()
}
