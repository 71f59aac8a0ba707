// Certificate template objects (evidence.md section 9).

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collectors/collector.h"
#include "collectors/directory_view.h"
#include "collectors/readers/dstemplate_values.h"
#include "collectors/readers/small_records.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/number_text.h"
#include "scanner/core/time.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"template.cn", ValueType::kText, "template name", "", ValueType::kText, true},
    FactSpec{"template.display_name", ValueType::kText, "display name", "", ValueType::kText, true},
    FactSpec{"template.schema_version", ValueType::kInt, "msPKI-Template-Schema-Version"},
    FactSpec{"template.flags", ValueType::kInt, "flags"},
    FactSpec{"template.certificate_name_flag", ValueType::kInt,
             "msPKI-Certificate-Name-Flag as unsigned 32 bit"},
    FactSpec{"template.enrollment_flag", ValueType::kInt, "msPKI-Enrollment-Flag"},
    FactSpec{"template.private_key_flag", ValueType::kInt, "msPKI-Private-Key-Flag"},
    FactSpec{"template.providers", ValueType::kList, "pKIDefaultCSPs without the order numbers", "",
             ValueType::kText},
    FactSpec{"template.application_policies", ValueType::kList,
             "msPKI-Certificate-Application-Policy", "", ValueType::kOid},
    FactSpec{"template.eku", ValueType::kList, "pKIExtendedKeyUsage", "", ValueType::kOid},
    FactSpec{"template.minimal_key_size", ValueType::kInt, "msPKI-Minimal-Key-Size"},
    FactSpec{"template.oid", ValueType::kOid, "msPKI-Cert-Template-OID", "", ValueType::kText,
             true},
    FactSpec{"template.algorithm", ValueType::kText,
             "msPKI-Asymmetric-Algorithm of msPKI-RA-Application-Policies"},
    FactSpec{"template.hash", ValueType::kText,
             "msPKI-Hash-Algorithm of msPKI-RA-Application-Policies"},
    FactSpec{"template.key_usage", ValueType::kHex, "pKIKeyUsage without zero octets at the end"},
    FactSpec{"template.default_key_spec", ValueType::kInt,
             "pKIDefaultKeySpec: 1 exchange, 2 signature"},
    FactSpec{"template.ra_signature", ValueType::kInt,
             "msPKI-RA-Signature: signatures that a request needs"},
    FactSpec{"template.validity_hours", ValueType::kInt, "pKIExpirationPeriod"},
    FactSpec{"template.overlap_hours", ValueType::kInt, "pKIOverlapPeriod: renewal period"},
    FactSpec{"template.major_version", ValueType::kInt, "revision"},
    FactSpec{"template.minor_version", ValueType::kInt, "msPKI-Template-Minor-Revision"},
    FactSpec{"template.when_changed", ValueType::kTime, "whenChanged; no sooner than the change"},
    FactSpec{
        "template.imported", ValueType::kBool,
        "an export that is no dump to import shows the Passport provider; false: shows that the "
        "template names it not"},
    FactSpec{"template.import_form", ValueType::kText,
             "a certutil dump with the Passport KSP that could be imported: ready, closing-line"},
};

using readers::TemplateAttribute;
using readers::TemplateRecord;

enum class Form { kText, kNumber, kFlags, kList, kProviders, kUsage, kPeriod, kTime };

struct Mapping {
  std::string_view attribute{};
  std::string_view fact{};
  Form form = Form::kText;
};

constexpr std::array kMappings = {
    Mapping{"displayName", "template.display_name", Form::kText},
    Mapping{"msPKI-Template-Schema-Version", "template.schema_version", Form::kNumber},
    Mapping{"flags", "template.flags", Form::kFlags},
    Mapping{"msPKI-Certificate-Name-Flag", "template.certificate_name_flag", Form::kFlags},
    Mapping{"msPKI-Enrollment-Flag", "template.enrollment_flag", Form::kFlags},
    Mapping{"msPKI-Private-Key-Flag", "template.private_key_flag", Form::kFlags},
    Mapping{"pKIDefaultCSPs", "template.providers", Form::kProviders},
    Mapping{"msPKI-Certificate-Application-Policy", "template.application_policies", Form::kList},
    Mapping{"pKIExtendedKeyUsage", "template.eku", Form::kList},
    Mapping{"msPKI-Minimal-Key-Size", "template.minimal_key_size", Form::kNumber},
    Mapping{"msPKI-Cert-Template-OID", "template.oid", Form::kText},
    Mapping{"pKIKeyUsage", "template.key_usage", Form::kUsage},
    Mapping{"pKIDefaultKeySpec", "template.default_key_spec", Form::kNumber},
    Mapping{"msPKI-RA-Signature", "template.ra_signature", Form::kNumber},
    Mapping{"pKIExpirationPeriod", "template.validity_hours", Form::kPeriod},
    Mapping{"pKIOverlapPeriod", "template.overlap_hours", Form::kPeriod},
    Mapping{"revision", "template.major_version", Form::kNumber},
    Mapping{"msPKI-Template-Minor-Revision", "template.minor_version", Form::kNumber},
    Mapping{"whenChanged", "template.when_changed", Form::kTime},
};

