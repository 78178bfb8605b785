import Service
import Synchronization

/// One thread's share of the connections: waits for what the system reports, reads, hands requests over, writes
/// answers.
///
/// Everything in here is touched by that thread only; others reach it through the mailbox.
final class EventLoop {
    private let mailbox: Mailbox
    private let others: [Mailbox]
    private let limits: Limits
    private let timeouts: Timeouts
    private let tally: ConnectionCount
    private let responder: any Responder
    /// Accepts for all.
    private var isFirst: Bool { others[0] === mailbox }
    private let poller = Poller()
    private var writer = ResponseWriter()

    private var slots: [Slot] = []
    private var freeSlots: [Int] = []
    private var openHere = 0
    private var lastExchange: UInt64 = 0
    /// Monotonic, in nanoseconds; as of the last wait.
    private var now: Int64 = 0
    /// No deadline is earlier than this one.
    private var earliestDeadline = Int64.max

    private var listeners: [Listener]
    private var acceptsAgainAt = Int64.max
    private var nextLoop = 0

    /// Requests have been handed over since the responder was told that a round had ended.
    private var roundIsOpen = false
    /// Connections that can go on: answered out of turn, or put off because others wait too.
    private var ready: [Int] = []
    private var spareReady: [Int] = []
    private var spareReplies: [(Exchange, Response)] = []
    /// The slot whose bytes are being read, which need not be put into `ready`.
    private var current = -1
    private var drainUntil: Int64?

    /// A place for a connection. Events that the system reported for an earlier one in the same place name an earlier
    /// epoch.
    private struct Slot {
        var connection: ClientConnection?
        var epoch: UInt32 = 0
    }

    /// Tokens of what is not a connection.
    private static let bell = UInt64.max
    private static let firstListener = UInt64.max - 1000
    /// Bytes read with one call, and calls before others have their turn.
    private static let readSize = 64 * 1024
    private static let readsInTurn = 4
    private static let acceptsInTurn = 64
    private static let turnsInRound = 8

    /// `others` are the mailboxes of all loops, which take connections in turn; the first of them accepts.
    init(
        _ mailbox: Mailbox, others: [Mailbox], listeners: [Listener], limits: Limits, tally: ConnectionCount,
        responder: any Responder
    ) {
        self.mailbox = mailbox
        self.others = others
        self.listeners = listeners
        self.limits = limits
        self.timeouts = Timeouts(limits)
        self.tally = tally
        self.responder = responder
        mailbox.open()
        poller.watch(mailbox.descriptor, .bell, token: Self.bell)
        for (index, listener) in listeners.enumerated() {
            poller.watch(listener.descriptor, .listener, token: Self.firstListener + UInt64(index))
        }
    }

    /// Returns when it has been told to drain and has done so.
    func run() {
        var buffer = [UInt8](repeating: 0, count: Self.readSize)
        while true {
            let count = poller.wait(milliseconds: waitingTime)
            now = Clock.monotonic.nanoseconds
            writer.refresh(second: Clock.system.milliseconds() / 1000)
            var mailHasCome = false
            for index in 0..<count {
                let event = poller.event(index)
                switch event.token {
                case Self.bell: mailHasCome = true
                case Self.firstListener...: accept(from: listeners[Int(event.token - Self.firstListener)])
                default: take(event, &buffer)
                }
            }
            if mailHasCome { takeMail(&buffer) }
            finishRound(&buffer)
            if now >= acceptsAgainAt { resumeAccepting() }
            if now >= earliestDeadline { expire() }
            if let drainUntil, openHere == 0 || now >= drainUntil { break }
        }
        for slot in slots.indices { if let connection = slots[slot].connection { close(connection) } }
    }

    private var waitingTime: Int32 {
        if !ready.isEmpty { return 0 }
        let next = min(earliestDeadline, acceptsAgainAt, drainUntil ?? .max)
        guard next < .max else { return -1 }
        // Rounded up, so that the time has come when the wait is over.
        return Int32(clamping: max(0, (next - now + 999_999) / 1_000_000))
    }

