#include "tests/report/sample_fleet.h"

#include <algorithm>
#include <array>

#include <spdlog/fmt/fmt.h>

namespace whfb::report {
namespace {

constexpr std::string_view kGuide = "Remote Desktop sign-in with Windows Hello for Business";

std::vector<RuleInfo> Rules() {
  using enum Severity;
  using Kind = SubjectKind;
  const auto rule = [](const char* id, Kind kind, Severity severity, const char* title,
                       const char* why, const char* section, const char* fix, const char* collect) {
    RuleInfo info{.id = id, .subject = kind, .severity = severity, .title = title, .why = why};
    info.source = std::string(kGuide) + ", " + section;
    info.fix = fix;
    info.collect = collect;
    return info;
  };
  const char* const store = "certutil -v -user -store My > user-my.txt   (as the signed-in user)";
  return {
      rule("cert.in-whfb-container", Kind::kUser, kCritical,
           "The user has a sign-in certificate in the Windows Hello for Business container",
           "Remote Desktop sends the certificate whose private key is in the Microsoft Passport "
           "Key Storage Provider. Without one there is nothing to sign in with.",
           "Deploy certificates",
           "Enrol the user with the certificate profile or template that "
           "names the Passport KSP as its provider.\nThen sign in again.",
           store),
      rule("cert.upn-matches-account", Kind::kUser, kCritical,
           "The certificate names the user as the domain knows it",
           "The KDC looks the account up by the user principal name in the certificate.",
           "Certificate template", "Issue the certificate with the on-premises UPN of the user.",
           store),
      rule("cert.valid-now", Kind::kUser, kCritical, "The sign-in certificate is valid now",
           "An expired certificate is refused by the domain controller.", "Requirements",
           "Renew the certificate; check why renewal did not happen in time.", store),
      rule("dc.certificate-present", Kind::kDomainController, kCritical,
           "The domain controller holds a usable KDC certificate",
           "Clients check that they talk to a genuine domain controller.", "Requirements",
           "Enrol the domain controller with the Kerberos Authentication template.",
           "certutil -v -store My > dc-my.txt   (on the domain controller)"),
      rule("device.uac-consent-prompt", Kind::kDevice, kMedium,
           "Elevation asks for consent on the secure desktop",
           "A prompt on the normal desktop can be imitated.", "Security considerations",
           "Set ConsentPromptBehaviorAdmin to 2.",
           "reg export HKLM\\SOFTWARE\\Microsoft\\Windows"
           "\\CurrentVersion\\Policies\\System uac.reg"),
      rule("pki.present", Kind::kEnvironment, kCritical, "A public key infrastructure exists",
           "The feature is based on certificates.", "Requirements",
           "Deploy AD CS, or connect a third-party CA through Intune.",
           "ldifde -d \"CN=Public Key Services,...\" -f pki.ldf"),
      rule("rdp.key-trust-note", Kind::kDevice, kInfo,
           "Remote Credential Guard would work without certificates",
           "Key trust deployments can use it instead.", "Alternatives", "", ""),
      rule("trust.root-deployed", Kind::kDevice, kCritical,
           "The device trusts the root of the domain controller's chain",
           "Without the root the client refuses the domain controller.", "Requirements",
           "Assign a trusted certificate profile with the root CA to the device.",
           "certutil -v -store Root > machine-root.txt   (elevated)"),
      rule("whfb.provisioned", Kind::kUser, kCritical, "Windows Hello for Business is set up",
           "Without it there is no container to enrol into.", "Requirements",
           "Sign in to the device itself and set up a PIN; do not do it in a remote session.",
           "dsregcmd /status > dsregcmd.txt   (as the signed-in user)"),
  };
}

enum class Fate { kReady, kNoCertificate, kExpired, kNoRoot, kNobodyLooked };

Fate FateOf(int device) {
  constexpr std::array kFates = {Fate::kReady,  Fate::kReady,         Fate::kNoCertificate,
                                 Fate::kReady,  Fate::kNobodyLooked,  Fate::kReady,
                                 Fate::kNoRoot, Fate::kReady,         Fate::kNobodyLooked,
                                 Fate::kReady,  Fate::kNoCertificate, Fate::kExpired};
  return kFates[static_cast<std::size_t>(device) % kFates.size()];
}

Readiness ReadinessOf(Fate fate) {
  if (fate == Fate::kReady) {
    return Readiness::kReady;
  }
  return fate == Fate::kNobodyLooked ? Readiness::kUndetermined : Readiness::kBlocked;
}

class FleetBuilder {
 public:
  explicit FleetBuilder(MemorySource& source) : source_(source) {}

