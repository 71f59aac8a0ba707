// The elements that every entry of rules/knowledge may have.

#ifndef WHFB_RULES_KNOWLEDGE_NOTES_H_
#define WHFB_RULES_KNOWLEDGE_NOTES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

#include "rules/knowledge.h"

namespace whfb::rules {

// Text with its blanks and line ends made one blank each.
[[nodiscard]] std::string OneLine(std::string_view text);

[[nodiscard]] std::vector<std::string> Words(std::string_view text);

// "0x82AB0011" or "1326".
[[nodiscard]] std::optional<std::uint32_t> ReadNumber(std::string_view text);

// The notes of `node`; what it has no element for is as in `inherited`. Elements other than those
// of notes must be named in `own`.
[[nodiscard]] Result<Notes> ReadNotes(const pugi::xml_node& node,
                                      const Notes& inherited,
                                      const std::vector<std::string_view>& own,
                                      std::string_view file);

}  // namespace whfb::rules

#endif  // WHFB_RULES_KNOWLEDGE_NOTES_H_
