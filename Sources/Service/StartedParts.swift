/// What has been started, in order, to be stopped in the opposite one: when all is to end, and when a part does not
/// start.
package struct StartedParts {
    /// Each is given how long it may take to finish what is under way.
    private var stops: [(Duration) -> Void] = []

    package init() {}

    /// Notes a part that runs now.
    package mutating func add(_ stop: @escaping (Duration) -> Void) { stops.append(stop) }

    /// Starts a part and notes it. If it fails, everything before it is stopped at once, and the error goes on as it
    /// is.
    package mutating func start<Part, Failure: Error>(
        _ start: () throws(Failure) -> Part, stop: @escaping (Part, Duration) -> Void
    ) throws(Failure) -> Part {
        let part: Part
        do throws(Failure) {
            part = try start()
        } catch {
            self.stop(within: .zero)
            throw error
        }
        stops.append { stop(part, $0) }
        return part
    }

    /// Stops what was started last first. A second time does nothing.
    package mutating func stop(within time: Duration) {
        while let stop = stops.popLast() { stop(time) }
    }
}
