#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alerts/alert_text.hpp"
#include "config/settings.hpp"
#include "support/clock.hpp"

namespace obmen::alerts {

/// The mail as it travels: head and body, lines ended by CRLF (RFC 5322, 2045, 2047). Foreign line breaks
/// cannot add to its head.
/// \param id left part of its Message-ID
[[nodiscard]] std::string mail_text(const config::MailSettings& settings, const AlertText& alert, UtcTime now,
                                    std::string_view id);

/// `Обмен <obmen@example.org>` → `obmen@example.org`
[[nodiscard]] std::string bare_address(std::string_view address);

/// Sends an alert to everybody that the settings name, by one SMTP connection: TLS from the first byte
/// (`smtps:`) or STARTTLS, without which nothing is sent but to this machine itself; certificates are
/// verified. \returns refusals of single recipients, while others were told: `address: 550 no such user`.
/// Throws SYS-ALERT-MAIL (temporary) if it could be handed over for nobody.
std::vector<std::string> send_mail(const config::MailSettings& settings, const AlertText& alert);

}  // namespace obmen::alerts
