/// One story with a beginning and an end, in a browser of its own.
struct Journey: Sendable {
    let name: String
    var options = BrowserOptions()
    /// What the browser writes with.
    var fonts = FontSet.dejaVu
    /// Parts of console errors that belong to the story, such as the relay being away.
    var expectedErrors: [String] = []
    let story: @Sendable (Browser, BrowserStage) throws -> Void

    init(
        _ name: String, options: BrowserOptions = BrowserOptions(), fonts: FontSet = .dejaVu,
        expectedErrors: [String] = [],
        _ story: @escaping @Sendable (Browser, BrowserStage) throws -> Void
    ) {
        self.name = name
        self.options = options
        self.fonts = fonts
        self.expectedErrors = expectedErrors
        self.story = story
    }

    /// Tells the story. Whatever it is about, the console stays clean and every request goes to the relay or the
    /// sandbox.
    func run(_ driver: WebDriver, _ stage: BrowserStage) throws {
        let browser = try driver.open(options)
        try story(browser, stage)
        let traces = try browser.traces()
        let errors = traces.errors.filter { error in !expectedErrors.contains { error.contains($0) } }
        try expect(errors.isEmpty, "the console says: \(errors.joined(separator: "; "))")
        let strangers = traces.addresses.filter { address in
            ![stage.site + "/", stage.relayURL + "/", "data:", "about:", "chrome-error:"].contains {
                address.hasPrefix($0)
            }
        }
        try expect(strangers.isEmpty, "requests went to \(strangers.joined(separator: ", "))")
        try browser.close()
    }
}
