// Registry exports of servers (domain controllers, CAs, NDES) in the evidence of the environment.
//
// A server's evidence lies in a folder with its name, or in a file named after it, or the export
// itself names the computer. Nothing here speaks for another machine: each export is looked at by
// itself, and those of one folder are of one machine.

#ifndef WHFB_COLLECTORS_SERVER_EVIDENCE_H_
#define WHFB_COLLECTORS_SERVER_EVIDENCE_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/reader.h"
#include "collectors/readers/registry_record.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

// The evidence items that show registry keys, in their order.
[[nodiscard]] std::vector<std::uint32_t> RegistryEvidence(const readers::Records& records);

// The REG_SZ value in this evidence item; null where it does not show one that is text.
[[nodiscard]] const readers::RegistryValue* TextValue(const readers::Records& records,
                                                      std::uint32_t evidence,
                                                      std::string_view key,
                                                      std::string_view name);

// The path of the item; empty where there is none.
[[nodiscard]] std::string_view PathOf(const FactSpace& facts, std::uint32_t evidence);

// The folder of the item, without the last '/'; of a file that lies in none its own path.
[[nodiscard]] std::string_view FolderOf(const FactSpace& facts, std::uint32_t evidence);

// Which computer the evidence of a folder is of, as far as exports in it tell.
class ServerFolders {
 public:
  // Both must outlive this.
  ServerFolders(const readers::Records& records, const FactSpace& facts);

  enum class Told : std::uint8_t { kNothing, kOne, kSeveral };

  struct Answer {
    Told told = Told::kNothing;
    std::string_view computer{};  // kOne: in lower case, with its DNS suffix where that is told
  };

  [[nodiscard]] Answer ComputerOf(std::uint32_t evidence) const;

 private:
  const FactSpace& facts_;
  std::map<std::string_view, std::set<std::string>> computers_{};  // by folder
};

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_SERVER_EVIDENCE_H_
