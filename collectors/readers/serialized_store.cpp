// Serialized certificate stores (.sst): certutil -exportstore, Export-Certificate -Type SST,
// CertSaveStore. Version 0, "CERT", elements { id u32, encoding u32, length u32, data } with the
// properties of a certificate before it, and an element of zeros at the end (formats.md
// section 12).

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "collectors/readers/certificate_blob.h"
#include "collectors/readers/certificate_record.h"
#include "collectors/readers/x509.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20U;
constexpr std::string_view kMagic{"\0\0\0\0CERT", 8};

struct Place {
  std::string_view store{};
  StoreScope scope = StoreScope::kUnknown;
};

struct Word {
  std::string_view text;
  std::string_view store;
  StoreScope scope;
};

// The format does not say which store it was; the file name may: "user_my.sst".
constexpr std::array kWords = {
    Word{"my", "my", StoreScope::kUnknown},         Word{"personal", "my", StoreScope::kUnknown},
    Word{"root", "root", StoreScope::kUnknown},     Word{"ca", "ca", StoreScope::kUnknown},
    Word{"ntauth", "ntauth", StoreScope::kUnknown}, Word{"user", "", StoreScope::kUser},
    Word{"currentuser", "", StoreScope::kUser},     Word{"machine", "", StoreScope::kMachine},
    Word{"localmachine", "", StoreScope::kMachine}, Word{"computer", "", StoreScope::kMachine},
};

bool IsLetter(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

bool SameWord(std::string_view word, std::string_view lower) {
  return std::ranges::equal(word, lower, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

void ApplyWord(std::string_view text, Place& place) {
  for (const Word& word : kWords) {
    if (SameWord(text, word.text)) {
      place.store = word.store.empty() ? place.store : word.store;
      place.scope = word.scope == StoreScope::kUnknown ? place.scope : word.scope;
    }
  }
}

Place PlaceFromName(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\!");
  std::string_view name = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
  name = name.substr(0, name.find_last_of('.'));
  Place place;
  while (!name.empty()) {
    std::size_t size = 0;
    while (size < name.size() && IsLetter(name[size])) {
      ++size;
    }
    ApplyWord(name.substr(0, size), place);
    name.remove_prefix(std::min(name.size(), size + 1));
  }
  return place;
}

// What is known of the certificate whose properties are being read.
struct Pending {
  CertificateRecord record{};
  bool key_property = false;
};

class Reading {
 public:
  Reading(const EvidenceView& evidence, RecordSink& sink)
      : evidence_(evidence), sink_(sink), place_(PlaceFromName(evidence.path)) {}

  // Returns when the end element or damage is reached.
  void Run(std::span<const std::byte> rest) {
    Begin();
    while (true) {
      const std::uint64_t at = evidence_.bytes.size() - rest.size();
      StoreProperty element;
      if (!NextProperty(rest, element)) {
        sink_.AddGap({.place = at,
                      .why = WhyUnknown::kTruncated,
                      .message = "the store ends inside an element"});
        break;
      }
      if (element.id == 0 && element.data.empty()) {
        complete_ = !damaged_;
        break;
      }
      Take(element, at);
    }
    Deliver();
  }

 private:
  void Begin() { pending_ = {.record = {.archived = Known<bool>::Present(false)}}; }

  void Take(const StoreProperty& element, std::uint64_t at) {
    switch (element.id) {
      case kCertificateElement:
        TakeCertificate(element.data, at);
        Begin();
        return;
      case kCrlElement:
      case kCtlElement:
        Begin();
        return;
      default:
        pending_.key_property = pending_.key_property || element.id == kKeyProviderProperty;
        if (!ApplyProperty(element, sink_.records.pool(), pending_.record)) {
          sink_.AddGap({.place = at, .message = "the key property is malformed"});
        }
    }
  }

  void TakeCertificate(std::span<const std::byte> der, std::uint64_t at) {
    Result<CertificateFields> fields =
        ParseCertificate(der, sink_.records.pool(), Hashes::kSha1AndSha256, evidence_.path);
    if (!fields) {
      damaged_ = true;
      const bool too_large = fields.error().code == ErrorCode::kTooLarge;
      sink_.AddGap({.place = at,
                    .why = too_large ? WhyUnknown::kTooLarge : WhyUnknown::kMalformed,
                    .message = fields.error().message});
      return;
    }
    AddExtensionGap(*fields, at, sink_);
    pending_.record.fields = *fields;
    pending_.record.scope = place_.scope;
    pending_.record.store = place_.store;
    pending_.record.context = evidence_.context;
    pending_.record.source = evidence_.At(at);
    any_key_property_ = any_key_property_ || pending_.key_property;
    found_.push_back(pending_);
  }

  void Deliver() {
    for (Pending& one : found_) {
      // Some exporters leave the key property out for every certificate; only a store that has
      // one says with its absence that there is no key.
      if (any_key_property_ && !one.key_property) {
        MarkWithoutKey(one.record);
      }
      sink_.records.Add(one.record);
    }
    sink_.record_count += found_.size();
    sink_.records.Add(
        StoreListing{.scope = place_.scope,
                     .store = place_.store,
                     .complete = complete_,
                     .why = damaged_ ? WhyUnknown::kMalformed : WhyUnknown::kTruncated,
                     .certificates = static_cast<std::uint32_t>(found_.size()),
                     .context = evidence_.context,
                     .source = evidence_.At(0)});
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  Place place_;
  Pending pending_;
  std::vector<Pending> found_;
  bool any_key_property_ = false;
  bool damaged_ = false;
  bool complete_ = false;
};

bool HasMagic(std::span<const std::byte> bytes) {
  return bytes.size() >= kMagic.size() &&
         std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) == 0;
}

int Recognise(const Head& head) {
  constexpr int kMagicScore = 100;
  return HasMagic(head.bytes()) ? kMagicScore : 0;
}

Status Read(const EvidenceView& evidence, RecordSink& sink) {
  if (!HasMagic(evidence.bytes)) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(evidence.path),
                 .message = "this is not a serialized certificate store"};
  }
  Reading(evidence, sink).Run(evidence.bytes.subspan(kMagic.size()));
  return Ok{};
}

}  // namespace

extern const ReaderSpec kSerializedStoreReader;  // declared again by the generated list

const ReaderSpec kSerializedStoreReader = {.kind = "serialized-store",
                                           .max_bytes = kMaxBytes,
                                           .places = PlaceKind::kOffset,
                                           .recognise = Recognise,
                                           .read = Read};

}  // namespace whfb::readers
