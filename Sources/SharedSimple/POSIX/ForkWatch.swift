internal import CLinux
internal import Glibc
internal import Synchronization

/// Tells a process from the child it forks, at the price of one load.
///
/// A word on a page that the kernel wipes in a forked child (`MADV_WIPEONFORK`). It holds a random
/// number that names the process; a handle remembers the one it was registered under, and a wiped or
/// renewed word says that the handle was inherited.
@safe struct ForkWatch: @unchecked Sendable {
  /// The process's only one; made with the first handle, never freed.
  static let shared = ForkWatch()

  private let word: UnsafePointer<Atomic<UInt64>>

  private init() {
    let page = unsafe mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let page = unsafe page, unsafe page != MAP_FAILED else {
      fatalError("SharedSimple: no memory for a single page")
    }
    unsafe _ = madvise(page, 4096, shim_MADV_WIPEONFORK)
    // A zeroed page is a valid Atomic; it is never unmapped.
    unsafe word = UnsafePointer(page.assumingMemoryBound(to: Atomic<UInt64>.self))
  }

  /// The number of this process, or 0 in a forked child that has not called `renew` yet.
  @inline(__always)
  var token: UInt64 { unsafe word.pointee.load(ordering: .relaxed) }

  /// In a forked child, where the kernel is too old to wipe the page (before 4.14).
  func forget() { unsafe UnsafeMutablePointer(mutating: word).pointee.store(0, ordering: .relaxed) }

  /// Gives the process its number where it has none; returns it.
  func renew() -> UInt64 {
    let known = token
    if known != 0 { return known }
    // 0 means wiped, all ones is what a closed handle remembers.
    let fresh = UInt64.random(in: 1..<UInt64.max)
    let (exchanged, original) = unsafe word.pointee.compareExchange(
      expected: 0, desired: fresh, ordering: .relaxed)
    return exchanged ? fresh : original
  }
}
