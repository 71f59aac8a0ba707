// SDDL text ([MS-DTYP] 2.5.1).

#include <algorithm>
#include <array>

#include "collectors/readers/security_descriptor.h"
#include "collectors/readers/sid_text.h"
#include "scanner/core/number_text.h"

namespace whfb::readers {

namespace {

struct KnownSid {
  std::string_view alias{};
  std::string_view sid{};
};

constexpr std::array kKnownSids = {KnownSid{"AA", "S-1-5-32-579"},
                                   KnownSid{"AC", "S-1-15-2-1"},
                                   KnownSid{"AN", "S-1-5-7"},
                                   KnownSid{"AO", "S-1-5-32-548"},
                                   KnownSid{"AS", "S-1-18-1"},
                                   KnownSid{"AU", "S-1-5-11"},
                                   KnownSid{"BA", "S-1-5-32-544"},
                                   KnownSid{"BG", "S-1-5-32-546"},
                                   KnownSid{"BO", "S-1-5-32-551"},
                                   KnownSid{"BU", "S-1-5-32-545"},
                                   KnownSid{"CD", "S-1-5-32-574"},
                                   KnownSid{"CG", "S-1-3-1"},
                                   KnownSid{"CO", "S-1-3-0"},
                                   KnownSid{"CY", "S-1-5-32-569"},
                                   KnownSid{"ED", "S-1-5-9"},
                                   KnownSid{"ER", "S-1-5-32-573"},
                                   KnownSid{"ES", "S-1-5-32-576"},
                                   KnownSid{"HA", "S-1-5-32-578"},
                                   KnownSid{"HI", "S-1-16-12288"},
                                   KnownSid{"IS", "S-1-5-32-568"},
                                   KnownSid{"IU", "S-1-5-4"},
                                   KnownSid{"LS", "S-1-5-19"},
                                   KnownSid{"LU", "S-1-5-32-559"},
                                   KnownSid{"LW", "S-1-16-4096"},
                                   KnownSid{"ME", "S-1-16-8192"},
                                   KnownSid{"MP", "S-1-16-8448"},
                                   KnownSid{"MS", "S-1-5-32-577"},
                                   KnownSid{"MU", "S-1-5-32-558"},
                                   KnownSid{"NO", "S-1-5-32-556"},
                                   KnownSid{"NS", "S-1-5-20"},
                                   KnownSid{"NU", "S-1-5-2"},
                                   KnownSid{"OW", "S-1-3-4"},
                                   KnownSid{"PO", "S-1-5-32-550"},
                                   KnownSid{"PS", "S-1-5-10"},
                                   KnownSid{"PU", "S-1-5-32-547"},
                                   KnownSid{"RA", "S-1-5-32-575"},
                                   KnownSid{"RC", "S-1-5-12"},
                                   KnownSid{"RD", "S-1-5-32-555"},
                                   KnownSid{"RE", "S-1-5-32-552"},
                                   KnownSid{"RM", "S-1-5-32-580"},
                                   KnownSid{"RU", "S-1-5-32-554"},
                                   KnownSid{"SI", "S-1-16-16384"},
                                   KnownSid{"SO", "S-1-5-32-549"},
                                   KnownSid{"SS", "S-1-18-2"},
                                   KnownSid{"SU", "S-1-5-6"},
                                   KnownSid{"SY", "S-1-5-18"},
                                   KnownSid{"UD", "S-1-5-84-0-0-0-0-0"},
                                   KnownSid{"WD", "S-1-1-0"},
                                   KnownSid{"WR", "S-1-5-33"}};

struct KnownRid {
  std::string_view alias{};
  std::uint32_t rid = 0;
  bool forest = false;
};

constexpr std::array kKnownRids = {
    KnownRid{"LA", 500},       KnownRid{"LG", 501},      KnownRid{"DA", 512},
    KnownRid{"DU", 513},       KnownRid{"DG", 514},      KnownRid{"DC", 515},
    KnownRid{"DD", 516},       KnownRid{"CA", 517},      KnownRid{"CN", 522},
    KnownRid{"AP", 525},       KnownRid{"KA", 526},      KnownRid{"EK", 527},
    KnownRid{"PA", 520},       KnownRid{"RS", 553},      KnownRid{"SA", 518, true},
    KnownRid{"EA", 519, true}, KnownRid{"RO", 498, true}};

struct Letters {
  std::string_view letters{};
  std::uint32_t bits = 0;
};

constexpr std::array kRights = {
    Letters{"CC", 0x1},        Letters{"DC", 0x2},        Letters{"LC", 0x4},
    Letters{"SW", 0x8},        Letters{"RP", 0x10},       Letters{"WP", 0x20},
    Letters{"DT", 0x40},       Letters{"LO", 0x80},       Letters{"CR", 0x100},
    Letters{"SD", 0x10000},    Letters{"RC", 0x20000},    Letters{"WD", 0x40000},
    Letters{"WO", 0x80000},    Letters{"GA", 0x10000000}, Letters{"GX", 0x20000000},
    Letters{"GW", 0x40000000}, Letters{"GR", 0x80000000}, Letters{"FA", 0x1F01FF},
    Letters{"FR", 0x120089},   Letters{"FW", 0x120116},   Letters{"FX", 0x1200A0},
    Letters{"KA", 0xF003F},    Letters{"KR", 0x20019},    Letters{"KW", 0x20006},
    Letters{"KX", 0x20019},    Letters{"NR", 0x2},        Letters{"NW", 0x1},
    Letters{"NX", 0x4}};

constexpr std::array kFlags = {Letters{"OI", 0x1},  Letters{"CI", 0x2},  Letters{"NP", 0x4},
                               Letters{"IO", 0x8},  Letters{"ID", 0x10}, Letters{"CR", 0x20},
                               Letters{"SA", 0x40}, Letters{"FA", 0x80}, Letters{"TP", 0x40}};

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') {
    text.remove_prefix(1);
  }
  while (!text.empty() && text.back() == ' ') {
    text.remove_suffix(1);
  }
  return text;
}