    /// Lets connections go on that can, and tells the responder that all requests are there; again where that led to
    /// answers, but not for ever, since those who knock meanwhile are not seen in here.
    private func finishRound(_ buffer: inout [UInt8]) {
        for _ in 0..<Self.turnsInRound {
            swap(&ready, &spareReady)
            for slot in spareReady {
                if let connection = slots[slot].connection { carryOn(connection, &buffer) }
            }
            spareReady.removeAll(keepingCapacity: true)
            guard roundIsOpen else { return }
            roundIsOpen = false
            responder.roundEnded()
            settleOwnReplies()
        }
    }

    // MARK: Connections come and go

    private func accept(from listener: Listener) {
        for _ in 0..<Self.acceptsInTurn {
            switch listener.accept() {
            case .connection(let arrival): place(arrival)
            case .gone: continue
            case .none: return
            case .exhausted: return pauseAccepting()
            }
        }
    }

    /// Gives a new connection to the loop whose turn it is.
    private func place(_ arrival: Mailbox.Arrival) {
        tally.accepted.add(1, ordering: .relaxed)
        tally.open.add(1, ordering: .relaxed)
        let mailbox = others[nextLoop]
        nextLoop = (nextLoop + 1) % others.count
        if mailbox === self.mailbox { adopt(arrival) } else { mailbox.deliver(arrival) }
    }

    private func adopt(_ arrival: Mailbox.Arrival) {
        let socket = Socket(arrival.descriptor)
        let open = tally.open.load(ordering: .relaxed)
        if open > limits.connections + limits.turnedAway {
            tally.count(.tooManyConnections)
            tally.open.subtract(1, ordering: .relaxed)
            return
        }
        let group = limits.peerGroup(arrival.peer)
        let neighbours = group.map(tally.enter) ?? 0
        if let group, neighbours > limits.connectionsPerAddress + limits.turnedAway {
            tally.count(.tooManyFromAddress)
            tally.leave(group)
            tally.open.subtract(1, ordering: .relaxed)
            return
        }
        let slot = freeSlots.popLast() ?? slots.count
        if slot == slots.count { slots.append(Slot()) }
        let descriptor = socket.descriptor
        let connection = ClientConnection(socket, peer: arrival.peer, group: group, slot: slot)
        slots[slot].connection = connection
        openHere += 1
        let token = UInt64(slot) | UInt64(slots[slot].epoch) << 32
        guard poller.watch(descriptor, .connection, token: token) else { return close(connection) }
        allow(timeouts.head, for: .connection, connection)
        if open > limits.connections || neighbours > limits.connectionsPerAddress {
            refuse(open > limits.connections ? .tooManyConnections : .tooManyFromAddress, connection)
            flush(connection)
        }
    }

    private func close(_ connection: ClientConnection) {
        let slot = connection.slot
        // The socket closes with its last reference, and leaves the poller by that.
        slots[slot].connection = nil
        slots[slot].epoch &+= 1
        freeSlots.append(slot)
        connection.stage = .lingering
        connection.isReadable = false
        hold(0, connection)
        if let group = connection.group { tally.leave(group) }
        openHere -= 1
        tally.open.subtract(1, ordering: .relaxed)
    }

    /// Without descriptors the head of the queue would be reported again and again; it can wait.
    private func pauseAccepting() {
        tally.failedAccepts.add(1, ordering: .relaxed)
        acceptsAgainAt = now + timeouts.acceptPause
        for (index, listener) in listeners.enumerated() {
            poller.change(listener.descriptor, .nothing, token: Self.firstListener + UInt64(index))
        }
    }

    private func resumeAccepting() {
        acceptsAgainAt = .max
        for (index, listener) in listeners.enumerated() {
            poller.change(listener.descriptor, .listener, token: Self.firstListener + UInt64(index))
        }
    }

    // MARK: Events

