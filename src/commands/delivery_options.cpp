#include "commands/delivery_options.hpp"

namespace obmen::commands {

delivery::DeliveryOptions delivery_options(const config::Settings& settings,
                                           const std::filesystem::path& /*spool*/) {
    return {.source_system = settings.source_system, .doubt_pauses = {}};
}

}  // namespace obmen::commands