  void AddDevice(int index) {
    const std::string name = fmt::format("PC-{:05}", index + 1);
    bundle_ = static_cast<std::uint32_t>(index + 2);
    zip_ = name + ".zip";
    source_.bundles.push_back(
        {bundle_, zip_, 48'213'004, std::string(64, 'a'), "2026-11-24T08:15:00Z"});
    device_ = "device:" + name;
    user_ = fmt::format("user:{}/S-1-12-1-1004-{}", name, index + 1);
    fate_ = FateOf(index);
    source_.subjects.push_back({.id = device_,
                                .kind = SubjectKind::kDevice,
                                .name = name,
                                .parent = "environment:contoso.com",
                                .route = "intune-scep",
                                .readiness = ReadinessOf(fate_)});
    source_.subjects.push_back(
        {.id = user_,
         .kind = SubjectKind::kUser,
         .name = fmt::format("user{}@contoso.com", index + 1),
         .parent = device_,
         .route = "intune-scep",
         .readiness = ReadinessOf(fate_),
         .aliases = {{"upn", fmt::format("user{}@contoso.com", index + 1)}}});
    AddDeviceFindings(index);
    AddUserFindings(index);
    AddCoverage(index);
  }

  Finding& Add(const std::string& subject, const char* rule, Verdict verdict, std::string reason) {
    const auto info = std::find_if(source_.rules.begin(), source_.rules.end(),
                                   [&](const RuleInfo& one) { return one.id == rule; });
    Finding finding{.rule = rule, .subject = subject, .severity = info->severity};
    finding.verdict = verdict;
    finding.reason = std::move(reason);
    if (verdict == Verdict::kFail) {
      finding.fix = info->fix;
    }
    source_.findings.push_back(std::move(finding));
    return source_.findings.back();
  }

  void Unknown(Finding& finding, WhyUnknown why, std::vector<std::string> missing) const {
    finding.reason_code = why;
    for (const std::string& fact : missing) {
      finding.observed.push_back({fact, Knowledge::kUnknown, std::string(ToString(why))});
    }
    finding.missing = std::move(missing);
  }

 private:
  void AddDeviceFindings(int index) {
    const bool weak = index % 3 == 0;
    Finding& uac = Add(device_, "device.uac-consent-prompt", weak ? Verdict::kFail : Verdict::kPass,
                       fmt::format("ConsentPromptBehaviorAdmin is {}", weak ? 5 : 2));
    uac.observed = {{"device.uac.consent_prompt_admin", Knowledge::kPresent, weak ? "5" : "2"}};
    uac.evidence = {{bundle_, zip_ + "!/Policies_System.reg", 14, std::nullopt, ""}};
    Add(device_, "rdp.key-trust-note", Verdict::kFail, "The device uses key trust.");
    const bool no_root = fate_ == Fate::kNoRoot;
    Finding& root = Add(device_, "trust.root-deployed", no_root ? Verdict::kFail : Verdict::kPass,
                        no_root ? "No certificate in the Root store is the anchor \"Contoso Root "
                                  "CA 2\" of the domain controllers."
                                : "The Root store holds \"Contoso Root CA 2\".");
    root.observed = {{"device.root_store.complete", Knowledge::kPresent, "true"}};
    root.evidence = {{bundle_, zip_ + "!/certs/machine-root.txt", 812, std::nullopt, ""}};
  }

