// What the RDP client, and a machine as the target of RDP, logged (events.md section 8; fields from
// the manifests of Windows 10 build 18990). On the target: 261, then 1149, then 21 of the session
// manager; 1149 without 21 means that the sign-in ended after authentication. Names in events make
// no users, texts that Windows localises ("LOCAL") decide nothing.

#include <array>
#include <string>
#include <string_view>

#include <spdlog/fmt/fmt.h>

#include "collectors/collector.h"
#include "collectors/logged_events.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

using readers::Event;

constexpr std::string_view kClient = "Microsoft-Windows-TerminalServices-ClientActiveXCore";
constexpr std::string_view kSessions = "Microsoft-Windows-TerminalServices-LocalSessionManager";
constexpr std::string_view kConnections =
    "Microsoft-Windows-TerminalServices-RemoteConnectionManager";

// 226: a transition failed; 1024: connecting; 1025: connected; 1026: disconnected; 1027: signed in
// to a domain; 1029: hash of the user name; 1102, 1103: multi-transport.
constexpr std::array<std::uint32_t, 8> kClientIds = {226, 1024, 1025, 1026, 1027, 1029, 1102, 1103};
// 21: logon; 22: shell start; 23: logoff; 24: disconnected; 25: reconnected; 39: disconnected by
// another session; 40: disconnected, with the reason.
constexpr std::array<std::uint32_t, 7> kSessionIds = {21, 22, 23, 24, 25, 39, 40};
// 261: the listener received a connection; 1149: the user was authenticated.
constexpr std::array<std::uint32_t, 2> kConnectionIds = {261, 1149};

template <std::uint32_t... kIds>
bool IsOneOf(const Event& event) {
  return ((event.id == kIds) || ...);
}

// The fields of one name mean another thing in each event.
std::string Server(const Event& event) {
  return IsOneOf<1024>(event) ? LowerAscii(FieldBelow(event, "Value")) : std::string{};
}

std::string ServerAddress(const Event& event) {
  return IsOneOf<1102>(event) ? LowerAscii(FieldBelow(event, "Value")) : std::string{};
}

std::string ClientReason(const Event& event) {
  return IsOneOf<1026>(event) ? std::string(FieldBelow(event, "Value")) : std::string{};
}

std::string Domain(const Event& event) {
  return IsOneOf<1027>(event) ? LowerAscii(FieldBelow(event, "DomainName")) : std::string{};
}

std::string UserHash(const Event& event) {
  return IsOneOf<1029>(event) ? std::string(FieldBelow(event, "TraceMessage")) : std::string{};
}

// "RDPClient_SSL TsSslStateHandshakeInProgress TsSslEventHandshakeContinueFailed": names of the
// program's states, which no language changes.
std::string Transition(const Event& event) {
  if (!IsOneOf<226>(event)) {
    return {};
  }
  return fmt::format("{} {} {}", FieldBelow(event, "StateTransitionName"),
                     FieldBelow(event, "PreviousStateName"), FieldBelow(event, "EventName"));
}

std::string Account(const Event& event) {
  return std::string(event.user_sid);
}

std::string TransitionError(const Event& event) {
  return CodeText(FieldBelow(event, "ErrorCode"));
}

std::string SessionUser(const Event& event) {
  return LowerAscii(FieldBelow(event, "User"));
}

std::string SessionAddress(const Event& event) {
  return LowerAscii(FieldBelow(event, "Address"));
}

std::string SessionReason(const Event& event) {
  return std::string(FieldBelow(event, "Reason"));
}

std::string Session(const Event& event) {
  std::string_view session = FieldBelow(event, "SessionID");
  session = session.empty() ? FieldBelow(event, "Session") : session;
  return std::string(session.empty() ? FieldBelow(event, "TargetSession") : session);
}

std::string SourceSession(const Event& event) {
  return std::string(FieldBelow(event, "Source"));
}

std::string ConnectionUser(const Event& event) {
  return IsOneOf<1149>(event) ? LowerAscii(FieldBelow(event, "Param1")) : std::string{};
}

std::string ConnectionDomain(const Event& event) {
  return IsOneOf<1149>(event) ? LowerAscii(FieldBelow(event, "Param2")) : std::string{};
}

std::string ConnectionAddress(const Event& event) {
  return IsOneOf<1149>(event) ? LowerAscii(FieldBelow(event, "Param3")) : std::string{};
}

std::string Listener(const Event& event) {
  return IsOneOf<261>(event) ? std::string(FieldBelow(event, "listenerName")) : std::string{};
}

