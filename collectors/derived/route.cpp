// How the certificate is meant to reach the user (design: route).

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <string_view>

#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"user.route", ValueType::kText, "intune-scep intune-pkcs adcs third-party"},
    FactSpec{"device.route", ValueType::kText, "route of the users in scope"},
    FactSpec{"user.route_evidence", ValueType::kText, "what decided the route"},
};

// A route with what decided it. Without a route: nothing decided.
struct Verdict {
  Cell route{};
  std::string_view evidence{};  // a literal
};

constexpr std::int64_t kEnrolleeSuppliesSubject = 1;  // msPKI-Certificate-Name-Flag

const Cell& CellOf(const Table& table, std::size_t row, std::string_view column) {
  return table.Row(row)[static_cast<std::size_t>(FindColumn(table.spec(), column))];
}

Verdict Declare(const DeriveInput& input, FactSpace& facts) {
  if (!input.declared.route.empty()) {
    return {facts.TextCell(input.declared.route, {}), "--route"};
  }
  const Subject* const environment =
      input.environment == nullptr ? nullptr : input.environment->Find(SubjectKind::kEnvironment);
  if (environment != nullptr && environment->facts.Get("environment.route").present()) {
    const std::string_view route = environment->facts.Get("environment.route").value.text;
    // Evidence numbers are those of the environment, not of this space.
    return {facts.TextCell(route, {}), "intent file"};
  }
  return {};
}

// A row of the device's SCEP requests that may be this user's and may be the Hello one.
enum class Fit : std::uint8_t { kNo, kPerhaps, kHello };

Fit FitOf(const Table& table, std::size_t row, const SubjectFacts* user) {
  const Cell& sid = CellOf(table, row, "user_sid");
  const Cell* const own = user == nullptr ? nullptr : &user->Get("user.sid");
  if (sid.present() && own != nullptr && own->present() && sid.value.text != own->value.text) {
    return Fit::kNo;
  }
  const Cell& hello = CellOf(table, row, "hello");
  if (!hello.present()) {
    return Fit::kPerhaps;
  }
  return hello.value.number != 0 ? Fit::kHello : Fit::kNo;
}

// SCEP state or events that name the thumbprint of the judged certificate.
Verdict ByThumbprint(const Table& scep, const SubjectFacts& user) {
  const Cell& sha1 = user.Get("user.rdp_certificate.sha1");
  for (std::size_t row = 0; sha1.present() && row < scep.size(); ++row) {
    const Cell& thumbprint = CellOf(scep, row, "thumbprint");
    if (thumbprint.present() && thumbprint.value.text == sha1.value.text) {
      return {Cell::Text("intune-scep", thumbprint.source), "SCEP request of the certificate"};
    }
  }
  return {};
}

bool SamePresent(const Cell& a, const Cell& b) {
  return a.present() && b.present() && a.value.text == b.value.text;
}

// A certificate of a template whose subject is built from Active Directory.
Verdict ByTemplate(const DeriveInput& input, const SubjectFacts& user) {
  if (input.environment == nullptr) {
    return {};
  }
  const Cell& oid = user.Get("user.rdp_certificate.template_oid");
  const Cell& name = user.Get("user.rdp_certificate.template_name");
  for (const Subject& subject : input.environment->subjects()) {
    if (subject.kind != SubjectKind::kCertificateTemplate) {
      continue;
    }
    const bool same = SamePresent(subject.facts.Get("template.oid"), oid) ||
                      SamePresent(subject.facts.Get("template.cn"), name);
    const Cell& flags = subject.facts.Get("template.certificate_name_flag");
    if (same && flags.present() && (flags.value.number & kEnrolleeSuppliesSubject) == 0) {
      return {Cell::Text("adcs", oid.present() ? oid.source : name.source),
              "template built from Active Directory"};
    }
  }
  return {};
}

Verdict ByScep(const Table& scep, const SubjectFacts* user, Fit needed) {
  for (std::size_t row = 0; row < scep.size(); ++row) {
    if (FitOf(scep, row, user) == needed) {
      return {Cell::Text("intune-scep", CellOf(scep, row, "unique_id").source),
              "SCEP state or events"};
    }
  }
  return {};
}

