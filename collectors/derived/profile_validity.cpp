// How long certificates of a profile live, held against its template.

#include <array>
#include <string_view>
#include <vector>

#include "collectors/collector.h"
#include "collectors/derived/judged_certificate.h"
#include "collectors/derived/profile_service.h"
#include "collectors/profile_names.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"profile.template", ValueType::kText,
             "the template that it names, else the judged one of its route"},
    FactSpec{"profile.template_hours", ValueType::kInt, "validity of that template"},
    FactSpec{"profile.within_template", ValueType::kBool,
             "its validity is no longer than that of the template"},
    FactSpec{"environment.custom_validity", ValueType::kBool,
             "a judged SCEP or PKCS profile asks for a shorter validity than its template gives"},
};

using Templates = std::vector<const Subject*>;

// The template of the profile. A SCEP profile names none, and another of the same route may be the
// one that NDES asks for: then there is no answer.
const Subject* TemplateOf(const SubjectFacts& profile,
                          const Templates& templates,
                          WhyUnknown& why) {
  const Cell& name = profile.Get("profile.template_name");
  const Cell& route = profile.Get("profile.route");
  const Subject* found = nullptr;
  for (const Subject* one : templates) {
    const bool fits =
        name.present()
            ? TextIs(one->facts.Get("template.cn"), name.value.text) == Truth::kTrue
            : route.present() && IsTrue(one->facts.Get("template.judged")) == Truth::kTrue &&
                  TextIs(one->facts.Get("template.route"), route.value.text) == Truth::kTrue;
    if (fits && found != nullptr) {
      why = WhyUnknown::kAmbiguous;
      return nullptr;
    }
    found = fits ? one : found;
  }
  return found;
}

void PutTemplate(const Templates& templates, SubjectFacts& profile) {
  WhyUnknown why = WhyUnknown::kNotCollected;
  const Subject* const one = TemplateOf(profile, templates, why);
  const Cell hours =
      one == nullptr ? Cell::Unknown(why) : one->facts.Get("template.validity_hours");
  profile.Put("profile.template",
              one == nullptr ? Cell::Unknown(why) : one->facts.Get("template.cn"));
  profile.Put("profile.template_hours", hours);
  profile.Put("profile.within_template",
              ValidityWithin(profile.Get("profile.validity_value"),
                             profile.Get("profile.validity_scale"), hours));
}

// A shorter period needs the flag; a longer one is cut to that of the template with it or without.
Cell AsksForLess(const SubjectFacts& profile) {
  const Cell& within = profile.Get("profile.within_template");
  if (IsTrue(within) != Truth::kTrue) {
    return within.present() ? Cell::Bool(false, within.source) : Like(within);
  }
  const Cell same =
      SameValidity(profile.Get("profile.validity_value"), profile.Get("profile.validity_scale"),
                   profile.Get("profile.template_hours"));
  return same.present() ? Cell::Bool(same.value.number == 0, same.source) : Like(same);
}

// That no profile asks for less takes all of them.
Cell CustomValidity(const FactSpace& facts, const SubjectFacts& environment) {
  const Cell& whole = environment.Get("environment.profile_list_complete");
  Cell answer = IsTrue(whole) == Truth::kTrue ? Cell::Bool(false, whole.source)
                                              : Cell::Unknown(WhyUnknown::kNotCollected);
  for (const Subject& subject : facts.subjects()) {
    if (!MayServe(subject, "intune-scep") && !MayServe(subject, "intune-pkcs")) {
      continue;
    }
    const Cell less = AsksForLess(subject.facts);
    const bool judged = IsTrue(subject.facts.Get("profile.judged")) == Truth::kTrue;
    if (judged && IsTrue(less) == Truth::kTrue) {
      return less;
    }
    if (IsTrue(less) != Truth::kFalse && answer.present()) {
      answer = Cell::Unknown(less.unknown() ? less.why : WhyUnknown::kAmbiguous, less.source);
    }
  }
  return answer;
}

void Derive(const DeriveInput& /*input*/, FactSpace& facts) {
  Templates templates;
  for (const Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kCertificateTemplate) {
      templates.push_back(&subject);
    }
  }
  for (Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kCertificateProfile) {
      PutTemplate(templates, subject.facts);
    }
  }
  SubjectFacts& environment = facts.Environment().facts;
  environment.Put("environment.custom_validity", CustomValidity(facts, environment));
}

}  // namespace

extern const DerivationSpec kProfileValidityDerivation;  // declared again by the generated list

const DerivationSpec kProfileValidityDerivation = {
    .name = "profile_validity", .scope = Scope::kEnvironment, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
