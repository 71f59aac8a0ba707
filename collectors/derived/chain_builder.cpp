#include "collectors/derived/chain_builder.h"

#include <algorithm>
#include <array>
#include <string>
#include <tuple>

#include "collectors/certificate_columns.h"
#include "collectors/certificate_signature.h"

namespace whfb::collectors {

namespace {

// Links looked at for one leaf: cross-signed CAs make more paths than anybody needs.
constexpr std::size_t kMaxLinks = 256;

Signature Verify(const ChainNode& child, const ChainNode& issuer) {
  return VerifyOnce({.sha1 = child.sha1, .der = child.der},
                    {.sha1 = issuer.sha1, .der = issuer.der});
}

// How well it is proven that `issuer` issued `child`; kNone: it did not.
ChainProof LinkProof(const ChainNode& child, const ChainNode& issuer) {
  if (child.issuer != issuer.subject) {
    return ChainProof::kNone;
  }
  const bool key_ids = !child.authority_key_id.empty() && !issuer.subject_key_id.empty();
  if (key_ids && child.authority_key_id != issuer.subject_key_id) {
    return ChainProof::kNone;
  }
  if (!child.der.empty() && !issuer.der.empty()) {
    const Signature signature = Verify(child, issuer);
    if (signature != Signature::kCannotTell) {
      return signature == Signature::kGood ? ChainProof::kSignature : ChainProof::kNone;
    }
  }
  return key_ids ? ChainProof::kKeyId : ChainProof::kName;
}

std::string_view TextOf(const Cell& cell) {
  return cell.present() ? cell.value.text : std::string_view{};
}

auto Rank(const Chain& chain) {
  const bool trusted = chain.complete && !chain.issuers.empty() && chain.issuers.back()->trusted;
  return std::tuple(chain.complete, chain.complete ? chain.proof : ChainProof::kNone, trusted,
                    // Incomplete chains: the longer one tells what is missing.
                    chain.complete ? -static_cast<int>(chain.issuers.size())
                                   : static_cast<int>(chain.issuers.size()));
}

bool Better(const Chain& a, const Chain& b) {
  if (Rank(a) != Rank(b)) {
    return Rank(a) > Rank(b);
  }
  // Any order will do, as long as it does not depend on the order of the evidence.
  return std::ranges::lexicographical_compare(a.issuers, b.issuers, {}, &ChainNode::sha1,
                                              &ChainNode::sha1);
}

}  // namespace

std::string_view ToString(ChainProof proof) {
  constexpr std::array<std::string_view, 4> kNames = {"", "name", "key-id", "signature"};
  return kNames.at(static_cast<std::size_t>(proof));
}

ChainNode NodeOfRow(std::span<const Cell> row, const FactSpace& space) {
  ChainNode node = {
      .sha1 = TextOf(row[kSha1]),
      .issuer = TextOf(row[kIssuer]),
      .subject = TextOf(row[kSubject]),
      .subject_key_id = TextOf(row[kSubjectKeyId]),
      .authority_key_id = TextOf(row[kAuthorityKeyId]),
      .self_issued = row[kSelfIssued].present() && row[kSelfIssued].value.number != 0};
  const auto der = space.der_by_sha1.find(node.sha1);
  if (der != space.der_by_sha1.end()) {
    node.der = der->second;
  }
  return node;
}

void ChainBuilder::AddTable(const Table& table, const FactSpace& space, bool trusted) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    ChainNode node = NodeOfRow(table.Row(i), space);
    node.trusted = trusted;
    if (node.sha1.empty() || node.subject.empty()) {
      continue;
    }
    const auto known = by_sha1_.find(node.sha1);
    if (known != by_sha1_.end()) {
      ChainNode& same = nodes_[known->second];
      same.trusted = same.trusted || trusted;
      same.der = same.der.empty() ? node.der : same.der;
      continue;
    }
    by_sha1_.emplace(node.sha1, nodes_.size());
    by_subject_.emplace(node.subject, nodes_.size());
    nodes_.push_back(node);
  }
}

struct ChainBuilder::Search {
  Chain current{};
  Chain best{};
  std::size_t links = 0;
  bool cut = false;
  bool may_be_trusted = false;

  void Offer(bool complete, ChainProof proof) {
    current.complete = complete;
    current.proof = proof;
    may_be_trusted =
        may_be_trusted || (complete && !current.issuers.empty() && current.issuers.back()->trusted);
    if (Better(current, best)) {
      best = current;
    }
  }
};

// Depth is bounded by kMaxChainDepth, and a certificate is never twice on a path.
void ChainBuilder::Extend(Search& search, const ChainNode& from, ChainProof proof) const {
  search.Offer(from.self_issued, proof);
  if (from.self_issued) {
    return;
  }
  if (search.current.issuers.size() == kMaxChainDepth) {
    search.cut = true;
    return;
  }
  const auto [first, last] = by_subject_.equal_range(from.issuer);
  for (auto found = first; found != last; ++found) {
    if (search.links >= kMaxLinks) {
      search.cut = true;
      return;
    }
    const ChainNode& issuer = nodes_[found->second];
    if (issuer.sha1 == from.sha1 ||
        std::ranges::find(search.current.issuers, &issuer) != search.current.issuers.end()) {
      continue;
    }
    ++search.links;
    const ChainProof link = LinkProof(from, issuer);
    // A root that is known as DER must have signed itself, or its name is borrowed.
    const bool forged =
        issuer.self_issued && !issuer.der.empty() && Verify(issuer, issuer) == Signature::kBad;
    if (link == ChainProof::kNone || forged) {
      continue;
    }
    search.current.issuers.push_back(&issuer);
    Extend(search, issuer, std::min(proof, link));
    search.current.issuers.pop_back();
  }
}

Chain ChainBuilder::Build(const ChainNode& leaf) const {
  Search search;
  if (leaf.self_issued) {
    return {};
  }
  Extend(search, leaf, ChainProof::kSignature);
  search.best.cut = search.cut;
  search.best.may_be_trusted = search.may_be_trusted;
  return search.best;
}

}  // namespace whfb::collectors
