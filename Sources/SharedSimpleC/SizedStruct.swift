internal import Glibc

/// Structs that begin with their own size, as the caller knows it: an older caller's is shorter than ours, a
/// younger one's is longer.
enum SizedStruct {
  /// The size every caller knows at least: that of the size itself.
  private static let smallest = MemoryLayout<Int>.size
  /// Longer than any such struct will be.
  private static let largest = 4096

  /// Copies what the caller has; the fields it does not know are 0.
  ///
  /// - Returns: `nil` for no size of such a struct, and where fields that are not known here say something.
  static func read<T: BitwiseCopyable>(_ pointer: UnsafePointer<T>, size: Int) -> T? {
    let known = MemoryLayout<T>.size
    guard (smallest...largest).contains(size) else { return nil }
    let bytes = unsafe UnsafeRawBufferPointer(start: pointer, count: size)
    guard unsafe bytes.dropFirst(known).allSatisfy({ $0 == 0 }) else { return nil }
    return unsafe withUnsafeTemporaryAllocation(of: T.self, capacity: 1) { copy in
      unsafe memset(copy.baseAddress!, 0, known)
      unsafe memcpy(copy.baseAddress!, pointer, min(size, known))
      return unsafe copy[0]
    }
  }

  /// Copies as much as the caller knows; fields that are not known here become 0.
  static func write<T: BitwiseCopyable>(_ value: T, to pointer: UnsafeMutablePointer<T>, size: Int) -> Bool {
    let known = MemoryLayout<T>.size
    guard (smallest...largest).contains(size) else { return false }
    unsafe memset(pointer, 0, size)
    unsafe withUnsafeBytes(of: value) { _ = unsafe memcpy(pointer, $0.baseAddress!, min(size, known)) }
    return true
  }
}
