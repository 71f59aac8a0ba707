// FlatBuilder: turns the operations of one record into a flat Event, without a tree.
//
// The System section becomes the head of the event; EventData/Data a field with the value of its
// Name attribute as name; a leaf below UserData a field named by its element path ("a/b"), an
// attribute there "a/b@name". Everything else (RenderingInfo, DebugData) is passed over. Views of
// the event live until the next Begin.

#ifndef WHFB_COLLECTORS_READERS_EVTX_FLAT_H_
#define WHFB_COLLECTORS_READERS_EVTX_FLAT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/event_record.h"
#include "collectors/readers/evtx_names.h"
#include "collectors/readers/evtx_value.h"

namespace whfb::readers::evtx {

class FlatBuilder {
 public:
  static constexpr std::size_t kMaxDepth = 128;  // elements, over all nested fragments
  static constexpr std::size_t kMaxFields = 4096;

  explicit FlatBuilder(const NameTable& names) : names_(&names) {}

  void Begin(std::uint64_t record_id, Ticks time);

  // The operations. False: beyond a bound, the record cannot be told.
  [[nodiscard]] bool Open(NameTable::Id name);
  void Attribute(NameTable::Id name);
  void Content();
  [[nodiscard]] bool Close();
  void Text(const Value& value);
  void RemoveElement();  // an optional value is NULL

  // The System section is closed; head() is set.
  [[nodiscard]] bool head_ready() const { return head_ready_; }

  [[nodiscard]] const Event& head() const { return event_; }

  // The whole event, with computer and user.
  [[nodiscard]] const Event& Finish();

  [[nodiscard]] bool full() const { return text_.full() || fields_.size() > kMaxFields; }

 private:
  enum class State : std::uint8_t {
    kIgnored,
    kDocument,
    kEvent,
    kSystem,
    kSystemLeaf,
    kEventData,
    kData,
    kUserData,
    kUserElement,
  };

  enum Slot : std::uint8_t {
    kProviderSlot,
    kIdSlot,
    kLevelSlot,
    kTimeSlot,
    kChannelSlot,
    kComputerSlot,
    kUserSlot,
    kRecordSlot,
    kSlots,
  };

  // Where text goes.
  enum class Target : std::uint8_t { kNowhere, kSlot, kField, kFieldName, kUserAttribute };

  struct Frame {
    State state = State::kIgnored;
    Target content = Target::kNowhere;
    std::uint8_t slot = 0;
    bool has_child = false;
    bool removed = false;
    bool written = false;  // some text was given, even if empty
    NameTable::Id name = 0;
    std::uint32_t path_size = 0;  // of the path before this element
  };

  void OpenSystemLeaf(Frame& frame, NameRole role) const;
  void OpenSystemAttribute(NameRole element, NameRole role);
  void OpenUserElement(Frame& frame, Frame& parent);
  void EndAttribute();
  void CloseData(const Frame& frame);
  void CloseUserElement(const Frame& frame);
  void SetSlot(const Value& value);
  void SetFieldName(const Value& value);
  void AppendText(const Value& value);
  void AppendArray(const Value& value);
  void AddField();
  [[nodiscard]] std::string_view SlotText(Slot slot);
  void ReadHead();

  [[nodiscard]] Frame& top() { return frames_[depth_ - 1]; }

  const NameTable* names_;
  TextBuffer text_;
  std::array<Frame, kMaxDepth> frames_{};
  std::size_t depth_ = 0;
  Target target_ = Target::kNowhere;
  std::uint8_t target_slot_ = 0;
  std::array<Value, kSlots> slots_{};
  std::string path_;
  std::size_t field_start_ = 0;
  std::string_view field_name_{};
  NameTable::Id attribute_ = 0;
  bool attribute_removed_ = false;
  bool head_ready_ = false;
  std::vector<EventField> fields_;
  Event event_{};
};

}  // namespace whfb::readers::evtx

#endif  // WHFB_COLLECTORS_READERS_EVTX_FLAT_H_
