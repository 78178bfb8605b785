/// All that is configured about what becomes of an observation.
package struct AlertPolicy: Sendable {
    package var settings: AlertSettings
    package var routing: Routing
    /// For silences by the clock on the wall.
    package var zones: Zones
    /// What the relay does by itself.
    package var actions: [AlertAction] = []

    package init(_ settings: AlertSettings = AlertSettings(), _ routing: Routing = .none, zones: Zones = .utc) {
        self.settings = settings
        self.routing = routing
        self.zones = zones
    }
}
