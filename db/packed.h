// Lists of texts in one text column: each field is "<length>:<bytes>". Any byte may occur in a
// field, so nothing that evidence contains can forge a boundary.

#ifndef WHFB_DB_PACKED_H_
#define WHFB_DB_PACKED_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whfb::db {

void AppendField(std::string& packed, std::string_view field);
void AppendNumber(std::string& packed, std::uint64_t number);

// Reads fields one after another. Damage ends the list.
class FieldReader {
 public:
  // `packed` must outlive the reader.
  explicit FieldReader(std::string_view packed) : rest_(packed) {}

  // The next field, or nothing at the end.
  [[nodiscard]] std::optional<std::string_view> Next();

  // The next field as a number; 0 when it is not one.
  [[nodiscard]] std::uint64_t NextNumber();

  // Nothing is left: a count that promises more is wrong.
  [[nodiscard]] bool Done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace whfb::db

#endif  // WHFB_DB_PACKED_H_
