import Crypto
import Domain

/// One browser with one window. Elements are named by CSS selectors.
final class Browser {
    private let driver: WebDriver
    private let path: String
    private var isOpen = true

    init(_ driver: WebDriver, session: String) {
        self.driver = driver
        path = "/session/\(session)"
    }

    deinit { try? close() }

    func close() throws {
        guard isOpen else { return }
        isOpen = false
        _ = try driver.call("DELETE", path)
    }

    // MARK: Going places

    func open(_ url: String) throws { _ = try driver.call("POST", path + "/url", ["url": .string(url)]) }
    func back() throws { _ = try driver.call("POST", path + "/back", [:]) }
    func reload() throws { _ = try driver.call("POST", path + "/refresh", [:]) }
    var url: String { get throws { try driver.call("GET", path + "/url").string ?? "" } }

    /// Waits until the address contains the text: after a click that leads somewhere.
    func arrive(at text: String) throws {
        _ = try eventually("an address with \(text), where \(try url) is") { try url.contains(text) ? true : nil }
    }

    // MARK: Looking and acting

    /// The element, as soon as there is one.
    func find(_ selector: String) throws -> String {
        try eventually("the element \(selector)") {
            let found = try driver.call(
                "POST", path + "/elements", ["using": "css selector", "value": .string(selector)])
            return found[0]?["element-6066-11e4-a52e-4f735466cecf"]?.string
        }
    }

    func count(_ selector: String) throws -> Int {
        try driver.call("POST", path + "/elements", ["using": "css selector", "value": .string(selector)]).array?.count
            ?? 0
    }

    func click(_ selector: String) throws {
        _ = try driver.call("POST", path + "/element/\(find(selector))/click", [:])
    }

    /// Clicks on what leads to another page, and waits until that one is there.
    func follow(_ selector: String) throws {
        _ = try find(selector)
        try run("window.isLeft = true")
        try click(selector)
        _ = try eventually("another page after \(selector)") {
            try run("return !window.isLeft && document.readyState === 'complete'").bool == true ? true : nil
        }
    }

    /// Types at the end of what stands in a field. Anything in Unicode, and WebDriver's codes for keys, such as U+E007
    /// for Enter.
    func type(_ text: String, into selector: String) throws {
        _ = try driver.call("POST", path + "/element/\(find(selector))/value", ["text": .string(text)])
    }

    func clear(_ selector: String) throws {
        _ = try driver.call("POST", path + "/element/\(find(selector))/clear", [:])
    }

    /// What a person can read there.
    func text(_ selector: String) throws -> String {
        try driver.call("GET", path + "/element/\(find(selector))/text").string ?? ""
    }

    func attribute(_ name: String, of selector: String) throws -> String? {
        try driver.call("GET", path + "/element/\(find(selector))/attribute/\(name)").string
    }

    /// Runs a function's body in the page and answers what it returns.
    @discardableResult
    func run(_ script: String, _ arguments: JSON...) throws -> JSON {
        try driver.call("POST", path + "/execute/sync", ["script": .string(script), "args": .array(arguments)])
    }

    /// Runs a function's body whose last argument is called with the answer.
    func runLater(_ script: String) throws -> JSON {
        try driver.call("POST", path + "/execute/async", ["script": .string(script), "args": []])
    }

    /// Presses a key as often as that, wherever the focus is; the code as for `type`.
    func press(_ key: String, times: Int) throws {
        let strokes = (0..<times).flatMap { _ -> [JSON] in
            [["type": "keyDown", "value": .string(key)], ["type": "keyUp", "value": .string(key)]]
        }
        let keyboard: JSON = ["type": "key", "id": "keyboard", "actions": .array(strokes)]
        _ = try driver.call("POST", path + "/actions", ["actions": .array([keyboard])])
    }

    /// Asks the page until what the function's body returns is true.
    func wait(for script: String) throws {
        _ = try eventually("\(script) in the page") { try run("return Boolean(\(script))").bool == true ? true : nil }
    }

    // MARK: The browser itself

    /// A cookie as WebDriver has it, also one that scripts cannot see.
    func cookie(_ name: String) throws -> JSON? {
        try driver.call("GET", path + "/cookie").array?.first { $0["name"]?.string == name }
    }

    func setCookie(_ cookie: JSON) throws { _ = try driver.call("POST", path + "/cookie", ["cookie": cookie]) }

