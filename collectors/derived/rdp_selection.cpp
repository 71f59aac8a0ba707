#include "collectors/derived/rdp_selection.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "collectors/certificate_rows.h"
#include "collectors/derived/judged_certificate.h"

namespace whfb::collectors {

namespace {

struct Judged {
  std::span<const Cell> row{};
  Truth passport = Truth::kUnknown;
  Truth logon = Truth::kUnknown;
  Truth valid = Truth::kUnknown;
  Truth candidate = Truth::kUnknown;
};

Judged Judge(std::span<const Cell> row, std::span<const std::string_view> templates, Ticks now) {
  Judged judged = {.row = row,
                   .passport = TextIs(row[kProvider], kPassportProvider),
                   .logon = ListHas(row[kEku], kSmartCardLogonEku),
                   .valid = ValidAt(row, now)};
  Truth intended = Truth::kFalse;
  for (const std::string_view name : templates) {
    intended = Or(intended, TextIs(row[kTemplateName], name));
    intended = Or(intended, TextIs(row[kTemplateOid], name));
  }
  judged.candidate = And(And(Not(IsTrue(row[kArchived])), Not(IsTrue(row[kSelfIssued]))),
                         Or(Or(judged.passport, judged.logon), intended));
  return judged;
}

bool Better(const Judged& a, const Judged& b) {
  const auto rank = [](const Judged& one) {
    const Cell& start = one.row[kNotBefore];
    return std::tuple(one.passport, one.valid, one.logon,
                      start.present() ? start.value.time.latest : 0);
  };
  if (rank(a) != rank(b)) {
    return rank(a) > rank(b);
  }
  return a.row[kSha1].value.text < b.row[kSha1].value.text;
}

// A better one may be there, and yet this one is in use: a sign-in has what it needs.
bool Settled(const Judged& best) {
  return best.valid == Truth::kTrue && best.logon != Truth::kFalse;
}

// What a row does not show of itself may make it the better one.
bool MayBeBetter(const Judged& row, const Judged& best) {
  const auto most = [](Truth truth) {
    return truth == Truth::kFalse ? Truth::kFalse : Truth::kTrue;
  };
  const auto least = [](Truth truth) {
    return truth == Truth::kTrue ? Truth::kTrue : Truth::kFalse;
  };
  return std::tuple(most(row.passport), most(row.valid), most(row.logon)) >
         std::tuple(least(best.passport), least(best.valid), least(best.logon));
}

struct Candidates {
  Judged best{};
  std::int64_t count = 0;
  std::span<const Cell> undecided{};  // the first row that may or may not be one
  const Cell* rival = nullptr;        // of the first that may be better than the best
};

// Whether a row that is or may be a candidate is better than the best one cannot be told.
const Cell* FindRival(std::span<const Judged> rows, const Judged& best) {
  const auto rival = std::ranges::find_if(rows, [&](const Judged& row) {
    return row.row.data() != best.row.data() && MayBeBetter(row, best);
  });
  return rival == rows.end() ? nullptr : &rival->row[kSha1];
}

Candidates FindCandidates(const Table& certificates,
                          std::span<const std::string_view> templates,
                          Ticks now) {
  Candidates found;
  std::vector<Judged> possible;
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    const Judged judged = Judge(certificates.Row(i), templates, now);
    if (judged.candidate != Truth::kFalse) {
      possible.push_back(judged);
    }
    if (judged.candidate == Truth::kTrue) {
      found.best = found.count == 0 || Better(judged, found.best) ? judged : found.best;
      ++found.count;
    } else if (judged.candidate == Truth::kUnknown && found.undecided.empty()) {
      found.undecided = judged.row;
    }
  }
  found.rival = found.count == 0 ? nullptr : FindRival(possible, found.best);
  return found;
}

RdpSelection Unknown(WhyUnknown why, const Provenance& source) {
  return {.exists = Cell::Unknown(why, source), .candidates = Cell::Unknown(why, source)};
}

// A row that shows too little of itself, or one that proves nothing at all.
WhyUnknown WhyUndecided(std::span<const Cell> row) {
  const Cell& provider = row[kProvider];
  return provider.unknown() && provider.why == WhyUnknown::kMalformed ? WhyUnknown::kMalformed
                                                                      : WhyUnknown::kAmbiguous;
}

}  // namespace

RdpSelection SelectRdpCertificate(const Table& certificates,
                                  std::span<const std::string_view> templates,
                                  Ticks now,
                                  Truth hello_read) {
  const auto [best, count, undecided, rival] = FindCandidates(certificates, templates, now);
  const bool complete = certificates.coverage() == Coverage::kComplete;
  const bool passport = count > 0 && best.passport == Truth::kTrue;
  if (!passport && !undecided.empty()) {
    return Unknown(WhyUndecided(undecided), undecided[kSha1].source);
  }
  const bool read = complete || (passport && hello_read == Truth::kTrue);
  if (!read && !(passport && Settled(best))) {
    return Unknown(certificates.why(), certificates.source());
  }
  if (count > 0 && !Settled(best) && rival != nullptr) {
    return Unknown(WhyUnknown::kAmbiguous, rival->source);
  }
  const Provenance& source = count > 0 ? best.row[kSha1].source : certificates.source();
  return {.exists = Cell::Bool(count > 0, source),
          .candidates =
              complete && undecided.empty()
                  ? Cell::Int(count, source)
                  : Cell::Unknown(complete ? WhyUnknown::kAmbiguous : certificates.why(), source),
          .row = best.row,
          .read = read};
}

}  // namespace whfb::collectors
