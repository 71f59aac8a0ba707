// Builds the attributes of a directory record from the members of a JSON export.

#ifndef WHFB_COLLECTORS_READERS_DIRECTORY_BUILDER_H_
#define WHFB_COLLECTORS_READERS_DIRECTORY_BUILDER_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/directory_record.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/security_descriptor.h"

namespace whfb::readers {

using Json = nlohmann::json;

// Null when the object has no such member, or the member is null.
[[nodiscard]] const Json* JsonMember(const Json& object, std::string_view name);

// A string member; empty when there is none.
[[nodiscard]] std::string_view JsonText(const Json& object, std::string_view name);

// How the value of a member becomes the value of an attribute.
enum class FieldForm : std::uint8_t {
  kText,    // a string, number or boolean, or a list of them
  kNumber,  // 0 is what these tools write for a number that they were not shown
  kSid,
  kGuid,
  kHash,       // hex without separators
  kUsages,     // OIDs, or the names of key usages
  kNameFlags,  // msPKI-Certificate-Name-Flag by names or numbers
  kEnrolmentFlags,
  kPeriod,    // "6 weeks"
  kUnixTime,  // seconds, as LDAP writes times; 0 and -1: not shown
};

struct FieldMapping {
  std::string_view field{};
  std::string_view attribute{};
  FieldForm form = FieldForm::kText;
};

class DirectoryBuilder {
 public:
  // The most values of one attribute that are kept.
  static constexpr std::size_t kMaxValues = 8192;

  DirectoryBuilder(RecordSink& sink, Provenance source) : sink_(sink), source_(source) {}

  // The members of `object` that the table names. Null, "" and [] are written for what is not set
  // and for what was not shown alike: they give no attribute. A value that does not fit its form is
  // a gap and leaves the attribute without it, not whole.
  void Take(const Json& object, std::span<const FieldMapping> table);

  void Add(std::string_view attribute, std::string_view value);

  // `whole`: these are all of its values; else there may be more that the export does not show.
  void AddList(std::string_view attribute, std::span<const std::string> values, bool whole);

  // Entries of an access list of which there may be more.
  void AddDescriptor(const SecurityDescriptor& descriptor);

  [[nodiscard]] std::vector<DirectoryAttribute>& attributes() { return attributes_; }

  // A stable copy for records that hold spans; empty when there is no room.
  [[nodiscard]] std::span<const DirectoryAttribute> Keep() const;

 private:
  void TakeMember(const Json& member, const FieldMapping& mapping);
  void Push(std::string_view attribute,
            std::span<const std::string> values,
            bool whole,
            WhyUnknown why);

  RecordSink& sink_;
  Provenance source_;
  std::vector<DirectoryAttribute> attributes_;
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_DIRECTORY_BUILDER_H_
