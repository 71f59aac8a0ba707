// Which source configures Windows Hello for Business, per device and effective per user.

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "collectors/collector.h"
#include "collectors/derived/effect.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"device.whfb_policy.by_gpo", ValueType::kBool,
             "Group Policy configures WHfB for the computer"},
    FactSpec{"device.whfb_policy.by_mdm", ValueType::kBool, "MDM configures WHfB for the device"},
    FactSpec{"user.whfb_policy.by_gpo", ValueType::kBool,
             "Group Policy configures WHfB for the computer or this user"},
    FactSpec{"user.whfb_policy.by_mdm", ValueType::kBool,
             "MDM configures WHfB for the device or this user"},
    FactSpec{"user.whfb_policy.source", ValueType::kText,
             "the winning source by precedence: user-gpo computer-gpo user-mdm device-mdm none"},
    FactSpec{"user.whfb.trust_type", ValueType::kText,
             "certificate, cloud-kerberos, key (neither is set)"},
};

// What dsregcmd or the newest prerequisite event of the log window says of the source: "gpo",
// "mdm", "none".
Cell Signal(const SubjectFacts& device) {
  const Cell& dsregcmd = device.Get("device.whfb_policy.cert_enrollment");
  Cell said = Cell::Unknown(dsregcmd.why, dsregcmd.source);
  if (dsregcmd.present()) {
    const std::string_view text = dsregcmd.value.text;
    if (text == "enrollment authority") {
      said = Cell::Text("gpo", dsregcmd.source);
    } else if (text == "mobile device management") {
      said = Cell::Text("mdm", dsregcmd.source);
    } else if (text == "none") {
      said = Cell::Text("none", dsregcmd.source);
    }
  }
  return MergeWithinBundle(said, device.Get("device.whfb_policy.event_source"), ValueType::kText);
}

// The signal as an answer to "does this source configure WHfB". Group Policy hides MDM: where the
// signal is gpo, nothing is said of MDM.
Cell SignalFor(std::string_view source, const Cell& signal) {
  if (!signal.present()) {
    return signal;
  }
  if (signal.value.text == source) {
    return Cell::Bool(true, signal.source);
  }
  return source == "mdm" && signal.value.text == "gpo"
             ? Cell::Unknown(WhyUnknown::kNotCollected, signal.source)
             : Cell::Bool(false, signal.source);
}

bool IsTrue(const Cell& cell) {
  return cell.present() && cell.value.number != 0;
}

// What the registry says of one scope ("device", "user") and source; of Group Policy: unless a
// newer gpresult contradicts it.
Cell Registry(const FactSpace& facts,
              const SubjectFacts& subject,
              std::string_view scope,
              std::string_view source) {
  const std::string prefix = std::string(scope).append(".whfb_policy.");
  const Cell& registry = subject.Get(std::string(prefix).append(source).append(".configured"));
  if (source != "gpo") {
    return registry;
  }
  const Cell& result = subject.Get(prefix + "gpresult.configured");
  return Overtaken(facts, registry, result, ValueType::kBool)
             ? Cell::Unknown(WhyUnknown::kConflicting, result.source)
             : registry;
}

// What a logged gpresult says where the registry was not read. It can only say yes: policies with
// an ADMX are listed there without a registry path.
Cell Reported(const SubjectFacts& subject, std::string_view scope) {
  const std::string prefix = std::string(scope).append(".whfb_policy.");
  return YieldsToGpresult(subject.Get(prefix + "gpo.configured"))
             ? subject.Get(prefix + "gpresult.configured")
             : Cell::Unknown(WhyUnknown::kNotCollected);
}

// What the registry or, where nobody read it, gpresult says of one scope.
Cell ShownBy(const FactSpace& facts,
             const SubjectFacts& subject,
             std::string_view scope,
             std::string_view source) {
  const Cell registry = Registry(facts, subject, scope, source);
  return source == "gpo" ? MergeWithinBundle(registry, Reported(subject, scope), ValueType::kBool)
                         : registry;
}

// The registry decides where it is known, else gpresult and the signal, which must agree.
Cell DeviceBy(const FactSpace& facts,
              const SubjectFacts& device,
              std::string_view source,
              const Cell& signal) {
  const Cell registry = Registry(facts, device, "device", source);
  return registry.present() ? registry
                            : MergeWithinBundle(ShownBy(facts, device, "device", source),
                                                SignalFor(source, signal), ValueType::kBool);
}

// For the computer or the user: one that configures is enough; "no" needs both. The signal speaks
// of the machine's policy source (MachinePolicySource), so it settles the computer and never the
// key of the user. Where it sees Group Policy and the computer's key is empty, that key may be
// meant: the sources disagree until the user's is read.
Cell UserBy(const Cell& computer, const Cell& own, std::string_view source, const Cell& signal) {
  if (IsTrue(own)) {
    return own;
  }
  if (IsTrue(computer) || (computer.present() && own.present())) {
    return computer;
  }
  if (computer.present() && IsTrue(SignalFor(source, signal))) {
    return Cell::Unknown(WhyUnknown::kConflicting, signal.source);
  }
  if (computer.present() || own.present()) {
    const Cell& open = own.present() ? computer : own;
    return Cell::Unknown(open.why, open.source);
  }
  return MergeWithinBundle(computer, own, ValueType::kBool);
}