  void AddUserFindings(int index) {
    const std::string thumbprint =
        fmt::format("{:040x}", 0x5eedf00dU + static_cast<unsigned>(index));
    const EvidenceRef listing{bundle_, zip_ + "!/certs/user-my.txt", 27, std::nullopt, ""};
    if (fate_ == Fate::kNobodyLooked) {
      for (const char* const rule :
           {"cert.in-whfb-container", "cert.upn-matches-account", "cert.valid-now"}) {
        Unknown(Add(user_, rule, Verdict::kUnknown,
                    "The listing of the user's certificates was made as SYSTEM, which has a "
                    "store of its own."),
                WhyUnknown::kWrongContext, {"user.certificate"});
      }
    } else if (fate_ == Fate::kNoCertificate) {
      Finding& none = Add(user_, "cert.in-whfb-container", Verdict::kFail,
                          "The store was read completely; none of its 3 certificates has its key "
                          "in the Microsoft Passport Key Storage Provider.");
      none.observed = {{"user.certificate.count", Knowledge::kPresent, "3"}};
      none.evidence = {listing};
      Add(user_, "cert.upn-matches-account", Verdict::kNotApplicable, "There is no certificate.");
      Add(user_, "cert.valid-now", Verdict::kNotApplicable, "There is no certificate.");
    } else {
      AddCertificate(thumbprint, listing, index);
    }
    Finding& hello = Add(user_, "whfb.provisioned", Verdict::kPass, "NgcSet is YES.");
    hello.observed = {{"user.ngc_set", Knowledge::kPresent, "true"}};
    hello.evidence = {{bundle_, zip_ + "!/dsregcmd.txt", 61, std::nullopt, ""},
                      {bundle_, zip_ + "!/logs/UserDeviceRegistration.evtx", std::nullopt,
                       static_cast<std::uint64_t>(300 + index), ""}};
  }

  void AddCertificate(const std::string& thumbprint, const EvidenceRef& listing, int index) {
    Finding& container =
        Add(user_, "cert.in-whfb-container", Verdict::kPass,
            fmt::format("Certificate {} has its key in the Passport provider.", thumbprint));
    container.observed = {{"user.rdp_certificate.sha1", Knowledge::kPresent, thumbprint}};
    container.evidence = {listing};
    Finding& upn = Add(user_, "cert.upn-matches-account", Verdict::kPass,
                       fmt::format("The certificate says user{}@contoso.com.", index + 1));
    upn.evidence = {listing};
    const bool expired = fate_ == Fate::kExpired;
    Finding& valid = Add(user_, "cert.valid-now", expired ? Verdict::kFail : Verdict::kPass,
                         expired ? "It ended at 2026-10-31T12:00:00Z."
                                 : "It ends at "
                                   "2027-06-30T12:00:00Z.");
    valid.observed = {{"user.rdp_certificate.not_after", Knowledge::kPresent,
                       expired ? "2026-10-31T12:00:00Z" : "2027-06-30T12:00:00Z"}};
    valid.evidence = {listing};
  }

  void AddCoverage(int index) {
    source_.coverage.push_back({.bundle = bundle_,
                                .file = zip_ + "!/certs/user-my.txt",
                                .kind = "certutil-store",
                                .status = CoverageStatus::kRead,
                                .records = 3,
                                .size = 18'230,
                                .crc32 = 0x1234ABCD});
    const bool damaged = index % 5 == 4;
    source_.coverage.push_back(
        {.bundle = bundle_,
         .file = zip_ + "!/logs/UserDeviceRegistration.evtx",
         .kind = "evtx",
         .status = damaged ? CoverageStatus::kPartial : CoverageStatus::kRead,
         .reason = damaged ? "chunk 3 has a wrong checksum" : "",
         .records = 412,
         .damaged = damaged ? 17U : 0U,
         .size = 1'118'208});
  }