// These events tell of no error.
std::string NoCode(const Event& /*event*/) {
  return {};
}

constexpr std::array<TextOfEvent, 7> kClientDetails = {
    Server, ServerAddress, ClientReason, Transition, Domain, Account, UserHash};
constexpr std::array<TextOfEvent, 5> kSessionDetails = {SessionUser, SessionAddress, SessionReason,
                                                        Session, SourceSession};
constexpr std::array<TextOfEvent, 4> kConnectionDetails = {ConnectionUser, ConnectionDomain,
                                                           ConnectionAddress, Listener};

constexpr std::array kClientColumns = EventColumnsWith(std::array{
    ColumnSpec{"server", ValueType::kText, "1024: name as the user gave it, lower case, or none",
               true},
    ColumnSpec{"address", ValueType::kText, "1102: address of the server, or none", true},
    ColumnSpec{"reason", ValueType::kText, "1026: number of the disconnect reason, or none", true},
    ColumnSpec{"transition", ValueType::kText,
               "226: names of the machine, its state and the event that failed, or none", true},
    ColumnSpec{"domain", ValueType::kText, "1027: domain of the session, lower case, or none",
               true},
    ColumnSpec{"account", ValueType::kSid, "who ran the client, the newest of them"},
    ColumnSpec{"user_hash", ValueType::kText, "1029: hash of the user name, the newest of them"},
});

constexpr std::array kSessionColumns = EventColumnsWith(std::array{
    ColumnSpec{"user", ValueType::kText, "domain\\user in lower case, or none", true},
    ColumnSpec{"address", ValueType::kText, "of the client in lower case, or none", true},
    ColumnSpec{"reason", ValueType::kText, "40: number of the disconnect reason, or none", true},
    ColumnSpec{"session", ValueType::kText, "number of the session, the newest of them"},
    ColumnSpec{"by_session", ValueType::kText, "39: session that ended it, the newest of them"},
});

constexpr std::array kConnectionColumns = EventColumnsWith(std::array{
    ColumnSpec{"user", ValueType::kText, "1149: user in lower case, or none", true},
    ColumnSpec{"domain", ValueType::kText, "1149: domain in lower case, or none", true},
    ColumnSpec{"address", ValueType::kText, "1149: of the client, or none", true},
    ColumnSpec{"listener", ValueType::kText, "261: name of the listener, the newest of them"},
});

constexpr std::array<std::string_view, 0> kNobody = {};

constexpr std::array kTables = {
    TableSpec{"device.rdp_client_event", "RDP client: connections, disconnects, failed handshakes",
              kClientColumns, true},
    TableSpec{"device.rdp_session_event", "RDP target: sessions that began and ended",
              kSessionColumns, true},
    TableSpec{"device.rdp_connection_event", "RDP target: connections, and who was authenticated",
              kConnectionColumns, true},
};

constexpr std::array kEventTables = {
    EventTable{.table = "device.rdp_client_event",
               .channel = "Microsoft-Windows-TerminalServices-RDPClient/Operational",
               .provider = kClient,
               .ids = kClientIds,
               .about = kNobody,
               .details = kClientDetails,
               .code = TransitionError},
    EventTable{.table = "device.rdp_session_event",
               .channel = "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
               .provider = kSessions,
               .ids = kSessionIds,
               .about = kNobody,
               .details = kSessionDetails,
               .code = NoCode},
    EventTable{.table = "device.rdp_connection_event",
               .channel = "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational",
               .provider = kConnections,
               .ids = kConnectionIds,
               .about = kNobody,
               .details = kConnectionDetails,
               .code = NoCode},
};

constexpr auto kEvents = JoinInterests(InterestsIn(kClient, kClientIds),
                                       InterestsIn(kSessions, kSessionIds),
                                       InterestsIn(kConnections, kConnectionIds));

void Collect(const CollectInput& input, FactSpace& facts) {
  const WroteIt anybody = [](std::string_view) { return true; };
  for (const EventTable& wanted : kEventTables) {
    CollectEventTable(wanted, input, anybody, facts.Device().facts, facts);
  }
}

}  // namespace

extern const CollectorSpec kRdpEventCollector;  // declared again by the generated list

const CollectorSpec kRdpEventCollector = {.name = "rdp_event",
                                          .scope = Scope::kDevice,
                                          .tables = kTables,
                                          .events = kEvents,
                                          .collect = Collect};

}  // namespace whfb::collectors
