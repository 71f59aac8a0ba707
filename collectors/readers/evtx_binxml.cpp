#include "collectors/readers/evtx_binxml.h"

namespace whfb::readers::evtx {

namespace {

constexpr std::uint32_t kMaxNesting = 16;  // fragments in values; real logs use two

// Operations a chunk may cost. An honest chunk needs less than one for each of its bytes.
constexpr std::uint64_t kMaxWork = 1'000'000;

}  // namespace

void RecordDecoder::BeginChunk(const std::byte* chunk) {
  programs_.Begin(chunk);
  work_ = 0;
}

RecordDecoder::Outcome RecordDecoder::Decode(const Record& record, EvtxVisitor& visitor) {
  builder_.Begin(record.id, record.time);
  visitor_ = &visitor;
  values_.clear();
  depth_ = 0;
  asked_ = false;
  const Step step = RunFragment(record.begin, record.end, Dependency::kYes);
  if (step == Step::kEnough) {
    return Outcome::kRead;
  }
  if (step == Step::kTooMuch || builder_.full()) {
    return Outcome::kTooLarge;
  }
  if (step == Step::kBroken || !asked_) {
    return Outcome::kMalformed;
  }
  visitor.Visit(builder_.Finish());
  return Outcome::kRead;
}

RecordDecoder::Step RecordDecoder::RunFragment(std::uint32_t begin,
                                               std::uint32_t end,
                                               Dependency dependency) {
  Program program;
  if (!programs_.Fragment(begin, end, dependency, program)) {
    return Step::kBroken;
  }
  return Run(program, {});
}

RecordDecoder::Step RecordDecoder::RunInstance(std::uint32_t offset, std::uint32_t end) {
  TemplateInstance instance{};
  Program program;
  if (!programs_.Instance(offset, end, instance) ||
      !programs_.Definition(instance.definition, program)) {
    return Step::kBroken;
  }
  const Arguments arguments = {.first = values_.size(), .count = instance.count};
  const std::byte* const chunk = programs_.chunk();
  const std::byte* value = chunk + instance.values;
  for (std::uint32_t i = 0; i < instance.count; ++i) {
    const std::byte* const descriptor = chunk + instance.descriptors + std::size_t{i} * 4;
    const auto size = Load<std::uint16_t>(descriptor);
    values_.push_back({.data = value, .size = size, .type = Load<std::uint8_t>(descriptor + 2)});
    value += size;
  }
  const Step step = Run(program, arguments);
  values_.resize(arguments.first);
  return step;
}

RecordDecoder::Step RecordDecoder::Run(Program program, Arguments arguments) {
  work_ += program.size();
  if (work_ > kMaxWork || depth_ >= kMaxNesting) {
    return Step::kTooMuch;
  }
  ++depth_;
  Step step = Step::kGoOn;
  for (const Op& op : program) {
    step = RunOp(op, arguments);
    if (step != Step::kGoOn) {
      break;
    }
  }
  --depth_;
  return step;
}

inline RecordDecoder::Step RecordDecoder::RunOp(const Op& op, Arguments arguments) {
  switch (op.kind) {
    case OpKind::kOpen:
      return builder_.Open(op.a) ? Step::kGoOn : Step::kTooMuch;
    case OpKind::kAttribute:
      builder_.Attribute(op.a);
      return Step::kGoOn;
    case OpKind::kContent:
      builder_.Content();
      return Step::kGoOn;
    case OpKind::kClose:
      return Close();
    case OpKind::kText: {
      const std::string_view text = programs_.Literal(op);
      builder_.Text({.data = reinterpret_cast<const std::byte*>(text.data()),
                     .size = static_cast<std::uint32_t>(text.size()),
                     .type = kReadyText});
      return Step::kGoOn;
    }
    case OpKind::kInstance:
      return RunInstance(op.a, op.b);
    case OpKind::kSubstitute:
    case OpKind::kOptional:
      return Substitute(op, arguments);
  }
  return Step::kGoOn;
}

RecordDecoder::Step RecordDecoder::Close() {
  if (!builder_.Close()) {
    return Step::kTooMuch;
  }
  if (!asked_ && builder_.head_ready()) {
    asked_ = true;
    return visitor_->Wants(builder_.head()) ? Step::kGoOn : Step::kEnough;
  }
  return Step::kGoOn;
}

RecordDecoder::Step RecordDecoder::Substitute(const Op& op, Arguments arguments) {
  const Value value = op.index < arguments.count ? values_[arguments.first + op.index] : Value{};
  if (value.type == kFragment) {
    const auto begin = static_cast<std::uint32_t>(value.data - programs_.chunk());
    return value.size == 0 ? Step::kGoOn : RunFragment(begin, begin + value.size, Dependency::kNo);
  }
  if (value.type == kNull || (value.size == 0 && op.kind == OpKind::kOptional)) {
    if (op.kind == OpKind::kOptional) {
      builder_.RemoveElement();
    }
    return Step::kGoOn;
  }
  builder_.Text(value);
  return builder_.full() ? Step::kTooMuch : Step::kGoOn;
}

}  // namespace whfb::readers::evtx
