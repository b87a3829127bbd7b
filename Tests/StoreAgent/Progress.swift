import Glibc
import Synchronization

/// Two numbers in a file that outlive the process: how many operations were begun and how many are settled.
///
/// A mapped word costs one store, so that a kill falls into the store's own instructions and not, nearly
/// always, into the telling.
struct Progress: @unchecked Sendable {
  private let words: UnsafePointer<Atomic<UInt64>>

  /// Maps a file of at least 16 bytes.
  init?(path: String) {
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard let page = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), page != MAP_FAILED
    else { return nil }
    words = UnsafePointer(page.assumingMemoryBound(to: Atomic<UInt64>.self))
  }

  var begun: UInt64 {
    get { words[0].load(ordering: .acquiring) }
    nonmutating set { words[0].store(newValue, ordering: .releasing) }
  }

  var settled: UInt64 {
    get { words[1].load(ordering: .acquiring) }
    nonmutating set { words[1].store(newValue, ordering: .releasing) }
  }
}