// Names inside msPKI-RA-Application-Policies of schema 3 and 4.
struct Packed {
  std::string_view name{};
  std::string_view fact{};
};

constexpr std::string_view kPackedAttribute = "msPKI-RA-Application-Policies";
constexpr std::array kPacked = {
    Packed{"msPKI-Asymmetric-Algorithm", "template.algorithm"},
    Packed{"msPKI-Hash-Algorithm", "template.hash"},
};

const TemplateAttribute* FindAttribute(const TemplateRecord& record, std::string_view name) {
  const auto found = std::ranges::find_if(record.attributes, [name](const TemplateAttribute& one) {
    return SameNoCase(one.name, name);
  });
  return found == record.attributes.end() ? nullptr : &*found;
}

// LDAP writes flags as signed 32 bit; rules compare bits.
Cell NumberCell(const TemplateAttribute& attribute, bool flags) {
  const auto number = ParseWhole<std::int64_t>(attribute.values[0]);
  const bool in_range = number && *number >= INT32_MIN && *number <= UINT32_MAX;
  if (!in_range) {
    return Cell::Unknown(WhyUnknown::kMalformed, attribute.source);
  }
  return Cell::Int(flags ? static_cast<std::int64_t>(static_cast<std::uint32_t>(*number)) : *number,
                   attribute.source);
}

// "1,Microsoft Software Key Storage Provider": the number is the order of preference.
Cell ProvidersCell(const TemplateAttribute& attribute, FactSpace& facts) {
  std::vector<std::pair<std::int64_t, std::string_view>> ordered;
  for (const std::string_view value : attribute.values) {
    const std::size_t comma = value.find(',');
    const auto order = ParseWhole<std::int64_t>(value.substr(0, comma));
    const bool numbered = comma != std::string_view::npos && order;
    ordered.emplace_back(numbered ? *order : INT64_MAX, numbered ? value.substr(comma + 1) : value);
  }
  std::ranges::stable_sort(ordered, {}, &std::pair<std::int64_t, std::string_view>::first);
  std::vector<std::string_view> names;
  names.reserve(ordered.size());
  for (const auto& [order, name] : ordered) {
    names.push_back(name);
  }
  return facts.ListCell(names, attribute.source);
}

// A set: exports write it in any order.
Cell SetCell(const TemplateAttribute& attribute, FactSpace& facts) {
  std::vector<std::string_view> items(attribute.values.begin(), attribute.values.end());
  std::ranges::sort(items);
  items.erase(std::unique(items.begin(), items.end()), items.end());
  return facts.ListCell(items, attribute.source);
}

// A bit string: exports write it with one octet or two.
Cell UsageCell(const TemplateAttribute& attribute, FactSpace& facts) {
  std::string_view hex = attribute.values[0];
  while (hex.size() > 2 && hex.ends_with("00")) {
    hex.remove_suffix(2);
  }
  const bool octets = !hex.empty() && hex.size() % 2 == 0 &&
                      hex.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return octets ? facts.TextCell(hex, attribute.source)
                : Cell::Unknown(WhyUnknown::kMalformed, attribute.source);
}

// Eight octets, little-endian: a negative interval of 100 ns ([MS-CRTD] 2.7, 2.8). What certutil
// writes in the words of another language is told by no number.
Cell PeriodCell(const TemplateAttribute& attribute) {
  constexpr std::size_t kOctets = 8;
  const std::string_view hex = attribute.values[0];
  std::uint64_t ticks = 0;
  for (std::size_t octet = kOctets; octet-- > 0;) {
    const auto value = hex.size() == 2 * kOctets
                           ? ParseWhole<std::uint8_t>(hex.substr(2 * octet, 2), 16)
                           : std::nullopt;
    if (!value) {
      return Cell::Unknown(WhyUnknown::kMalformed, attribute.source);
    }
    ticks = ticks << 8U | *value;
  }
  const auto interval = static_cast<std::int64_t>(~ticks + 1);
  return interval < 0 ? Cell::Unknown(WhyUnknown::kMalformed, attribute.source)
                      : Cell::Int(interval / (kTicksPerDay / 24), attribute.source);
}

// As LDAP writes it; certutil writes it in the words and the time zone of the machine.
Cell TimeCell(const TemplateAttribute& attribute) {
  const Cell time = DirectoryTime(attribute.values[0], attribute.source);
  return time.present() ? time : Cell::Unknown(WhyUnknown::kNotCollected, attribute.source);
}

