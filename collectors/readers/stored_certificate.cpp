// Certificates as the MY store of a user keeps them on disk, one a file:
// <profile>\AppData\Roaming\Microsoft\SystemCertificates\My\Certificates\<SHA-1>, as triage tools
// copy it. The property list of certificate_blob.h, with the place in the path.
//
// A file shows that its certificate is in the store. Which others are, no copy tells: tools copy
// what they were told to, and pass over what they could not open. So the listing is never complete.
// A file of an old copy (old_copy.h) shows what was in the store once: it is not looked into.

#include <array>
#include <string>

#include "collectors/readers/certificate_blob.h"
#include "collectors/readers/certificate_hash.h"
#include "collectors/readers/certificate_record.h"
#include "collectors/readers/old_copy.h"
#include "collectors/readers/x509.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{4} << 20U;
constexpr std::size_t kPropertyHead = 12;
constexpr std::uint32_t kMaxPropertyId = 0xFFFF;  // CERT_LAST_USER_PROP_ID

// The last part of the path, which is removed with its separator.
std::string_view PopPart(std::string_view& path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view part = slash == std::string_view::npos ? path : path.substr(slash + 1);
  path = slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
  return part;
}

bool PopsParts(std::string_view& path, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    if (!SameNoCase(PopPart(path), name)) {
      return false;
    }
  }
  return true;
}

// Where the path says that the file lay.
struct Place {
  bool store = false;             // in the MY store of some account
  std::string_view profile{};     // its profile folder; empty: not told
  bool service = false;           // that of SYSTEM, LOCAL SERVICE or NETWORK SERVICE
  std::string_view thumbprint{};  // that the file is called after; empty: none
};

bool IsServiceProfile(std::string_view profile) {
  const std::string_view name = PopPart(profile);
  const std::string_view parent = PopPart(profile);
  return SameNoCase(parent, "ServiceProfiles") ||
         (SameNoCase(parent, "config") && SameNoCase(name, "systemprofile"));
}

Place PlaceOf(std::string_view path) {
  static constexpr std::array<std::string_view, 4> kStore = {"Certificates", "My",
                                                             "SystemCertificates", "Microsoft"};
  static constexpr std::array<std::string_view, 2> kRoaming = {"Roaming", "AppData"};
  static constexpr std::array<std::string_view, 1> kOlder = {"Application Data"};
  Place place;
  const std::string_view name = PopPart(path);
  place.thumbprint = IsThumbprint(name) ? name : std::string_view{};
  // "SystemCertificates" may be the top of what was copied.
  std::string_view above = path;
  place.store = PopsParts(path, std::span(kStore).first(3));
  if (!PopsParts(above, kStore)) {
    return place;
  }
  std::string_view older = above;
  if (PopsParts(above, kRoaming)) {
    place.profile = above;
  } else if (PopsParts(older, kOlder)) {
    place.profile = older;
  }
  if (place.profile.ends_with('!')) {
    place.profile = {};  // an archive, which anybody may have named
  }
  place.service = IsServiceProfile(place.profile);
  return place;
}

std::uint32_t Number(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i > 0; --i) {
    value = value << 8U | std::to_integer<std::uint32_t>(bytes[at + i - 1]);
  }
  return value;
}

bool BeginsProperty(std::span<const std::byte> bytes) {
  return bytes.size() >= kPropertyHead && Number(bytes, 0) != 0 &&
         Number(bytes, 0) <= kMaxPropertyId && Number(bytes, 4) == 1;
}

// What stands where a walk over the properties ends.
struct Walk {
  bool certificate = false;  // one was begun
  bool list = false;         // a list of certificates that are revoked or trusted instead
  bool properties = false;   // every property before the end has the shape of one
};

Walk WalkProperties(std::span<const std::byte> rest) {
  Walk walk;
  walk.properties = BeginsProperty(rest);
  while (BeginsProperty(rest)) {
    const std::uint32_t id = Number(rest, 0);
    const bool sequence = rest.size() == kPropertyHead || rest[kPropertyHead] == std::byte{0x30};
    walk.certificate = walk.certificate || (id == kCertificateElement && sequence);
    walk.list = walk.list || id == kCrlElement || id == kCtlElement;
    StoreProperty property;
    if (!NextProperty(rest, property)) {
      return walk;
    }
  }
  walk.properties = walk.properties && rest.size() < kPropertyHead;
  return walk;
}

