package import Domain
import SQLite

extension WatchRole {
    // MARK: Volume

    /// Says that the relay runs. `began` names the run; what lies between the last sign of one run and the beginning of
    /// the next is a hole to the detector, not silence.
    package func beat(ofRun began: Instant) throws(StoreError) {
        try wait { then in
            change(rows: 1) { [self] tables in
                try tables.run(.beginUptime, began.milliseconds)
                try tables.run(.extendUptime, began.milliseconds, now.milliseconds)
            } then: {
                then($0)
            }
        }
    }

    /// Keeps episodes that were opened or have changed, by scope and slot of opening. With them everything before
    /// `slot` is written down: a detector that is made anew need not begin earlier.
    package func keep(_ episodes: [Episode], upTo slot: Int) throws(StoreError) {
        try wait { then in
            change(rows: episodes.count + 1) { tables in
                for episode in episodes { try tables.keep(episode) }
                try tables.setFact(Tables.watchedFact, Int64(slot))
            } then: {
                then($0)
            }
        }
    }

    /// Adds an event to the calendar; answers its number.
    package func add(_ event: CalendarEvent) throws(StoreError) -> Int64 {
        try wait { then in
            change(rows: 1) { tables in
                try tables.add(event)
            } then: {
                then($0)
            }
        }
    }

    /// Takes an event out of the calendar. Throws `notFound` if there is none of that number.
    package func removeCalendarEvent(_ id: Int64) throws(StoreError) {
        try wait { then in
            change(rows: 1) { tables in
                let remove = try tables.statement(.removeCalendarEvent)
                remove.bind(1, id)
                defer { remove.reset() }
                guard try remove.step() else { throw StoreError.notFound }
            } then: {
                then($0)
            }
        }
    }
}

extension Tables {
    /// The slot up to which the detector has written down what it found.
    static let watchedFact = "watched_to"

    fileprivate func run(_ sql: VolumeSQL, _ values: Int64...) throws(SQLiteError) {
        let statement = try statement(sql)
        for (index, value) in values.enumerated() { statement.bind(Int32(index + 1), value) }
        try statement.run()
    }

    fileprivate func keep(_ episode: Episode) throws(SQLiteError) {
        let keep = try statement(.keepEpisode)
        keep.bind(1, episode.scope.description)
        keep.bind(2, Int64(episode.opened))
        if case .low(let window) = episode.kind { keep.bind(3, Int64(window)) } else { keep.bindNull(3) }
        keep.bind(4, Int64(episode.began))
        keep.bind(5, real: episode.expected)
        keep.bind(6, Int64(episode.observed))
        keep.bind(7, real: episode.chance)
        if let closed = episode.closed { keep.bind(8, Int64(closed)) } else { keep.bindNull(8) }
        if let ending = episode.ending { keep.bind(9, ending.rawValue) } else { keep.bindNull(9) }
        if let ended = episode.ended { keep.bind(10, Int64(ended)) } else { keep.bindNull(10) }
        try keep.run()
    }

    fileprivate func add(_ event: CalendarEvent) throws(SQLiteError) -> Int64 {
        let add = try statement(.addCalendarEvent)
        add.bind(1, event.name)
        add.bind(2, event.entry.scope.description)
        add.bind(3, event.zone)
        add.bind(4, event.entry.start.milliseconds)
        add.bind(5, event.entry.end.milliseconds)
        add.bind(6, real: event.entry.multiplier)
        add.bind(7, event.origin)
        add.bind(8, event.author)
        add.bind(9, event.note)
        add.bind(10, event.addedAt.milliseconds)
        add.bind(11, event.repeats?.rawValue ?? "")
        add.bind(12, event.until?.milliseconds)
        defer { add.reset() }
        guard try add.step() else { preconditionFailure("an event was not added") }
        return add.integer(0)
    }
}
