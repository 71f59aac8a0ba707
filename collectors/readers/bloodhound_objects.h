// Objects of a BloodHound collection to directory records. What is not here is unknown: collectors
// leave out what they were not shown, and write defaults where they had to write something.

#ifndef WHFB_COLLECTORS_READERS_BLOODHOUND_OBJECTS_H_
#define WHFB_COLLECTORS_READERS_BLOODHOUND_OBJECTS_H_

#include <string_view>

#include "collectors/readers/directory_builder.h"
#include "collectors/readers/reader.h"

namespace whfb::readers {

class BloodHoundObjects {
 public:
  // `type` of "meta": "certtemplates".
  BloodHoundObjects(std::string_view type, const EvidenceView& evidence, RecordSink& sink)
      : type_(type), evidence_(evidence), sink_(sink) {}

  // Objects of this type say something that somebody asks about.
  [[nodiscard]] static bool IsRead(std::string_view type);

  // Members of an object of this type that Take() looks at; the others need not be kept.
  [[nodiscard]] static bool IsMemberRead(std::string_view type, std::string_view member);

  // "users" of "20240101120000_users.json"; empty for a name without any of the types that are
  // known, read or not.
  [[nodiscard]] static std::string_view TypeInName(std::string_view lower_name);

  // The next element of "data".
  void Take(const Json& object);

 private:
  [[nodiscard]] Provenance Source(const Json& object) const;
  void TakeTemplate(const Json& object, const Json& properties);
  void TakeObject(DirectoryKind kind, const Json& object, const Json& properties);
  void AddRights(const Json& object, DirectoryBuilder& builder);
  void AddPublished(const Json& object, DirectoryBuilder& builder);

  std::string_view type_;
  const EvidenceView& evidence_;
  RecordSink& sink_;
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_BLOODHOUND_OBJECTS_H_
