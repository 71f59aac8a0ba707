// LDIF (RFC 2849) as ldapsearch, ldbsearch and ldifde write it (formats.md section 3). Entries of
// change scripts are no evidence of what the directory holds, and are only counted.

#include <string>

#include "collectors/readers/ldif_entry.h"
#include "collectors/readers/ldif_lines.h"
#include "collectors/readers/ldif_search.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/small_records.h"
#include "collectors/readers/text_decoding.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{512} << 20;

// Lines that stand for themselves between entries.
bool IsToolLine(std::string_view name) {
  return name == "search" || name == "result" || name == "ref" || name == "control" ||
         name == "pagedresults" || name == "text" || name == "matchedDN" || name == "version";
}

class LdifReader {
 public:
  LdifReader(const EvidenceView& evidence, RecordSink& sink)
      : sink_(sink), searches_(evidence, sink), entry_(evidence, sink) {}

  void Read(const DecodedText& decoded) {
    LdifLines lines(decoded);
    LdifLine line;
    while (lines.Next(line)) {
      TakeLine(line);
    }
    // An entry ends with a blank line: one that does not may have been cut.
    if (entry_.open()) {
      entry_.LoseLastLine();
    }
    End(false);
    searches_.Finish();
    if (changes_ > 0) {
      sink_.note.append(", ")
          .append(std::to_string(changes_))
          .append(" change records, which show no object");
    }
  }

  [[nodiscard]] bool found() const { return found_; }

 private:
  void TakeLine(const LdifLine& line) {
    if (line.kind != LdifLine::Kind::kComment) {
      searches_.EndHeader();
    }
    if (line.damaged) {
      TakeDamage(line);
      return;
    }
    switch (line.kind) {
      case LdifLine::Kind::kBlank:
        End(true);
        break;
      case LdifLine::Kind::kComment:
        found_ = found_ || line.value == "extended LDIF";
        searches_.Comment(line);
        break;
      case LdifLine::Kind::kValue:
        TakeValue(line);
        break;
      case LdifLine::Kind::kOther:
        TakeOther(line);
        break;
    }
  }

  // Nobody knows what the line said: of the entry, of the search, or where an entry begins.
  void TakeDamage(const LdifLine& line) {
    if (entry_.open()) {
      entry_.LoseLine(line.number, std::string(kDamagedLine));
    } else {
      sink_.AddGap({.place = line.number, .message = std::string(kDamagedLine)});
      searches_.Damage();
    }
  }

  void TakeValue(const LdifLine& line) {
    if (SameNoCase(line.name, "dn")) {
      End(false);  // without a blank line between: what was there may be lost
      found_ = true;
      entry_.Begin(line);
    } else if (entry_.open()) {
      entry_.Take(line);
    } else if (IsToolLine(line.name)) {
      searches_.ToolLine(line);
    } else if (found_) {
      sink_.AddGap({.place = line.number, .message = "an attribute without an entry"});
      searches_.Damage();
    }
  }

  // "-" separates the parts of a change.
  void TakeOther(const LdifLine& line) {
    constexpr const char* kNoLdif = "a line that is no LDIF";
    if (entry_.open() && entry_.is_change() && line.value == "-") {
      return;
    }
    if (entry_.open()) {
      entry_.LoseLine(line.number, kNoLdif);
    } else if (found_ && !searches_.answered()) {
      sink_.AddGap({.place = line.number, .message = kNoLdif});
      searches_.Damage();
    }
  }

  void End(bool ended) {
    if (!entry_.open()) {
      return;
    }
    changes_ += entry_.is_change() ? 1U : 0U;
    entry_.Emit(searches_.Shows(), ended);
    searches_.CountEntry(entry_.damaged());
    if (entry_.lost_line()) {
      searches_.Damage();
    }
  }

  RecordSink& sink_;
  LdifSearches searches_;
  LdifEntry entry_;
  std::uint64_t changes_ = 0;
  bool found_ = false;
};

Status ReadLdif(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  sink.note = std::string(decoded.encoding);
  LdifReader reader(evidence, sink);
  reader.Read(decoded);
  if (!reader.found()) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(evidence.path),
                 .message = "no LDIF entry"};
  }
  return Ok{};
}

int RecogniseLdif(const Head& head) {
  constexpr int kSure = 78;
  constexpr int kNamed = 88;
  if (!LooksLikeLdif(head.Decoded())) {
    return 0;
  }
  return head.name().ends_with(".ldif") || head.name().ends_with(".ldf") ? kNamed : kSure;
}

}  // namespace

extern const ReaderSpec kLdifReader;  // declared again by the generated list

const ReaderSpec kLdifReader = {.kind = "ldif",
                                .max_bytes = kMaxBytes,
                                .recognise = RecogniseLdif,
                                .read = ReadLdif,
                                .environment = true};

}  // namespace whfb::readers
