import Glibc

/// How much more than usual is to be tried: `SHMTOP_EFFORT=20 swift test` repeats what is random 20 times as
/// often.
public enum Effort {
  /// 1, unless the environment says otherwise.
  public static let factor =
    getenv("SHMTOP_EFFORT").flatMap { Int(String(cString: $0)) }.map { max($0, 1) } ?? 1

  /// A number of tries, as many times as usual.
  public static func times(_ count: Int) -> Int { count * factor }
}
