import Glibc
import SharedSimple

/// The agent's stores, by the names that the commands give them, and its answers.
struct Agent {
  var input: LineInput
  var stores: [String: SharedStore] = [:]
  /// Forked children whose answer is still to come.
  var children: [ForkedChild] = []

  init(input: LineInput) { self.input = input }

  /// Does what a line says.
  mutating func answer(_ line: String) -> Reply {
    do {
      return try perform(Request(line: line))
    } catch {
      return .refused(error)
    }
  }

  /// The store that a command names first.
  func store(_ request: Request) throws -> SharedStore {
    let handle = try request.text(0)
    guard let store = stores[handle] else { throw Request.Misspelt(complaint: "no handle \(handle)") }
    return store
  }

  private mutating func perform(_ request: Request) throws -> Reply {
    switch request.verb {
    case "open":
      let store = try SharedStore(request.text(1), mode: request.mode(), options: request.storeOptions())
      stores[try request.text(0)] = store
      return .done()
    case "close":
      try store(request).close()
      stores[try request.text(0)] = nil
      return .done()
    case "unlink":
      try SharedStore.unlink(request.text(0))
      return .done()
    case "reap": return .found(try store(request).reap())
    case "look": return try look(request)
    case "rows": return try rows(request)
    case "visit-all": return try visitAll(request)
    case "list": return try list(request)
    case "list-on": return try listOn()
    case "check":
      return .done(try SegmentCheck.run(request.text(0)).map { "\($0)" })

    case "get": return .found(try store(request).bytes(request.bytes(1)))
    case "contains": return .found(try store(request).contains(request.bytes(1)))
    case "count": return .found(try store(request).count)
    case "all":
      let entries = try store(request).all()
      return .done(entries.map { "\(Hex.encode($0.key))=\(Hex.encode($0.value))" })

    case "put":
      try store(request).put(request.bytes(1), request.bytes(2))
      return .done()
    case "remove": return .found(try store(request).remove(request.bytes(1)))
    case "removeAll": return .found(try store(request).removeAll())
    case "increment":
      return .found(try store(request).increment(request.bytes(1), by: Int64(request.number("by", or: 1))))
    case "cas":
      return .found(
        try store(request).compareAndSwap(
          request.bytes(1), expected: request.bytes(2), new: request.bytes(3)))
    case "putIfAbsent": return .found(try store(request).putIfAbsent(request.bytes(1), request.bytes(2)))
    case "putIfPresent": return .found(try store(request).putIfPresent(request.bytes(1), request.bytes(2)))

    // A loop ends at any command and answers; this one is there to be that command.
    case "end": return .done()
    case "hold": return try hold(request)
    case "die-holding":
      try store(request).withLock { _ in _ = kill(getpid(), SIGKILL) }
      return .violated("survived SIGKILL")
    case "fork": return try startChild(request)
    case "fork-amid": return try forkAmidThreads(request)
    case "join": return try joinChild()
    case "limit": return try limit(request)
    case "spare-descriptors": return try spareDescriptors(request)
    case "open-objects": return openObjects()
    case "lose-objects": return loseObjects()
    case "interrupt": return try interrupt(request)
    case "step-clock": return try stepClock(request)
    case "pid": return .found(getpid())
    case "exec": return execute()
    case "die": kill(getpid(), SIGKILL)

    case "work": return try work(request)
    case "read": return try read(request)
    case "grow": return try grow(request)
    case "witness": return try witness(request)
    case "count-up": return try countUp(request)
    case "transfer": return try transfer(request)
    case "hammer": return try hammer(request)
    case "fill": return try fill(request)
    case "fill-one": return try fillOne(request)
    case "fill-plain": return try fillPlain(request)
    case "fill-index": return try fillIndex(request)
    case "refill-index": return try refillIndex(request)
    case "verify": return try verify(request)
    case "storm": return try storm(request)
    case "visit": return try visit(request)
    case "rage": return try rage(request)
    case "soak": return try soak(request)
    case "soak-death": return try soakDeath(request)
    case "soak-bury": return try soakBury(request)
    case "soak-child": return try soakChild(request)
    case "soak-verify": return try soakVerify(request)
    case "ballast": return layBallast(request)
    case "unballast": return dropBallast()
    case "objects": return objects()
    case "damage": return try damage(request)
    case "endure": return try endure(request)
    case "record": return try record(request)
    default: break
    }
    throw Request.Misspelt(complaint: "no command \(request.verb)")
  }
}