    /// Opens another tab and goes there. Answers the one that was in front before.
    func openTab() throws -> String {
        let before = try driver.call("GET", path + "/window").string ?? ""
        guard let tab = try driver.call("POST", path + "/window/new", ["type": "tab"])["handle"]?.string else {
            throw Failure("no other tab")
        }
        try show(tab)
        return before
    }

    func show(_ tab: String) throws { _ = try driver.call("POST", path + "/window", ["handle": .string(tab)]) }

    /// A command of the DevTools protocol.
    @discardableResult
    func devTools(_ command: String, _ parameters: JSON = [:]) throws -> JSON {
        try driver.call("POST", path + "/goog/cdp/execute", ["cmd": .string(command), "params": parameters])
    }

    /// Takes the network away, or makes it slow: milliseconds that each request takes at least.
    func setNetwork(isOffline: Bool = false, latency: Int = 0) throws {
        _ = try driver.call(
            "POST", path + "/chromium/network_conditions",
            ["network_conditions": ["offline": .bool(isOffline), "latency": JSON(latency), "throughput": -1]])
    }

    /// Makes the way out slow; -1 is as fast as it goes.
    func setUpload(bytesPerSecond: Int) throws {
        try devTools(
            "Network.emulateNetworkConditions",
            ["offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": JSON(bytesPerSecond)])
    }

    /// A script that every page runs before its own.
    func runFirst(_ script: String) throws {
        try devTools("Page.addScriptToEvaluateOnNewDocument", ["source": .string(script)])
    }

    /// The lines of the console, each with its level; what was read is gone. And the addresses that were asked for
    /// meanwhile.
    struct Traces {
        var errors: [String] = []
        var addresses: [String] = []
    }

    func traces() throws -> Traces {
        var traces = Traces()
        for line in try driver.call("POST", path + "/se/log", ["type": "browser"]).array ?? []
        where line["level"]?.string == "SEVERE" {
            traces.errors.append(line["message"]?.string ?? "")
        }
        for line in try driver.call("POST", path + "/se/log", ["type": "performance"]).array ?? [] {
            let event = try JSON(parsing: Array((line["message"]?.string ?? "{}").utf8))["message"]
            guard event?["method"]?.string == "Network.requestWillBeSent",
                let url = event?["params"]?["request"]?["url"]?.string
            else { continue }
            traces.addresses.append(url)
        }
        return traces
    }

    /// The families that a part of the page is painted with.
    func families(_ selector: String) throws -> [String] {
        for domain in ["DOM", "CSS"] { try devTools("\(domain).enable") }
        let document = try devTools("DOM.getDocument")["root"]?["nodeId"] ?? .null
        let element = try devTools("DOM.querySelector", ["nodeId": document, "selector": .string(selector)])
        let fonts = try devTools("CSS.getPlatformFontsForNode", ["nodeId": element["nodeId"] ?? .null])
        return fonts["fonts"]?.array?.compactMap { $0["familyName"]?.string } ?? []
    }

    // MARK: Pictures

    /// Shows the page in a window of that size, in CSS pixels, to somebody who likes it light or dark.
    func emulate(width: Int, height: Int, isDark: Bool) throws {
        let scheme: JSON = ["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]
        // A picture in the middle of a transition would show colours that are on no page.
        let motion: JSON = ["name": "prefers-reduced-motion", "value": "reduce"]
        try devTools("Emulation.setEmulatedMedia", ["features": .array([scheme, motion])])
        try devTools(
            "Emulation.setDeviceMetricsOverride",
            ["width": JSON(width), "height": JSON(height), "deviceScaleFactor": 1, "mobile": .bool(width < 600)])
    }

    /// The whole page as a PNG, at a width of so many CSS pixels.
    func screenshot(width: Int, isDark: Bool = false) throws -> [UInt8] {
        try emulate(width: width, height: width < 600 ? 844 : 900, isDark: isDark)
        let height = try run("return document.documentElement.scrollHeight").integer ?? 900
        try emulate(width: width, height: min(max(Int(height), 400), 8000), isDark: isDark)
        defer { _ = try? devTools("Emulation.clearDeviceMetricsOverride") }
        let picture = try driver.call("GET", path + "/screenshot").string ?? ""
        guard let bytes = Base64.plain.decode(picture) else { throw Failure("the picture is no base 64") }
        return bytes
    }
}
