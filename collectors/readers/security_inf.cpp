#include "collectors/readers/security_inf.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/reg_interest.h"
#include "collectors/readers/text_decoding.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/number_text.h"

namespace whfb::readers {

namespace {

constexpr std::array<std::string_view, 10> kSettingSections = {
    "[System Access]",    "[Event Audit]",    "[Registry Values]", "[Privilege Rights]",
    "[Kerberos Policy]",  "[Registry Keys]",  "[File Security]",   "[Service General Setting]",
    "[Group Membership]", "[Application Log]"};

// MS-GPSB 2.2.6: the first word of a path.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kRoots = {{
    {"MACHINE\\", "HKEY_LOCAL_MACHINE\\"},
    {"USERS\\", "HKEY_USERS\\"},
    {"CLASSES_ROOT\\", "HKEY_CLASSES_ROOT\\"},
}};

bool Among(std::string_view line, std::span<const std::string_view> sections) {
  return std::ranges::any_of(
      sections, [line](std::string_view section) { return SameNoCase(line, section); });
}

// Where "= 4," begins: the first '=' that a type follows, since names may hold '=' too.
std::size_t Separator(std::string_view line) {
  for (std::size_t at = line.find('='); at != std::string_view::npos; at = line.find('=', at + 1)) {
    const std::string_view rest = TrimBlanks(line.substr(at + 1));
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view type = TrimBlanks(rest.substr(0, comma));
    const bool digits = !type.empty() && std::ranges::all_of(type, [](char letter) {
      return letter >= '0' && letter <= '9';
    });
    if (digits && comma < rest.size()) {
      return at;
    }
  }
  return std::string_view::npos;
}

// "a","b,c" to its items: commas inside quotes do not separate, the quotes go.
std::vector<std::string> Items(std::string_view text) {
  std::vector<std::string> items(1);
  bool quoted = false;
  for (const char letter : text) {
    if (letter == '"') {
      quoted = !quoted;
    } else if (letter == ',' && !quoted) {
      items.emplace_back();
    } else {
      items.back().push_back(letter);
    }
  }
  return items;
}

std::string Joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) {
    text.append(text.empty() ? "" : "\n").append(TrimBlanks(item));
  }
  return text;
}

bool ParseUnsigned(std::string_view text, std::uint64_t max, std::uint64_t& number) {
  const auto whole = ParseWhole<std::uint64_t>(text);
  number = whole.value_or(0);
  return whole && number <= max;
}

class InfFile {
 public:
  InfFile(const EvidenceView& evidence, PolicyOrigin origin, std::string_view gpo, RecordSink& sink)
      : evidence_(evidence), origin_(origin), gpo_(gpo), sink_(sink) {}

  [[nodiscard]] bool rights_shown() const { return rights_shown_; }

  void Run(std::string_view text) {
    TextLines lines(text);
    std::string_view line;
    while (lines.Next(line)) {
      number_ = lines.number();
      const bool cut = line.data() + line.size() == text.data() + text.size();
      Line(TrimBlanks(line), cut);
    }
  }

 private:
  enum class Section : std::uint8_t { kOther, kRegistryValues, kPrivilegeRights };

  void Line(std::string_view line, bool cut) {
    if (line.empty() || line.front() == ';') {
      return;
    }
    if (cut) {
      sink_.AddGap({number_, WhyUnknown::kTruncated, "the last line does not end"});
    }
    if (line.front() == '[') {
      rights_shown_ = rights_shown_ || (section_ == Section::kPrivilegeRights && !cut);
      section_ = SameNoCase(line, "[Registry Values]")    ? Section::kRegistryValues
                 : SameNoCase(line, "[Privilege Rights]") ? Section::kPrivilegeRights
                                                          : Section::kOther;
    } else if (section_ == Section::kRegistryValues) {
      RegistryLine(line, cut);
    } else if (section_ == Section::kPrivilegeRights) {
      RightLine(line, cut);
    } else {
      ++sink_.record_count;
    }
  }

  // MACHINE\path\name=type,data
  void RegistryLine(std::string_view line, bool cut) {
    ++sink_.record_count;
    const std::size_t equals = Separator(line);
    std::string path = equals == std::string_view::npos
                           ? std::string()
                           : FullPath(TrimBlanks(line.substr(0, equals)));
    const std::size_t slash = path.rfind('\\');
    if (path.empty() || slash + 1 == path.size()) {
      Damage("neither a registry value nor a type");
      return;
    }
    if (!Interesting(path.substr(0, slash))) {
      return;
    }
    PolicySetting setting{.origin = origin_,
                          .scope = PolicyScope::kComputer,
                          .part = PolicyPart::kSecurity,
                          .gpo = gpo_};
    setting.value.key = sink_.Keep(std::string_view(path).substr(0, slash));
    setting.value.name = sink_.Keep(std::string_view(path).substr(slash + 1));
    setting.value.context = evidence_.context;
    setting.value.source = evidence_.At(number_, sink_.Keep(path));
    const std::string_view rest = TrimBlanks(line.substr(equals + 1));
    const std::size_t comma = rest.find(',');
    Data(TrimBlanks(rest.substr(0, comma)), TrimBlanks(rest.substr(comma + 1)), setting.value);
    if (setting.value.malformed) {
      Damage("the data does not fit its type");
    }
    setting.value.malformed = setting.value.malformed || cut;
    sink_.records.Add(setting);
  }

