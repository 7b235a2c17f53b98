import Archive
import FindingsSupport
import Foundation
import Testing
import TestSupport

/// How a page is read in a real browser: what opens, what explains itself, what can be searched and saved.
@Suite(.serialized, .enabled(if: Browser.isWanted, "\(Browser.without)")) struct StoryBrowserTests {
  /// The page of a screen that has something of everything.
  private static func open(_ commands: [String], address: String = "") throws -> [String?] {
    var found: [String?] = []
    try ReportBench.run { bench in
      let screen = SyntheticScreen.telling
      try bench.write(screen, SyntheticGroups(screen: screen).all)
      try bench.report()
      let outcome = try Browser.open(bench.path("report/index.html\(address)"), commands)
      #expect(outcome.problems.isEmpty && outcome.requests.isEmpty, "\(outcome.problems) \(outcome.requests)")
      found = outcome.found
    }
    return found
  }

  @Test func linksOpenWhatIsFolded() throws {
    let isOpen = "String(document.querySelector('#method-sensitivity').open)"
    let found = try Self.open([
      "evaluate", isOpen, "click",
      "#sensitivity a[href='#method-sensitivity']", "0.5", "0.5", "evaluate", isOpen, "evaluate",
      """
      (() => { const link = document.querySelector('#empty a'); const name = link.hash;
        const details = document.querySelector(name + ' details'); const before = details.open; link.click();
        return new Promise(done => setTimeout(() => done([before, details.open].join()), 200)); })()
      """,
    ])
    #expect(found == ["false", "true", "false,true"], "\(found)")
  }

  @Test func wordsAreExplained() throws {
    let tip = "document.querySelector('#meaning')"
    let meaning = "\(tip).hidden ? 'hidden' : \(tip).textContent"
    let found = try Self.open([
      "evaluate", meaning, "evaluate",
      "[...document.querySelectorAll('.word')].find(word => word.textContent === 'null').focus()", "evaluate", meaning,
      "type", "Escape", "evaluate", meaning, "click", ".story .word", "0.5", "0.5", "evaluate",
      """
      (\(meaning)).length > 20
        && document.querySelector('.story .word').hasAttribute('aria-describedby') ? 'told' : ''
      """,
      "click", "h1", "0.5", "0.5", "evaluate", meaning,
      // A section explains each word once.
      "evaluate",
      """
      String([...document.querySelectorAll('main > section')].every(section => {
        const words = [...section.querySelectorAll('.word')].map(word => word.textContent);
        return new Set(words).size === words.length; }))
      """,
    ])
    #expect(found[0] == "hidden" && found[2]?.hasPrefix("What the data would look like") == true, "\(found)")
    #expect(found.dropFirst(3) == ["hidden", "told", "hidden", "true"], "\(found)")
  }

  /// Captures what a click saves: its name, its type, and how it begins.
  private static func saved(_ button: String) -> String {
    """
    (async () => {
      const saved = new Promise(done => { URL.createObjectURL = blob => { done(blob); return 'data:,'; }; });
      let name = ''; HTMLAnchorElement.prototype.click = function () { name = this.download; };
      [...document.querySelectorAll('\(button.split(separator: "|")[0]) button.file')]
        .find(each => each.textContent === '\(button.split(separator: "|")[1])').click();
      const blob = await saved; const bytes = new Uint8Array(await blob.arrayBuffer());
      await new Promise(done => setTimeout(done, 20));
      return [name, blob.type, String.fromCharCode(...bytes.slice(0, 60)).split('\\n')[0]].join(' ');
    })()
    """
  }

  @Test func figuresAreSavedAsPixelsAndData() throws {
    let found = try Self.open([
      "evaluate", Self.saved("#figure-sensitivity|PNG"), "evaluate", Self.saved("#figure-sensitivity|Data"), "evaluate",
      Self.saved("#figure-maps|Data"), "evaluate", Self.saved("#figure-severity-map-0|Data"),
    ])
    #expect(found[0]?.hasPrefix("sensitivity.png image/png \u{89}PNG") == true, "\(found)")
    #expect(found[1] == "sensitivity.csv text/csv mark,value", "\(found)")
    #expect(found[2] == "maps.csv text/csv layer,matrix,row,column,rows,columns,kind,input,non_silent", "\(found)")
    #expect(found[3] == "severity-map-0.csv text/csv layer,matrix,row,column,rows,columns,kind", "\(found)")
  }

  @Test func textsAreSearched() throws {
    let look = { (word: String) in
      """
      (() => { const field = document.querySelector('#search-words'); field.value = '\(word)';
        field.dispatchEvent(new Event('input'));
        return document.querySelector('#search-count').textContent + '|'
          + document.querySelectorAll('#search-found li').length + '|'
          + [...document.querySelectorAll('#search-found mark')]
            .every(mark => mark.textContent.toLowerCase() === '\(word)');
      })()
      """
    }
    let found = try Self.open([
      "evaluate", look("no such words"), "evaluate", look("king"), "click", "#search-found button", "0.5", "0.5",
      "read",
      "#words", "evaluate", "location.hash.slice(0, 8)", "evaluate", "document.querySelector('#close').click()",
      "evaluate", look(""),
    ])
    #expect(found[0] == "0 texts|0|true" && found[5] == "|0|true", "\(found)")
    let parts = found[1]?.split(separator: "|") ?? []
    #expect(parts.last == "true" && Int(parts.dropFirst().first ?? "") ?? 0 > 0, "\(found)")
    #expect(found[2]?.contains("king") == true && found[3] == "#region=", "\(found)")
  }

  /// Maps are reached by Tab, a slider chooses a map of severity, and an address leads to a map.
  @Test func keysReachEverything() throws {
    let found = try Self.open(
      [
        "read", "#viewer-title", "type", "ArrowRight", "evaluate", "location.hash", "evaluate",
        "document.querySelector('#close').click()", "evaluate",
        "document.querySelector('canvas[data-map=\"1\"]').focus()", "type", "Enter", "read", "#viewer-title",
        "evaluate",
        "document.querySelector('#close').click()", "evaluate",
        """
        (() => { const slider = document.querySelector('#severity-maps input[type=range]');
          const shown = () => [...document.querySelectorAll('#severity-maps .part')].findIndex(part => !part.hidden);
          const before = shown(); slider.value = slider.max; slider.dispatchEvent(new Event('input'));
          const words = slider.getAttribute('aria-valuetext');
          return [before, shown() === Number(slider.max), words.includes('below')].join();
        })()
        """, "evaluate",
        // Nothing that a pointer can use is out of the reach of keys.
        """
        [...document.querySelectorAll('button, a[href], select, input, summary, canvas[data-map], .word')]
          .filter(each => each.tabIndex < 0).map(each => each.outerHTML.slice(0, 60)).join()
        """,
      ], address: "#map=0.q")
    #expect(found[0]?.hasPrefix("layer 0 q") == true && found[1]?.hasPrefix("#region=0.q.") == true, "\(found)")
    #expect(found[4]?.hasPrefix("layer 0 ") == true && found[6] == "0,true,true" && found[7] == "", "\(found)")
  }

  /// The least contrast of any text with its ground, on both grounds.
  @Test func everyTextIsLegible() throws {
    let contrast = """
      (() => {
        document.querySelectorAll('details').forEach(details => { details.open = true; });
        const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        const parts = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
          return [...canvas.getImageData(0, 0, 1, 1).data]; };
        const light = ([red, green, blue]) => [red, green, blue].map(value => value / 255)
          .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
          .reduce((sum, value, place) => sum + value * [0.2126, 0.7152, 0.0722][place], 0);
        const ground = element => { for (let place = element; place; place = place.parentElement) {
          const colour = parts(getComputedStyle(place).backgroundColor); if (colour[3] > 0) return colour; } };
        let [least, who] = [99, ''];
        for (const element of document.querySelectorAll('body *')) {
          if (element.closest('svg, canvas, script, select, noscript')) continue;
          const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
          if (!own || !element.getClientRects().length) continue;
          const [one, two] = [light(parts(getComputedStyle(element).color)), light(ground(element))]
            .sort((a, b) => b - a);
          const ratio = (one + 0.05) / (two + 0.05);
          if (ratio < least) [least, who] = [ratio, element.outerHTML.slice(0, 80)];
        }
        return least.toFixed(2) + ' ' + who;
      })()
      """
    let found = try Self.open(["evaluate", contrast, "dark", "evaluate", contrast])
    for each in found {
      let least = each.flatMap { Double($0.prefix { $0 != " " }) }
      #expect(least ?? 0 >= 4.5, "\(found)")
    }
  }

  /// The longest list of findings makes no longer page, and a narrow screen no wider one.
  @Test func aPageIsNeitherLongNorWide() throws {
    try ReportBench.run { bench in
      let screen = SyntheticScreen.telling
      let words = (0..<1000).map { "Finding \($0) is one of very many, each with an effect of \($0)." }
      let groups = try SyntheticGroups(screen: screen).all.map { $0.saying(words + $0.findings, $0.tallies) }
      try bench.write(screen, groups)
      try bench.report()
      let outcome = try Browser.open(
        bench.path("report/index.html"),
        [
          "size", "1400", "900", "evaluate", "String(document.documentElement.scrollHeight)", "size", "390", "844",
          "evaluate", "String(document.documentElement.scrollWidth)", "evaluate",
          """
          [...document.querySelectorAll('.drawing, .table')].filter(each => !each.closest('details:not([open])'))
            .every(each => (each.scrollWidth > each.clientWidth + 1) === each.classList.contains('wide')
              && (!each.classList.contains('wide') || each.tabIndex === 0))
            && document.querySelectorAll('.wide').length > 0 ? 'told' : ''
          """,
        ])
      #expect(outcome.problems.isEmpty && outcome.requests.isEmpty, "\(outcome.problems) \(outcome.requests)")
      #expect(Int(outcome.found[0] ?? "") ?? .max <= 15_000, "\(outcome.found)")
      #expect(Int(outcome.found[1] ?? "") ?? .max <= 390 && outcome.found[2] == "told", "\(outcome.found)")
    }
  }
}
