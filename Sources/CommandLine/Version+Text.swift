import Crypto
import Curl
import Service
import Store

extension Version {
    /// Which sources it was built from: their commit, with `+` behind it if something had been changed since; `nil` if
    /// the builder did not say.
    ///
    /// `deploy/prepare` hands it to the linker as the build id, behind two bytes that tell it from an id that the
    /// linker made: "LR", or "LC" for changed sources. So the objects stay the same from commit to commit, and `readelf
    /// -n` shows it, too.
    static func commit(of buildID: [UInt8]) -> String? {
        guard buildID.count == 22, buildID[0] == UInt8(ascii: "L") else { return nil }
        let mark: String
        switch buildID[1] {
        case UInt8(ascii: "R"): mark = ""
        case UInt8(ascii: "C"): mark = "+"
        default: return nil
        }
        return Hex.encode(Array(buildID[2...].prefix(6))) + mark
    }

    /// What `leadrelay version` prints.
    static var text: String {
        """
        leadrelay \(current)
        commit    \(commit(of: BuildID.bytes) ?? "not said by whoever built it")
        schema    \(Ledger.schemaVersion)
        SQLite    \(Ledger.engineVersion)
        libcurl   \(LinkedCurl.version)
        OpenSSL   \(LinkedOpenSSL.version)

        """
    }
}
