#include "collectors/readers/reg_parser.h"

#include <utility>

#include "collectors/readers/reg_interest.h"
#include "collectors/readers/text_decoding.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

// Certificate blobs are a few kilobytes; nothing that is asked about comes near.
constexpr std::size_t kMaxValue = std::size_t{1} << 20;

// Keys, and values, that all files of one bundle may add. A device has hundreds; beyond, the
// questions that are asked of them would take hours.
constexpr std::size_t kMaxKept = 20'000;
constexpr std::size_t kMaxRoots = 2'000;

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kHalfPair = "half a surrogate pair, which is no character";

bool IsKeyLine(std::string_view line) {
  return (line.starts_with("[HKEY_") || line.starts_with("[-HKEY_")) && line.ends_with(']');
}

bool IsHeader(std::string_view line) {
  return line == "REGEDIT4" || line.starts_with("Windows Registry Editor Version 5");
}

std::string_view WithoutTrailingBlanks(std::string_view line) {
  while (line.ends_with(' ') || line.ends_with('\t')) {
    line.remove_suffix(1);
  }
  return line;
}

// An unescaped quote stands in this part of a text.
bool HasClosingQuote(std::string_view part) {
  for (std::size_t at = 0; at < part.size(); ++at) {
    if (part[at] == '\\') {
      ++at;
    } else if (part[at] == '"') {
      return true;
    }
  }
  return false;
}

}  // namespace

RegParser::RegParser(const EvidenceView& evidence, RecordSink& sink)
    : evidence_(evidence), sink_(sink), lines_(evidence.bytes) {}

void RegParser::Run() {
  std::string_view line;
  while (lines_.Next(line)) {
    if (lines_.too_long()) {
      Damage(WhyUnknown::kTooLarge, "a line of more than 4 MiB");
    }
    bad_line_ = IsBad(line);
    Line(line);
    if (bad_line_) {
      const bool half = line.find(kReplacement) != std::string_view::npos;
      Damage(WhyUnknown::kMalformed, std::string(half ? kHalfPair : kDamagedLine));
      key_.lost = true;
    }
  }
  if (lines_.odd()) {
    Damage(WhyUnknown::kTruncated, "half a UTF-16 unit at the end");
  }
  FinishSection(last_blank_);
}

// What cannot be text may have been anything, also the end of the line and a key behind it. Half a
// surrogate pair is something that programs do write: in a value that nobody asks about it may be.
// The dump and old scripts are 8-bit text, where an octet 0xFF is a letter or a blank, but two of
// them are neither.
bool RegParser::IsBad(std::string_view line) const {
  if (HoldsNoncharacter(line)) {
    return true;
  }
  if (lines_.encoding() == RegEncoding::kEightBit) {
    return line.find("\xFF\xFF") != std::string_view::npos;
  }
  const bool matters = key_.wanted || line.starts_with('[');
  return matters && lines_.replaced() > 0 && line.find(kReplacement) != std::string_view::npos;
}

void RegParser::Line(std::string_view line) {
  if (open_ == Open::kNothing || !Continuation(line)) {
    Fresh(line);
  }
}

// False: the line does not belong to the open value, which is finished.
bool RegParser::Continuation(std::string_view line) {
  if (open_ == Open::kDumpText) {
    return DumpContinuation(line);
  }
  const bool starts_anew =
      IsKeyLine(line) || (open_ == Open::kHex && !line.starts_with(' ') && !line.starts_with('\t'));
  if (starts_anew) {
    FinishValue(false);
    return false;
  }
  Append(line);
  const bool more =
      open_ == Open::kHex ? WithoutTrailingBlanks(line).ends_with('\\') : !HasClosingQuote(line);
  if (!more) {
    FinishValue(true);
  }
  return true;
}

// Text of the dump has no escapes: it is over when a quote ends a line and the next line begins
// a value or a key, or is empty.
bool RegParser::DumpContinuation(std::string_view line) {
  const bool begins = line.starts_with("    \"") || line.starts_with("    @=") || line.empty();
  if (IsKeyLine(line) || (closed_ && begins)) {
    FinishValue(closed_);
    return false;
  }
  Append(line);
  closed_ = line.ends_with('"');
  return true;
}

void RegParser::Fresh(std::string_view line) {
  const bool after_blank = last_blank_;
  last_blank_ = line.empty() && lines_.ended();
  if (line.empty()) {
    return;
  }
  if (line.front() == '[') {
    KeyLine(WithoutTrailingBlanks(line));
  } else if (line.front() == ';') {
    script_ = true;
  } else if (IsHeader(line)) {
    FinishSection(after_blank);
    Header(line);
  } else {
    ValueLine(line);
  }
}

void RegParser::Header(std::string_view line) {
  has_header_ = true;
  version5_ = line != "REGEDIT4";
  dialect_ = version5_ ? RegDialect::kStandard : RegDialect::kRegedit4;
}

void RegParser::KeyLine(std::string_view line) {
  FinishKey();
  key_ = {};
  if (!line.ends_with(']')) {
    Damage(WhyUnknown::kMalformed, "a key line does not end with ']'");
    return;
  }
  line = line.substr(1, line.size() - 2);
  key_.deleted = line.starts_with('-');
  script_ = script_ || key_.deleted;
  key_.path = NormalisedKeyPath(line.substr(key_.deleted ? 1 : 0));
  key_.line = lines_.number();
  ++keys_;
  const std::string lower = LowerAscii(key_.path);
  if (root_.empty()) {
    root_ = lower;
    kept_root_ = KeepRegText(key_.path, sink_.records.pool());
    root_line_ = key_.line;
  } else if (!lower.starts_with(root_) ||
             (lower.size() > root_.size() && lower[root_.size()] != '\\')) {
    script_ = true;  // an export never leaves its subtree
  }
  key_.wanted = IsInterestingKey(lower) && !bad_line_;
  if (key_.wanted) {
    script_ = !seen_.insert(lower).second || script_;  // nor does it name a key twice
    key_.kept_path = KeepRegText(key_.path, sink_.records.pool());
  }
}

