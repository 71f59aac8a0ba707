// What CryptoAPI logged about chains, revocation and private keys (CAPI2/Operational, events.md
// section 7). Windows writes this log only where somebody turned it on: what is not in it may have
// happened. The events hold their fields in UserData, below an element that is called like the
// function (shapes: logs of Windows 7 and Server 2016, and the events printed on Microsoft Learn).
// Codes are hexadecimal without "0x"; the texts behind them are localised and decide nothing.

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

#include <spdlog/fmt/fmt.h>

#include "collectors/collector.h"
#include "collectors/logged_events.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/number_text.h"

namespace whfb::collectors {

namespace {

using readers::Event;

constexpr std::string_view kChannel = "Microsoft-Windows-CAPI2/Operational";
constexpr std::string_view kProvider = "Microsoft-Windows-CAPI2";

// 11: a chain was built; 30: it was held against a policy; 41, 42: revocation was checked, its
// information refused; 70: a private key was asked for.
constexpr std::array<std::uint32_t, 5> kCertificateIds = {11, 30, 41, 42, 70};
// 53: a CRL, an OCSP response or a certificate was fetched.
constexpr std::array<std::uint32_t, 1> kRetrievalIds = {53};

constexpr std::string_view kGood = "00000000";

constexpr std::string_view kResult = "Result@value";
constexpr std::string_view kCertificate = "Certificate@fileRef";
constexpr std::string_view kSubject = "Certificate@subjectName";
constexpr std::string_view kRefusedFor = "SubjectCertificate@fileRef";  // 42, UNCONFIRMED
constexpr std::string_view kChainErrors = "CertificateChain/TrustStatus/ErrorStatus@value";
constexpr std::string_view kRevocation =
    "CertificateChain/ChainElement/RevocationInfo/RevocationResult@value";
constexpr std::string_view kRevocationError = "RevocationStatus@error";
constexpr std::string_view kPolicy = "Policy@type";
constexpr std::string_view kProcess = "EventAuxInfo@ProcessName";
constexpr std::string_view kImpersonated = "EventAuxInfo@impersonateToken";
constexpr std::string_view kUrl = "URL";
constexpr std::string_view kObject = "Object@type";
constexpr std::string_view kResponse = "AdditionalInfo/HTTPResponseHeadersInfo/Header";

bool IsHexDigits(std::string_view text) {
  return std::ranges::all_of(text, [](char letter) {
    const char lower = LowerLetter(letter);
    return (lower >= '0' && lower <= '9') || (lower >= 'a' && lower <= 'f');
  });
}

// "800B0109", "40", "0": empty for anything else.
std::string HexCode(std::string_view text) {
  constexpr std::size_t kDigits = 8;
  std::uint32_t code = 0;
  if (text.empty() || text.size() > kDigits || !IsHexDigits(text)) {
    return {};
  }
  std::from_chars(text.data(), text.data() + text.size(), code, 16);
  return fmt::format("{:08x}", code);
}

std::string Result(const Event& event) {
  return HexCode(FieldBelow(event, kResult));
}

// "3CD6B0EFAF68549EFE9ED2316426FCD7FF81A6A8.cer": the event names certificates by SHA-1.
std::string Certificate(const Event& event) {
  constexpr std::string_view kEnd = ".cer";
  constexpr std::size_t kDigits = 40;
  std::string_view file = FieldBelow(event, kCertificate);
  file = file.empty() ? FieldBelow(event, kRefusedFor) : file;
  const bool named = file.size() == kDigits + kEnd.size() &&
                     SameNoCase(file.substr(kDigits), kEnd) && IsHexDigits(file.substr(0, kDigits));
  return named ? LowerAscii(file.substr(0, kDigits)) : std::string{};
}

// CERT_TRUST_STATUS.dwErrorStatus of the whole chain, the first one where there are several.
std::string ChainErrors(const Event& event) {
  return HexCode(FieldBelow(event, kChainErrors));
}

// Of the chain the first certificate that could not be found good; else that all were.
std::string Revocation(const Event& event) {
  std::string found = HexCode(FieldBelow(event, kRevocationError));
  for (const readers::EventField& field : event.fields) {
    const bool told = SameNoCase(NameBelow(field.name), kRevocation);
    const std::string code = told ? HexCode(field.value) : std::string{};
    if (!code.empty() && (found.empty() || found == kGood)) {
      found = code;
    }
  }
  return found;
}

std::string Policy(const Event& event) {
  return std::string(FieldBelow(event, kPolicy));
}

std::string Process(const Event& event) {
  return LowerAscii(FieldBelow(event, kProcess));
}

// A service acts for the user whom it impersonates.
std::string User(const Event& event) {
  const std::string_view acting = FieldBelow(event, kImpersonated);
  return std::string(acting.starts_with("S-1-") ? acting : event.user_sid);
}

std::string Url(const Event& event) {
  return std::string(FieldBelow(event, kUrl));
}

std::string Object(const Event& event) {
  return std::string(FieldBelow(event, kObject));
}

// "HTTP/1.1 200 OK": the number, which no language changes.
std::string HttpStatus(const Event& event) {
  constexpr std::size_t kDigits = 3;
  const std::string_view line = FieldBelow(event, kResponse);
  const std::size_t blank = line.find(' ');
  if (!line.starts_with("HTTP/") || blank == std::string_view::npos) {
    return {};
  }
  const std::string_view number = line.substr(blank + 1, kDigits);
  const bool told = number.size() == kDigits && ParseWhole<std::uint32_t>(number);
  return told ? std::string(number) : std::string{};
}

constexpr std::array<TextOfEvent, 6> kCertificateDetails = {Certificate, ChainErrors, Revocation,
                                                            Policy,      Process,     User};
constexpr std::array<TextOfEvent, 5> kRetrievalDetails = {Url, Object, HttpStatus, Process, User};

constexpr std::array kCertificateColumns = EventColumnsWith(std::array{
    ColumnSpec{"certificate", ValueType::kHex, "thumbprint of the certificate it is about", true},
    ColumnSpec{"chain_errors", ValueType::kText,
               "11: CERT_TRUST_STATUS errors of the chain, 8 hexadecimal digits, or none", true},
    ColumnSpec{"revocation", ValueType::kText,
               "11, 41: the first code of revocation that is not 00000000, or none", true},
    ColumnSpec{"policy", ValueType::kText, "30: CERT_CHAIN_POLICY_... it was held against, or none",
               true},
    ColumnSpec{"process", ValueType::kText, "program in lower case (lsass.exe: sign-in), or none",
               true},
    ColumnSpec{"user", ValueType::kSid, "for whom the newest of them was done"},
});

constexpr std::array kRetrievalColumns = EventColumnsWith(std::array{
    ColumnSpec{"url", ValueType::kText, "where it was fetched, or none", true},
    ColumnSpec{"object", ValueType::kText, "what: CONTEXT_OID_CRL, ..., or none", true},
    ColumnSpec{"http_status", ValueType::kText, "status that the server answered, or none", true},
    ColumnSpec{"process", ValueType::kText, "program in lower case, or none", true},
    ColumnSpec{"user", ValueType::kSid, "for whom the newest of them was done"},
});

constexpr std::array<std::string_view, 1> kAbout = {kSubject};
constexpr std::array<std::string_view, 0> kNobody = {};

constexpr std::array kTables = {
    TableSpec{"device.capi2_event",
              "CAPI2: chains built and held against policies, revocation, private keys",
              kCertificateColumns, true},
    TableSpec{"device.capi2_retrieval_event",
              "CAPI2: CRLs, OCSP responses and certificates fetched", kRetrievalColumns, true},
};

constexpr std::array kEventTables = {
    EventTable{.table = "device.capi2_event",
               .channel = kChannel,
               .provider = kProvider,
               .ids = kCertificateIds,
               .about = kAbout,
               .details = kCertificateDetails,
               .code = Result},
    EventTable{.table = "device.capi2_retrieval_event",
               .channel = kChannel,
               .provider = kProvider,
               .ids = kRetrievalIds,
               .about = kNobody,
               .details = kRetrievalDetails,
               .code = Result},
};

constexpr std::array kEvents =
    JoinInterests(InterestsIn(kProvider, kCertificateIds), InterestsIn(kProvider, kRetrievalIds));

void Collect(const CollectInput& input, FactSpace& facts) {
  const WroteIt anybody = [](std::string_view) { return true; };
  for (const EventTable& wanted : kEventTables) {
    CollectEventTable(wanted, input, anybody, facts.Device().facts, facts);
  }
}

}  // namespace

extern const CollectorSpec kCapi2EventCollector;  // declared again by the generated list

const CollectorSpec kCapi2EventCollector = {.name = "capi2_event",
                                            .scope = Scope::kDevice,
                                            .tables = kTables,
                                            .events = kEvents,
                                            .collect = Collect};

}  // namespace whfb::collectors
