internal import CLinux

/// The bytes that the linker wrote into this program with `--build-id`; empty if it was told nothing.
package enum BuildID {
    package static let bytes: [UInt8] = {
        let id = build_id()
        return unsafe withUnsafeBytes(of: id.bytes) { unsafe Array($0.prefix(id.count)) }
    }()
}
