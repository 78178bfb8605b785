import Glibc
import Service

/// Pictures of pages, to look at.
enum Screenshots {
    static let widths = [("phone", 390), ("desk", 1280)]

    /// Files `NAME-phone-light.png` and so on; the name is the address without its origin. A user signs in first, at
    /// the origin of the first address.
    static func take(
        of urls: [String], as user: (name: String, password: String)? = nil, in fonts: FontSet, into folder: String
    )
        throws
    {
        _ = unsafe mkdir(folder, 0o755)
        let driver = try WebDriver(fonts: fonts)
        let browser = try driver.open()
        if let user, let first = urls.first {
            try browser.open(first.split(separator: "/", maxSplits: 3).prefix(2).joined(separator: "//") + "/login")
            try browser.type(user.name, into: "#name")
            try browser.type(user.password, into: "#password")
            try browser.click("main form button")
            try browser.wait(for: "document.querySelector('nav')")
        }
        for url in urls {
            try browser.open(url)
            for (name, width) in widths {
                for isDark in [false, true] {
                    let file = "\(folder)/\(fileName(url))-\(name)-\(isDark ? "dark" : "light").png"
                    try write(try browser.screenshot(width: width, isDark: isDark), to: file)
                    tell(file)
                }
            }
        }
    }

    private static func fileName(_ url: String) -> String {
        let path = url.split(separator: "/", omittingEmptySubsequences: true).dropFirst(2).joined(separator: "-")
        let plain = String(path.map { $0.isLetter || $0.isNumber ? $0 : "-" })
        return plain.isEmpty ? "start" : plain
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = unsafe fopen(path, "w") else { throw Failure("\(path) cannot be written") }
        defer { unsafe fclose(file) }
        guard unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count else {
            throw Failure("\(path): the disk is full")
        }
    }
}
