import Curl
import Domain
import Glibc
import Service
import TestSupport

/// Debian's chromedriver as a process, spoken to by the W3C's WebDriver protocol (https://www.w3.org/TR/webdriver2/)
/// and chromedriver's own commands. Browsers it starts have one set of fonts, and keep everything they write in a
/// folder that goes with it.
final class WebDriver {
    private let folder = TemporaryFolder()
    private let process: ChildProcess
    private let transfers = Transfers(userAgent: "browsertest")
    private let address: String

    init(fonts: FontSet) throws {
        // Chromium's profile is made there, and removed in `deinit`.
        let profiles = folder.path + "-profiles"
        _ = unsafe mkdir(profiles, 0o700)
        let output = folder.file("chromedriver.log")
        process = try ChildProcess(
            "/usr/bin/chromedriver", ["--port=0", "--log-level=WARNING"],
            environment: ["TMPDIR": profiles, "HOME": profiles, "FONTCONFIG_FILE": fonts.prepare(in: profiles)],
            output: output)
        let port = try eventually("chromedriver to listen") { () -> Substring? in
            let text = readText(output)
            guard let mark = text.firstRange(of: "successfully on port ") else { return nil }
            let digits = text[mark.upperBound...].prefix { $0.isNumber }
            return text[digits.endIndex...].isEmpty ? nil : digits
        }
        address = "http://127.0.0.1:\(port)"
    }

    deinit {
        process.signal(SIGTERM)
        process.wait()
        transfers.stop()
        _ = try? ChildProcess("/bin/rm", ["-rf", folder.path + "-profiles"], output: "/dev/null").wait()
    }

    /// Sends a command and answers its value. An error of the other side's is thrown with its words.
    func call(_ method: String, _ path: String, _ body: JSON? = nil) throws -> JSON {
        var transfer = Transfer(
            method, address + path, fields: [("Content-Type", "application/json")], body: body?.bytes)
        transfer.totalTimeout = .seconds(120)
        transfer.maximumAnswer = 64 << 20
        let answer = try transfers.perform(transfer).get()
        let value = try JSON(parsing: answer.body)["value"] ?? .null
        guard answer.status == 200 else {
            throw Failure(
                "\(method) \(path): \(value["error"]?.string ?? "?"): \(value["message"]?.string?.prefix(300) ?? "")")
        }
        return value
    }

    /// A browser of its own, with an empty profile.
    func open(_ options: BrowserOptions = BrowserOptions()) throws -> Browser {
        let answer = try call("POST", "/session", ["capabilities": ["alwaysMatch": options.capabilities]])
        guard let id = answer["sessionId"]?.string else { throw Failure("no session: \(answer.text)") }
        return Browser(self, session: id)
    }
}

/// What is special about a browser.
struct BrowserOptions: Sendable {
    /// Whether pages may store anything: cookies, localStorage, sessionStorage.
    var allowsStorage = true
    var allowsScripts = true
    /// Whether a page that was left is kept for the way back, with what it has under way.
    var keepsPages = true

    fileprivate var capabilities: JSON {
        var preferences: [JSON.Member] = []
        // 2 means block (content_settings.mojom).
        if !allowsStorage { preferences.append(JSON.Member("profile.default_content_setting_values.cookies", 2)) }
        if !allowsScripts { preferences.append(JSON.Member("profile.default_content_setting_values.javascript", 2)) }
        let special: [JSON] = keepsPages ? [] : ["--disable-features=BackForwardCache"]
        return [
            "browserName": "chrome",
            "goog:loggingPrefs": ["browser": "ALL", "performance": "ALL"],
            "goog:chromeOptions": [
                "binary": "/usr/bin/chromium",
                "args": .array(
                    [
                        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                        "--disable-background-networking", "--disable-component-update", "--disable-sync",
                        "--disable-default-apps", "--window-size=1280,900",
                    ] + special),
                "prefs": .object(preferences),
                "perfLoggingPrefs": ["enableNetwork": true, "enablePage": false],
            ],
        ]
    }
}
