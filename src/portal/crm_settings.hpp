#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "portal/facts.hpp"

/// Reading what people have set up in the CRM: the catalogue, templates of requisites, stages of deals. Rows
/// that say too little are passed over.
namespace obmen::portal {

/// Rows of `crm.catalog.list`: the catalogue that belongs to no other system (reference §7).
void read_catalog(const std::vector<const nlohmann::json*>& rows, PortalFacts& facts);
/// Rows of `crm.requisite.preset.list`: the active ones.
void read_presets(const std::vector<const nlohmann::json*>& rows, PortalFacts& facts);
/// Rows of `crm.status.list`, also of all lists together: ENTITY_ID says which funnel each belongs to. May be
/// called again; a stage is kept once.
void read_stages(const std::vector<const nlohmann::json*>& rows, PortalFacts& facts);
/// Puts `stage` into its place; false if the funnel has it already.
bool insert_stage(std::vector<DealStage>& funnel, DealStage stage);

}  // namespace obmen::portal
