#include "collectors/readers/bloodhound_document.h"

#include <utility>

namespace whfb::readers {

namespace {

constexpr std::string_view kList = "data";
constexpr std::string_view kMeta = "meta";
constexpr int kMembers = 1;        // of the document
constexpr int kObjects = 2;        // of the list
constexpr int kObjectMembers = 3;  // of one of them

}  // namespace

bool BloodHoundDocument::string(string_t& value) {
  if (!open_.empty() && left_out_ == 0 && !leave_next_) {
    text_ += value.size();
  }
  return TakeValue(text_ > kMaxText ? Json() : Json(std::move(value)));
}

bool BloodHoundDocument::key(string_t& name) {
  if (left_out_ > 0) {
    return true;
  }
  if (open_.empty()) {
    place_ = depth_ == kMembers ? std::move(name) : place_;
    return true;
  }
  leave_next_ = depth_ == kObjectMembers && place_ == kList &&
                !(read_ && BloodHoundObjects::IsMemberRead(type_, name));
  text_ += leave_next_ ? 0 : name.size();
  member_ = std::move(name);
  return true;
}

bool BloodHoundDocument::parse_error(std::size_t position,
                                     const std::string& /*token*/,
                                     const nlohmann::detail::exception& /*error*/) {
  damage_ = position;
  return false;
}

bool BloodHoundDocument::IsRoot() const {
  return open_.empty() &&
         ((depth_ == kMembers && place_ == kMeta) || (depth_ == kObjects && place_ == kList));
}

bool BloodHoundDocument::IsLeftOut() {
  const bool next = std::exchange(leave_next_, false);
  return left_out_ > 0 || next;
}

bool BloodHoundDocument::TakeValue(Json value) {
  if (IsLeftOut()) {
    return true;
  }
  if (!open_.empty()) {
    Insert(std::move(value));
  } else if (IsRoot()) {
    root_ = std::move(value);
    EndRoot();
  }
  return true;
}

bool BloodHoundDocument::Start(Json empty) {
  const bool root = IsRoot();
  ++depth_;
  if (IsLeftOut()) {
    ++left_out_;
  } else if (root) {
    root_ = std::move(empty);
    open_.push_back(&root_);
  } else if (!open_.empty()) {
    if (Json* const kept = Insert(std::move(empty))) {
      open_.push_back(kept);
    } else {
      ++left_out_;
    }
  }
  return true;
}

bool BloodHoundDocument::End() {
  --depth_;
  if (left_out_ > 0) {
    --left_out_;
  } else if (!open_.empty()) {
    open_.pop_back();
    if (open_.empty()) {
      EndRoot();
    }
  }
  return true;
}

Json* BloodHoundDocument::Insert(Json value) {
  Json& parent = *open_.back();
  if (values_ == kMaxValues || text_ > kMaxText) {
    Refuse();
    return nullptr;
  }
  if (parent.is_array() && parent.size() == kMaxEntries) {
    if (!std::exchange(cut_, true)) {
      sink_.AddGap({.place = sink_.record_count + 1,
                    .why = WhyUnknown::kTooLarge,
                    .message = "more than 10000 elements of one list"});
    }
    return nullptr;
  }
  ++values_;
  if (parent.is_array()) {
    parent.push_back(std::move(value));
    return &parent.back();
  }
  Json& member = parent[member_];
  member = std::move(value);
  return &member;
}

void BloodHoundDocument::Refuse() {
  if (!std::exchange(refused_, true)) {
    sink_.AddGap({.place = sink_.record_count + 1,
                  .why = WhyUnknown::kTooLarge,
                  .message = "an object of more than 200000 values or 16 MiB of text"});
  }
}

void BloodHoundDocument::EndRoot() {
  if (place_ == kMeta) {
    meta_ = refused_ ? Json() : std::move(root_);
  } else if (refused_) {
    ++sink_.record_count;
  } else {
    objects_.Take(root_);
  }
  root_ = Json();
  values_ = 0;
  text_ = 0;
  cut_ = false;
  refused_ = false;
}

}  // namespace whfb::readers
