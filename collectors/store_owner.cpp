#include "collectors/store_owner.h"

#include <optional>

#include "collectors/certificate_rows.h"
#include "collectors/hello_container.h"

namespace whfb::collectors {

namespace {

StoreOwner Owner(const readers::Context& context,
                 std::string_view profile,
                 const Declared& declared) {
  if (context.account == readers::Account::kSystem) {
    return {.system = true};
  }
  if (!context.user_sid.empty() || !context.user_upn.empty() || !profile.empty()) {
    return {.key = {.sid = context.user_sid, .upn = context.user_upn}};
  }
  const bool sid = IsSid(declared.collected_as);
  return {.key = {.sid = sid ? std::string_view(declared.collected_as) : std::string_view{},
                  .upn = sid ? std::string_view{} : std::string_view(declared.collected_as),
                  .declared = true}};
}

}  // namespace

StoreOwner OwnerOf(const readers::CertificateRecord& record, const Declared& declared) {
  return Owner(record.context, record.profile, declared);
}

StoreOwner OwnerOf(const readers::StoreListing& listing, const Declared& declared) {
  return Owner(listing.context, listing.profile, declared);
}

Subject* UserOf(const readers::CertificateRecord& record,
                const Declared& declared,
                FactSpace& facts) {
  const StoreOwner owner = OwnerOf(record, declared);
  if (owner.system) {
    return nullptr;
  }
  Subject* const told = owner.known() ? facts.User(owner.key) : nullptr;
  if (told != nullptr) {
    return told;
  }
  const auto container =
      record.container.present() ? ParseHelloContainer(record.container.value) : std::nullopt;
  return container ? facts.User(container->user()) : nullptr;
}

}  // namespace whfb::collectors
