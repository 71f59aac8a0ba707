// Records as text that people can check against the input by eye: every field, what is absent, what
// is not known and why, and the place.
//
// PrintedRecord is that text before it is laid out, so that readings of a whole and of a cut input
// can be compared field by field.

#ifndef WHFB_TESTS_GOLDEN_PRINTED_RECORD_H_
#define WHFB_TESTS_GOLDEN_PRINTED_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/readers/known.h"
#include "collectors/readers/reader.h"
#include "scanner/core/cell.h"
#include "scanner/core/time.h"

namespace whfb::readers {
struct CertificateFields;
struct RegistryValue;
}  // namespace whfb::readers

namespace whfb::golden {

// What a field may become when the input is cut.
enum class FieldKind : std::uint8_t {
  kValue,    // the same, or unknown
  kMoment,   // a time: the same, unknown, or known less closely
  kClaim,    // "yes" claims that everything is here
  kSummary,  // counts and the like: smaller, unless everything is claimed
  kExtra,    // may be missing without being missed
};

struct PrintedField {
  std::string name{};
  FieldKind kind = FieldKind::kValue;
  Knowledge knowledge = Knowledge::kPresent;
  WhyUnknown why = WhyUnknown::kNotCollected;
  std::string text{};
  TimeInterval moment{};  // kMoment only
};

struct PrintedRecord {
  std::string type{};   // "certificate"
  std::string place{};  // "@12", with the key where there is one
  std::vector<PrintedField> fields{};
  bool tells_damage = false;  // says only that something could not be read: a cut may bring it
};

// A value as it is printed: quoted, with escapes, where it could be misread.
[[nodiscard]] std::string Shown(std::string_view text);
std::string Shown(const char* text) = delete;  // would be taken for a bool
[[nodiscard]] std::string Shown(bool value);
[[nodiscard]] std::string Shown(std::int64_t value);
[[nodiscard]] std::string Shown(std::uint32_t hresult);
[[nodiscard]] std::string Shown(std::span<const std::string_view> list);
[[nodiscard]] std::string Shown(std::span<const std::byte> bytes);
[[nodiscard]] std::string Shown(const TimeInterval& interval);

// With the fraction of the second.
[[nodiscard]] std::string ShownTicks(Ticks ticks);

class RecordPrinter {
 public:
  RecordPrinter(std::string_view type, const Provenance& source);

  template <typename T>
  RecordPrinter& Field(std::string_view name, const T& value, FieldKind kind = FieldKind::kValue) {
    return Add({.name = std::string(name), .kind = kind, .text = Shown(value)});
  }

  template <typename T>
  RecordPrinter& Field(std::string_view name, const readers::Known<T>& known) {
    PrintedField field{.name = std::string(name), .knowledge = known.knowledge, .why = known.why};
    if (known.present()) {
      field.text = Shown(known.value);
    }
    if constexpr (std::is_same_v<T, TimeInterval>) {
      field.kind = FieldKind::kMoment;
      field.moment = known.value;
    }
    return Add(std::move(field));
  }

  // Who ran the tool and when; nothing where that is not known.
  RecordPrinter& Context(const readers::Context& context);

  RecordPrinter& TellsDamage() {
    record_.tells_damage = true;
    return *this;
  }

  [[nodiscard]] PrintedRecord Take() && { return std::move(record_); }

 private:
  RecordPrinter& Add(PrintedField field);

  PrintedRecord record_;
};

// One block: the type and place, then a line a field; absent fields and those that the format does
// not show in one line each.
[[nodiscard]] std::string Layout(const PrintedRecord& record);

// The fields of a certificate wherever it was found.
void PrintFields(const readers::CertificateFields& fields, RecordPrinter& printer);

// A registry value wherever it was found.
void PrintFields(const readers::RegistryValue& value, RecordPrinter& printer);

// One file for each family of records; each prints every record of its types.
void PrintCertificates(const readers::Records& records, std::vector<PrintedRecord>& out);
void PrintEvents(const readers::Records& records, std::vector<PrintedRecord>& out);
void PrintRegistry(const readers::Records& records, std::vector<PrintedRecord>& out);
void PrintPolicies(const readers::Records& records, std::vector<PrintedRecord>& out);
void PrintSmallRecords(const readers::Records& records, std::vector<PrintedRecord>& out);

}  // namespace whfb::golden

#endif  // WHFB_TESTS_GOLDEN_PRINTED_RECORD_H_
