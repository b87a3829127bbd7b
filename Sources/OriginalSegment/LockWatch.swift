/// What looks at the mutex have seen: it keeps no statistics itself.
public struct LockWatch: Sendable, Hashable {
  public private(set) var looks = 0
  public private(set) var held = 0
  public private(set) var withWaiters = 0
  /// Looks at which each thread held it.
  public private(set) var looksByOwner: [Int32: Int] = [:]
  /// The longest run of looks with the same owner.
  public private(set) var longestRun = Run()
  /// The run that the last look belongs to; no looks while the mutex is free.
  public private(set) var run = Run()
  /// Whether the last look found that somebody may wait: who has waited leaves that in the lock word.
  public private(set) var isWaitedFor = false
  /// The kind of mutex is not known here: nothing else is said of it.
  public private(set) var isUnknown = false

  /// Looks one after the other that found the same owner.
  public struct Run: Sendable, Hashable {
    public var owner: Int32 = 0
    public var looks = 0
    /// Time of its first and last look, in ns of CLOCK_MONOTONIC.
    public var first: UInt64 = 0
    public var last: UInt64 = 0
    public var nanoseconds: UInt64 { last > first ? last - first : 0 }
    public init() {}
  }

  public init() {}

  /// Owners that are told apart; an app may start a process for each request. Arbitrary.
  private static let ownerLimit = 1024

  private mutating func forgetRareOwners() {
    let kept = looksByOwner.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.ownerLimit / 2)
    looksByOwner = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
  }

  /// Makes one from what was kept of another, as a recording does.
  public init(
    looks: Int, held: Int, withWaiters: Int, looksByOwner: [Int32: Int], longestRun: Run, run: Run,
    isWaitedFor: Bool, isUnknown: Bool
  ) {
    (self.looks, self.held, self.withWaiters) = (looks, held, withWaiters)
    (self.looksByOwner, self.longestRun, self.run) = (looksByOwner, longestRun, run)
    (self.isWaitedFor, self.isUnknown) = (isWaitedFor, isUnknown)
  }

  /// Takes one look.
  ///
  /// - Parameter monotonic: when it was taken, in ns of CLOCK_MONOTONIC.
  public mutating func note(_ mutex: OriginalMutex, monotonic: UInt64) {
    looks += 1
    isUnknown = !mutex.isKnown
    isWaitedFor = mutex.isKnown && mutex.hasWaiters
    guard mutex.isKnown else { return }
    guard mutex.isHeld else {
      run = Run()
      return
    }
    held += 1
    if mutex.hasWaiters { withWaiters += 1 }
    // Between lock word and owner, on either side, there is a held mutex of nobody.
    guard mutex.owner != 0 else { return }
    looksByOwner[mutex.owner, default: 0] += 1
    if looksByOwner.count > Self.ownerLimit { forgetRareOwners() }
    if run.owner != mutex.owner {
      run = Run()
      run.owner = mutex.owner
      run.first = monotonic
    }
    run.looks += 1
    run.last = monotonic
    if run.nanoseconds > longestRun.nanoseconds || longestRun.looks == 0 { longestRun = run }
  }

  /// Share of looks that found the mutex held, 0 to 1.
  public var heldShare: Double { looks == 0 ? 0 : Double(held) / Double(looks) }
  /// Share of looks that found somebody waiting.
  public var waitedShare: Double { looks == 0 ? 0 : Double(withWaiters) / Double(looks) }
}
