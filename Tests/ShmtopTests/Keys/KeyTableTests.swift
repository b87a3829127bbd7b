import Testing

@testable import ShmtopKit

/// The one table of keys holds dispatch, bar and help together.
@Suite struct KeyTableTests {
  @Test func `No key means two things in one place`() {
    for scope in Scope.allCases {
      var seen: Set<Key> = []
      for binding in KeyTable.bindings(in: scope) {
        for key in binding.keys { #expect(seen.insert(key).inserted, "\(key.name) twice in \(scope)") }
      }
    }
  }

  @Test func `Every key of the table dispatches to its command, and stands in the help`() {
    let help = HelpView.lines(width: 200).map { $0.map(\.text).joined() }
    for binding in KeyTable.bindings {
      for scope in binding.scopes {
        for key in binding.keys { #expect(KeyTable.command(for: key, in: scope) == binding.command) }
      }
      #expect(help.contains { $0.contains(binding.help) && $0.contains(binding.keys[0].name) })
      #expect(!binding.scopes.isEmpty)
    }
  }

  @Test func `Every scope has a way out in the bar`() {
    let waysOut: Set<Command> = [.quit, .back, .no, .cancel, .stop]
    for scope in Scope.allCases {
      #expect(
        KeyTable.bindings(in: scope).contains { $0.label != nil && waysOut.contains($0.command) }, "\(scope)")
    }
  }

  @Test func `The bar shows the keys that the table gives a word`() {
    let staged = StagedStore.watched(width: 400, height: 40)
    let bar = staged.screen().glyphLines.last ?? ""
    for binding in KeyTable.bindings(in: .entries) where !binding.isOfPast {
      if let label = binding.label { #expect(bar.contains("\(binding.keys[0].name) \(label)")) }
    }
  }

  @Test func `The bar shows the keys that go through time while they do, and none that never act there`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    func bar() -> String { staged.screen().glyphLines.last ?? "" }
    #expect(bar().contains("Z Pause") || !bar().contains(" Z "))
    #expect(!bar().contains("t Next"))
    staged.press("Z")
    #expect(bar().contains("Z Live  T Back  t Next  { Event  } Event  @ Time"))
    staged.inspector.timeline = Timeline(origin: .file(name: "f", end: .whole))
    #expect(bar().contains("Z Play  T Back  t Next  { Event  } Event  @ Time"))
    staged.inspector.timeline?.isPlaying = true
    #expect(bar().contains("Z Halt"))
    _ = staged.inspector.handle(.resize(width: 400, height: 40))
    for word in ["d Delay", "e Edit", "a Add", "D Remove"] { #expect(!bar().contains(word)) }
    var live = StagedStore.watched(width: 80, height: 24)
    live.press("4", "f")
    #expect(live.screen().glyphLines.last == " Space Show  Enter Done")
  }

  @Test func `Every key does something where it works, or says why not`() {
    for binding in KeyTable.bindings {
      for scope in binding.scopes where Scope.views.contains(scope) {
        for key in binding.keys {
          var staged = Self.staged(in: scope)
          #expect(staged.inspector.scope == scope)
          let before = staged.screen()
          let effects = staged.inspector.handle(.key(key))
          staged.settle()
          // Keys that lead to where one is already, and those at the end of their way.
          let idle: [Command] = [
            .view(staged.inspector.view), .home, .up, .pageUp, .searchNext, .columnRight,
          ]
          if !idle.contains(binding.command) {
            #expect(!effects.isEmpty || staged.screen() != before, "\(key.name) in \(scope)")
          }
        }
      }
    }
  }

  /// A screen on which the keys of a scope work.
  private static func staged(in scope: Scope) -> StagedStore {
    var staged = StagedStore.watched(width: 60, height: 12)
    switch scope {
    case .detail:
      staged.press("<Down>")
      staged.inspector.opened(
        key: Array("config:motd".utf8), value: Array(repeating: 0x61, count: 4000), stamp: 700,
        purpose: .detail)
    case .groups:
      staged.press("P")
      staged.settle()
      staged.press("<Down>")
    default:
      staged.press(String(ViewKind.allCases.first { $0.scope == scope }!.number))
      staged.settle()
      staged.press("<Down>", "<Right>")
    }
    return staged
  }

  @Test func `The answer to a question is neither Enter nor the key that asked`() {
    let asking = KeyTable.bindings.filter { [.edit, .add, .remove, .reap].contains($0.command) }.flatMap(
      \.keys)
    for command in [Command.yes, .overwrite] {
      let answering = KeyTable.bindings.filter { $0.command == command }.flatMap(\.keys)
      #expect(Set(answering).isDisjoint(with: asking) && !answering.contains(.enter))
    }
    #expect(KeyTable.command(for: .enter, in: .question) == .no)
    #expect(KeyTable.command(for: .enter, in: .conflict) == .no)
  }
}
