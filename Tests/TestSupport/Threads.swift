import Glibc
import Synchronization

/// Runs a body on so many threads at once, with the thread's number, and waits for all.
///
/// Threads of the system, not tasks: the pool that runs tasks has a thread a core, and bodies here
/// block and spin.
///
/// - Throws: the first error that one of them threw.
public func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
  let work = ThreadWork(body)
  var threads: [pthread_t] = []
  for _ in 0..<count {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(work).toOpaque()
    let result = pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<ThreadWork>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, argument)
    precondition(result == 0, "no thread to be had")
    threads.append(thread)
  }
  for thread in threads { pthread_join(thread, nil) }
  if let error = work.error.withLock({ $0 }) { throw error }
}

private final class ThreadWork: Sendable {
  let body: @Sendable (Int) throws -> Void
  let taken = Atomic<Int>(0)
  let error = Mutex<(any Error)?>(nil)

  init(_ body: @escaping @Sendable (Int) throws -> Void) { self.body = body }

  func run() {
    do {
      try body(taken.wrappingAdd(1, ordering: .relaxed).oldValue)
    } catch {
      self.error.withLock { $0 = $0 ?? error }
    }
  }
}
