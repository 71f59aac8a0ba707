// The version of its template that the judged certificate carries, held against the one in the
// directory (requirement A3.13). Answers from the environment have provenance 0.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "collectors/collector.h"
#include "collectors/derived/judged_certificate.h"
#include "scanner/core/number_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"user.rdp_template.cn", ValueType::kText,
             "the collected template that made the judged certificate"},
    FactSpec{"user.rdp_template.version", ValueType::kText, "its version in the directory"},
    FactSpec{"user.rdp_template.when_changed", ValueType::kTime, "whenChanged of the template"},
    FactSpec{"user.rdp_template.ca_is_current", ValueType::kBool,
             "the CA issued by that version or a newer one; false: after the change by an older"},
};

// Major and minor number.
using Version = std::pair<std::int64_t, std::int64_t>;

std::optional<Version> ParseVersion(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) {
    return std::nullopt;
  }
  const auto major = ParseWhole<std::int64_t>(text.substr(0, dot));
  const auto minor = ParseWhole<std::int64_t>(text.substr(dot + 1));
  return major && minor ? std::optional(Version{*major, *minor}) : std::nullopt;
}

// By the OID where the certificate shows one, which no two templates share; else by the name.
const Subject* TemplateOf(const SubjectFacts& user, const FactSpace* environment) {
  const Cell& oid = user.Get("user.rdp_certificate.template_oid");
  const Cell& name = user.Get("user.rdp_certificate.template_name");
  if (environment == nullptr || (!oid.present() && !name.present())) {
    return nullptr;
  }
  for (const Subject& subject : environment->subjects()) {
    if (subject.kind == SubjectKind::kCertificateTemplate &&
        (oid.present()
             ? TextIs(subject.facts.Get("template.oid"), oid.value.text)
             : TextIs(subject.facts.Get("template.cn"), name.value.text)) == Truth::kTrue) {
      return &subject;
    }
  }
  return nullptr;
}

// A cell of the environment as one of the device.
Cell Without(Cell cell) {
  cell.source = {};
  return cell;
}

Cell VersionOf(const SubjectFacts& own, FactSpace& facts) {
  const Cell& major = own.Get("template.major_version");
  const Cell& minor = own.Get("template.minor_version");
  if (!major.present() || !minor.present()) {
    // Every template has both: one that is not there was not shown.
    const Cell& open = major.present() ? minor : major;
    return Cell::Unknown(open.unknown() ? open.why : WhyUnknown::kNotCollected);
  }
  return facts.TextCell(
      std::to_string(major.value.number).append(".").append(std::to_string(minor.value.number)),
      {});
}

// A certificate of an older version that was there before the change, or may have been, proves
// nothing. CAs date certificates back, never forward; every domain controller sets whenChanged
// when the change reaches it, never before.
Cell IsCurrent(const SubjectFacts& user, const Cell& version, const Cell& changed) {
  const Cell& own = user.Get("user.rdp_certificate.template_version");
  if (!own.present() || !version.present()) {
    return Like(own.present() ? version : own);
  }
  const auto carried = ParseVersion(own.value.text);
  const auto wanted = ParseVersion(version.value.text);
  if (!carried || !wanted) {
    return Cell::Unknown(WhyUnknown::kMalformed, own.source);
  }
  if (*carried >= *wanted) {
    return Cell::Bool(true, own.source);
  }
  const Cell& from = user.Get("user.rdp_certificate.not_before");
  const bool later =
      changed.present() && from.present() && from.value.time.earliest > changed.value.time.latest;
  return later ? Cell::Bool(false, own.source) : Cell::Unknown(WhyUnknown::kAmbiguous, own.source);
}

void Derive(const DeriveInput& input, FactSpace& facts) {
  for (Subject& subject : facts.subjects()) {
    if (subject.kind != SubjectKind::kUser) {
      continue;
    }
    SubjectFacts& user = subject.facts;
    const Subject* const one = TemplateOf(user, input.environment);
    if (one == nullptr) {
      continue;  // not collected
    }
    const Cell version = VersionOf(one->facts, facts);
    const Cell changed = Without(one->facts.Get("template.when_changed"));
    user.Put("user.rdp_template.cn", facts.TextCell(one->name, {}));
    user.Put("user.rdp_template.version", version);
    user.Put("user.rdp_template.when_changed", changed);
    user.Put("user.rdp_template.ca_is_current", IsCurrent(user, version, changed));
  }
}

}  // namespace

extern const DerivationSpec kTemplateVersionDerivation;  // declared again by the generated list

const DerivationSpec kTemplateVersionDerivation = {
    .name = "template_version", .scope = Scope::kDevice, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
