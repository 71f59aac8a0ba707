#include "collectors/readers/directory_builder.h"

#include <algorithm>
#include <optional>

#include <spdlog/fmt/fmt.h>

#include "collectors/readers/certificate_hash.h"
#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/dstemplate_values.h"
#include "collectors/readers/sid_text.h"
#include "collectors/readers/template_flags.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/number_text.h"
#include "scanner/core/time.h"

namespace whfb::readers {

namespace {

// Strings as they are, numbers and booleans as JSON writes them; nothing for the rest.
std::optional<std::string> Scalar(const Json& value) {
  if (value.is_string()) {
    return value.get<std::string>();
  }
  if (value.is_boolean()) {
    return value.get<bool>() ? "TRUE" : "FALSE";
  }
  return value.is_number() ? std::optional(value.dump()) : std::nullopt;
}

std::optional<std::string> NotEmpty(std::string text) {
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

// "ESC1.LOCAL-S-1-5-32-544": a SID that every domain has, behind the name of the domain.
std::optional<std::string> Sid(std::string_view text) {
  const std::size_t at = text.find("S-1-");
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at);
  return LooksLikeSid(text) ? std::optional(std::string(text)) : std::nullopt;
}

std::optional<std::string> LdapTime(std::string_view text) {
  constexpr std::int64_t kYear9999 = 253'402'300'799;
  const auto seconds = ParseWhole<std::int64_t>(text);
  if (!seconds || *seconds <= 0 || *seconds > kYear9999) {
    return std::nullopt;
  }
  const CivilTime civil = CivilFromTicks(kUnixEpochTicks + *seconds * kTicksPerSecond);
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}.0Z", civil.year, civil.month, civil.day,
                     civil.hour, civil.minute, civil.second);
}

std::optional<std::string> Hash(std::string_view text) {
  std::string hex = HexOf(text);
  return hex.size() == kSha1Digits ? std::optional(std::move(hex)) : std::nullopt;
}

std::optional<std::string> Formed(const Json& value, FieldForm form) {
  std::optional<std::string> text = Scalar(value);
  if (!text) {
    return std::nullopt;
  }
  switch (form) {
    case FieldForm::kSid:
      return Sid(*text);
    case FieldForm::kGuid:
      return NotEmpty(PlainGuid(*text));
    case FieldForm::kHash:
      return Hash(*text);
    case FieldForm::kUsages:
      return NotEmpty(UsageOid(*text));
    case FieldForm::kPeriod:
      return NormaliseTemplateValue("pKIExpirationPeriod", *std::move(text));
    case FieldForm::kUnixTime:
      return LdapTime(*text);
    case FieldForm::kNumber:
      return ParseWhole<std::int64_t>(*text) ? std::move(text) : std::nullopt;
    case FieldForm::kText:
    case FieldForm::kNameFlags:
    case FieldForm::kEnrolmentFlags:
      break;
  }
  return NotEmpty(*std::move(text));
}

// One number of names, numbers, or a list of them.
std::optional<std::string> Flags(const Json& value, TemplateFlags flags) {
  std::uint32_t bits = 0;
  const auto add = [&](const Json& one) {
    const auto text = Scalar(one);
    const auto more = text ? FlagsOf(flags, *text) : std::nullopt;
    bits |= more.value_or(0);
    return more.has_value();
  };
  const bool read = value.is_array() ? std::ranges::all_of(value, add) : add(value);
  return read ? std::optional(std::to_string(bits)) : std::nullopt;
}

bool IsNumber(const Json& member, std::int64_t number) {
  return member.is_number_integer() && member.get<std::int64_t>() == number;
}

// What these tools write of flags that they were not shown, too.
bool IsNoFlag(const Json& member) {
  if (member.is_array()) {
    return std::ranges::all_of(member, IsNoFlag);
  }
  const std::string* const text = member.get_ptr<const std::string*>();
  return text == nullptr ? IsNumber(member, 0)
                         : text->empty() || *text == "0" || SameNoCase(*text, "none");
}