template <typename Table>
bool AddLetters(std::string_view text, const Table& table, std::uint32_t& bits) {
  constexpr std::size_t kPair = 2;
  if (text.size() % kPair != 0) {
    return false;
  }
  for (; !text.empty(); text.remove_prefix(kPair)) {
    const auto known = std::ranges::find(table, text.substr(0, kPair), &Letters::letters);
    if (known == table.end()) {
      return false;
    }
    bits |= known->bits;
  }
  return true;
}

// A SID, or an alias of two letters, at the front of `text`, which is moved past it. An alias
// that nobody knows gives nothing.
std::optional<std::string> TakePrincipal(std::string_view& text) {
  constexpr std::size_t kAlias = 2;
  if (text.size() > kAlias && (text[0] == 'S' || text[0] == 's') && text[1] == '-') {
    const std::size_t end = std::min(text.find_first_not_of("0123456789-", 1), text.size());
    std::string sid = "S" + std::string(text.substr(1, end - 1));
    text.remove_prefix(end);
    return LooksLikeSid(sid) ? std::optional(std::move(sid)) : std::nullopt;
  }
  const std::string_view alias = text.substr(0, kAlias);
  const std::string_view sid = WellKnownSid(alias);
  if (sid.empty() && DomainRid(alias) == 0) {
    return std::nullopt;
  }
  text.remove_prefix(kAlias);
  return std::string(sid.empty() ? alias : sid);
}

// Up to the ")" that belongs to the "(" at the front; empty when there is none. Quotes and
// parentheses nest in the conditions of callback entries.
std::string_view TakeParentheses(std::string_view& text) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    quoted = text[i] == '"' ? !quoted : quoted;
    depth += !quoted && text[i] == '(' ? 1U : 0U;
    if (!quoted && text[i] == ')' && --depth == 0) {
      const std::string_view inside = text.substr(1, i - 1);
      text.remove_prefix(i + 1);
      return inside;
    }
  }
  return {};
}

