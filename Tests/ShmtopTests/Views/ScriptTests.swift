import Glibc
import Testing

@testable import ShmtopKit

/// Screens after the keys of each file in Scripts, against the files in Screens.
@Suite struct ScriptTests {
  static let scripts: [KeyScript] = {
    let folder = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/Scripts"
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".keys") { names.append(name) }
    }
    return names.sorted().map {
      KeyScript(name: String($0.dropLast(5)), text: ScreenFixture.text(ofFile: "\(folder)/\($0)"))
    }
  }()

  @Test(arguments: scripts.indices, ScreenTests.sizes) func `What keys lead to at each size`(
    _ index: Int, _ size: (Int, Int)
  ) {
    let script = Self.scripts[index]
    var staged = StagedStore.watched(width: size.0, height: size.1)
    script.run(on: &staged)
    ScreenFixture(name: "\(script.name)-\(size.0)x\(size.1)").expect(staged.screen())
  }

  @Test(arguments: scripts.indices) func `What keys lead to without Unicode`(_ index: Int) {
    var staged = StagedStore.watched(width: 80, height: 24)
    Self.scripts[index].run(on: &staged)
    let screen = staged.screen(.ascii)
    #expect(screen.cells.allSatisfy { $0.glyph?.isASCII ?? true })
    ScreenFixture(name: "\(Self.scripts[index].name)-80x24-ascii").expect(screen)
  }

  @Test(arguments: scripts.indices) func `What keys lead to without colours`(_ index: Int) {
    var staged = StagedStore.watched(width: 80, height: 24)
    Self.scripts[index].run(on: &staged)
    ScreenFixture(name: "\(Self.scripts[index].name)-80x24-mono")
      .expect(staged.screen(), theme: Theme("mono", hasColors: true))
  }

  @Test(arguments: scripts.indices) func `Dialogs that keys lead to on a light ground`(_ index: Int) {
    var staged = StagedStore.watched(width: 80, height: 24)
    Self.scripts[index].run(on: &staged)
    guard staged.inspector.dialog != nil else { return }
    ScreenFixture(name: "\(Self.scripts[index].name)-80x24-light")
      .expect(staged.screen(), theme: Theme("light", hasColors: true), colors: true)
  }

  @Test func `There are scripts`() { #expect(Self.scripts.count > 10) }
}
