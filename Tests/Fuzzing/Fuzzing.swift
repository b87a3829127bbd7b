internal import Glibc

/// What libFuzzer calls for each input. One program for all targets, as building it takes a minute:
/// `SHMTOP_FUZZ` names the target.
@c(LLVMFuzzerTestOneInput)
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  let input = UnsafeBufferPointer(start: bytes, count: count)
  switch Fuzzing.target {
  case .read: Fuzzing.read(input)
  case .recovery: Fuzzing.recover(input)
  case .observer: Fuzzing.observe(input)
  case .original: Fuzzing.lookAtOriginal(input)
  }
  return 0
}

@c(LLVMFuzzerInitialize)
public func initializeFuzzing(
  _ count: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>>
) -> Int32 {
  _ = Fuzzing.target
  atexit {
    if Fuzzing.target == .original { Fuzzing.original.remove() } else { Fuzzing.object.remove() }
  }
  return 0
}

/// What is done to each fuzzed image. An error is well; a crash, a wrong value, a page allocated by reading are
/// found.
enum Fuzzing {
  enum Target: String { case read, recovery, observer, original }

  static let target: Target = {
    let name = getenv("SHMTOP_FUZZ").map { String(cString: $0) } ?? ""
    guard let target = Target(rawValue: name) else {
      fatalError("SHMTOP_FUZZ is read, recovery, observer or original")
    }
    return target
  }()

  nonisolated(unsafe) static let object = FuzzedObject()

  static let options: StoreOptions = {
    var options = StoreOptions()
    options.attachTimeout = .zero
    options.lockTimeout = .milliseconds(1)
    return options
  }()

  /// Stops at something that should not be: libFuzzer keeps the input.
  static func found(_ what: String) -> Never {
    print("FOUND: \(what)")
    fflush(nil)
    abort()
  }

  /// Errors of the store are answers, too.
  static func attempt(_ body: () throws -> Void) {
    do {
      try body()
    } catch is StoreError {
    } catch {
      found("an error of another kind: \(error)")
    }
  }

  /// Runs a body that only reads: no page may be allocated by it.
  static func reading(_ what: String, _ body: () -> Void) {
    let before = object.allocated
    body()
    let after = object.allocated
    if after != before { found("\(what) allocated \(after - before) bytes") }
  }

  /// Runs a body that writes: pages may be allocated where the header then says so, and nowhere else.
  static func writing(_ image: FuzzedImage, _ body: () -> Void) {
    let before = object.pages
    body()
    let geometry = image.base.geometry
    for page in object.pages.subtracting(before) {
      let offset = page * 4096
      let region = Region.allCases.filter { geometry.start($0) <= offset }.max {
        geometry.start($0) < geometry.start($1)
      }
      guard let region else { found("a page of the header was allocated: \(page)") }
      let watermark = object.word(at: SegmentFormat.watermarks + 8 * region.rawValue)
      if offset - geometry.start(region) >= Int(clamping: watermark) {
        found("page \(page) was allocated, beyond watermark \(watermark) of \(region)")
      }
    }
  }

  /// Gets every key that may be there, by a handle.
  static func getAll(_ store: SharedStore, _ image: FuzzedImage, recordsAreRight: Bool) {
    for key in image.base.keys {
      attempt {
        let value = try store.bytes(key)
        _ = try store.contains(key)
        guard recordsAreRight, let value, key.first == UInt8(ascii: "k") else { return }
        if value != BaseImage.value(for: key, byteCount: value.count) {
          found("\(key) had \(value), which nobody put")
        }
      }
    }
  }
}
