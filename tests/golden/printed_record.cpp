#include "tests/golden/printed_record.h"

#include <algorithm>

#include <spdlog/fmt/fmt.h>

namespace whfb::golden {

namespace {

constexpr std::size_t kLongestBytes = 48;
constexpr std::size_t kLineWidth = 100;

bool IsPlain(std::string_view text) {
  const bool blank_ends = text.starts_with(' ') || text.ends_with(' ');
  return !text.empty() && !blank_ends && text.front() != '"' &&
         std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

std::string Escaped(unsigned char c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\\':
      return "\\\\";
    case '"':
      return "\\\"";
    default:
      return c < 0x20 || c == 0x7f ? fmt::format("\\x{:02x}", c)
                                   : std::string(1, static_cast<char>(c));
  }
}

// "  absent: a, b, c", broken where the line gets long.
std::string NameList(std::string_view title, const std::vector<std::string_view>& names) {
  if (names.empty()) {
    return {};
  }
  std::string line = fmt::format("  {}:", title);
  std::string text;
  for (const std::string_view name : names) {
    if (line.size() + name.size() + 2 > kLineWidth) {
      text += line + "\n";
      line = "   ";
    }
    line += fmt::format(" {}{}", name, name.data() == names.back().data() ? "" : ",");
  }
  return text + line + "\n";
}

std::string ValueLine(const PrintedField& field) {
  if (field.knowledge == Knowledge::kUnknown) {
    return fmt::format("  {} = unknown ({})\n", field.name, ToString(field.why));
  }
  return fmt::format("  {} = {}\n", field.name, field.text);
}

std::string_view AccountText(readers::Account account) {
  switch (account) {
    case readers::Account::kSystem:
      return "system";
    case readers::Account::kUser:
      return "user";
    case readers::Account::kUnknown:
      break;
  }
  return "unknown";
}

}  // namespace

std::string Shown(std::string_view text) {
  if (IsPlain(text)) {
    return std::string(text);
  }
  std::string shown = "\"";
  for (const char c : text) {
    shown += Escaped(static_cast<unsigned char>(c));
  }
  return shown + "\"";
}

std::string Shown(bool value) {
  return value ? "yes" : "no";
}

std::string Shown(std::int64_t value) {
  return std::to_string(value);
}

std::string Shown(std::uint32_t hresult) {
  return fmt::format("0x{:08x}", hresult);
}

std::string Shown(std::span<const std::string_view> list) {
  std::string text;
  for (const std::string_view item : list) {
    text += (text.empty() ? "" : " | ") + Shown(item);
  }
  return list.empty() ? "(empty list)" : text;
}

std::string Shown(std::span<const std::byte> bytes) {
  std::string hex;
  for (const std::byte octet : bytes.first(std::min(bytes.size(), kLongestBytes))) {
    hex += fmt::format("{:02x}", std::to_integer<unsigned>(octet));
  }
  return fmt::format("{} bytes{}{}{}", bytes.size(), hex.empty() ? "" : " ", hex,
                     bytes.size() > kLongestBytes ? "..." : "");
}

std::string Shown(const TimeInterval& interval) {
  return FormatTime(interval);
}

std::string ShownTicks(Ticks ticks) {
  std::string text = FormatTime(ticks);
  const Ticks fraction = ((ticks % kTicksPerSecond) + kTicksPerSecond) % kTicksPerSecond;
  text.pop_back();
  return fmt::format("{}.{:07}Z", text, fraction);
}

RecordPrinter::RecordPrinter(std::string_view type, const Provenance& source) {
  record_.type = type;
  record_.place = fmt::format("@{}", source.place);
  if (!source.key.empty()) {
    record_.place += " " + Shown(source.key);
  }
  if (source.outdated) {
    Field("outdated", true, FieldKind::kExtra);
  }
}

RecordPrinter& RecordPrinter::Context(const readers::Context& context) {
  const auto& [account, user_sid, user_upn, collected] = context;
  if (account != readers::Account::kUnknown || !user_sid.empty() || !user_upn.empty()) {
    std::string text(AccountText(account));
    for (const std::string_view name : {user_sid, user_upn}) {
      text += name.empty() ? "" : " " + Shown(name);
    }
    Add({.name = "account", .text = std::move(text)});
  }
  if (collected.latest != 0) {
    Field("collected", collected);
  }
  return *this;
}

RecordPrinter& RecordPrinter::Add(PrintedField field) {
  record_.fields.push_back(std::move(field));
  return *this;
}

std::string Layout(const PrintedRecord& record) {
  std::string text = fmt::format("{} {}\n", record.type, record.place);
  std::vector<std::string_view> absent;
  std::vector<std::string_view> not_shown;
  for (const PrintedField& field : record.fields) {
    if (field.knowledge == Knowledge::kAbsent) {
      absent.emplace_back(field.name);
    } else if (field.knowledge == Knowledge::kUnknown && field.why == WhyUnknown::kNotCollected) {
      not_shown.emplace_back(field.name);
    } else {
      text += ValueLine(field);
    }
  }
  return text + NameList("absent", absent) + NameList("not shown", not_shown);
}

}  // namespace whfb::golden
