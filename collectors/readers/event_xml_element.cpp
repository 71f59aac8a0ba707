#include "collectors/readers/event_xml_element.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "collectors/readers/evtx_value.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/number_text.h"
#include "scanner/core/time.h"

namespace whfb::readers {

namespace {

// Blanks and line ends are kept as they are written: they are part of values.
constexpr unsigned kOptions =
    pugi::parse_escapes | pugi::parse_cdata | pugi::parse_ws_pcdata_single;

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

bool IsElement(const pugi::xml_node& node) {
  return node.type() == pugi::node_element;
}

bool IsText(const pugi::xml_node& node) {
  return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

template <typename T>
bool ParseNumber(std::string_view text, T& number) {
  const auto whole = ParseWhole<T>(text);
  number = whole.value_or(number);
  return whole.has_value();
}

bool IsHex(std::string_view text) {
  return std::ranges::all_of(text, [](char letter) {
    const char lower = LowerLetter(letter);
    return (lower >= '0' && lower <= '9') || (lower >= 'a' && lower <= 'f');
  });
}

bool IsGuid(std::string_view text) {
  constexpr std::size_t kLength = 38;
  if (text.size() != kLength || text.front() != '{' || text.back() != '}') {
    return false;
  }
  for (std::size_t i = 1; i + 1 < kLength; ++i) {
    const bool dash = i == 9 || i == 14 || i == 19 || i == 24;
    if (dash ? text[i] != '-' : !IsHex(text.substr(i, 1))) {
      return false;
    }
  }
  return true;
}

// "2025-08-17T18:35:38.450759800Z": only a time that says that it is UTC.
bool ParseUtc(std::string_view text, Ticks& time) {
  constexpr std::size_t kDateAndClock = 19;
  constexpr std::string_view kSpelled = " UTC";
  std::string plain(text);
  if (text.ends_with(kSpelled)) {
    plain.resize(text.size() - kSpelled.size());
    plain.push_back('Z');
  }
  const bool utc = plain.ends_with('Z') || plain.ends_with("+00:00");
  if (plain.size() <= kDateAndClock || !utc) {
    return false;
  }
  const Result<Ticks> parsed = ParseTime(plain, "time");
  time = parsed ? *parsed : 0;
  return parsed.has_value();
}

// A FILETIME as Windows renders it: nine digits for seven. Texts that are times have others.
bool IsRenderedTime(std::string_view text) {
  constexpr std::size_t kLength = 30;
  Ticks time = 0;
  return text.size() == kLength && text[10] == 'T' && text[19] == '.' && text.ends_with("00Z") &&
         ParseUtc(text, time);
}

std::uint64_t NumberIn(std::string_view text, std::string_view behind) {
  const std::size_t at = text.find(behind);
  std::uint64_t number = 0;
  if (at != std::string_view::npos) {
    const char* const begin = text.data() + at + behind.size();
    std::from_chars(begin, text.data() + text.size(), number);
  }
  return number;
}

void AppendUnits(char32_t point, std::string& out) {
  const auto put = [&out](char32_t unit) {
    out += static_cast<char>(unit & 0xff);
    out += static_cast<char>(unit >> 8);
  };
  if (point < 0x10000) {
    put(point);
  } else {
    put(0xd800 + ((point - 0x10000) >> 10));
    put(0xdc00 + ((point - 0x10000) & 0x3ff));
  }
}

// Valid UTF-8 to UTF-16LE.
void ToUtf16(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char32_t point = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length && at + i < text.size(); ++i) {
      point = (point << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3fU);
    }
    AppendUnits(point, out);
    at += length;
  }
}

}  // namespace

std::string_view EventXmlDecoder::Own(std::string_view name) const {
  const bool prefixed = !prefix_.empty() && name.size() > prefix_.size() &&
                        name.starts_with(prefix_) && name[prefix_.size()] == ':';
  return prefixed ? name.substr(prefix_.size() + 1) : name;
}

evtx::NameTable::Id EventXmlDecoder::NameOf(std::string_view name) {
  ToUtf16(Own(name), units_);
  return names_.Find(std::as_bytes(std::span(units_.data(), units_.size())));
}

void EventXmlDecoder::Decode(std::string_view text, std::string_view prefix, EvtxVisitor& visitor) {
  const auto damage = [&](WhyUnknown why, std::string_view what) {
    const std::uint64_t record = NumberIn(text, "EventRecordID>");
    visitor.Damage({.place = record, .why = why, .message = std::string(what)});
  };
  prefix_ = prefix;
  names_.Trim();
  const pugi::xml_parse_result parsed =
      document_.load_buffer(text.data(), text.size(), kOptions, pugi::encoding_utf8);
  const pugi::xml_node event = document_.document_element();
  if (!parsed || !event) {
    return damage(WhyUnknown::kMalformed, std::string("an event does not parse: ") +
                                              (parsed ? "no element" : parsed.description()));
  }
  if (const char* const wrong = ReadSystem(event); wrong != nullptr) {
    return damage(WhyUnknown::kMalformed, wrong);
  }
  builder_.Begin(record_id_, time_);
  asked_ = false;
  const Step step = Walk(event, visitor);
  if (step == Step::kTooMuch || builder_.full()) {
    return damage(WhyUnknown::kTooLarge, "an event needs more than its bounds");
  }
  if (step == Step::kGoOn) {
    visitor.Visit(builder_.Finish());
  }
}

