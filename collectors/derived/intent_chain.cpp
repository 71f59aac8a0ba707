// The chain from the template to the certificate in the Hello container as one: template, profile,
// certificate, container, enrolment events, policy channel. Each link is held against the one
// before it, and the first that differs is named. Answers from the environment have provenance 0.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "collectors/derived/judged_certificate.h"
#include "collectors/derived/profile_service.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"user.intent_chain.first_difference", ValueType::kText,
             "the first link that differs from the one before; absent: each was compared, none "
             "does"},
    FactSpec{"user.intent_chain.compared", ValueType::kList, "links that were compared and agree",
             "", ValueType::kText},
    FactSpec{"user.intent_chain.open", ValueType::kText,
             "the first link that nobody could compare"},
};

// What the links of one user are told from.
struct Intent {
  const SubjectFacts& user;
  const Subject* profile = nullptr;  // the only one of the route that may serve
  const Subject* made_by = nullptr;  // the template of that profile
  bool intune = false;

  [[nodiscard]] const Cell& Certificate(std::string_view column) const {
    return user.Get(std::string("user.rdp_certificate.").append(column));
  }
};

struct Link {
  std::string_view name{};
  Cell same{};               // absent: there is nothing to compare
  std::string difference{};  // how it differs, where it does
};

std::string Shown(const Cell& cell) {
  return cell.present() ? std::string(cell.value.text) : cell.absent() ? "none" : "unknown";
}

Cell Answer(bool same) {
  return Cell::Bool(same, {});
}

Cell Open(const Cell& cell) {
  return Cell::Unknown(cell.unknown() ? cell.why : WhyUnknown::kAmbiguous);
}

// Whether `asked` are all in `given`.
Cell Within(const Cell& asked, const Cell& given) {
  if (asked.absent()) {
    return Cell::Absent({});
  }
  if (!asked.present() || given.unknown()) {
    return Open(asked.present() ? given : asked);
  }
  return Answer(std::ranges::all_of(asked.value.list, [&](std::string_view one) {
    return given.present() && Among(given.value.list, one);
  }));
}

const Cell& PoliciesOf(const Subject& one) {
  const Cell& policies = one.facts.Get("template.application_policies");
  return policies.absent() ? one.facts.Get("template.eku") : policies;
}

// The profile names a template that exists, and asks for no usage that it does not give.
Link ProfileLink(const Intent& intent) {
  Link link{.name = "profile"};
  if (!intent.intune) {
    link.same = Cell::Absent({});
    return link;
  }
  if (intent.profile == nullptr) {
    link.same = Cell::Unknown(WhyUnknown::kNotCollected);
    return link;
  }
  const SubjectFacts& profile = intent.profile->facts;
  const std::string name = "profile " + std::string(intent.profile->name);
  if (IsTrue(profile.Get("profile.template_is_name")) == Truth::kFalse &&
      profile.Get("profile.template_is_name").present()) {
    link.same = Answer(false);
    link.difference = name + " names the template " + Shown(profile.Get("profile.template_name")) +
                      ", and no template has that name";
    return link;
  }
  link.same = intent.made_by == nullptr
                  ? Cell::Unknown(WhyUnknown::kNotCollected)
                  : Within(profile.Get("profile.eku"), PoliciesOf(*intent.made_by));
  link.difference = name + " asks for an extended key usage that its template does not give";
  return link;
}

// The certificate is of the template that is meant: of AD CS the declared one, of Intune that of
// the profile, as the declared one may be for others. A certificate that names none may be of a
// SCEP server that knows no templates.
Link CertificateLink(const Intent& intent) {
  const Cell& own = intent.user.Get("user.rdp_template.cn");
  const std::string made_by = "the certificate was made by template " +
                              Shown(own.present() ? own : intent.Certificate("template_oid"));
  Link link{.name = "certificate"};
  if (!intent.intune) {
    const Cell& intended = intent.Certificate("template_is_intended");
    link.same = intended.present()  ? Answer(IsTrue(intended) == Truth::kTrue)
                : intended.absent() ? Cell::Absent({})
                                    : Open(intended);
    link.difference = made_by + ", which is not the declared one";
    return link;
  }
  if (intent.profile == nullptr) {
    link.same = Cell::Unknown(WhyUnknown::kNotCollected);
  } else if (intent.made_by != nullptr && own.present() &&
             !SameNoCase(own.value.text, intent.made_by->name)) {
    link.same = Answer(false);
    link.difference = made_by + ", the profile means " + std::string(intent.made_by->name);
  } else {
    link.same = Within(intent.profile->facts.Get("profile.eku"), intent.Certificate("eku"));
    link.difference = "it lacks an extended key usage that the profile asks for";
  }
  return link;
}

Link ContainerLink(const Intent& intent) {
  Link link{.name = "container"};
  const Cell& provider = intent.Certificate("provider");
  const Truth passport = TextIs(provider, kPassportProvider);
  if (provider.unknown() || passport == Truth::kFalse) {
    link.same = provider.unknown() ? Open(provider) : Answer(false);
    link.difference = "the key of the certificate is with the provider " +
                      (provider.present() ? Shown(provider) : std::string("none"));
    return link;
  }
  const Cell& matches = intent.Certificate("container_matches_user");
  link.same = matches.present() ? Answer(IsTrue(matches) == Truth::kTrue) : Open(matches);
  link.difference =
      "the key container is one of another user: " + Shown(intent.Certificate("container"));
  return link;
}