  MemorySource& source_;
  std::uint32_t bundle_ = 0;
  std::string zip_;
  std::string device_;
  std::string user_;
  Fate fate_ = Fate::kReady;
};

void AddEnvironment(MemorySource& source, FleetBuilder& builder) {
  source.bundles.push_back(
      {1, "environment/pki.ldf", 91'204, std::string(64, 'e'), "2026-11-20T10:00:00Z"});
  source.subjects.push_back({.id = "environment:contoso.com",
                             .kind = SubjectKind::kEnvironment,
                             .name = "contoso.com",
                             .readiness = Readiness::kUndetermined});
  Finding& pki = builder.Add("environment:contoso.com", "pki.present", Verdict::kPass,
                             "2 enrolment services are published: Contoso Issuing CA 1, 2.");
  pki.evidence = {{1, "environment/pki.ldf", 120, std::nullopt, "CN=Enrollment Services"}};
  for (const char* const name : {"DC01.contoso.com", "DC02.contoso.com"}) {
    const std::string id = std::string("domain_controller:") + name;
    source.subjects.push_back({.id = id,
                               .kind = SubjectKind::kDomainController,
                               .name = name,
                               .parent = "environment:contoso.com"});
    Finding& finding =
        builder.Add(id, "dc.certificate-present", Verdict::kUnknown,
                    "No evidence shows the machine store of this domain controller.");
    builder.Unknown(finding, WhyUnknown::kNotCollected, {"dc.certificate"});
  }
  source.coverage.push_back({.bundle = 1,
                             .file = "environment/pki.ldf",
                             .kind = "ldif",
                             .status = CoverageStatus::kRead,
                             .records = 44,
                             .size = 91'204});
}

void Sort(MemorySource& source) {
  std::sort(source.subjects.begin(), source.subjects.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  std::sort(source.findings.begin(), source.findings.end(), [](const auto& a, const auto& b) {
    return std::tie(a.subject, a.rule) < std::tie(b.subject, b.rule);
  });
}

}  // namespace

std::unique_ptr<MemorySource> SampleFleet(int devices) {
  auto source = std::make_unique<MemorySource>();
  source->rules = Rules();
  FleetBuilder builder(*source);
  AddEnvironment(*source, builder);
  for (int device = 0; device < devices; ++device) {
    builder.AddDevice(device);
  }
  Sort(*source);
  return source;
}

std::unique_ptr<MemorySource> HostileResults() {
  using namespace std::string_literals;
  const std::string nasty =
      "</script><script>alert(1)</script><!-- ]]> \"'` & <img src=x onerror=alert(2)>"
      "\x1B[31mred\x1B]0;title\x07 \xFF\xC0\x80 \xED\xA0\x80 \0nul "
      "\xE2\x80\xAE\x67\x70\x6A.exe \xE2\x80\xA8 line\r\nnext\ttab {0} %s \xF0\x9F\x94\x92"s;
  auto source = std::make_unique<MemorySource>();
  source->run.tool_version = nasty;
  source->rules = {{.id = nasty, .severity = Severity::kCritical, .title = nasty, .why = nasty}};
  source->rules[0].fix = nasty;
  source->rules[0].collect = nasty;
  source->rules[0].source = nasty;
  source->bundles = {{1, nasty, 1, "00", nasty}};
  const std::string id = "device:" + nasty;
  source->subjects = {{.id = id, .kind = SubjectKind::kDevice, .name = nasty, .parent = nasty}};
  source->subjects[0].route = nasty;
  for (const Verdict verdict : {Verdict::kFail, Verdict::kUnknown}) {
    Finding finding{.rule = nasty, .subject = id, .severity = Severity::kCritical};
    finding.verdict = verdict;
    finding.reason = nasty;
    finding.fix = nasty;
    finding.missing = {nasty};
    if (verdict == Verdict::kUnknown) {
      finding.reason_code = WhyUnknown::kMalformed;
    }
    finding.observed = {{nasty, Knowledge::kPresent, nasty}};
    finding.evidence = {{1, nasty, 1, 2, nasty}};
    source->findings.push_back(finding);
  }
  source->coverage = {{.bundle = 1,
                       .file = nasty,
                       .kind = nasty,
                       .status = CoverageStatus::kFailed,
                       .reason = nasty}};
  return source;
}

}  // namespace whfb::report