    private func take(_ event: Poller.Event, _ buffer: inout [UInt8]) {
        let slot = Int(event.token & 0xFFFF_FFFF)
        guard slots[slot].epoch == UInt32(event.token >> 32), let connection = slots[slot].connection else { return }
        if event.isReadable || event.isEnding { connection.isReadable = true }
        if event.isEnding { connection.isEnding = true }
        // Nobody is left to read the answer.
        if event.isBroken, connection.stage != .receiving { return close(connection) }
        carryOn(connection, &buffer)
    }

    private func takeMail(_ buffer: inout [UInt8]) {
        let mail = mailbox.take()
        for replies in mail.replies {
            for (exchange, response) in replies { settle(exchange, response) }
        }
        for arrival in mail.arrivals { adopt(arrival) }
        if let deadline = mail.drainUntil { beginDraining(until: deadline) }
    }

    /// Takes a connection as far as it goes without waiting: reads, hands over, sends.
    private func carryOn(_ connection: ClientConnection, _ buffer: inout [UInt8]) {
        current = connection.slot
        defer { current = -1 }
        var reads = 0
        while true {
            switch connection.stage {
            case .answering, .finishing:
                return flush(connection)
            case .receiving where connection.unsent > limits.unsentAnswers:
                flush(connection)
                if connection.unsent > limits.unsentAnswers || connection.stage == .lingering { return }
            case .receiving where connection.pendingStart < connection.pending.count:
                consumePending(connection)
            case .receiving where connection.hasEnded:
                end(connection)
                return flush(connection)
            case .receiving, .lingering:
                guard connection.isReadable else {
                    if connection.stage == .receiving {
                        if drainUntil != nil, connection.parser.phase == .between {
                            if connection.unsent == 0 { return close(connection) }
                            connection.stage = .finishing
                        }
                        awaitMore(connection)
                    }
                    return flush(connection)
                }
                guard reads < Self.readsInTurn else {
                    ready.append(connection.slot)
                    return flush(connection)
                }
                reads += 1
                guard read(connection, &buffer) else { return close(connection) }
            }
        }
    }

    /// Reads once. False if the connection is of no use any more.
    private func read(_ connection: ClientConnection, _ buffer: inout [UInt8]) -> Bool {
        switch connection.socket.receive(into: &buffer) {
        case .moved(0):
            connection.isReadable = false
            connection.hasEnded = true
            return connection.stage == .receiving
        case .moved(let count):
            // epoll(7), question 9: a short read has emptied the socket, and there will be an event when more comes.
            if count < buffer.count, !connection.isEnding { connection.isReadable = false }
            if connection.stage == .receiving {
                let bytes = buffer.span.extracting(first: count)
                let used = consume(bytes, from: 0, of: connection)
                if used < count { connection.pending = Array(copying: bytes.extracting(used..<count)) }
            }
            return true
        case .wouldBlock:
            connection.isReadable = false
            return true
        case .failed:
            return false
        }
    }

    private func consumePending(_ connection: ClientConnection) {
        var pending: [UInt8] = []
        swap(&pending, &connection.pending)
        let used = consume(pending.span, from: connection.pendingStart, of: connection)
        let isUsedUp = used == pending.count
        connection.pendingStart = isUsedUp ? 0 : used
        if !isUsedUp { swap(&pending, &connection.pending) }
    }

    /// Hands over what is complete, until a request has to be waited for; says up to where the bytes are used.
    private func consume(_ bytes: Span<UInt8>, from start: Int, of connection: ClientConnection) -> Int {
        var offset = start
        while offset < bytes.count {
            switch connection.parser.receive(bytes, from: &offset, within: limits) {
            case .needMore:
                guard connection.parser.phase == .body else { break }
                guard isWanted(connection) else { return bytes.count }
                hold(max(0, connection.parser.bodyProgress - limits.uncountedBody), connection)
            case .expectsContinue:
                guard isWanted(connection) else { return bytes.count }
                // RFC 9110 10.1.1: needless once the body has begun to come.
                if offset == bytes.count { connection.output.append(contentsOf: "HTTP/1.1 100 Continue\r\n\r\n".utf8) }
            case .request(let request):
                handOver(request, of: connection)
                // After the last answer nothing further is heeded (RFC 9112 9.6).
                if connection.stage == .finishing { return bytes.count }
                guard connection.stage == .receiving, connection.unsent <= limits.unsentAnswers else { return offset }
            case .refuse(let refusal):
                refuse(refusal, connection)
                return bytes.count
            }
        }
        return offset
    }