// The four places of one setting, the strongest first (evidence.md section 1).
struct Place {
  std::string_view name;    // value of user.whfb_policy.source
  std::string_view prefix;  // of fact ids
  bool user = false;
  bool gpo = false;
};

constexpr std::array<Place, 4> kPlaces = {{
    {"user-gpo", "user.whfb_policy.gpo.", true, true},
    {"computer-gpo", "device.whfb_policy.gpo.", false, true},
    {"user-mdm", "user.whfb_policy.mdm.", true, false},
    {"device-mdm", "device.whfb_policy.mdm.", false, false},
}};

// Of whom the places are asked.
struct Asked {
  const FactSpace& facts;
  const SubjectFacts& device;
  const SubjectFacts& user;

  [[nodiscard]] const SubjectFacts& Of(const Place& place) const {
    return place.user ? user : device;
  }
};

Cell ConfiguredByRegistry(const Place& place, const Asked& asked) {
  return Registry(asked.facts, asked.Of(place), place.user ? "user" : "device",
                  place.gpo ? "gpo" : "mdm");
}

// A setting of a place; where a newer gpresult contradicts what was read there, so may this be.
Cell At(const Place& place, std::string_view name, const Asked& asked) {
  const Cell configured = ConfiguredByRegistry(place, asked);
  return configured.unknown() && configured.why == WhyUnknown::kConflicting
             ? configured
             : asked.Of(place).Get(std::string(place.prefix).append(name));
}

// A place that could not be read is still known not to count when its source configures nothing.
bool RuledOut(const Place& place, const SubjectFacts& user) {
  const Cell& by = user.Get(place.gpo ? "user.whfb_policy.by_gpo" : "user.whfb_policy.by_mdm");
  return by.present() && by.value.number == 0;
}

// Whether a place configures WHfB, with what gpresult adds where nothing contradicts it.
Cell ConfiguredAt(const Place& place, const Asked& asked) {
  const Cell registry = ConfiguredByRegistry(place, asked);
  const bool reports = place.gpo && IsTrue(asked.user.Get("user.whfb_policy.by_gpo"));
  return reports ? MergeWithinBundle(registry,
                                     Reported(asked.Of(place), place.user ? "user" : "device"),
                                     ValueType::kBool)
                 : registry;
}

Cell WinningSource(const Asked& asked) {
  Provenance last{};
  for (const Place& place : kPlaces) {
    const Cell configured = ConfiguredAt(place, asked);
    if (IsTrue(configured)) {
      return Cell::Text(place.name, configured.source);
    }
    if (!configured.present() && !RuledOut(place, asked.user)) {
      return Cell::Unknown(configured.why, configured.source);
    }
    last = configured.source;
  }
  return Cell::Text("none", last);
}

// The value that wins; absent: set nowhere.
Cell Effective(std::string_view name, const Asked& asked) {
  Provenance last{};
  for (const Place& place : kPlaces) {
    const Cell value = At(place, name, asked);
    if (value.present() || (value.unknown() && !RuledOut(place, asked.user))) {
      return value;
    }
    last = value.source;
  }
  return Cell::Absent(last);
}

// Certificate trust wins over cloud Kerberos trust where both are set
// (learn.microsoft.com, Windows Hello for Business policy settings).
Cell TrustType(const Asked& asked) {
  const Cell certificate = Effective("use_certificate_for_on_prem_auth", asked);
  if (certificate.unknown()) {
    return certificate;
  }
  if (IsTrue(certificate)) {
    return Cell::Text("certificate", certificate.source);
  }
  const Cell cloud = Effective("use_cloud_trust_for_on_prem_auth", asked);
  if (cloud.unknown()) {
    return cloud;
  }
  return Cell::Text(IsTrue(cloud) ? "cloud-kerberos" : "key", cloud.source);
}

void Derive(const DeriveInput& /*input*/, FactSpace& facts) {
  SubjectFacts& device = facts.Device().facts;
  const Cell signal = Signal(device);
  device.Put("device.whfb_policy.by_gpo", DeviceBy(facts, device, "gpo", signal));
  device.Put("device.whfb_policy.by_mdm", DeviceBy(facts, device, "mdm", signal));
  for (Subject& subject : facts.subjects()) {
    if (subject.kind != SubjectKind::kUser) {
      continue;
    }
    SubjectFacts& user = subject.facts;
    for (const std::string_view source : {"gpo", "mdm"}) {
      user.Put(std::string("user.whfb_policy.by_").append(source),
               UserBy(device.Get(std::string("device.whfb_policy.by_").append(source)),
                      ShownBy(facts, user, "user", source), source, signal));
    }
    const Asked asked{.facts = facts, .device = device, .user = user};
    user.Put("user.whfb_policy.source", WinningSource(asked));
    user.Put("user.whfb.trust_type", TrustType(asked));
  }
}

}  // namespace

extern const DerivationSpec kPolicySourceDerivation;  // declared again by the generated list

const DerivationSpec kPolicySourceDerivation = {
    .name = "policy_source", .scope = Scope::kDevice, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
