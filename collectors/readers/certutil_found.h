// Certificates that certutil prints outside of store listings (-dcinfo, -scinfo). Their dates wait
// until all of a capture are read, because only together they tell day from month.

#ifndef WHFB_COLLECTORS_READERS_CERTUTIL_FOUND_H_
#define WHFB_COLLECTORS_READERS_CERTUTIL_FOUND_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "collectors/readers/certutil_element.h"
#include "collectors/readers/reader.h"

namespace whfb::readers {

// One certificate in its short or `-v` form, with the chain below it.
struct PrintedCertificate {
  Banner banner{};
  std::uint64_t line = 0;             // where it begins
  std::span<const TextLine> lines{};  // from its serial number on
  bool finished = false;              // something follows that shows that it was printed whole
};

class FoundCertificates {
 public:
  // Both must outlive this.
  FoundCertificates(const EvidenceView& evidence, RecordSink& sink)
      : evidence_(evidence), sink_(sink) {}

  // The certificate as a record without dates, or null and a gap. Lives until the next call.
  [[nodiscard]] CertificateRecord* Add(const PrintedCertificate& printed);

  // The records, in order.
  void Emit();

 private:
  void AddDamage(const CertutilElement& element, std::string_view problem);

  struct Found {
    CertificateRecord record{};
    DatePair dates{};
  };

  const EvidenceView& evidence_;
  RecordSink& sink_;
  std::vector<Found> found_{};
  std::vector<DatePair> others_{};  // of the chains: they tell day from month, too
  bool day_first_language_ = false;
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_CERTUTIL_FOUND_H_
