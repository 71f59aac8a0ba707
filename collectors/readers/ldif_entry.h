// One entry of LDIF: its lines become attributes, the attributes a record.

#ifndef WHFB_COLLECTORS_READERS_LDIF_ENTRY_H_
#define WHFB_COLLECTORS_READERS_LDIF_ENTRY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/directory_record.h"
#include "collectors/readers/directory_schema.h"
#include "collectors/readers/ldif_lines.h"
#include "collectors/readers/reader.h"

namespace whfb::readers {

class LdifEntry {
 public:
  // The most values of one attribute that are kept.
  static constexpr std::size_t kMaxValues = 8192;

  LdifEntry(const EvidenceView& evidence, RecordSink& sink) : evidence_(evidence), sink_(sink) {}

  // Starts a new entry with its "dn" line.
  void Begin(const LdifLine& line);

  void Take(const LdifLine& line);

  // A line that cannot be read: any attribute may have stood there.
  void LoseLine(std::uint64_t line, std::string message);

  // The last line may have been cut, or go on: its value is lost.
  void LoseLastLine();

  // Adds the record. `ended`: a blank line or the next entry shows that nothing is missing.
  void Emit(const Visibility& shows, bool ended);

  [[nodiscard]] bool open() const { return open_; }

  [[nodiscard]] bool damaged() const { return damaged_; }

  [[nodiscard]] bool lost_line() const { return lost_line_; }

  // The entry changes an object; it does not show one.
  [[nodiscard]] bool is_change() const { return is_change_; }

 private:
  struct Attribute {
    const SchemaAttribute* schema = nullptr;
    std::vector<std::string_view> values{};
    std::uint64_t line = 0;
    bool damaged = false;
    bool range_open = false;  // the last part of its values has not been seen
    WhyUnknown why = WhyUnknown::kMalformed;

    void Lose(WhyUnknown reason) {
      damaged = true;
      why = reason;
    }
  };

  struct Certificate {
    CertificateFields fields{};
    std::uint64_t line = 0;
  };

  void Damage(std::uint64_t line, WhyUnknown why, std::string message);
  void TakeValue(const LdifLine& line, Attribute& attribute);
  Attribute& At(const SchemaAttribute& schema, std::uint64_t line);
  [[nodiscard]] static std::optional<std::string> Octets(const LdifLine& line);
  bool ValueText(const LdifLine& line, const SchemaAttribute& schema, std::string& text);
  bool CertificateText(std::string_view octets, std::uint64_t line, std::string& text);
  [[nodiscard]] ObjectTraits Traits() const;
  [[nodiscard]] Visibility Settle(Visibility shows, bool ended) const;
  [[nodiscard]] std::vector<DirectoryAttribute> Attributes(const Visibility& visibility) const;
  [[nodiscard]] bool Has(std::string_view name) const;
  void EmitTemplate(const Visibility& visibility);
  void EmitCertificates(DirectoryKind kind);

  const EvidenceView& evidence_;
  RecordSink& sink_;
  bool open_ = false;
  bool damaged_ = false;
  bool lost_line_ = false;
  bool is_change_ = false;
  bool is_import_ = false;  // "changetype: add": the form of ldifde, which writes no header
  std::uint64_t line_ = 0;
  const SchemaAttribute* last_ = nullptr;  // of the last line, if its value was kept
  bool last_is_name_ = false;              // the last line is that of the name
  std::string dn_;
  std::vector<Attribute> attributes_;
  std::vector<Certificate> certificates_;
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_LDIF_ENTRY_H_
