// Certificate chains from collected certificates: which root anchors a certificate, and how well
// each link is proven.
//
// Links: by signature where both certificates are known as DER (OpenSSL verifies), else by key
// identifiers, else by name. Validity and revocation are not judged here. A chain that only
// names prove must never make a rule pass.

#ifndef WHFB_COLLECTORS_DERIVED_CHAIN_BUILDER_H_
#define WHFB_COLLECTORS_DERIVED_CHAIN_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scanner/core/facts.h"

namespace whfb::collectors {

// Ordered: more is better.
enum class ChainProof : std::uint8_t { kNone, kName, kKeyId, kSignature };

// "signature", "key-id", "name"; empty for kNone.
[[nodiscard]] std::string_view ToString(ChainProof proof);

inline constexpr std::size_t kMaxChainDepth = 8;

struct ChainNode {
  std::string_view sha1{};
  std::string_view issuer{};
  std::string_view subject{};
  std::string_view subject_key_id{};    // empty: not known or not there
  std::string_view authority_key_id{};  // likewise
  std::span<const std::byte> der{};     // empty: only text is known
  bool self_issued = false;
  bool trusted = false;  // in the root store that the set was given as trusted
};

// A row of any certificate table; no SHA-1 or names: sha1 is empty.
[[nodiscard]] ChainNode NodeOfRow(std::span<const Cell> row, const FactSpace& space);

struct Chain {
  std::vector<const ChainNode*> issuers{};  // nearest first; the last is the root when complete
  bool complete = false;                    // reaches a self-issued certificate
  ChainProof proof = ChainProof::kNone;     // of the weakest link
  bool cut = false;  // there were more paths than were followed: a better one may exist
  // Some path, be it one that only names hold together, ends in a trusted root.
  bool may_be_trusted = false;

  [[nodiscard]] const ChainNode* root() const { return complete ? issuers.back() : nullptr; }
};

class ChainBuilder {
 public:
  // The space must outlive the builder.
  void AddTable(const Table& table, const FactSpace& space, bool trusted);

  // The best chain: complete, then best proven, then to a trusted root, then shorter.
  // Empty for a self-issued leaf. The result lives as long as the builder is unchanged.
  [[nodiscard]] Chain Build(const ChainNode& leaf) const;

 private:
  struct Search;

  void Extend(Search& search, const ChainNode& from, ChainProof proof) const;

  std::vector<ChainNode> nodes_;
  std::unordered_map<std::string_view, std::size_t> by_sha1_;
  std::unordered_multimap<std::string_view, std::size_t> by_subject_;
};

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_CHAIN_BUILDER_H_