    /// Shows the head of a request to the responder, once, while its body is still to come. False if it was refused.
    private func isWanted(_ connection: ClientConnection) -> Bool {
        if connection.hasShownHead { return true }
        connection.hasShownHead = true
        let underWay = connection.parser.headUnderWay
        var head = underWay.head
        head.peer = connection.peer
        roundIsOpen = true
        guard let response = responder.refusal(of: head, length: underWay.length) else { return true }
        tally.requests.add(1, ordering: .relaxed)
        writer.write(response, .init(withoutBody: head.method == .head, closes: true), to: &connection.output)
        finish(connection)
        return false
    }

    /// Counts what a body under way holds. If all together are too much, the one that has just grown goes.
    private func hold(_ bytes: Int, _ connection: ClientConnection) {
        let growth = bytes - connection.held
        guard growth != 0 else { return }
        connection.held = bytes
        let sum = tally.unfinished.add(growth, ordering: .relaxed).newValue
        if growth > 0, sum > limits.unfinishedBodies { refuse(.tooManyBodies, connection) }
    }

    /// The client has closed its side. What was asked before is answered; a request without its end can only be
    /// refused.
    private func end(_ connection: ClientConnection) {
        if connection.parser.phase == .between {
            connection.stage = .finishing
        } else {
            refuse(.cutShort, connection)
        }
    }

    // MARK: Requests and answers

    private func handOver(_ request: consuming Request, of connection: ClientConnection) {
        request.peer = connection.peer
        connection.manner.withoutBody = request.method == .head
        connection.manner.closes = !request.head.persists
        connection.manner.saysKeepAlive = request.head.isHTTP10
        lastExchange += 1
        connection.hasShownHead = false
        hold(0, connection)
        connection.stage = .answering(lastExchange)
        allow(timeouts.answer, for: .reply, connection)
        tally.requests.add(1, ordering: .relaxed)
        roundIsOpen = true
        responder.respond(to: request, Exchange(mailbox: mailbox, slot: connection.slot, number: lastExchange))
        settleOwnReplies()
    }

    private func settleOwnReplies() {
        guard mailbox.hasOwn else { return }
        mailbox.takeOwn(&spareReplies)
        for (exchange, response) in spareReplies { settle(exchange, response) }
        spareReplies.removeAll(keepingCapacity: true)
    }

    /// Writes an answer into its connection's output, if the connection still waits for it.
    private func settle(_ exchange: borrowing Exchange, _ response: borrowing Response) {
        guard let connection = slots[exchange.slot].connection, connection.stage == .answering(exchange.number) else {
            return
        }
        if let raw = response.raw {
            connection.output.append(contentsOf: raw.bytes)
            if connection.slot != current { ready.append(connection.slot) }
            guard raw.isLast else { return }
            connection.stage = .finishing
            return allow(timeouts.idle, for: .request, connection)
        }
        var manner = connection.manner
        if response.closes || drainUntil != nil { manner.closes = true }
        writer.write(response, manner, to: &connection.output)
        connection.stage = manner.closes ? .finishing : .receiving
        allow(timeouts.idle, for: .request, connection)
        if connection.slot != current { ready.append(connection.slot) }
    }

    /// Answers in place of the responder, for the last time on this connection.
    private func refuse(_ refusal: Refusal, _ connection: ClientConnection) {
        tally.count(refusal)
        let isHead = refusal == .answerTimeout && connection.manner.withoutBody
        writer.write(refusal.response, .init(withoutBody: isHead, closes: true), to: &connection.output)
        finish(connection)
    }

