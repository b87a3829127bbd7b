import Glibc
import SharedSimple

/// Which operation is next, and those on handles, processes and the whole store.
extension SoakWorker {
  mutating func act() throws {
    let (puts, removals): (Int, Int) =
      switch mood {
      case .mixed: (300, 120)
      case .churning: (330, 300)
      case .draining: (200, 430)
      case .reading: (60, 20)
      }
    switch random.below(10_000) {
    case 0..<(puts * 10): try put()
    case ..<((puts + removals) * 10): try remove()
    case ..<7600: try readOwn()
    case ..<8200: try readForeign()
    case ..<8700: try incrementShared()
    case ..<9000: try incrementOwn()
    case ..<9400: try swap()
    case ..<9600: try putConditionally()
    case ..<9900: try section()
    case ..<9925: try reopenOrReadOnly()
    case ..<9935: try walk()
    case ..<9940: try snapshot()
    case ..<9955: try fork()
    case ..<9957: _ = try store.reap()
    case 9999 where clears && random.below(4) == 0: try clear()
    default: _ = try store.count
    }
  }

  private mutating func reopenOrReadOnly() throws {
    switch random.below(4) {
    case 0:
      try reopen()
      try settleIn()
    case 1:
      second = second == nil ? try SharedStore(name, options: options) : nil
    default:
      let reader = try SharedStore(name, mode: .readOnly, options: options)
      defer { reader.close() }
      for _ in 0..<20 {
        let index = random.below(slot.keyCount)
        do {
          try checkOwn(index) { try reader.bytes($1) ?? $0.bytes($1) }
        } catch StoreError.busy {
          // A read-only handle that met a writer every time may say so.
        }
      }
      do {
        try reader.put(key(0), "x")
        throw SoakViolation(what: "slot \(slotIndex): a read-only handle wrote")
      } catch let error as StoreError {
        guard case .readOnly = error else { throw error }
      }
    }
  }

  /// A child works in this slot with the handles it inherited while the parent waits for it.
  private mutating func fork() throws {
    let turns = 1 + random.below(60)
    let parent = getpid()
    let child = Glibc.fork()
    if child == 0 {
      // Told by both, whoever is first: whoever kills the parent must know of the child. Who is an orphan by
      // now may be known to nobody.
      slot.child = getpid()
      if getppid() != parent { _exit(0) }
      var worker = self
      worker.random = SplitMix64(seed: random.next())
      do {
        for _ in 0..<turns { try worker.stepOfChild() }
      } catch {
        slot.violation = "in a forked child: \(error)"
      }
      _exit(0)
    }
    guard child > 0 else { return }
    slot.child = child
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    slot.child = 0
    if let violation = slot.violation { throw SoakViolation(what: violation) }
    if status == SIGKILL {
      slot.voidUnfinished()
      try settleIn()
    } else if status != 0 {
      throw SoakViolation(what: "slot \(slotIndex): a forked child ended with status \(status)")
    }
  }

  /// A child's operations: no grandchildren, and not the whole store.
  private mutating func stepOfChild() throws {
    do {
      switch random.below(6) {
      case 0, 1: try put()
      case 2: try remove()
      case 3: try incrementShared()
      case 4: try section()
      default: try readOwn()
      }
    } catch StoreError.replaced {
      try reopen()
      try settleIn()
    }
    slot.operations += 1
  }

  /// Empties the store, or puts a new one in its place.
  private mutating func clear() throws {
    slot.clearsBegun += 1
    if random.below(2) == 0 {
      while true {
        do {
          try store.removeAll()
          break
        } catch StoreError.replaced {
          try reopen()
        }
      }
    } else {
      second = nil
      store.close()
      store = try SharedStore(name, mode: .exclusive, options: options)
    }
    slot.clearsDone += 1
  }
}
