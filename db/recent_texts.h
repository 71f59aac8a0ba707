// RecentTexts: text -> row number for what was written lately, in bounded memory.
//
// Sharing rows saves space; it is not identity. A text that fell out of memory is simply
// written once more.

#ifndef WHFB_DB_RECENT_TEXTS_H_
#define WHFB_DB_RECENT_TEXTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace whfb::db {

class RecentTexts {
 public:
  // At most about twice `limit` bytes of text are kept.
  explicit RecentTexts(std::size_t limit) : limit_(limit) {}

  // The number, or 0.
  [[nodiscard]] std::int64_t Find(const std::string& text) {
    if (const auto found = young_.find(text); found != young_.end()) {
      return found->second;
    }
    const auto found = old_.find(text);
    if (found == old_.end()) {
      return 0;
    }
    const std::int64_t number = found->second;
    Add(text, number);
    return number;
  }

  void Add(const std::string& text, std::int64_t number) {
    bytes_ += text.size() + kOverhead;
    if (bytes_ > limit_) {
      old_ = std::exchange(young_, {});
      bytes_ = text.size() + kOverhead;
    }
    young_.emplace(text, number);
  }

  void Clear() {
    young_.clear();
    old_.clear();
    bytes_ = 0;
  }

 private:
  static constexpr std::size_t kOverhead = 80;  // node, hash, string header

  std::size_t limit_;
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, std::int64_t> young_;
  std::unordered_map<std::string, std::int64_t> old_;
};

}  // namespace whfb::db

#endif  // WHFB_DB_RECENT_TEXTS_H_
