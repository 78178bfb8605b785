/// FNV-1a with 64 bits (IETF draft-eastlake-fnv): tells contents apart that nobody has to be kept from making alike.
package struct FNV1a: Sendable {
    package private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    package init() {}

    package mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
}
