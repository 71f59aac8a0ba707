#include "collectors/derived/issuer_in_ntauth.h"

#include <string_view>
#include <unordered_map>

#include "collectors/certificate_columns.h"
#include "collectors/certificate_signature.h"
#include "collectors/derived/judged_certificate.h"

namespace whfb::collectors {

namespace {

enum NtAuthColumn : unsigned { kMemberSha1, kMemberSubject };

// What is known of a certificate in NTAuth: of the certificate itself where it was collected.
struct Member {
  const Cell* sha1 = nullptr;
  const Cell* subject = nullptr;
  const Cell* key_id = nullptr;  // null: not known
};

class Question {
 public:
  Question(std::span<const Cell> row,
           const FactSpace& own,
           const Subject& environment,
           const FactSpace& forest)
      : row_(row), own_(own), forest_(forest) {
    const Table& cas = environment.facts.TableOf("environment.ca_certificate");
    for (std::size_t i = 0; i < cas.size(); ++i) {
      if (cas.Row(i)[kSha1].present()) {
        ca_by_sha1_.emplace(cas.Row(i)[kSha1].value.text, cas.Row(i));
      }
    }
  }

  [[nodiscard]] Cell Ask(const Table& ntauth) const {
    Cell open = ntauth.coverage() == Coverage::kComplete
                    ? Cell::Bool(false, ntauth.source())
                    : Cell::Unknown(ntauth.why(), ntauth.source());
    for (std::size_t i = 0; i < ntauth.size(); ++i) {
      const Cell one = IsIssuer(MemberOf(ntauth.Row(i)));
      if (one.present() && one.value.number != 0) {
        return one;
      }
      open = one.unknown() && !open.unknown() ? one : open;
    }
    return open;
  }

 private:
  [[nodiscard]] Member MemberOf(std::span<const Cell> listed) const {
    Member member{.sha1 = &listed[kMemberSha1], .subject = &listed[kMemberSubject]};
    const auto ca =
        member.sha1->present() ? ca_by_sha1_.find(member.sha1->value.text) : ca_by_sha1_.end();
    if (ca != ca_by_sha1_.end()) {
      member.subject = &ca->second[kSubject];
      member.key_id = &ca->second[kSubjectKeyId];
    }
    return member;
  }

  [[nodiscard]] Cell IsIssuer(const Member& member) const {
    if (!member.subject->present()) {
      return Cell::Unknown(member.subject->unknown() ? member.subject->why : WhyUnknown::kAmbiguous,
                           member.sha1->source);
    }
    if (member.subject->value.text != row_[kIssuer].value.text) {
      return Cell::Bool(false, member.sha1->source);
    }
    return HasItsKey(member);
  }

  // CAs of one name may have several keys; a renewal with the same key makes no other CA.
  [[nodiscard]] Cell HasItsKey(const Member& member) const {
    const Signature signature = Signed(member);
    if (signature != Signature::kCannotTell) {
      return Cell::Bool(signature == Signature::kGood, member.sha1->source);
    }
    const Cell& wanted = row_[kAuthorityKeyId];
    if (member.key_id == nullptr || !member.key_id->present() || !wanted.present()) {
      return Cell::Unknown(WhyUnknown::kAmbiguous, member.sha1->source);
    }
    return Cell::Bool(member.key_id->value.text == wanted.value.text, member.sha1->source);
  }

  [[nodiscard]] Signature Signed(const Member& member) const {
    if (!row_[kSha1].present() || !member.sha1->present()) {
      return Signature::kCannotTell;
    }
    const auto child = own_.der_by_sha1.find(row_[kSha1].value.text);
    const auto issuer = forest_.der_by_sha1.find(member.sha1->value.text);
    if (child == own_.der_by_sha1.end() || issuer == forest_.der_by_sha1.end()) {
      return Signature::kCannotTell;
    }
    return VerifyOnce({child->first, child->second}, {issuer->first, issuer->second});
  }

  std::span<const Cell> row_;
  const FactSpace& own_;
  const FactSpace& forest_;
  std::unordered_map<std::string_view, std::span<const Cell>> ca_by_sha1_{};
};

}  // namespace

Cell IssuerInNtAuth(std::span<const Cell> row,
                    const FactSpace& own,
                    const Subject& environment,
                    const FactSpace& forest) {
  if (!row[kIssuer].present()) {
    return Cell::Unknown(row[kIssuer].unknown() ? row[kIssuer].why : WhyUnknown::kMalformed,
                         row[kIssuer].source);
  }
  return Question(row, own, environment, forest)
      .Ask(environment.facts.TableOf("environment.ntauth_certificate"));
}

}  // namespace whfb::collectors
