import Foundation
import FoundationXML
import Testing

@testable import ShmtopKit

/// Screens as pictures.
@Suite struct PictureTests {
  /// The elements of a picture of one row, its ground left out.
  private static func elements(
    width: Int, _ draw: (inout Screen) -> Void
  ) throws -> [XMLElement] {
    var screen = Screen(width: width, height: 1)
    draw(&screen)
    let document = try XMLDocument(xmlString: ScreenPicture(screen, palette: .dark).text)
    let root = try #require(document.rootElement())
    return Array((root.children ?? []).compactMap { $0 as? XMLElement }.dropFirst())
  }

  private static func value(_ name: String, _ element: XMLElement) -> String? {
    element.attribute(forName: name)?.stringValue
  }

  @Test func `Words of one look are one text, as long as its cells, and wide gaps part it`() throws {
    let elements = try Self.elements(width: 30) { screen in
      screen.write("a <b> & c", row: 0, column: 2)
      screen.write("far", row: 0, column: 20, role: .strong)
    }
    #expect(elements.map(\.stringValue) == ["a <b> & c", "far"])
    #expect(elements.map { Self.value("x", $0) } == ["30", "192"])
    #expect(elements.map { Self.value("textLength", $0) } == ["81", "27"])
    #expect(elements.map { Self.value("font-weight", $0) } == [nil, "bold"])
  }

  @Test func `A character of another script stands alone in its own cells`() throws {
    let elements = try Self.elements(width: 12) { $0.write("é 漢字 Ω x", row: 0, column: 0) }
    #expect(elements.map(\.stringValue) == ["é", "漢", "字", "Ω", "x"])
    #expect(elements.map { Self.value("x", $0) } == ["12", "30", "48", "75", "93"])
    #expect(elements.map { Self.value("textLength", $0) } == ["9", "18", "18", "9", "9"])
  }

  @Test func `Charts are shapes, from the bottom of their cells`() throws {
    let elements = try Self.elements(width: 6) { $0.write("██▄─┐", row: 0, column: 0) }
    #expect(elements.map(\.name) == ["rect", "rect", "path", "path"])
    #expect(elements.map { Self.value("width", $0) } == ["18", "9", nil, nil])
    #expect(elements.map { Self.value("height", $0) } == ["18", "9", nil, nil])
    #expect(elements.map { Self.value("y", $0) } == ["12", "21", nil, nil])
  }

  @Test func `What is reversed has its colour as ground, blanks included, and what is underlined a line`()
    throws
  {
    let elements = try Self.elements(width: 4) { $0.write(" T  ", row: 0, column: 0, role: .chosenTitle) }
    #expect(elements.map(\.name) == ["rect", "text", "rect"])
    #expect(elements.map { Self.value("width", $0) } == ["36", nil, "36"])
    #expect(Self.value("fill", elements[0]) == "#98c379")
    #expect(Self.value("fill", elements[1]) == "#1e222a")
  }

  @Test func `Every colour of every look can be read on its ground`() {
    func brightness(_ hex: String) -> Double {
      let number = Int(hex.dropFirst(), radix: 16)!
      let parts = [16, 8, 0].map { shift -> Double in
        let part = Double(number >> shift & 0xFF) / 255
        return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    for palette in [PicturePalette.dark, .light] {
      for role in Role.allCases {
        let pair = [palette.text(palette.theme.look(role).color), palette.background].map(brightness).sorted()
        #expect((pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, "\(role)")
      }
    }
  }
}