// Whether the member says anything.
bool Shows(const Json& member, FieldForm form) {
  if (form == FieldForm::kNameFlags || form == FieldForm::kEnrolmentFlags) {
    return !IsNoFlag(member);
  }
  if (member.is_string()) {
    return !member.get_ptr<const std::string*>()->empty();
  }
  switch (form) {
    case FieldForm::kNumber:
    case FieldForm::kPeriod:
      return !IsNumber(member, 0);
    case FieldForm::kUnixTime:
      return !IsNumber(member, 0) && !IsNumber(member, -1);
    default:
      return !member.is_array() || !member.empty();
  }
}

}  // namespace

const Json* JsonMember(const Json& object, std::string_view name) {
  if (!object.is_object()) {
    return nullptr;
  }
  const auto found = object.find(std::string(name));
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string_view JsonText(const Json& object, std::string_view name) {
  const Json* const member = JsonMember(object, name);
  return member != nullptr && member->is_string()
             ? std::string_view(*member->get_ptr<const std::string*>())
             : std::string_view{};
}

void DirectoryBuilder::Take(const Json& object, std::span<const FieldMapping> table) {
  for (const FieldMapping& mapping : table) {
    const Json* const member = JsonMember(object, mapping.field);
    if (member != nullptr && Shows(*member, mapping.form)) {
      TakeMember(*member, mapping);
    }
  }
}

void DirectoryBuilder::TakeMember(const Json& member, const FieldMapping& mapping) {
  std::vector<std::string> values;
  bool whole = true;
  const auto take = [&](std::optional<std::string> value) {
    whole = whole && value.has_value() && values.size() < kMaxValues;
    if (whole) {
      values.push_back(*std::move(value));
    }
  };
  if (mapping.form == FieldForm::kNameFlags) {
    take(Flags(member, TemplateFlags::kName));
  } else if (mapping.form == FieldForm::kEnrolmentFlags) {
    take(Flags(member, TemplateFlags::kEnrolment));
  } else if (member.is_array()) {
    std::ranges::for_each(member, [&](const Json& one) { take(Formed(one, mapping.form)); });
  } else {
    take(Formed(member, mapping.form));
  }
  const WhyUnknown why =
      values.size() < kMaxValues ? WhyUnknown::kMalformed : WhyUnknown::kTooLarge;
  if (!whole) {
    std::string message(source_.place == 0 ? source_.key : std::string_view{});
    message.append(message.empty() ? "" : ": ").append("a value of ").append(mapping.field);
    sink_.AddGap(
        {.place = source_.place, .why = why, .message = message.append(" cannot be read")});
  }
  Push(mapping.attribute, values, whole, why);
}

void DirectoryBuilder::Add(std::string_view attribute, std::string_view value) {
  const std::string text(value);
  AddList(attribute, std::span(&text, 1), true);
}

void DirectoryBuilder::AddList(std::string_view attribute,
                               std::span<const std::string> values,
                               bool whole) {
  Push(attribute, values, whole, WhyUnknown::kNotCollected);
}

void DirectoryBuilder::AddDescriptor(const SecurityDescriptor& descriptor) {
  const std::string text = ToSddl(descriptor);
  AddList("nTSecurityDescriptor", std::span(&text, 1), false);
}

void DirectoryBuilder::Push(std::string_view attribute,
                            std::span<const std::string> values,
                            bool whole,
                            WhyUnknown why) {
  std::vector<std::string_view> kept;
  for (const std::string& value : values) {
    const std::string_view text = sink_.Keep(value);
    if (text.data() == nullptr) {
      whole = false;
      why = WhyUnknown::kTooLarge;
    } else {
      kept.push_back(text);
    }
  }
  const TextList list = sink_.records.pool().KeepList(kept);
  const bool all = list.size() == kept.size();
  attributes_.push_back({.name = attribute,
                         .values = list,
                         .source = source_,
                         .whole = whole && all,
                         .why = all ? why : WhyUnknown::kTooLarge});
}

std::span<const DirectoryAttribute> DirectoryBuilder::Keep() const {
  return sink_.records.pool().KeepItems(std::span<const DirectoryAttribute>(attributes_));
}

}  // namespace whfb::readers
