// A capture of one or more certutil store listings, split into listings and elements. A script
// may have run certutil several times into one file; commands, headers and closing lines tell
// where one listing ends and which store it was.

#ifndef WHFB_COLLECTORS_READERS_CERTUTIL_CAPTURE_H_
#define WHFB_COLLECTORS_READERS_CERTUTIL_CAPTURE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/certutil_element.h"
#include "collectors/readers/text_decoding.h"

namespace whfb::readers {

enum class ListingEnd : std::uint8_t {
  kOpen,       // the capture ends, or another listing begins, without a closing line
  kCompleted,  // "CertUtil: -store command completed successfully."
  kFailed,     // "CertUtil: -store command FAILED: 0x80070002 (...)"
};

// A line outside of every element that should not be there.
struct StrayLine {
  std::uint64_t line = 0;
  std::string_view flaw{};  // empty: there is none
};

struct CapturedListing {
  std::string store{};  // lower case; empty: not told
  StoreScope scope = StoreScope::kUnknown;
  std::uint64_t line = 0;  // where it begins
  std::vector<CertutilElement> elements{};
  ListingEnd end = ListingEnd::kOpen;
  bool denied = false;  // the failure was E_ACCESSDENIED
  StrayLine stray{};    // the first one before its first element: one may be lost
};

struct CertutilCapture {
  std::vector<CapturedListing> listings{};
  StrayLine stray{};                // the first one that no listing follows
  std::vector<TextLine> lines{};    // the elements point into it
  bool day_first_language = false;  // banners in a language whose regions write the day first
};

// `decoded` must outlive the result. `path` gives hints where the text has none.
[[nodiscard]] CertutilCapture SplitCapture(const DecodedText& decoded, std::string_view path);

// The same, of lines whose text must outlive the result.
[[nodiscard]] CertutilCapture SplitLines(std::vector<TextLine> lines, std::string_view path);

// The certificates and listings of a capture become records; what is wrong with it, gaps.
void EmitListings(const CertutilCapture& capture, const EvidenceView& evidence, RecordSink& sink);

// The lines that are not blank, without a last one that is cut. `decoded` must outlive them.
[[nodiscard]] std::vector<TextLine> CapturedLines(const DecodedText& decoded);

// "CertUtil: ..."
[[nodiscard]] bool IsToolLine(std::string_view line);

// "CertUtil: -store ...", the line that certutil prints last.
[[nodiscard]] bool IsStoreClosing(std::string_view line);

// `my "Personal"`, the line above a listing of a store that certutil knows.
[[nodiscard]] bool IsStoreHeader(std::string_view line);

// "certutil -scinfo" or "CertUtil: -SCInfo ...": a command, or what it prints last.
[[nodiscard]] bool NamesVerb(std::string_view line, std::string_view verb);

// The word for "certificate" of a language whose regions all write the day before the month.
[[nodiscard]] bool IsDayFirstWord(std::string_view word);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_CERTUTIL_CAPTURE_H_
