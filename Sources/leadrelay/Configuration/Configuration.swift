import Domain
import Monitoring
import Service

/// Everything that one configuration file says, checked.
struct Configuration: Sendable, Equatable {
    var listen: [ListenAddress] = [ListenAddress(host: "127.0.0.1", port: 8080)]
    /// Threads that serve HTTP. One is enough for some ten thousand leads a second.
    var loops = 1
    /// Proxies whose `X-Forwarded-For` is believed.
    var trustedProxies: [String] = []
    /// Where people reach the console, for links that are printed or sent; without a slash at the end. `nil`: nobody
    /// has said.
    var publicURL: String?
    /// Addresses that may see `/metrics` without a token.
    var observers = ["127.0.0.0/8", "::1"]
    var database = "/var/lib/leadrelay/leads.sqlite"
    var adminSocket = defaultAdminSocket
    /// Who may use the admin socket beside the relay's own user and root; `nil`: nobody.
    var adminSocketGroup: String?
    var logLevel = Log.Level.info
    var retention = Retention()
    var limits = RelayLimits()
    var checks = Checks()
    var clients: [Client] = []
    var sources: [Source] = []
    var groups: [GroupRule] = []
    var destinations: [Destination] = []
    var notices = Notices()
    /// How often the destinations are asked whether they would take leads; `nil`: only on demand.
    var preflightEvery: Duration? = .hours(6)
    /// Channels that get the weekly report of all clients together.
    var reports: [String] = []
    var monitoring = Monitoring()
    /// Tools that report alerts.
    var tools: [Tool] = []
    /// What the relay does by itself about alerts.
    var actions: [AlertAction] = []
    /// How missing leads are watched for.
    var volume = VolumeSettings()

    static let defaultPath = "/etc/leadrelay/relay.json5"
    static let defaultAdminSocket = "/run/leadrelay/admin.sock"

    struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
        var host: String
        var port: UInt16
        var description: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    /// An advertiser whose leads are relayed.
    struct Client: Sendable, Equatable {
        var name: String
        /// For pages and reports.
        var title: String
        /// Days and office hours of this client are counted by this clock.
        var timeZone = TimeZoneRules.utc
        var country: String?
        /// Where the ads of all its groups lead to.
        var landingPages: [String] = []
        /// Channels that get its weekly report.
        var reports: [String] = []
        /// Whether what is internal stands in it.
        var reportsFor = WeeklyReport.Audience.team
    }

    /// How the checklist looks for causes.
    struct Checks: Sendable, Equatable {
        /// Where the relay is reached from outside, without a path; empty: by its first listener.
        var publicAddress = ""
        /// Addresses that always answer, to tell a page's fault from one of our own network.
        var controlHosts: [String] = []
        /// How often landing pages are visited while nothing is wrong.
        var pagesEvery: Duration = .hours(1)
        /// How often a test lead is sent for each source; zero: only when something may be wrong.
        var syntheticEvery: Duration = .zero
    }

    struct Retention: Sendable, Equatable {
        /// How long clear personal data stays after a lead has settled.
        var personalData: Duration = .days(7)
        /// How long quarantined events wait for somebody's decision.
        var quarantine: Duration = .days(90)
        /// How long an `Idempotency-Key` is remembered.
        var idempotency: Duration = .hours(24)
        /// How long single leads stay, with all that became of them. Longer than any platform takes leads.
        var history: Duration = .days(800)
    }

    struct RelayLimits: Sendable, Equatable {
        /// The largest body the server reads; no source's own limit can be above it.
        var body = 1 << 20
        /// The same for multipart forms, whose files are dropped: their fields alone count against a source's limit.
        var upload = 10 << 20
        var connections = 10_000
        /// Of one address, which is a /64 of IPv6; trusted proxies and this machine do not count.
        var connectionsPerAddress = 1000
        /// Bytes of all bodies together that have begun and not ended, without the first 16 KiB of each.
        var unfinishedBodies = 64 << 20
        /// Events in one request.
        var batch = 1000
        /// Campaign groups of one client whose leads are watched for; those of all others are counted together.
        var watchedGroups = GroupChoice.Bounds().watched
        /// How long a request's head, its body, and the next request may take to come.
        var headTimeout: Duration = .seconds(10)
        var bodyTimeout: Duration = .seconds(30)
        var idleTimeout: Duration = .seconds(75)
        /// How long a stop waits for what is under way.
        var drain: Duration = .seconds(15)
    }
}
