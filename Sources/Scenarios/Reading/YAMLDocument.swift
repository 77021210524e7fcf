internal import CYAML

/// The nodes of one YAML text, as libyaml composes them.
///
/// An alias is the node that its anchor names, so that few nodes can stand for many.
struct YAMLDocument: ~Copyable {
  /// A fault of the text, with libyaml's words.
  enum Fault: Error {
    /// No YAML: what was found there, and, where libyaml says so, in the middle of what and where that began.
    case syntax(Mark, problem: String, context: (text: String, mark: Mark)?)
    /// Not composed, such as an alias without an anchor.
    case composition(Mark, problem: String)
    /// Bytes that are no text, at a byte of the document.
    case bytes(offset: Int, problem: String)
    /// No memory.
    case memory
  }

  /// A place in the text; lines and columns count from one.
  struct Mark: Sendable {
    var line: Int
    var column: Int

    init(_ mark: yaml_mark_t) {
      line = Int(mark.line) + 1
      column = Int(mark.column) + 1
    }
  }

  /// One node; those below it are numbers for ``node(_:)``.
  enum Node {
    /// `plain` when written without quotation marks.
    case scalar(String, plain: Bool)
    case sequence([Int32])
    case mapping([(key: Int32, value: Int32)])
  }

  private var document: yaml_document_t

  /// The number of the topmost node.
  static let root: Int32 = 1

  /// Composes a text; `nil` when it holds nothing but comments.
  ///
  /// - Throws: ``Fault``; more than one document is one.
  init?(_ text: String) throws(Fault) {
    var text = text
    if let mark = text.withUTF8(Self.tooDeep) {
      throw .composition(mark, problem: "lists and sections nest more than \(Self.mostNested) deep")
    }
    let found: Result<yaml_document_t?, Fault> = text.withUTF8 { bytes in
      var parser = yaml_parser_t()
      guard yaml_parser_initialize(&parser) == 1 else { return .failure(.memory) }
      defer { yaml_parser_delete(&parser) }
      yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
      var first = yaml_document_t()
      guard yaml_parser_load(&parser, &first) == 1 else { return .failure(Fault(parser)) }
      guard yaml_document_get_root_node(&first) != nil else {
        yaml_document_delete(&first)
        return .success(nil)
      }
      var second = yaml_document_t()
      guard yaml_parser_load(&parser, &second) == 1 else {
        yaml_document_delete(&first)
        return .failure(Fault(parser))
      }
      defer { yaml_document_delete(&second) }
      if yaml_document_get_root_node(&second) != nil {
        yaml_document_delete(&first)
        return .failure(.composition(Mark(second.start_mark), problem: "only one YAML document in a file"))
      }
      return .success(first)
    }
    guard let document = try found.get() else { return nil }
    self.document = document
  }

  /// How deep lists and sections may nest.
  static let mostNested = 200

  /// Where a text nests deeper than that, if it does: composing takes libyaml the square of the depth.
  private static func tooDeep(_ bytes: UnsafeBufferPointer<UInt8>) -> Mark? {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else { return nil }
    defer { yaml_parser_delete(&parser) }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
    var depth = 0
    while true {
      var event = yaml_event_t()
      guard yaml_parser_parse(&parser, &event) == 1 else { return nil }
      defer { yaml_event_delete(&event) }
      switch event.type {
      case YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT: depth += 1
      case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: depth -= 1
      case YAML_STREAM_END_EVENT: return nil
      default: break
      }
      if depth > mostNested { return Mark(event.start_mark) }
    }
  }

  deinit {
    var document = document
    yaml_document_delete(&document)
  }

  /// A node and where it begins.
  func node(_ number: Int32) -> (node: Node, mark: Mark) {
    let node = document.nodes.start[Int(number) - 1]
    let mark = Mark(node.start_mark)
    switch node.type {
    case YAML_SEQUENCE_NODE:
      let items = node.data.sequence.items
      return (.sequence(Array(UnsafeBufferPointer(start: items.start, count: items.top - items.start))), mark)
    case YAML_MAPPING_NODE:
      let pairs = node.data.mapping.pairs
      return (
        .mapping(
          UnsafeBufferPointer(start: pairs.start, count: pairs.top - pairs.start).map { ($0.key, $0.value) }), mark
      )
    default:
      let scalar = node.data.scalar
      let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      return (.scalar(text, plain: scalar.style == YAML_PLAIN_SCALAR_STYLE), mark)
    }
  }
}

extension YAMLDocument.Fault {
  /// What a parser says after it failed.
  fileprivate init(_ parser: yaml_parser_t) {
    func text(_ words: UnsafePointer<CChar>?) -> String { words.map { String(cString: $0) } ?? "" }
    let problem = text(parser.problem)
    switch parser.error {
    case YAML_SCANNER_ERROR, YAML_PARSER_ERROR:
      self = .syntax(
        .init(parser.problem_mark), problem: problem,
        context: parser.context == nil ? nil : (text(parser.context), .init(parser.context_mark)))
    case YAML_COMPOSER_ERROR: self = .composition(.init(parser.problem_mark), problem: problem)
    case YAML_READER_ERROR: self = .bytes(offset: parser.problem_offset, problem: problem)
    default: self = .memory
    }
  }
}