Cell AttributeCell(const TemplateAttribute& attribute, Form form, FactSpace& facts) {
  const bool empty = std::ranges::all_of(attribute.values, &std::string_view::empty);
  const bool list = form == Form::kList || form == Form::kProviders;
  if (!attribute.whole && (empty || list)) {
    return Cell::Unknown(attribute.why, attribute.source);
  }
  if (empty) {
    return Cell::Absent(attribute.source);
  }
  switch (form) {
    case Form::kNumber:
    case Form::kFlags:
      return NumberCell(attribute, form == Form::kFlags);
    case Form::kList:
      return SetCell(attribute, facts);
    case Form::kProviders:
      return ProvidersCell(attribute, facts);
    case Form::kUsage:
      return UsageCell(attribute, facts);
    case Form::kPeriod:
      return PeriodCell(attribute);
    case Form::kTime:
      return TimeCell(attribute);
    case Form::kText:
      return facts.TextCell(attribute.values[0], attribute.source);
  }
  return Cell::Unknown(WhyUnknown::kInternal, attribute.source);
}

// An attribute that is not listed is not set only where the record shows every attribute, or was
// asked for this one.
Cell MissingCell(const TemplateRecord& record, std::string_view attribute) {
  const bool asked = record.requested.empty() ||
                     std::ranges::any_of(record.requested, [attribute](std::string_view name) {
                       return SameNoCase(name, attribute);
                     });
  if (record.complete && !asked) {
    return Cell::Unknown(WhyUnknown::kNotCollected, record.source);
  }
  return record.complete ? Cell::Absent(record.source) : Cell::Unknown(record.why, record.source);
}

// The value of "name`type`value`name`type`value`".
Cell PackedCell(const TemplateAttribute& attribute, std::string_view name, FactSpace& facts) {
  for (const std::string_view text : attribute.values) {
    std::vector<std::string_view> parts;
    for (std::string_view rest = text; !rest.empty() && parts.size() < 512;) {
      const std::size_t end = rest.find('`');
      parts.push_back(rest.substr(0, end));
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    for (std::size_t i = 0; i + 2 < parts.size(); i += 3) {
      if (parts[i] == name) {
        return facts.TextCell(parts[i + 2], attribute.source);
      }
    }
  }
  return Cell::Absent(attribute.source);
}

bool NamesPassport(const TemplateRecord& record) {
  constexpr std::string_view kPassport = "Microsoft Passport Key Storage Provider";
  const TemplateAttribute* const providers = FindAttribute(record, "pKIDefaultCSPs");
  return providers != nullptr && std::ranges::any_of(providers->values, [&](std::string_view one) {
           return one.ends_with(kPassport);
         });
}

bool IsImportForm(const TemplateRecord& record) {
  return FindAttribute(record, readers::kImportAttribute) != nullptr;
}

// A dump with the provider that only an edit (or an earlier import) puts there. An untouched dump
// is no file to import (requirements A3.6). Any other export shows what the directory holds.
void CollectDump(const TemplateRecord& record, SubjectFacts& own) {
  if (!IsImportForm(record)) {
    const TemplateAttribute* const providers = FindAttribute(record, "pKIDefaultCSPs");
    const bool shown = providers == nullptr || providers->whole;
    if (record.complete && shown) {  // a dump that was cut may be one to import
      own.Set("template.imported", Cell::Bool(NamesPassport(record), record.source));
    }
  } else if (NamesPassport(record)) {
    own.Set("template.import_form",
            Cell::Text(record.has_dump_trailer ? "closing-line" : "ready", record.source));
  }
}

void CollectRecord(const TemplateRecord& record, FactSpace& facts) {
  Subject& subject = facts.Named(SubjectKind::kCertificateTemplate, record.cn);
  subject.AddAlias(AliasKind::kName, record.cn);
  // The name of the first record: another export may spell its case otherwise.
  subject.facts.Set("template.cn", facts.TextCell(subject.name, record.source));
  for (const Mapping& mapping : kMappings) {
    const TemplateAttribute* const attribute = FindAttribute(record, mapping.attribute);
    if (attribute == nullptr && mapping.form == Form::kTime) {
      continue;  // every object has it: it was not shown
    }
    subject.facts.Set(mapping.fact, attribute == nullptr
                                        ? MissingCell(record, mapping.attribute)
                                        : AttributeCell(*attribute, mapping.form, facts));
  }
  const TemplateAttribute* const packed = FindAttribute(record, kPackedAttribute);
  for (const Packed& one : kPacked) {
    subject.facts.Set(one.fact, packed == nullptr ? MissingCell(record, kPackedAttribute)
                                : packed->whole   ? PackedCell(*packed, one.name, facts)
                                                  : Cell::Unknown(packed->why, packed->source));
  }
  CollectDump(record, subject.facts);
}

void Collect(const CollectInput& input, FactSpace& facts) {
  // The subject has the name of the first record.
  for (const bool exact : {true, false}) {
    for (const TemplateRecord& record : input.records.Of<TemplateRecord>()) {
      if (!record.cn.empty() && record.exact_name == exact) {
        CollectRecord(record, facts);
      }
    }
  }
}

}  // namespace

extern const CollectorSpec kTemplateCollector;  // declared again by the generated list

const CollectorSpec kTemplateCollector = {
    .name = "template", .scope = Scope::kEnvironment, .facts = kFacts, .collect = Collect};

}  // namespace whfb::collectors