int Recognise(const Head& head) {
  constexpr int kShape = 95;
  constexpr int kNamed = 70;
  const Walk walk = WalkProperties(head.bytes());
  if (!walk.properties || walk.list) {
    return 0;
  }
  if (walk.certificate) {
    return kShape;
  }
  // The certificate may begin behind the head, or the file end before it.
  return IsThumbprint(head.name()) ? kNamed : 0;
}

class Reading {
 public:
  Reading(const EvidenceView& evidence, RecordSink& sink)
      : evidence_(evidence), sink_(sink), place_(PlaceOf(evidence.path)) {}

  void Run() {
    Result<CertificateRecord> record =
        ParseCertificateBlob(evidence_.bytes, sink_.records.pool(), evidence_.path);
    if (!record) {
      const bool large = record.error().code == ErrorCode::kTooLarge;
      const bool cut = !WalkProperties(evidence_.bytes).properties;
      const WhyUnknown damage = cut ? WhyUnknown::kTruncated : WhyUnknown::kMalformed;
      Damage(large ? WhyUnknown::kTooLarge : damage, record.error().message);
    } else if (!place_.thumbprint.empty() &&
               !SameNoCase(place_.thumbprint, record->fields.sha1.value)) {
      Damage(WhyUnknown::kMalformed, "the file is called after another certificate");
    } else {
      Add(*record);
    }
  }

 private:
  void Damage(WhyUnknown why, const std::string& message) {
    sink_.AddGap({.place = 0, .why = why, .message = message});
    List(why, 0);
  }

  void Add(CertificateRecord& record) {
    AddExtensionGap(record.fields, 0, sink_);
    const bool key_damaged =
        !record.provider.present() && record.provider.knowledge == Knowledge::kUnknown;
    if (key_damaged) {
      sink_.AddGap({.place = 0, .message = "the key property is malformed"});
    }
    record.context = OwnContext();
    record.source = evidence_.At(0);
    if (place_.store) {
      record.scope = StoreScope::kUser;
      record.store = "my";
      record.profile = sink_.Keep(place_.profile);
    }
    sink_.records.Add(record);
    ++sink_.record_count;
    List(WhyUnknown::kNotCollected, 1);
  }

  // A store of a service says nothing about any user.
  void List(WhyUnknown why, std::uint32_t certificates) {
    if (place_.store && !place_.service) {
      sink_.records.Add(StoreListing{.scope = StoreScope::kUser,
                                     .store = "my",
                                     .profile = sink_.Keep(place_.profile),
                                     .complete = false,
                                     .why = why,
                                     .certificates = certificates,
                                     .context = OwnContext(),
                                     .source = evidence_.At(0)});
    }
  }

  // A file in a profile is of its owner, whoever copied it.
  [[nodiscard]] Context OwnContext() const {
    Context context = evidence_.context;
    if (!place_.profile.empty()) {
      context.account = place_.service ? Account::kSystem : Account::kUnknown;
      context.user_sid = {};
      context.user_upn = {};
    }
    return context;
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  Place place_;
};

Status Read(const EvidenceView& evidence, RecordSink& sink) {
  const bool named = PlaceOf(evidence.path).store && BeginsProperty(evidence.bytes);
  const Walk walk = WalkProperties(evidence.bytes);
  if (!named && (!walk.certificate || walk.list)) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(evidence.path),
                 .message = "this is not a certificate with its store properties"};
  }
  if (IsOldCopy(evidence.path)) {
    sink.note = "an old copy, used for nobody";
    return Ok{};
  }
  Reading(evidence, sink).Run();
  return Ok{};
}

}  // namespace

extern const ReaderSpec kStoredCertificateReader;  // declared again by the generated list

const ReaderSpec kStoredCertificateReader = {.kind = "stored-certificate",
                                             .max_bytes = kMaxBytes,
                                             .places = PlaceKind::kOffset,
                                             .recognise = Recognise,
                                             .read = Read};

}  // namespace whfb::readers
