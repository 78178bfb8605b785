/// An event that was read once, for all who need it next. One reference is passed on, since an event is forty texts.
package final class ReadEvent: Sendable, Equatable {
    package let event: LeadEvent

    package init(_ event: LeadEvent) { self.event = event }

    package static func == (a: ReadEvent, b: ReadEvent) -> Bool { a === b || a.event == b.event }
}