// What must be there and be what it should be. Null: it is; else what is wrong.
const char* EventXmlDecoder::ReadSystem(const pugi::xml_node& event) {
  const auto child = [this](const pugi::xml_node& parent, std::string_view name) {
    return parent.find_child(
        [&](const pugi::xml_node& node) { return IsElement(node) && Own(node.name()) == name; });
  };
  const pugi::xml_node system = child(event, "System");
  std::uint16_t id = 0;
  if (!ParseNumber(Trimmed(child(system, "EventID").child_value()), id)) {
    return "an event without an EventID";
  }
  const std::string_view number = Trimmed(child(system, "EventRecordID").child_value());
  record_id_ = 0;
  if (!number.empty() && !ParseNumber(number, record_id_)) {
    return "EventRecordID is no number";
  }
  if (!ParseUtc(child(system, "TimeCreated").attribute("SystemTime").value(), time_)) {
    return "an event without a time in UTC";
  }
  return nullptr;
}

EventXmlDecoder::Step EventXmlDecoder::Walk(const pugi::xml_node& event, EvtxVisitor& visitor) {
  pugi::xml_node node = event;
  while (Begin(node)) {
    if (node.first_child()) {
      node = node.first_child();
      continue;
    }
    Step step = Leave(node, visitor);
    while (step == Step::kGoOn && node != event && !node.next_sibling()) {
      node = node.parent();
      step = Leave(node, visitor);
    }
    if (step != Step::kGoOn || node == event) {
      return step;
    }
    node = node.next_sibling();
  }
  return Step::kTooMuch;
}

// False: beyond a bound.
bool EventXmlDecoder::Begin(const pugi::xml_node& node) {
  if (IsElement(node)) {
    const evtx::NameTable::Id name = NameOf(node.name());
    if (name == evtx::NameTable::kNoName || !builder_.Open(name) || !Attributes(node)) {
      return false;
    }
    builder_.Content();
    return true;
  }
  if (!IsText(node)) {
    return true;
  }
  const std::string_view value = node.value();
  // Laid out over lines by whoever printed it; a value that is blanks has no line end.
  const bool layout =
      Trimmed(value).empty() && value.find_first_of("\r\n") != std::string_view::npos;
  const pugi::xml_node parent = node.parent();
  const bool alone = !node.previous_sibling() && !node.next_sibling();
  if (layout) {
    return true;
  }
  if (Own(parent.parent().name()) == "System") {
    Text(Trimmed(value));
  } else if (alone && Own(parent.name()) == "Binary" && IsHex(value)) {
    Text(LowerAscii(value));
  } else if (alone) {
    Value(value);
  } else {
    Text(value);
  }
  return true;
}

// As event_record.h says, in a field, which copies it.
void EventXmlDecoder::Value(std::string_view value) {
  if (IsGuid(value)) {
    Text(LowerAscii(value));
  } else if (IsRenderedTime(value)) {
    Text(std::string(value.substr(0, value.size() - 3)).append("Z"));
  } else {
    Text(value);
  }
}

bool EventXmlDecoder::Attributes(const pugi::xml_node& element) {
  const bool kept = Own(element.parent().name()) == "System";
  for (const pugi::xml_attribute& attribute : element.attributes()) {
    const evtx::NameTable::Id name = NameOf(attribute.name());
    if (name == evtx::NameTable::kNoName) {
      return false;
    }
    builder_.Attribute(name);
    // The builder keeps the names of fields and the head where they stand.
    if (kept || Own(attribute.name()) == "Name") {
      Text(attribute.value());
    } else {
      Value(attribute.value());
    }
  }
  return true;
}

void EventXmlDecoder::Text(std::string_view text) {
  builder_.Text({.data = reinterpret_cast<const std::byte*>(text.data()),
                 .size = static_cast<std::uint32_t>(text.size()),
                 .type = evtx::kReadyText});
}

EventXmlDecoder::Step EventXmlDecoder::Leave(const pugi::xml_node& node, EvtxVisitor& visitor) {
  if (!IsElement(node)) {
    return Step::kGoOn;
  }
  if (!builder_.Close() || builder_.full()) {
    return Step::kTooMuch;
  }
  if (!asked_ && builder_.head_ready()) {
    asked_ = true;
    return visitor.Wants(builder_.head()) ? Step::kGoOn : Step::kEnough;
  }
  return Step::kGoOn;
}

}  // namespace whfb::readers
