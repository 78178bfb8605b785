/// This program's version, the one place where it is written.
package enum Version {
    package static let current = "0.1.0"
}
