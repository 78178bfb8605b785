/// All that is configured about what becomes of an observation.
package struct AlertPolicy: Sendable {
    package var settings: AlertSettings
    package var routing: Routing

    package init(_ settings: AlertSettings = AlertSettings(), _ routing: Routing = .none) {
        self.settings = settings
        self.routing = routing
    }
}
