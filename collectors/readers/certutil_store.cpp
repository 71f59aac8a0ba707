// certutil store listings: splits a capture into listings and elements, finds out which store
// and whose, and emits certificates and listings (formats.md section 1).

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/certutil_capture.h"
#include "collectors/readers/certutil_element.h"
#include "collectors/readers/certutil_loss.h"
#include "collectors/readers/certutil_verbs.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/text_decoding.h"
#include "collectors/readers/x509.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{32} << 20;

struct ReadElement {
  ElementReading reading{};
  std::uint64_t line = 0;
  std::size_t listing = 0;
};

class StoreReader {
 public:
  StoreReader(const EvidenceView& evidence, RecordSink& sink) : evidence_(evidence), sink_(sink) {}

  void Read(const CertutilCapture& capture) {
    for (std::size_t i = 0; i < capture.listings.size(); ++i) {
      ReadListing(capture.listings[i], i);
    }
    CheckOthers();
    if (!capture.stray.flaw.empty()) {
      sink_.AddGap({.place = capture.stray.line, .message = std::string(capture.stray.flaw)});
    }
    DecideDates(capture.day_first_language);
    for (const ReadElement& element : elements_) {
      Emit(element, capture.listings[element.listing]);
    }
    for (std::size_t i = 0; i < capture.listings.size(); ++i) {
      EmitListing(capture.listings[i], damaged_[i], certificates_[i]);
    }
  }

 private:
  void ReadListing(const CapturedListing& listing, std::size_t number) {
    damaged_.push_back(false);
    certificates_.push_back(0);
    if (!listing.stray.flaw.empty()) {
      damaged_[number] = true;
      sink_.AddGap({.place = listing.stray.line, .message = std::string(listing.stray.flaw)});
    }
    for (const CertutilElement& element : listing.elements) {
      ReadElementOf(element, number);
    }
    if (const CertutilElement* const jump = FirstOutOfOrder(listing.elements)) {
      AddDamage(*jump, "the one before it is missing", number);
    }
  }

  void ReadElementOf(const CertutilElement& element, std::size_t listing) {
    ElementReading reading = ReadCertutilElement(element, sink_);
    switch (reading.kind) {
      case ElementKind::kDamaged:
        AddDamage(element, reading.problem, listing);
        return;
      case ElementKind::kOther:
        others_.emplace_back(&element, listing);
        return;
      case ElementKind::kCertificate:
        FoldBuddhistYears(reading.dates);
        dates_.push_back(reading.dates);
        words_.insert(element.banner.word);
        elements_.push_back({std::move(reading), element.line, listing});
    }
  }

  void AddDamage(const CertutilElement& element, std::string_view problem, std::size_t listing) {
    damaged_[listing] = true;
    std::string message = "element " + std::to_string(element.banner.index) + ": ";
    sink_.AddGap({.place = element.flaw.empty() ? element.line : element.flaw_line,
                  .why = element.finished ? WhyUnknown::kMalformed : WhyUnknown::kTruncated,
                  .message = message.append(problem)});
  }

  // The word of a certificate, in a language that nobody told us, heads certificates everywhere.
  void CheckOthers() {
    for (const auto& [element, listing] : others_) {
      if (words_.contains(element->banner.word)) {
        AddDamage(*element, "no serial number", listing);
      }
    }
  }

  void DecideDates(bool day_first_language) {
    order_ = DecideOrder(dates_, day_first_language, evidence_.now);
    const bool open =
        order_ == DateOrder::kUnknown && std::ranges::any_of(dates_, [](const DatePair& pair) {
          return pair.not_before && pair.not_before->order == DateOrder::kUnknown;
        });
    if (open) {
      sink_.note += ", day and month cannot be told apart";
    }
  }