// A later success that installed another certificate. Logs forget: that none tells of this one
// proves nothing.
Link EnrolmentLink(const Intent& intent) {
  Link link{.name = "enrolment events", .same = Cell::Absent({})};
  if (TextIs(intent.user.Get("user.route"), "intune-scep") != Truth::kTrue) {
    return link;
  }
  const Table& table = intent.user.TableOf("user.scep_enrolment");
  const auto column = [&table](std::string_view name) {
    return static_cast<std::size_t>(FindColumn(table.spec(), name));
  };
  const Cell& sha1 = intent.Certificate("sha1");
  const Cell& from = intent.Certificate("not_before");
  link.same =
      Cell::Unknown(table.coverage() == Coverage::kComplete ? WhyUnknown::kAmbiguous : table.why());
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto row = table.Row(i);
    const Cell& installed = row[column("thumbprint")];
    const Cell& time = row[column("time")];
    if (!installed.present() || !sha1.present() || IsTrue(row[column("hello")]) != Truth::kTrue) {
      continue;
    }
    if (TextIs(installed, sha1.value.text) == Truth::kTrue) {
      link.same = Answer(true);
      return link;
    }
    if (time.present() && from.present() && time.value.time.earliest > from.value.time.latest) {
      link.same = Answer(false);
      link.difference = "a later request installed the certificate " + Shown(installed);
    }
  }
  return link;
}

// Certificates of Intune need Windows Hello for Business set up by Intune, too.
Link PolicyLink(const Intent& intent) {
  Link link{.name = "policy channel", .same = Cell::Absent({})};
  if (intent.intune) {
    const Cell& by_gpo = intent.user.Get("user.whfb_policy.by_gpo");
    link.same = by_gpo.present() ? Answer(IsTrue(by_gpo) == Truth::kFalse) : Open(by_gpo);
    link.difference =
        "certificates come by Intune, Windows Hello for Business is set by Group Policy";
  }
  return link;
}

Intent IntentOf(const SubjectFacts& user, const FactSpace* environment) {
  const Cell& route = user.Get("user.route");
  Intent intent{.user = user, .intune = route.present() && route.value.text.starts_with("intune")};
  if (environment == nullptr) {
    return intent;
  }
  std::size_t served = 0;
  for (const Subject& subject : environment->subjects()) {
    if (route.present() && MayServe(subject, route.value.text)) {
      intent.profile = ++served == 1 ? &subject : nullptr;
    }
  }
  const Cell name =
      intent.profile == nullptr ? Cell{} : intent.profile->facts.Get("profile.template");
  for (const Subject& subject : environment->subjects()) {
    if (subject.kind == SubjectKind::kCertificateTemplate && name.present() &&
        SameNoCase(subject.name, name.value.text)) {
      intent.made_by = &subject;
    }
  }
  return intent;
}

void PutChain(const std::array<Link, 5>& links, SubjectFacts& user, FactSpace& facts) {
  const auto agrees = [](const Link& link) { return IsTrue(link.same) == Truth::kTrue; };
  const auto is_open = [](const Link& link) { return link.same.unknown(); };
  const auto differs = [](const Link& link) {
    return link.same.present() && link.same.value.number == 0;
  };
  std::vector<std::string_view> compared;
  for (const Link& link : links) {
    if (agrees(link)) {
      compared.push_back(link.name);
    }
  }
  const auto* const open = std::ranges::find_if(links, is_open);
  const auto* const different = std::ranges::find_if(links, differs);
  Cell first = open == links.end() ? Cell::Absent({}) : Cell::Unknown(open->same.why);
  if (different != links.end()) {
    first = facts.TextCell(std::string(different->name) + ": " + different->difference, {});
  }
  user.Put("user.intent_chain.compared", facts.ListCell(compared, {}));
  user.Put("user.intent_chain.open",
           open == links.end() ? Cell::Absent({}) : facts.TextCell(open->name, {}));
  user.Put("user.intent_chain.first_difference", first);
}

void Derive(const DeriveInput& input, FactSpace& facts) {
  for (Subject& subject : facts.subjects()) {
    if (subject.kind != SubjectKind::kUser ||
        IsTrue(subject.facts.Get("user.rdp_certificate.exists")) != Truth::kTrue ||
        !subject.facts.Get("user.route").present()) {
      continue;  // not collected
    }
    const Intent intent = IntentOf(subject.facts, input.environment);
    PutChain({ProfileLink(intent), CertificateLink(intent), ContainerLink(intent),
              EnrolmentLink(intent), PolicyLink(intent)},
             subject.facts, facts);
  }
}

}  // namespace

extern const DerivationSpec kIntentChainDerivation;  // declared again by the generated list

const DerivationSpec kIntentChainDerivation = {
    .name = "intent_chain", .scope = Scope::kDevice, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
