// What ldapsearch says around its entries: which search it was, and whether the server sent
// everything. Only a whole search proves that something does not exist.

#ifndef WHFB_COLLECTORS_READERS_LDIF_SEARCH_H_
#define WHFB_COLLECTORS_READERS_LDIF_SEARCH_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/directory_record.h"
#include "collectors/readers/ldif_lines.h"
#include "collectors/readers/reader.h"

namespace whfb::readers {

class LdifSearches {
 public:
  LdifSearches(const EvidenceView& evidence, RecordSink& sink) : evidence_(evidence), sink_(sink) {}

  // Takes comments and the lines between entries; anything else is left alone. Comments describe a
  // search only directly below its first line: others are names of entries, which say anything.
  void Comment(const LdifLine& line);
  void ToolLine(const LdifLine& line);

  // Call for every line that is no comment.
  void EndHeader() { search_.in_header = false; }

  // An entry of the search at hand, unless that was answered already. A damaged one leaves the
  // search incomplete.
  void CountEntry(bool damaged);

  // A line that cannot be read: the header of another search may have stood there.
  void Damage() {
    search_.damaged = true;
    search_.header_in_doubt = true;
  }

  [[nodiscard]] bool answered() const { return search_.answered; }

  // Which attributes an entry shows that stands here. Behind the result line entries are of no
  // search that is known: somebody appended them.
  [[nodiscard]] Visibility Shows() const;

  // Call once after the last line.
  void Finish();

 private:
  struct Search {
    bool any = false;  // a header was seen
    bool in_header = false;
    std::uint64_t line = 0;
    std::string base{};
    bool base_is_name = false;
    DirectorySearch::Scope scope = DirectorySearch::Scope::kSubtree;
    std::string filter{};
    bool all_attributes = false;
    TextList requested{};
    bool answered = false;  // a result line was seen
    bool success = false;
    bool more_pages = false;
    std::uint64_t entries = 0;
    std::uint64_t announced = 0;
    bool has_announced = false;
    bool damaged = false;
    bool header_in_doubt = false;  // the entries that follow may be of another search
  };

  void Begin(const LdifLine& line);
  void HeaderLine(std::string_view text);
  void TakeBase(std::string_view text);
  void TakeRequested(std::string_view text);
  void Emit();

  const EvidenceView& evidence_;
  RecordSink& sink_;
  Search search_{};
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_LDIF_SEARCH_H_