// An assigned profile that asks for the Passport KSP.
bool IsHelloProfile(const Subject& subject) {
  if (subject.kind != SubjectKind::kCertificateProfile) {
    return false;
  }
  const Cell& provider = subject.facts.Get("profile.key_storage_provider");
  const Cell& assigned = subject.facts.Get("profile.assigned");
  return provider.present() && provider.value.text == "usePassportForWorkKspOtherwiseFail" &&
         assigned.present() && assigned.value.number != 0;
}

// Exactly one profile for Hello. A hybrid joined device can have its certificate from AD CS as
// well, whatever the tenant offers: there the profile says nothing.
Verdict ByProfile(const DeriveInput& input, const SubjectFacts& device) {
  const Cell& join = device.Get("device.join_type");
  if (input.environment == nullptr || !join.present() || join.value.text != "entra") {
    return {};
  }
  const auto& subjects = input.environment->subjects();
  const auto only = std::find_if(subjects.begin(), subjects.end(), IsHelloProfile);
  if (only == subjects.end() || std::any_of(std::next(only), subjects.end(), IsHelloProfile)) {
    return {};
  }
  const Cell& told = only->facts.Get("profile.type");
  const std::string_view type = told.present() ? told.value.text : std::string_view{};
  if (type != "scep" && type != "pkcs") {
    return {};
  }
  return {Cell::Text(type == "scep" ? "intune-scep" : "intune-pkcs", {}), "assigned profile"};
}

// The first source that tells; two that tell different routes are conflicting. `user` is null for
// a device without users.
Verdict Decide(const DeriveInput& input, const SubjectFacts* user, FactSpace& facts) {
  if (const Verdict declared = Declare(input, facts); declared.route.present()) {
    return declared;
  }
  const Table& scep = facts.Device().facts.TableOf("device.scep_enrolment");
  std::array<Verdict, 4> found{};
  if (user != nullptr) {
    found[0] = ByThumbprint(scep, *user);
    found[1] = ByTemplate(input, *user);
  }
  found[2] = ByScep(scep, user, Fit::kHello);
  // A request whose key protection is not known may serve another purpose: it only speaks when
  // nothing better does.
  const bool told =
      std::ranges::any_of(found, [](const Verdict& verdict) { return verdict.route.present(); });
  if (!told) {
    found[3] = ByScep(scep, user, Fit::kPerhaps);
  }
  Verdict answer;
  for (const Verdict& verdict : found) {
    if (!verdict.route.present()) {
      continue;
    }
    if (!answer.route.present()) {
      answer = verdict;
    } else if (verdict.route.value.text != answer.route.value.text) {
      return {Cell::Unknown(WhyUnknown::kConflicting, answer.route.source), {}};
    }
  }
  // A profile shows what the tenant offers, not what this user got: it speaks only when nothing
  // on the device does.
  return answer.route.present() ? answer : ByProfile(input, facts.Device().facts);
}

Cell DeviceRoute(const DeriveInput& input, FactSpace& facts) {
  bool any = false;
  Cell route;
  for (const Subject& subject : facts.subjects()) {
    if (subject.kind != SubjectKind::kUser || !subject.in_scope) {
      continue;
    }
    const Cell& own = subject.facts.Get("user.route");
    if (!own.present()) {
      return own;
    }
    if (any && own.value.text != route.value.text) {
      return Cell::Unknown(WhyUnknown::kConflicting, own.source);
    }
    route = own;
    any = true;
  }
  return any ? route : Decide(input, nullptr, facts).route;
}

void Derive(const DeriveInput& input, FactSpace& facts) {
  SubjectFacts& device = facts.Device().facts;  // made before the loop: it adds a subject
  for (Subject& subject : facts.subjects()) {
    if (subject.kind != SubjectKind::kUser) {
      continue;
    }
    const Verdict verdict = Decide(input, &subject.facts, facts);
    subject.facts.Put("user.route", verdict.route);
    subject.facts.Put("user.route_evidence",
                      verdict.evidence.empty()
                          ? Cell::Unknown(verdict.route.why)
                          : Cell::Text(verdict.evidence, verdict.route.source));
  }
  device.Put("device.route", DeviceRoute(input, facts));
}

}  // namespace

extern const DerivationSpec kRouteDerivation;  // declared again by the generated list

const DerivationSpec kRouteDerivation = {
    .name = "route", .scope = Scope::kDevice, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
