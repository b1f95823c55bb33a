#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "crm/entity.hpp"
#include "crm/mapping.hpp"
#include "delivery/reads.hpp"
#include "support/clock.hpp"

namespace obmen::delivery {

/// How long to wait before the portal is asked what became of a batch (reference bitrix24-rest.md §3.13).
struct DoubtPauses {
    Duration before_first_look{5'000};
    Duration before_second_look{10'000};
    /// The portal may still be busy with a request for so long after it has left, or for as long as we would
    /// have waited for the answer, if that is longer. The cloud cuts requests at 60 s. What has not been
    /// found by then, and by two looks of which the second showed nothing new, has not run.
    Duration longest_execution{60'000};
};

/// Which objects that people made are taken over instead of making a second one.
struct AdoptionOptions {
    crm::Adoption cards;            ///< companies and contacts
    bool products_by_name = false;  ///< the only product of exactly that name
    /// Id or code of the portal's property that holds the article; compared with what is wished for that
    /// very property.
    std::string products_by_property{};
};

struct DeliveryOptions {
    std::string source_system = "1C";
    DoubtPauses doubt_pauses;
    /// Failures in a row (answers that cannot be trusted, refusals perhaps for what is in a request) although
    /// the portal is there; then the run stops and the rest is deferred. Requests that were on the wire
    /// together are one failure. Four times as many are allowed of batches that are being halved to find the
    /// culprit, and of outages without an answered batch between them.
    unsigned doubts_in_a_row = 5;
    /// Failures of a request with one operation alone; then the operation has failed, and the rest goes on.
    unsigned tries_alone = 3;
    /// No batch is filled beyond this, by the times that its methods took lately: the cloud cuts a request
    /// at 60 s.
    double batch_seconds = 25;
    /// Requests or commands refused for reasons that pass; then likewise.
    unsigned refusals_in_a_row = 4;
    /// True stops the run between two requests. May be null.
    const std::atomic<bool>* interrupted = nullptr;

    /// Units that the portal lacks are made there.
    bool create_units = false;
    /// A deal may go back to an earlier stage.
    bool move_backwards = false;
    crm::OnConflict on_conflict = crm::OnConflict::take_1c;
    /// Nothing: nothing is taken over.
    std::optional<AdoptionOptions> adoption{};
    /// Bytes of a picture's private copy; what it throws fails the picture. Needed where pictures are wished.
    std::function<std::string(const crm::Pictures::Picture& picture)> read_picture{};
    /// Most bytes of a batch of pictures as they travel, unless one command alone has more.
    std::size_t picture_batch_bytes = 3'000'000;
    /// A larger picture is not sent.
    std::size_t largest_picture = 20'000'000;
};

struct DeliveryProgress {
    std::uint64_t settled = 0;  ///< operations that ended in this run
    std::uint64_t total = 0;    ///< to do when the run began
    std::uint64_t requests = 0;
};

/// How a run ended.
struct DeliveryResult {
    /// Nothing if everything was sent that can be sent now; else why the rest must wait.
    std::optional<Stop> stop;
    std::uint64_t write_requests = 0;
    /// Objects that turned out to be gone from the CRM and are to be made again, or to be other ones now:
    /// only their packages have all their fields, so these are to be planned once more before the next run
    /// (ledger::Pending::incomplete_packages).
    std::uint64_t gone = 0;
};

}  // namespace obmen::delivery
