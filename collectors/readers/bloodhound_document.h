// Walks a BloodHound collection and gives its objects to BloodHoundObjects, one at a time. Only
// what is read of an object becomes values, and only up to a limit, whatever the size of the file:
// time grows with the file, memory does not.

#ifndef WHFB_COLLECTORS_READERS_BLOODHOUND_DOCUMENT_H_
#define WHFB_COLLECTORS_READERS_BLOODHOUND_DOCUMENT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/bloodhound_objects.h"

namespace whfb::readers {

class BloodHoundDocument final : public nlohmann::json_sax<Json> {
 public:
  // The most elements of one list that are kept.
  static constexpr std::size_t kMaxEntries = 10'000;
  // Of one object; one with more is not taken.
  static constexpr std::size_t kMaxValues = 200'000;
  static constexpr std::size_t kMaxText = std::size_t{16} << 20;

  BloodHoundDocument(std::string_view type, BloodHoundObjects& objects, RecordSink& sink)
      : type_(type), read_(BloodHoundObjects::IsRead(type)), objects_(objects), sink_(sink) {}

  // What is in front of damage has been taken.
  void Walk(std::string_view text) { Json::sax_parse(text, this); }

  [[nodiscard]] const Json& meta() const { return meta_; }

  // The offset from which on it is not JSON.
  [[nodiscard]] std::optional<std::size_t> damage() const { return damage_; }

  bool null() override { return TakeValue(Json()); }

  bool boolean(bool value) override { return TakeValue(Json(value)); }

  bool number_integer(number_integer_t value) override { return TakeValue(Json(value)); }

  bool number_unsigned(number_unsigned_t value) override { return TakeValue(Json(value)); }

  bool number_float(number_float_t value, const string_t& /*text*/) override {
    return TakeValue(Json(value));
  }

  bool string(string_t& value) override;

  bool binary(binary_t& /*value*/) override { return false; }  // JSON has none

  bool start_object(std::size_t /*elements*/) override { return Start(Json::object()); }

  bool start_array(std::size_t /*elements*/) override { return Start(Json::array()); }

  bool end_object() override { return End(); }

  bool end_array() override { return End(); }

  bool key(string_t& name) override;
  bool parse_error(std::size_t position,
                   const std::string& token,
                   const nlohmann::detail::exception& error) override;

 private:
  // Whether the value that comes is an object of the list, or "meta".
  [[nodiscard]] bool IsRoot() const;
  // Whether the value that comes is inside of what is left out, or its beginning.
  [[nodiscard]] bool IsLeftOut();
  bool TakeValue(Json value);
  bool Start(Json empty);
  bool End();
  // Null: there is no room.
  Json* Insert(Json value);
  void EndRoot();
  void Refuse();

  std::string_view type_;
  bool read_ = false;
  BloodHoundObjects& objects_;
  RecordSink& sink_;
  Json meta_{};
  std::optional<std::size_t> damage_{};

  int depth_ = 0;        // of all that is open
  std::string place_{};  // the member of the document
  int left_out_ = 0;     // how many open brackets are not kept
  bool leave_next_ = false;
  // What is built: an object of the list, or "meta".
  Json root_{};
  std::vector<Json*> open_{};
  std::string member_{};
  std::size_t values_ = 0;
  std::size_t text_ = 0;
  bool cut_ = false;
  bool refused_ = false;
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_BLOODHOUND_DOCUMENT_H_
