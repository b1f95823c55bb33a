#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"

namespace obmen::alerts {

/// Hands a mail (head and body) to the server of the settings, from and to whom they name. See send_mail().
std::vector<std::string> send_by_smtp(const config::MailSettings& settings, const std::string& mail);

}  // namespace obmen::alerts
