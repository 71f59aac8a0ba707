#include "collectors/derived/ntauth_issuer.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace whfb::collectors {

namespace {

constexpr unsigned kSha1Column = 0;  // environment.ntauth_certificate
constexpr unsigned kSubjectColumn = 1;

// What a certificate of the store is to the leaf.
ChainProof ProofOf(const std::vector<ChainLink>& links, std::string_view sha1) {
  const auto found = std::ranges::find_if(
      links, [sha1](const ChainLink& link) { return link.issuer->sha1 == sha1; });
  return found == links.end() ? ChainProof::kNone : found->proof;
}

struct Search {
  ChainProof proof = ChainProof::kNone;  // the best of all
  bool undecided = false;                // some certificate may be the issuer
};

Search LookFor(const ChainBuilder& builder, const ChainNode& leaf, const Table& ntauth) {
  Search search;
  const std::vector<ChainLink> links = builder.Issuers(leaf);
  for (std::size_t i = 0; i < ntauth.size(); ++i) {
    const Cell& sha1 = ntauth.Row(i)[kSha1Column];
    const std::string_view thumbprint = sha1.present() ? sha1.value.text : std::string_view{};
    search.proof = std::max(search.proof, ProofOf(links, thumbprint));
    // Of a certificate that only its thumbprint shows nobody knows what it issued.
    const Cell& subject = ntauth.Row(i)[kSubjectColumn];
    const bool other = subject.present() && subject.value.text != leaf.issuer;
    search.undecided = search.undecided || (builder.Find(thumbprint) == nullptr && !other);
  }
  return search;
}

}  // namespace

Cell IssuerInNtAuth(const ChainBuilder& builder, const ChainNode& leaf, const Table& ntauth) {
  if (ntauth.coverage() == Coverage::kNone && ntauth.why() == WhyUnknown::kStale) {
    return Cell::Unknown(WhyUnknown::kStale);
  }
  if (leaf.self_issued || leaf.issuer.empty()) {
    return leaf.self_issued ? Cell::Absent({}) : Cell::Unknown(WhyUnknown::kNotCollected);
  }
  const Search search = LookFor(builder, leaf, ntauth);
  if (search.proof == ChainProof::kKeyId || search.proof == ChainProof::kSignature) {
    return Cell::Bool(true, {});
  }
  if (search.proof == ChainProof::kName) {
    return Cell::Unknown(WhyUnknown::kAmbiguous);
  }
  if (ntauth.coverage() != Coverage::kComplete) {
    return Cell::Unknown(ntauth.why());
  }
  return search.undecided ? Cell::Unknown(WhyUnknown::kNotCollected) : Cell::Bool(false, {});
}

}  // namespace whfb::collectors