bool TakeEntry(std::string_view inside, SecurityDescriptor& descriptor) {
  constexpr std::size_t kFields = 6;
  std::array<std::string_view, kFields> fields;
  for (std::size_t i = 0; i < kFields; ++i) {
    const std::size_t end = i + 1 == kFields ? inside.size() : inside.find(';');
    if (end == std::string_view::npos) {
      return false;
    }
    fields.at(i) = Trimmed(inside.substr(0, end));
    inside.remove_prefix(std::min(end + 1, inside.size()));
  }
  const bool object = fields[0] == "OA" || fields[0] == "OD";
  if (fields[0] != "A" && fields[0] != "D" && !object) {
    descriptor.complete = false;
    return true;
  }
  AccessEntry entry = {.allow = fields[0].ends_with('A')};
  const auto rights = ParseRights(fields[2]);
  std::string_view rest = fields[5];
  auto principal = TakePrincipal(rest);
  entry.object_type = PlainGuid(fields[3]);
  entry.inherited_type = PlainGuid(fields[4]);
  if (!AddLetters(fields[1], kFlags, entry.flags) || !rights || !principal || !rest.empty() ||
      entry.object_type.empty() != fields[3].empty() ||
      entry.inherited_type.empty() != fields[4].empty()) {
    return false;
  }
  entry.mask = *rights;
  entry.principal = *std::move(principal);
  descriptor.entries.push_back(std::move(entry));
  return true;
}

bool TakeAcl(std::string_view& text, SecurityDescriptor& descriptor) {
  constexpr std::string_view kNull = "NO_ACCESS_CONTROL";
  descriptor.dacl = SecurityDescriptor::Dacl::kShown;
  while (!text.empty() && text.front() != '(' && (text.size() < 2 || text[1] != ':')) {
    if (text.starts_with(kNull)) {
      descriptor.dacl = SecurityDescriptor::Dacl::kNull;
      text.remove_prefix(kNull.size());
    } else if (std::string_view("PAIR").find(text.front()) != std::string_view::npos) {
      text.remove_prefix(1);
    } else {
      return false;
    }
  }
  while (text.starts_with('(')) {
    const std::string_view inside = TakeParentheses(text);
    if (inside.empty() || !TakeEntry(inside, descriptor)) {
      return false;
    }
  }
  return true;
}

// What follows "O:", "G:", "D:" or "S:".
bool TakeSection(char section, std::string_view& text, SecurityDescriptor& descriptor) {
  SecurityDescriptor audit;  // is thrown away
  if (section == 'D' || section == 'S') {
    return TakeAcl(text, section == 'D' ? descriptor : audit);
  }
  if (section != 'O' && section != 'G') {
    return false;
  }
  auto principal = TakePrincipal(text);
  if (principal && section == 'O') {
    descriptor.owner = *principal;
  }
  return principal.has_value();
}

}  // namespace

std::string_view WellKnownSid(std::string_view alias) {
  const auto* const known = std::ranges::find(kKnownSids, alias, &KnownSid::alias);
  return known == kKnownSids.end() ? std::string_view{} : known->sid;
}

std::uint32_t DomainRid(std::string_view alias) {
  const auto* const known = std::ranges::find(kKnownRids, alias, &KnownRid::alias);
  return known == kKnownRids.end() ? 0 : known->rid;
}

bool IsForestAlias(std::string_view alias) {
  const auto* const known = std::ranges::find(kKnownRids, alias, &KnownRid::alias);
  return known != kKnownRids.end() && known->forest;
}

std::optional<std::uint32_t> ParseRights(std::string_view text) {
  std::uint32_t bits = 0;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    return ParseWhole<std::uint32_t>(text.substr(2), 16);
  }
  if (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    return ParseWhole<std::uint32_t>(text, text.front() == '0' ? 8 : 10);
  }
  return AddLetters(text, kRights, bits) ? std::optional(bits) : std::nullopt;
}

std::optional<SecurityDescriptor> ParseSddl(std::string_view text) {
  SecurityDescriptor descriptor;
  text = Trimmed(text);
  bool whole = !text.empty();
  while (whole && !text.empty()) {
    whole = text.size() > 1 && text[1] == ':';
    const char section = text.front();
    text.remove_prefix(std::min<std::size_t>(2, text.size()));
    whole = whole && TakeSection(section, text, descriptor);
  }
  return whole ? std::optional(std::move(descriptor)) : std::nullopt;
}

}  // namespace whfb::readers
