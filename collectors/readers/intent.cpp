// The intent file: what the operator declares (docs/intent.md). Strict: one element, attribute or
// value that is not understood rejects the file, because half an intention misleads.

#include <algorithm>
#include <string>
#include <vector>

#include <pugixml.hpp>

#include "collectors/readers/intent_schema.h"
#include "collectors/readers/small_records.h"
#include "collectors/readers/text_decoding.h"
#include "collectors/readers/xml_places.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{4} << 20;

int RecogniseIntent(const Head& head) {
  const std::string_view text = head.Text();
  const std::size_t at = text.find("<intent");
  const bool whole_word =
      at != std::string_view::npos && at + 7 < text.size() &&
      std::string_view(" \t\r\n>/").find(text[at + 7]) != std::string_view::npos;
  return whole_word ? 95 : 0;
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  return first == std::string_view::npos
             ? std::string_view{}
             : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

struct Spot {
  std::uint64_t line = 1;
  std::size_t column = 1;
};

class IntentFile {
 public:
  IntentFile(std::string_view text, const EvidenceView& evidence, RecordSink& sink)
      : evidence_(evidence), sink_(sink) {
    for (std::size_t at = text.find('\n'); at != std::string_view::npos;
         at = text.find('\n', at + 1)) {
      line_starts_.push_back(at + 1);
    }
  }

  // Recursion ends at the depth of the schema: children of unknown elements are not visited.
  void Element(const pugi::xml_node& node, const std::string& path) {
    const IntentElement* const spec = FindIntentElement(path);
    Attributes(node, *spec, path);
    const std::string_view text = Trimmed(node.text().get());
    if (const std::string_view expected = IntentValueError(spec->text, text); !expected.empty()) {
      Complain(node, Quoted("<", node.name(), ">").append(" needs ").append(expected));
    } else if (!text.empty()) {
      Add(node, path, text);
    }
    for (const pugi::xml_node& child : node.children()) {
      Child(child, path);
    }
  }

  [[nodiscard]] const std::string& first_complaint() const { return first_complaint_; }

 private:
  void Child(const pugi::xml_node& child, const std::string& parent) {
    if (child.type() != pugi::node_element) {
      return;
    }
    group_ += parent.empty() ? 1U : 0U;
    const std::string path =
        parent.empty() ? child.name() : std::string(parent).append("/").append(child.name());
    if (FindIntentElement(path) != nullptr) {
      Element(child, path);
      return;
    }
    Unknown(child, Quoted("<", child.name(), ">"), "<", NearestIntentChild(parent, child.name()),
            ">");
  }

  void Attributes(const pugi::xml_node& node, const IntentElement& spec, const std::string& path) {
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const auto found =
          std::ranges::find(spec.attributes, attribute.name(), &IntentAttribute::name);
      if (found == spec.attributes.end()) {
        Unknown(node, Quoted("attribute '", attribute.name(), "'"), "'",
                NearestIntentAttribute(spec, attribute.name()), "'");
        continue;
      }
      const std::string_view value = Trimmed(attribute.value());
      if (const std::string_view expected = IntentValueError(found->value, value);
          !expected.empty()) {
        Complain(node,
                 Quoted("attribute '", attribute.name(), "'").append(" needs ").append(expected));
        continue;
      }
      Add(node, std::string(path).append("@").append(attribute.name()), value);
    }
    Missing(node, spec);
  }

  void Missing(const pugi::xml_node& node, const IntentElement& spec) {
    bool any = false;
    for (const IntentAttribute& attribute : spec.attributes) {
      const bool there = node.attribute(attribute.name.data());
      any = any || there;
      if (attribute.required && !there) {
        Complain(node, Quoted("<", node.name(), ">")
                           .append(" needs ")
                           .append(Quoted("the attribute '", attribute.name, "'")));
      }
    }
    if (spec.any_attribute && !any) {
      std::string message = Quoted("<", node.name(), ">").append(" needs the attribute ");
      message.append(Quoted("'", spec.attributes.front().name, "' or "))
          .append(Quoted("'", spec.attributes.back().name, "'"));
      Complain(node, message);
    }
  }

  void Unknown(const pugi::xml_node& node,
               std::string what,
               std::string_view before,
               std::string_view nearest,
               std::string_view after) {
    what.append(" is not known here");
    if (!nearest.empty()) {
      what.append("; did you mean ").append(Quoted(before, nearest, after)).append("?");
    }
    Complain(node, what);
  }

  static std::string Quoted(std::string_view before,
                            std::string_view text,
                            std::string_view after) {
    return std::string(before).append(text).append(after);
  }

  // Every element asks: the lines are counted once.
  [[nodiscard]] Spot SpotOf(const pugi::xml_node& node) const {
    const auto offset = static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0));
    const auto next = std::ranges::upper_bound(line_starts_, offset);
    const auto line = static_cast<std::size_t>(next - line_starts_.begin());
    // pugixml points at the name; the place to show is its '<'.
    return {line, std::max<std::size_t>(offset - line_starts_[line - 1], 1)};
  }

  void Complain(const pugi::xml_node& node, std::string_view message) {
    const Spot spot = SpotOf(node);
    std::string text = std::to_string(spot.line).append(":").append(std::to_string(spot.column));
    text.append(": ").append(message);
    if (first_complaint_.empty()) {
      first_complaint_ = text;
    }
    sink_.AddGap({spot.line, WhyUnknown::kMalformed, text});
  }

  void Add(const pugi::xml_node& node, std::string_view path, std::string_view value) {
    ++sink_.record_count;
    items.push_back({.path = sink_.Keep(path),
                     .value = sink_.Keep(value),
                     .group = group_,
                     .source = evidence_.At(SpotOf(node).line, sink_.Keep(path))});
  }

 public:
  std::vector<IntentItem> items{};

 private:
  std::vector<std::size_t> line_starts_{0};
  const EvidenceView& evidence_;
  RecordSink& sink_;
  std::uint32_t group_ = 0;
  std::string first_complaint_;
};

