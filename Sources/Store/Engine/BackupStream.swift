/// What the relay and the command say to each other beside the bytes.
package enum BackupStream {
    /// How the names of the sockets begin that the relay connects to.
    package static let prefix = "leadrelay-backup-"
    /// The command's last word: the file has its name and is on the disk.
    package static let kept = "kept"

    /// Why nothing is written to a path.
    package static func exists(_ path: String) -> String {
        "\(path) exists already: choose another name, a backup never overwrites"
    }
}
