import Glibc
import SharedSimple
import Synchronization

/// Signals counted by the handler.
private let signalCount = Atomic<Int>(0)

extension Agent {
  /// Sets a resource limit of this process. To make a file longer than its limit raises a signal, which is to kill.
  func limit(_ request: Request) throws -> Reply {
    let resources: [String: __rlimit_resource] = [
      "fileSize": RLIMIT_FSIZE, "addressSpace": RLIMIT_AS, "descriptors": RLIMIT_NOFILE,
    ]
    guard let resource = resources[try request.text(0)] else {
      throw Request.Misspelt(complaint: "no such limit")
    }
    signal(SIGXFSZ, SIG_DFL)
    unblock(SIGXFSZ)
    return set(resource, try request.number(1))
  }

  private func set(_ resource: __rlimit_resource, _ value: Int) -> Reply {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(resource.rawValue), &limit)
    limit.rlim_cur = rlim_t(value)
    let result = setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
    return result == 0 ? .done() : .violated("setrlimit: errno \(errno)")
  }

  /// Whoever started the agent may have had it blocked: the threads that run tests have nearly all blocked.
  private func unblock(_ signal: Int32) {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, signal)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Leaves this process exactly so many free descriptors.
  func spareDescriptors(_ request: Request) throws -> Reply {
    var missing = try request.number(0)
    var limit: Int32 = 0
    while missing > 0 || fcntl(limit, F_GETFD) != -1 {
      if fcntl(limit, F_GETFD) == -1 { missing -= 1 }
      limit += 1
    }
    return set(RLIMIT_NOFILE, Int(limit))
  }

  /// How many descriptors lead into /dev/shm.
  func openObjects() -> Reply { .found(Self.objectDescriptors.count) }

  /// Closes them, as a process does that becomes a daemon and closes what it does not know.
  func loseObjects() -> Reply {
    for descriptor in Self.objectDescriptors { close(descriptor) }
    return .done()
  }

  private static var objectDescriptors: [Int32] {
    (0..<1024).filter { descriptor in
      var buffer = [UInt8](repeating: 0, count: 9)
      let length = buffer.withUnsafeMutableBytes {
        readlink(
          "/proc/self/fd/\(descriptor)", $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
      }
      return length == 9 && buffer == Array("/dev/shm/".utf8)
    }
  }

  /// A signal every so many microseconds, whose handler interrupts system calls; 0 ends it. Answers how many
  /// there were since the agent started.
  func interrupt(_ request: Request) throws -> Reply {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in signalCount.wrappingAdd(1, ordering: .relaxed) }
    sigaction(SIGALRM, &action, nil)
    unblock(SIGALRM)
    let interval = timeval(tv_sec: 0, tv_usec: try request.number(0))
    var timer = itimerval(it_interval: interval, it_value: interval)
    guard setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil) == 0 else {
      return .violated("setitimer: errno \(errno)")
    }
    return .found(signalCount.load(ordering: .relaxed))
  }

  /// Executes the agent's program anew, in this process; it answers when it runs.
  func execute() -> Reply {
    var buffer = [CChar](repeating: 0, count: 4096)
    readlink("/proc/self/exe", &buffer, buffer.count - 1)
    var words = [strdup(buffer), strdup(StoreAgent.executed), nil]
    execv(buffer, &words)
    return .violated("exec: errno \(errno)")
  }

  /// Sets this process's wall clock forward, or back; for one that was started with `SteppedClock`.
  func stepClock(_ request: Request) throws -> Reply {
    guard let address = dlsym(nil, "clock_step_seconds") else {
      throw Request.Misspelt(complaint: "not started with a clock to step")
    }
    address.storeBytes(of: try request.number(0), as: Int.self)
    return .done()
  }
}
