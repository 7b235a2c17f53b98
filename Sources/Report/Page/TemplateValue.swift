import Drawing
import Mustache

/// What a template is filled with.
///
/// Templates take values as they are, `{{{…}}}`, because texts are harmless before they get there: the library's own
/// escaping goes by characters, not by scalars.
enum TemplateValue: MustacheCustomRepresentation {
  case text(String)
  case markup(Markup)
  case truth(Bool)
  case list([[String: TemplateValue]])

  var representation: Any? {
    switch self {
    case .text(let text): Markup(text).text
    case .markup(let markup): markup.text
    case .truth(let truth): truth
    case .list(let elements): elements
    }
  }
}
