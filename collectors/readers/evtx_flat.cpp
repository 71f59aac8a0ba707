#include "collectors/readers/evtx_flat.h"

namespace whfb::readers::evtx {

void FlatBuilder::Begin(std::uint64_t record_id, Ticks time) {
  text_.Reset();
  fields_.clear();
  path_.clear();
  slots_ = {};
  event_ = {};
  event_.record_id = record_id;
  event_.file_number = record_id;
  event_.time = time;
  event_.source.place = record_id;
  head_ready_ = false;
  frames_[0] = {.state = State::kDocument};
  depth_ = 1;
  target_ = Target::kNowhere;
}

bool FlatBuilder::Open(NameTable::Id name) {
  if (depth_ >= kMaxDepth) {
    return false;
  }
  Frame& parent = top();
  Frame& frame = frames_[depth_++];
  frame = {.name = name, .path_size = static_cast<std::uint32_t>(path_.size())};
  const NameRole role = names_->Role(name);
  switch (parent.state) {
    case State::kDocument:
      frame.state = role == NameRole::kEvent ? State::kEvent : State::kIgnored;
      break;
    case State::kEvent:
      frame.state = role == NameRole::kSystem      ? State::kSystem
                    : role == NameRole::kEventData ? State::kEventData
                    : role == NameRole::kUserData  ? State::kUserData
                                                   : State::kIgnored;
      break;
    case State::kSystem:
      frame.state = State::kSystemLeaf;
      OpenSystemLeaf(frame, role);
      break;
    case State::kEventData:
      frame.state = State::kData;
      frame.content = Target::kField;
      field_start_ = text_.size();
      field_name_ = role == NameRole::kData ? std::string_view{""} : names_->Text(name);
      break;
    case State::kUserData:
    case State::kUserElement:
      OpenUserElement(frame, parent);
      break;
    default:
      break;
  }
  target_ = frame.content;
  target_slot_ = frame.slot;
  return true;
}

void FlatBuilder::OpenSystemLeaf(Frame& frame, NameRole role) const {
  const auto into = [&frame](Slot slot) {
    frame.content = Target::kSlot;
    frame.slot = slot;
  };
  switch (role) {
    case NameRole::kEventId:
      return into(kIdSlot);
    case NameRole::kLevel:
      return into(kLevelSlot);
    case NameRole::kChannel:
      return into(kChannelSlot);
    case NameRole::kComputer:
      return into(kComputerSlot);
    case NameRole::kRecordId:
      return into(kRecordSlot);
    default:
      return;
  }
}

void FlatBuilder::OpenUserElement(Frame& frame, Frame& parent) {
  frame.state = State::kUserElement;
  frame.content = Target::kField;
  parent.has_child = true;
  if (!path_.empty()) {
    path_ += '/';
  }
  path_ += names_->Text(frame.name);
  field_start_ = text_.size();
}

void FlatBuilder::Attribute(NameTable::Id name) {
  EndAttribute();
  const Frame& frame = top();
  const NameRole role = names_->Role(name);
  attribute_ = name;
  attribute_removed_ = false;
  target_ = Target::kNowhere;
  if (frame.state == State::kSystemLeaf) {
    OpenSystemAttribute(names_->Role(frame.name), role);
  } else if (frame.state == State::kData) {
    if (role == NameRole::kName) {
      target_ = Target::kFieldName;
      field_name_ = "";
    }
  } else if (frame.state == State::kUserElement && role != NameRole::kNamespace) {
    target_ = Target::kUserAttribute;
    field_start_ = text_.size();
  }
}

void FlatBuilder::OpenSystemAttribute(NameRole element, NameRole role) {
  const auto into = [this](Slot slot) {
    target_ = Target::kSlot;
    target_slot_ = slot;
  };
  if (element == NameRole::kProvider && role == NameRole::kName) {
    into(kProviderSlot);
  } else if (element == NameRole::kTimeCreated && role == NameRole::kSystemTime) {
    into(kTimeSlot);
  } else if (element == NameRole::kSecurity && role == NameRole::kUserId) {
    into(kUserSlot);
  }
}

void FlatBuilder::EndAttribute() {
  if (target_ == Target::kUserAttribute && !attribute_removed_) {
    const std::string_view value = text_.From(field_start_);
    const std::size_t start = text_.size();
    text_.Append(path_);
    text_.Append("@");
    text_.Append(names_->Text(attribute_));
    fields_.push_back({.name = text_.From(start), .value = value});
    field_start_ = text_.size();
  }
  target_ = Target::kNowhere;
}

void FlatBuilder::Content() {
  EndAttribute();
  const Frame& frame = top();
  target_ = frame.content;
  target_slot_ = frame.slot;
}

bool FlatBuilder::Close() {
  EndAttribute();
  if (depth_ <= 1) {
    return false;
  }
  const Frame frame = top();
  --depth_;
  if (frame.state == State::kData) {
    CloseData(frame);
  } else if (frame.state == State::kUserElement) {
    CloseUserElement(frame);
  } else if (frame.state == State::kSystem) {
    ReadHead();
  }
  target_ = top().content;
  target_slot_ = top().slot;
  return fields_.size() <= kMaxFields;
}

void FlatBuilder::CloseData(const Frame& frame) {
  if (!frame.removed || frame.written) {
    AddField();
  }
}

void FlatBuilder::CloseUserElement(const Frame& frame) {
  if (!frame.has_child && (!frame.removed || frame.written)) {
    const std::string_view value = text_.From(field_start_);
    const std::size_t start = text_.size();
    text_.Append(path_);
    fields_.push_back({.name = text_.From(start), .value = value});
  }
  path_.resize(frame.path_size);
  field_start_ = text_.size();
}

void FlatBuilder::AddField() {
  fields_.push_back({.name = field_name_, .value = text_.From(field_start_)});
  field_start_ = text_.size();
}

void FlatBuilder::RemoveElement() {
  if (target_ == Target::kUserAttribute) {
    attribute_removed_ = true;
  } else if (target_ == Target::kField) {
    top().removed = true;
  }
}

void FlatBuilder::Text(const Value& value) {
  switch (target_) {
    case Target::kNowhere:
      return;
    case Target::kSlot:
      return SetSlot(value);
    case Target::kFieldName:
      return SetFieldName(value);
    case Target::kField:
      top().written = true;
      return AppendText(value);
    case Target::kUserAttribute:
      return AppendText(value);
  }
}

// Nearly always one part. Several parts become text.
void FlatBuilder::SetSlot(const Value& value) {
  Value& slot = slots_[target_slot_];
  if (slot.type == kNull) {
    slot = value;
    return;
  }
  const std::size_t start = text_.size();
  AppendValue(slot, text_);
  AppendValue(value, text_);
  const std::string_view text = text_.From(start);
  slot = {.data = reinterpret_cast<const std::byte*>(text.data()),
          .size = static_cast<std::uint32_t>(text.size()),
          .type = kReadyText};
}

void FlatBuilder::SetFieldName(const Value& value) {
  if (value.type == kReadyText && field_name_.empty()) {
    field_name_ = {reinterpret_cast<const char*>(value.data), value.size};
    return;
  }
  const std::size_t start = text_.size();
  text_.Append(field_name_);
  AppendValue(value, text_);
  field_name_ = text_.From(start);
  field_start_ = text_.size();
}

void FlatBuilder::AppendText(const Value& value) {
  if ((value.type & kArray) != 0) {
    return AppendArray(value);
  }
  AppendValue(value, text_);
}

// An array repeats its element for each item; in an attribute the items follow each other.
void FlatBuilder::AppendArray(const Value& value) {
  Value rest = value;
  Value item{};
  bool first = true;
  while (fields_.size() <= kMaxFields && NextItem(rest, item)) {
    if (!first && top().state == State::kData) {
      AddField();
    } else if (!first) {
      text_.Append(" ");
    }
    first = false;
    AppendValue(item, text_);
  }
}

std::string_view FlatBuilder::SlotText(Slot slot) {
  const Value& value = slots_[slot];
  if (value.type == kReadyText) {
    return {reinterpret_cast<const char*>(value.data), value.size};
  }
  const std::size_t start = text_.size();
  AppendValue(value, text_);
  return text_.From(start);
}

void FlatBuilder::ReadHead() {
  event_.id = static_cast<std::uint32_t>(Number(slots_[kIdSlot]));
  event_.level = static_cast<std::uint32_t>(Number(slots_[kLevelSlot]));
  const Value& time = slots_[kTimeSlot];
  if (time.type == kFileTime && time.size == sizeof(Ticks)) {
    event_.time = Load<Ticks>(time.data);
  }
  // A filtered export numbers its records anew; only here do they keep the numbers of the log.
  if (const std::uint64_t number = Number(slots_[kRecordSlot]); number != 0) {
    event_.record_id = number;
    event_.source.place = number;
  }
  event_.provider = SlotText(kProviderSlot);
  event_.channel = SlotText(kChannelSlot);
  event_.computer = SlotText(kComputerSlot);
  head_ready_ = slots_[kIdSlot].type != kNull;
}

const Event& FlatBuilder::Finish() {
  event_.user_sid = SlotText(kUserSlot);
  event_.fields = fields_;
  return event_;
}

}  // namespace whfb::readers::evtx
