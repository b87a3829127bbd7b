import Glibc
import OriginalSegment
import SharedSimple
import TestSupport
import Testing

/// What is no original segment, or none any more, is named for what it is.
struct OriginalRefusalTests {
  private static func refusal(_ name: String) -> OriginalError? {
    do {
      _ = try OriginalReader(name)
      return nil
    } catch { return error }
  }

  private static func write(_ name: String, _ bytes: [UInt8]) {
    RawObject(path: "/dev/shm/\(name)").write(bytes)
  }

  @Test func `Nothing, or half of it`() throws {
    let missing = TemporaryStore("original-missing")
    #expect(Self.refusal(missing.name) == .notFound(name: missing.name))
    #expect(!OriginalReader.isOriginal(missing.name))

    let app = try OriginalApp()
    #expect(OriginalReader.isOriginal(app.name))
    unlink("/dev/shm/\(app.name)_data")
    #expect(Self.refusal(app.name) == .dataMissing(name: app.name, data: app.name + "_data"))

    let other = try OriginalApp()
    unlink("/dev/shm/\(other.name)")
    #expect(Self.refusal(other.name) == .controlMissing(name: other.name, data: other.name + "_data"))
  }

  @Test func `One that is being set up, or whose maker died doing so`() throws {
    let app = try OriginalApp()
    app.damage(app.name) { $0[0] = 1 }
    #expect(Self.refusal(app.name) == .settingUp(name: app.name))
    let empty = TemporaryStore("original-empty")
    Self.write(empty.name, [])
    #expect(Self.refusal(empty.name) == .settingUp(name: empty.name))
  }

  @Test func `A segment of this store, another size, another data object, a link`() throws {
    let own = TemporaryStore("original-own")
    let store = try own.open()
    defer { store.close() }
    guard case .foreign = Self.refusal(own.name) else { Issue.record("taken for an original"); return }
    #expect(!OriginalReader.isOriginal(own.name))

    // As a 32-bit build would lay it out.
    let small = TemporaryStore("original-small")
    Self.write(small.name, [2] + [UInt8](repeating: 0, count: 295))
    guard case .foreign(_, let detail)? = Self.refusal(small.name) else { Issue.record("taken"); return }
    #expect(detail.contains("296 bytes instead of 312"))

    let app = try OriginalApp()
    app.damage(app.name) { $0[17] ^= 1 }
    guard case .foreign = Self.refusal(app.name) else { Issue.record("taken"); return }

    let link = TemporaryStore("original-link")
    symlink("/etc/passwd", "/dev/shm/\(link.name)")
    guard case .foreign = Self.refusal(link.name) else { Issue.record("followed"); return }
  }

  @Test(arguments: ["", "a/b", "..", String(repeating: "x", count: 300)])
  func `Names that no segment has`(_ name: String) {
    guard case .foreign = Self.refusal(name) else { Issue.record("“\(name)” was looked for"); return }
  }
}