    /// After the last answer nothing further is heeded (RFC 9112 9.6).
    private func finish(_ connection: ClientConnection) {
        connection.stage = .finishing
        connection.parser = RequestParser()
        hold(0, connection)
    }

    /// Sends what it can, and goes over to lingering after the last answer.
    private func flush(_ connection: ClientConnection) {
        guard connection.flush() else { return close(connection) }
        if connection.unsent > 0 {
            let hasProgressed = connection.sent - connection.progressMark >= limits.minimumProgress
            if connection.awaiting != .write || hasProgressed {
                connection.progressMark = connection.sent
                allow(timeouts.write, for: .write, connection)
            }
        } else if connection.stage == .finishing {
            if connection.hasEnded { return close(connection) }
            connection.socket.endOutput()
            connection.stage = .lingering
            connection.isReadable = true
            allow(timeouts.linger, for: .end, connection)
            ready.append(connection.slot)
        } else if connection.awaiting == .write {
            resumeAwaiting(connection)
        }
    }

    // MARK: Time

    private func allow(_ time: Int64, for awaited: ClientConnection.Awaiting, _ connection: ClientConnection) {
        connection.awaiting = awaited
        connection.deadline = now + time
        if connection.deadline < earliestDeadline { earliestDeadline = connection.deadline }
    }

    /// Starts the time for the part of a request that comes next, unless it is running already.
    private func awaitMore(_ connection: ClientConnection) {
        if connection.awaiting == .write { return }
        switch connection.parser.phase {
        case .between:
            // Either a fresh connection, or one whose time began with its last answer.
            break
        case .head:
            if connection.awaiting != .head { allow(timeouts.head, for: .head, connection) }
        case .body:
            let progress = connection.parser.bodyProgress
            if connection.awaiting != .body || progress - connection.progressMark >= limits.minimumProgress {
                connection.progressMark = progress
                allow(timeouts.body, for: .body, connection)
            }
        }
    }

    /// After an answer that took several writes.
    private func resumeAwaiting(_ connection: ClientConnection) {
        switch connection.stage {
        case .answering: allow(timeouts.answer, for: .reply, connection)
        case .receiving:
            allow(timeouts.idle, for: .request, connection)
            awaitMore(connection)
        case .finishing, .lingering: break
        }
    }

    /// Ends everything whose time is over, and finds the next deadline. Rare: a deadline that was put off costs nothing
    /// until then.
    private func expire() {
        earliestDeadline = .max
        for index in slots.indices {
            guard let connection = slots[index].connection else { continue }
            if connection.deadline <= now { expire(connection) }
            if connection.deadline < earliestDeadline, slots[index].connection != nil {
                earliestDeadline = connection.deadline
            }
        }
        // However many deadlines are staggered, looking for them does not take over.
        earliestDeadline = max(earliestDeadline, now + 5_000_000)
    }

    private func expire(_ connection: ClientConnection) {
        switch connection.awaiting {
        case .connection, .request, .end: return close(connection)
        case .write:
            tally.slowReaders.add(1, ordering: .relaxed)
            return close(connection)
        case .head: refuse(.headTimeout, connection)
        case .body: refuse(.bodyTimeout, connection)
        case .reply: refuse(.answerTimeout, connection)
        }
        flush(connection)
    }

    // MARK: Draining

    /// Takes what is already in the queues, then no more; connections between two requests close, the others after
    /// their answer.
    private func beginDraining(until deadline: Int64) {
        drainUntil = deadline
        for listener in listeners {
            accept(from: listener)
            listener.close()
        }
        listeners = []
        acceptsAgainAt = .max
        // The other loops get to know it from here, behind the last connection that was passed to them.
        if isFirst { for other in others where other !== mailbox { other.drain(until: deadline) } }
        for slot in slots.indices {
            // One last look: what was sent before we said that we close shall be answered.
            slots[slot].connection?.isReadable = true
            ready.append(slot)
        }
    }
}
