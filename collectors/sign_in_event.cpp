// What the device logged about certificates, Hello keys and Kerberos: channels, ids and fields of
// events.md sections 2, 4, 7 and 8. These rows support a verdict and name a cause; texts of events
// are localised and decide nothing.

#include <array>

#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "collectors/logged_events.h"

namespace whfb::collectors {

namespace {

constexpr std::string_view kKerberos = "Microsoft-Windows-Security-Kerberos";
constexpr std::string_view kHello = "Microsoft-Windows-HelloForBusiness";
constexpr std::string_view kNcrypt = "Microsoft-Windows-Crypto-NCrypt";
constexpr std::string_view kLifecycle =
    "Microsoft-Windows-CertificateServicesClient-Lifecycle-User";
constexpr std::string_view kAutoEnrollment =
    "Microsoft-Windows-CertificateServicesClient-AutoEnrollment";
constexpr std::string_view kCertEnroll = "Microsoft-Windows-CertificateServicesClient-CertEnroll";
constexpr std::string_view kSchannel = "Schannel";

// 3: an error message of Kerberos (where its logging is on); 8: the DC refused the certificate; 9:
// the device refused the DC's; 11: the subject does not lead to a domain; 16: certificate not
// found.
constexpr std::array<std::uint32_t, 5> kKerberosIds = {3, 8, 9, 11, 16};
// 102, 103: trust of the KDC's and of the client's certificate failed; 104: no PKINIT; 106: no KDC
// EKU; 107: no domain name matched; 200: no DC found.
constexpr std::array<std::uint32_t, 6> kKerberosOperationalIds = {102, 103, 104, 106, 107, 200};
// 6066, 7066: certificate enrolment; 7002: container unusable; 7045, 7054, 7055: provisioning;
// 7206: no registration authority; 7225: key creation; 7510: key registration; 7621: enrolment.
constexpr std::array<std::uint32_t, 10> kHelloIds = {6066, 7002, 7045, 7054, 7055,
                                                     7066, 7206, 7225, 7510, 7621};
constexpr std::array<std::uint32_t, 4> kNcryptIds = {1, 2, 3, 4};
// 1001 replaced, 1002 expired, 1003 about to expire.
constexpr std::array<std::uint32_t, 3> kLifecycleIds = {1001, 1002, 1003};
constexpr std::array<std::uint32_t, 2> kAutoEnrollmentIds = {6, 64};
constexpr std::array<std::uint32_t, 2> kCertEnrollIds = {13, 86};
// 36870: no access to the private key; 36887, 36888: fatal alert received, sent.
constexpr std::array<std::uint32_t, 3> kSchannelIds = {36870, 36887, 36888};

constexpr std::array<std::string_view, 5> kKerberosAbout = {
    "DomainController", "ClientUpn", "TargetDomain", "ExpectedDomainName", "Username"};
constexpr std::array<std::string_view, 2> kHelloAbout = {"KeyName", "ContainerId"};
constexpr std::array<std::string_view, 1> kNcryptAbout = {"KeyName"};
constexpr std::array<std::string_view, 0> kNobody = {};

constexpr std::array kEventTables = {
    EventTable{"device.kerberos_event", "System", kKerberos, kKerberosIds, kKerberosAbout},
    EventTable{"device.kerberos_operational_event", "Microsoft-Windows-Kerberos/Operational",
               kKerberos, kKerberosOperationalIds, kKerberosAbout},
    EventTable{"device.hello_event", "Microsoft-Windows-HelloForBusiness/Operational", kHello,
               kHelloIds, kHelloAbout},
    EventTable{"device.hello_key_event", "Microsoft-Windows-Crypto-NCrypt/Operational", kNcrypt,
               kNcryptIds, kNcryptAbout, "ProviderName", kPassportProvider},
    EventTable{"device.certificate_lifecycle_event",
               "Microsoft-Windows-CertificateServicesClient-Lifecycle-User/Operational", kLifecycle,
               kLifecycleIds, kNobody},
    EventTable{"device.auto_enrolment_event", "Application", kAutoEnrollment, kAutoEnrollmentIds,
               kNobody},
    EventTable{"device.cert_enroll_event", "Application", kCertEnroll, kCertEnrollIds, kNobody},
    EventTable{"device.schannel_event", "System", kSchannel, kSchannelIds, kNobody},
};

constexpr std::array kTables = {
    TableSpec{"device.kerberos_event", "Kerberos client, System log: certificate sign-in failed",
              kEventColumns, true},
    TableSpec{"device.kerberos_operational_event",
              "Kerberos client, Operational log: PKINIT and trust of the KDC", kEventColumns, true},
    TableSpec{"device.hello_event", "HelloForBusiness: what failed", kEventColumns, true},
    TableSpec{"device.hello_key_event", "NCrypt: use of keys of the Passport KSP that failed",
              kEventColumns, true},
    TableSpec{"device.certificate_lifecycle_event",
              "certificates of the user replaced, expired, about to expire", kEventColumns, true},
    TableSpec{"device.auto_enrolment_event", "automatic enrolment failed, certificate expires",
              kEventColumns, true},
    TableSpec{"device.cert_enroll_event", "enrolment failed", kEventColumns, true},
    TableSpec{"device.schannel_event", "TLS: private key, fatal alerts", kEventColumns, true},
};

constexpr auto kEvents = JoinInterests(InterestsIn(kKerberos, kKerberosIds),
                                       InterestsIn(kKerberos, kKerberosOperationalIds),
                                       InterestsIn(kHello, kHelloIds),
                                       InterestsIn(kNcrypt, kNcryptIds),
                                       InterestsIn(kLifecycle, kLifecycleIds),
                                       InterestsIn(kAutoEnrollment, kAutoEnrollmentIds),
                                       InterestsIn(kCertEnroll, kCertEnrollIds),
                                       InterestsIn(kSchannel, kSchannelIds));

void Collect(const CollectInput& input, FactSpace& facts) {
  const WroteIt anybody = [](std::string_view) { return true; };
  for (const EventTable& wanted : kEventTables) {
    CollectEventTable(wanted, input, anybody, facts.Device().facts, facts);
  }
}

}  // namespace

extern const CollectorSpec kSignInEventCollector;  // declared again by the generated list

const CollectorSpec kSignInEventCollector = {.name = "sign_in_event",
                                             .scope = Scope::kDevice,
                                             .tables = kTables,
                                             .events = kEvents,
                                             .collect = Collect};

}  // namespace whfb::collectors