void RegParser::ValueLine(std::string_view line) {
  std::string name;
  std::string_view data;
  if (key_.path.empty() || !SplitValueLine(line, dialect_, name, data)) {
    Damage(WhyUnknown::kMalformed, "neither a key nor a value");
    return;
  }
  ++sink_.record_count;
  OpenValue(line, data);
}

void RegParser::OpenValue(std::string_view line, std::string_view data) {
  value_line_ = lines_.number();
  too_large_ = false;
  bad_value_ = bad_line_;
  if (key_.wanted) {
    value_.assign(line);
  }
  if (dialect_ == RegDialect::kDump) {
    const bool quoted = data.starts_with('"') || data.starts_with("MULTI_SZ:\"");
    const std::size_t shortest = data.starts_with('"') ? 2 : 11;
    open_ = quoted ? Open::kDumpText : Open::kNothing;
    closed_ = data.size() >= shortest && data.ends_with('"');
  } else if (WithoutTrailingBlanks(data).ends_with('\\') && !data.starts_with('"')) {
    open_ = Open::kHex;
  } else {
    open_ = QuotedTextIsClosed(data) ? Open::kNothing : Open::kText;
  }
  if (open_ == Open::kNothing) {
    FinishValue(true);
  }
}

void RegParser::Append(std::string_view line) {
  bad_value_ = bad_value_ || bad_line_;
  if (!key_.wanted) {
    return;
  }
  if (value_.size() + line.size() > kMaxValue) {
    too_large_ = true;
    return;
  }
  value_.append("\n").append(line);
}

void RegParser::FinishValue(bool whole) {
  open_ = Open::kNothing;
  if (!whole) {
    Damage(WhyUnknown::kMalformed, "the value that begins here does not end");
  }
  if (!key_.wanted || key_.lost) {
    return;
  }
  if (too_large_) {
    Damage(WhyUnknown::kTooLarge, "a value of more than 1 MiB");
  }
  if (sink_.records.Of<RegistryValue>().size() >= kMaxKept) {
    Damage(WhyUnknown::kTooLarge, "more values about Windows Hello than the limit");
    return;
  }
  std::string name;
  std::string_view data;
  (void)SplitValueLine(value_, dialect_, name, data);
  // "dword:0000000" may be the beginning of any number.
  const bool cut = whole && !lines_.ended() && !ValueShowsItsEnd(data);
  if (cut) {
    Damage(WhyUnknown::kTruncated, "the input may end inside this value");
  }
  TextPool& pool = sink_.records.pool();
  RegistryValue value{.key = key_.kept_path, .name = KeepRegText(name, pool)};
  value.context = evidence_.context;
  const std::string place = std::string(key_.kept_path).append("\\").append(value.name);
  value.source = evidence_.At(value_line_, pool.Intern(place));
  ParseValueData(WithoutTrailingBlanks(data), dialect_, pool, value);
  const bool told = !whole || cut || too_large_ || bad_value_;
  value.malformed = value.malformed || told;
  script_ = script_ || value.deleted;
  if (value.malformed && !told) {
    Damage(WhyUnknown::kMalformed, "the value does not parse");
  }
  sink_.records.Add(value);
}

void RegParser::FinishKey() {
  if (!key_.wanted) {
    return;
  }
  if (sink_.records.Of<RegistryKey>().size() + section_keys_.size() >= kMaxKept) {
    Damage(WhyUnknown::kTooLarge, "more keys about Windows Hello than the limit");
    return;
  }
  section_keys_.push_back({.path = key_.kept_path,
                           .complete = !key_.damaged && !key_.deleted,
                           .deleted = key_.deleted,
                           .context = evidence_.context,
                           .source = evidence_.At(key_.line, key_.kept_path)});
}

void RegParser::FinishSection(bool whole) {
  if (open_ != Open::kNothing) {
    FinishValue(open_ == Open::kDumpText && closed_ && lines_.ended());
  }
  if (!whole) {
    key_.damaged = true;
  }
  FinishKey();
  const bool wide = lines_.encoding() != RegEncoding::kEightBit;
  const bool is_export = has_header_ && version5_ && wide && !script_;
  for (RegistryKey& key : section_keys_) {
    key.complete = key.complete && (is_export || dialect_ == RegDialect::kDump);
    sink_.records.Add(key);
  }
  if (is_export && !root_.empty() && sink_.records.Of<RegistryRoot>().size() < kMaxRoots) {
    sink_.records.Add(RegistryRoot{.path = kept_root_,
                                   .complete = whole && !damaged_,
                                   .why = damaged_ ? why_ : WhyUnknown::kTruncated,
                                   .context = evidence_.context,
                                   .source = evidence_.At(root_line_, kept_root_)});
  }
  if (!whole && !root_.empty()) {
    sink_.AddGap({lines_.number(), WhyUnknown::kTruncated, "no empty line at the end"});
  }
  section_keys_.clear();
  seen_.clear();
  root_.clear();
  key_ = {};
  script_ = false;
  damaged_ = false;
}

void RegParser::Damage(WhyUnknown why, std::string message) {
  why_ = damaged_ ? why_ : why;
  damaged_ = true;
  key_.damaged = true;
  sink_.AddGap({open_ == Open::kNothing ? lines_.number() : value_line_, why, std::move(message)});
}

}  // namespace whfb::readers
