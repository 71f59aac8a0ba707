#include <algorithm>

#include "collectors/readers/event_record.h"
#include "collectors/readers/small_records.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {}  // namespace

std::string_view Event::Field(std::string_view name) const {
  const auto found = std::ranges::find_if(
      fields, [&](const EventField& field) { return SameNoCase(field.name, name); });
  return found == fields.end() ? std::string_view{} : found->value;
}

std::string_view ProfileRecord::Property(std::string_view path) const {
  const auto found = std::ranges::find(properties, path, &ProfileProperty::path);
  return found == properties.end() ? std::string_view{} : found->value;
}

}  // namespace whfb::readers