  static std::string FullPath(std::string_view path) {
    if (path.size() >= 2 && path.starts_with('"') && path.ends_with('"')) {
      path = path.substr(1, path.size() - 2);
    }
    for (const auto& [brief, full] : kRoots) {
      if (SameNoCase(path.substr(0, brief.size()), brief)) {
        return std::string(full).append(path.substr(brief.size()));
      }
    }
    return {};
  }

  static bool Interesting(std::string key) {
    for (char& letter : key) {
      letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    }
    return IsInterestingKey(key);
  }

  void Data(std::string_view type, std::string_view data, RegistryValue& value) const {
    constexpr std::uint64_t kDwordMax = 0xFFFFFFFF;
    if (type == "4") {
      value.type = RegistryType::kDword;
      value.malformed = !ParseUnsigned(data, kDwordMax, value.number);
    } else if (type == "1" || type == "2") {
      value.type = type == "1" ? RegistryType::kText : RegistryType::kExpandText;
      const bool quoted = data.size() >= 2 && data.starts_with('"') && data.ends_with('"');
      value.malformed = !quoted && data.find('"') != std::string_view::npos;
      value.text = sink_.Keep(quoted ? data.substr(1, data.size() - 2) : data);
    } else if (type == "7") {
      value.type = RegistryType::kMultiText;
      value.malformed = std::ranges::count(data, '"') % 2 != 0;
      value.text = sink_.Keep(Joined(Items(data)));
    } else {
      value.type = type == "3" ? RegistryType::kBinary : RegistryType::kOther;
      value.text = sink_.Keep(data);
    }
  }

  // SeRemoteInteractiveLogonRight = *S-1-5-32-544,CONTOSO\Helpdesk
  void RightLine(std::string_view line, bool cut) {
    ++sink_.record_count;
    const std::size_t equals = line.find('=');
    const std::string_view name = TrimBlanks(line.substr(0, equals));
    if (equals == std::string_view::npos || name.empty()) {
      Damage("no '=' in a user right");
      return;
    }
    if (cut) {
      return;  // half a list would look like a whole one; the gap says so
    }
    std::vector<std::string_view> members;
    for (const std::string& item : Items(line.substr(equals + 1))) {
      std::string_view member = TrimBlanks(item);
      member.remove_prefix(member.starts_with('*') ? 1 : 0);
      if (!member.empty()) {
        members.push_back(sink_.Keep(member));
      }
    }
    sink_.records.Add(PrivilegeRight{.origin = origin_,
                                     .name = sink_.Keep(name),
                                     .members = sink_.records.pool().KeepList(members),
                                     .gpo = gpo_,
                                     .source = evidence_.At(number_, sink_.Keep(name))});
  }

  void Damage(std::string message) {
    sink_.AddGap({number_, WhyUnknown::kMalformed, std::move(message)});
  }

  const EvidenceView& evidence_;
  PolicyOrigin origin_;
  std::string_view gpo_;
  RecordSink& sink_;
  Section section_ = Section::kOther;
  bool rights_shown_ = false;  // the section of user rights was left behind
  std::uint64_t number_ = 0;
};

}  // namespace

InfShape ShapeOfInf(const Head& head) {
  if (const char first = head.FirstLetter(); first != '[' && first != ';') {
    return InfShape::kOther;
  }
  TextLines lines(head.Text());
  std::string_view line;
  bool version = false;
  bool unicode = false;
  while (lines.Next(line)) {
    line = TrimBlanks(line);
    version = version || SameNoCase(line, "[Version]");
    unicode = unicode || SameNoCase(line, "[Unicode]");
    if (Among(line, kSettingSections)) {
      return version ? InfShape::kTemplate : InfShape::kExport;
    }
    const bool other = !line.empty() && line.front() == '[' && line.back() == ']' &&
                       !SameNoCase(line, "[Version]") && !SameNoCase(line, "[Unicode]") &&
                       !SameNoCase(line, "[Profile Description]");
    if (other) {
      return InfShape::kOther;  // the INF of a driver has [Manufacturer], [Strings] and the like
    }
  }
  return unicode && version ? InfShape::kTemplate : InfShape::kOther;
}

Status ReadSecurityInf(const EvidenceView& evidence,
                       PolicyOrigin origin,
                       std::string_view gpo,
                       RecordSink& sink) {
  constexpr std::size_t kShapeBytes = std::size_t{64} << 10;
  const std::size_t shown = std::min(evidence.bytes.size(), kShapeBytes);
  if (ShapeOfInf(Head(evidence.bytes.first(shown), {})) == InfShape::kOther) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path),
                 "no section of a security template"};
  }
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  sink.note = std::string(decoded.encoding);
  const std::uint64_t damaged = sink.damaged_count;
  if (decoded.replaced > 0) {
    sink.AddGap({.message = "letters that are no text in " + std::string(decoded.encoding)});
  }
  InfFile file(evidence, origin, gpo, sink);
  file.Run(decoded.text);
  const bool whole = sink.damaged_count == damaged;
  sink.records.Add(PolicyFile{.origin = origin,
                              .scope = PolicyScope::kComputer,
                              .gpo = gpo,
                              .complete = whole,
                              .rights_shown = whole && file.rights_shown(),
                              .source = evidence.At(0)});
  return Ok{};
}

}  // namespace whfb::readers