Status ParseIntent(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  const std::string_view text = decoded.text;
  if (const auto damaged = DamagedLines(decoded, 1); !damaged.empty()) {
    return Error{ErrorCode::kMalformed,
                 std::string(evidence.path).append(":").append(std::to_string(damaged[0])),
                 std::string(kDamagedLine)};
  }
  pugi::xml_document document;
  const pugi::xml_parse_result parsed =
      document.load_buffer(text.data(), text.size(), kXmlOptions, pugi::encoding_utf8);
  if (!parsed) {
    const auto line =
        1 + std::ranges::count(text.substr(0, static_cast<std::size_t>(parsed.offset)), '\n');
    return Error{ErrorCode::kMalformed,
                 std::string(evidence.path).append(":").append(std::to_string(line)),
                 std::string("not XML: ").append(parsed.description())};
  }
  if (HasDocumentType(document)) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path),
                 std::string(kDocumentTypeMessage)};
  }
  const pugi::xml_node root = document.child("intent");
  if (!root) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path), "no element <intent>"};
  }
  IntentFile file(text, evidence, sink);
  file.Element(root, "");
  if (!file.first_complaint().empty()) {
    // "file:line:column: message": the place goes to `where`.
    const std::size_t end = file.first_complaint().find(": ");
    return Error{
        ErrorCode::kMalformed,
        std::string(evidence.path).append(":").append(file.first_complaint().substr(0, end)),
        file.first_complaint().substr(end + 2)};
  }
  for (const IntentItem& item : file.items) {
    sink.records.Add(item);
  }
  return Ok{};
}

Status ReadIntent(const EvidenceView& evidence, RecordSink& sink) {
  Status status = ParseIntent(evidence, sink);
  if (!status) {
    sink.records.Add(RejectedIntent{.source = evidence.At(0)});
  }
  return status;
}

}  // namespace

extern const ReaderSpec kIntentReader;  // declared again by the generated list

const ReaderSpec kIntentReader = {.kind = "intent",
                                  .max_bytes = kMaxBytes,
                                  .recognise = RecogniseIntent,
                                  .read = ReadIntent,
                                  .environment = true};

}  // namespace whfb::readers
