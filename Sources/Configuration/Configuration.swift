package import Domain
package import Monitoring
package import Service

/// Everything that one configuration file says, checked.
package struct Configuration: Sendable, Equatable {
    package var listen: [ListenAddress] = [ListenAddress(host: "127.0.0.1", port: 8080)]
    /// Threads that serve HTTP. One is enough for some ten thousand leads a second.
    package var loops = 1
    /// Proxies whose `X-Forwarded-For` is believed.
    package var trustedProxies: [String] = []
    /// Where people reach the console, for links that are printed or sent; without a slash at the end. `nil`: nobody
    /// has said.
    package var publicURL: String?
    /// Addresses that may see `/metrics` without a token.
    package var observers = ["127.0.0.0/8", "::1"]
    package var database = "/var/lib/leadrelay/leads.sqlite"
    package var adminSocket = defaultAdminSocket
    /// Who may use the admin socket beside the relay's own user and root; `nil`: nobody.
    package var adminSocketGroup: String?
    package var logLevel = Log.Level.info
    package var retention = Retention()
    package var limits = RelayLimits()
    package var checks = Checks()
    package var clients: [Client] = []
    package var sources: [Source] = []
    package var groups: [GroupRule] = []
    package var destinations: [Destination] = []
    package var notices = Notices()
    /// How often the destinations are asked whether they would take leads; `nil`: only on demand.
    package var preflightEvery: Duration? = .hours(6)
    /// Channels that get the weekly report of all clients together.
    package var reports: [String] = []
    package var monitoring = Monitoring()
    /// Tools that report alerts.
    package var tools: [Tool] = []
    /// What the relay does by itself about alerts.
    package var actions: [AlertAction] = []
    /// How missing leads are watched for.
    package var volume = VolumeSettings()

    package init() {}

    package static let defaultPath = "/etc/leadrelay/relay.json5"
    package static let defaultAdminSocket = "/run/leadrelay/admin.sock"

    package struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
        package var host: String
        package var port: UInt16

        package init(host: String, port: UInt16) {
            self.host = host
            self.port = port
        }

        package var description: String {
            host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }

    /// An advertiser whose leads are relayed.
    package struct Client: Sendable, Equatable {
        package var name: String
        /// For pages and reports.
        package var title: String
        /// Days and office hours of this client are counted by this clock.
        package var timeZone = TimeZoneRules.utc
        package var country: String?
        /// Where the ads of all its groups lead to.
        package var landingPages: [String] = []
        /// Channels that get its weekly report.
        package var reports: [String] = []
        /// Whether what is internal stands in it.
        package var reportsFor = WeeklyReport.Audience.team
    }

    /// How the checklist looks for causes.
    package struct Checks: Sendable, Equatable {
        /// Where the relay is reached from outside, without a path; empty: by its first listener.
        package var publicAddress = ""
        /// Addresses that always answer, to tell a page's fault from one of our own network.
        package var controlHosts: [String] = []
        /// How often landing pages are visited while nothing is wrong.
        package var pagesEvery: Duration = .hours(1)
        /// How often a test lead is sent for each source; zero: only when something may be wrong.
        package var syntheticEvery: Duration = .zero
    }

    package struct Retention: Sendable, Equatable {
        /// How long clear personal data stays after a lead has settled.
        package var personalData: Duration = .days(7)
        /// How long quarantined events wait for somebody's decision.
        package var quarantine: Duration = .days(90)
        /// How long an `Idempotency-Key` is remembered.
        package var idempotency: Duration = .hours(24)
        /// How long single leads stay, with all that became of them. Longer than any platform takes leads.
        package var history: Duration = .days(800)
    }

    package struct RelayLimits: Sendable, Equatable {
        /// The largest body the server reads; no source's own limit can be above it.
        package var body = 1 << 20
        /// The same for multipart forms, whose files are dropped: their fields alone count against a source's limit.
        package var upload = 10 << 20
        package var connections = 10_000
        /// Of one address, which is a /64 of IPv6; trusted proxies and this machine do not count.
        package var connectionsPerAddress = 1000
        /// Bytes of all bodies together that have begun and not ended, without the first 16 KiB of each.
        package var unfinishedBodies = 64 << 20
        /// Events in one request.
        package var batch = 1000
        /// Campaign groups of one client whose leads are watched for; those of all others are counted together.
        package var watchedGroups = GroupChoice.Bounds().watched
        /// How long a request's head, its body, and the next request may take to come.
        package var headTimeout: Duration = .seconds(10)
        package var bodyTimeout: Duration = .seconds(30)
        package var idleTimeout: Duration = .seconds(75)
        /// How long a stop waits for what is under way.
        package var drain: Duration = .seconds(15)
    }
}