  void Emit(const ReadElement& element, const CapturedListing& listing) {
    CertificateRecord record = element.reading.record;
    record.fields.not_before = Interval(element.reading.dates.not_before);
    record.fields.not_after = Interval(element.reading.dates.not_after);
    record.scope = listing.scope;
    record.store = sink_.Keep(listing.store);
    record.context = evidence_.context;
    record.source = evidence_.At(element.line);
    AddExtensionGap(record.fields, element.line, sink_);
    sink_.records.Add(record);
    ++sink_.record_count;
    ++certificates_[element.listing];
  }

  [[nodiscard]] Known<TimeInterval> Interval(const std::optional<DateText>& date) const {
    const auto interval = date ? ToInterval(*date, order_) : std::nullopt;
    return interval ? Known<TimeInterval>::Present(*interval)
                    : Known<TimeInterval>::Unknown(WhyUnknown::kMalformed);
  }

  void EmitListing(const CapturedListing& listing, bool damaged, std::uint32_t certificates) {
    const bool complete = listing.end == ListingEnd::kCompleted && !damaged;
    if (listing.end == ListingEnd::kFailed) {
      sink_.AddGap({.place = listing.line,
                    .why = listing.denied ? WhyUnknown::kDenied : WhyUnknown::kNotCollected,
                    .message = "certutil reported a failure"});
    } else if (listing.end == ListingEnd::kOpen) {
      sink_.AddGap({.place = listing.line,
                    .why = WhyUnknown::kTruncated,
                    .message = "no closing line of certutil"});
    }
    sink_.records.Add(StoreListing{.scope = listing.scope,
                                   .store = sink_.Keep(listing.store),
                                   .complete = complete,
                                   .why = Why(listing, damaged),
                                   .certificates = certificates,
                                   .context = evidence_.context,
                                   .source = evidence_.At(listing.line)});
  }

  static WhyUnknown Why(const CapturedListing& listing, bool damaged) {
    if (listing.end == ListingEnd::kFailed) {
      return listing.denied ? WhyUnknown::kDenied : WhyUnknown::kNotCollected;
    }
    return listing.end == ListingEnd::kCompleted && damaged ? WhyUnknown::kMalformed
                                                            : WhyUnknown::kTruncated;
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  std::vector<ReadElement> elements_{};
  std::vector<std::pair<const CertutilElement*, std::size_t>> others_{};  // and their listing
  std::set<std::string_view> words_{};  // in the banners of certificates
  std::vector<DatePair> dates_{};
  std::vector<bool> damaged_{};
  std::vector<std::uint32_t> certificates_{};
  DateOrder order_ = DateOrder::kUnknown;
};

Status ReadCertutilStore(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  sink.note = std::string(decoded.encoding);
  const CertutilCapture capture = SplitCapture(decoded, evidence.path);
  if (capture.listings.empty()) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(evidence.path),
                 .message = "no store listing of certutil"};
  }
  EmitListings(capture, evidence, sink);
  AddOtherCommandGap(decoded, "store", sink);
  return Ok{};
}

// A banner is the surest sign; an empty store has only the closing line.
int RecogniseCertutilStore(const Head& head) {
  constexpr int kBannerScore = 80;
  constexpr int kClosingScore = 60;
  TextLines lines(head.Text());
  std::string_view line;
  int score = 0;
  while (lines.Next(line)) {
    if (ReadBanner(line)) {
      return kBannerScore;
    }
    if (IsStoreClosing(line)) {
      score = kClosingScore;
    }
  }
  return score;
}

}  // namespace

void EmitListings(const CertutilCapture& capture, const EvidenceView& evidence, RecordSink& sink) {
  StoreReader(evidence, sink).Read(capture);
}

extern const ReaderSpec kCertutilStoreReader;  // declared again by the generated list

const ReaderSpec kCertutilStoreReader = {.kind = "certutil-store",
                                         .max_bytes = kMaxBytes,
                                         .recognise = RecogniseCertutilStore,
                                         .read = ReadCertutilStore};

}  // namespace whfb::readers
