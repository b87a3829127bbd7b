import CBench
import Glibc

/// What no shared store on this machine can be faster than.
enum HardwareLimits {
  /// Nanoseconds to take a robust process-shared mutex that nobody else wants, and to give it back.
  static func mutex() -> Double {
    let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    defer { mutex.deallocate() }
    var attributes = pthread_mutexattr_t()
    pthread_mutexattr_init(&attributes)
    pthread_mutexattr_setpshared(&attributes, Int32(PTHREAD_PROCESS_SHARED))
    pthread_mutexattr_setrobust(&attributes, Int32(PTHREAD_MUTEX_ROBUST))
    pthread_mutex_init(mutex, &attributes)
    defer { pthread_mutex_destroy(mutex) }
    let times: Int32 = 1_000_000
    return best { Clock.time { bench_lock_and_unlock(mutex, times) } } / Double(times)
  }

  /// Nanoseconds of a checked read through an index, with as many records of a cache line as a store has entries.
  static func read(entryCount: Int) -> Double {
    var slotCount = 64
    while slotCount * 3 < entryCount * 4 { slotCount *= 2 }
    let byteCount = (slotCount + entryCount * 8) * 8
    let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
    guard let memory, memory != MAP_FAILED else { return .nan }
    defer { munmap(memory, byteCount) }
    let index = memory.bindMemory(to: UInt64.self, capacity: slotCount + entryCount * 8)
    let records = index + slotCount
    bench_fill(index, records, slotCount, entryCount)
    let times = max(entryCount, 100_000)
    var sum: UInt64 = 0
    let time = best { Clock.time { sum &+= bench_checked_reads(index, records, slotCount, times) } }
    // So that the reads are not taken for useless.
    if sum == 1 { print(sum) }
    return time / Double(times)
  }

  private static func best(_ time: () -> Double) -> Double { (0..<4).map { _ in time() }.min() ?? .nan }
}
