#include "exchange/receipt_target.hpp"

#include <filesystem>

namespace obmen::exchange {

config::EndpointSettings receipt_target(const config::Settings& settings,
                                        const config::SourceSettings& source) {
    if (source.receipts) {
        return *source.receipts;
    }
    config::EndpointSettings folder;
    folder.url = "folder:" + std::filesystem::absolute(settings.receipts.directory).string();
    return folder;
}

}  // namespace obmen::exchange
