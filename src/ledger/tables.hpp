#pragma once

#include <string_view>

namespace obmen::ledger {

/// All tables of the ledger. Names that repeat are numbered in small tables, so that a settled product stays
/// small.
inline constexpr std::string_view tables_of_version_1 = R"sql(
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;

CREATE TABLE portal (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    identity TEXT,
    bucket_level REAL,
    bucket_at INTEGER  -- milliseconds since 1970, as all times here
);

CREATE TABLE source_system (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE field_group (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE file_name (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

CREATE TABLE catalogue (
    id INTEGER PRIMARY KEY,
    source_system INTEGER NOT NULL REFERENCES source_system,
    name TEXT NOT NULL,
    generation INTEGER NOT NULL DEFAULT 0,  -- counts the complete full exports
    UNIQUE (source_system, name)
);

CREATE TABLE package (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    receipt_revision INTEGER NOT NULL DEFAULT 0,
    source_system INTEGER REFERENCES source_system,
    catalogue INTEGER REFERENCES catalogue,
    merging INTEGER NOT NULL DEFAULT 0  -- 1: read to the end, not all of it is in `pending` yet
);
CREATE INDEX package_merging ON package (number) WHERE merging = 1;

CREATE TABLE package_file (
    package INTEGER NOT NULL REFERENCES package,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    spool_name TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    formed_at TEXT NOT NULL,
    PRIMARY KEY (package, position)
) WITHOUT ROWID;

CREATE TABLE entity (
    id INTEGER PRIMARY KEY,
    source_system INTEGER NOT NULL REFERENCES source_system,
    source_kind INTEGER NOT NULL,
    source_key NOT NULL,     -- folded; a GUID, or two joined by '#', as 16 or 32 bytes
    source_id TEXT,          -- as written, where that differs from the key
    kind INTEGER,            -- in the CRM; NULL: mentioned, never wished
    remote_id,               -- a number where it is one
    confirmed BLOB,          -- group number, hash; …
    state INTEGER NOT NULL DEFAULT 0,  -- 1: described by reference data
    raw_hash INTEGER,
    inherited BLOB,          -- what a product hands down to its variants
    pinned_kind INTEGER,
    UNIQUE (source_system, source_kind, source_key)
);

CREATE TABLE part (
    entity INTEGER NOT NULL REFERENCES entity,
    slot TEXT NOT NULL,
    position INTEGER NOT NULL,
    value_hash INTEGER NOT NULL,
    remote_id,
    state INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (entity, slot, position)
) WITHOUT ROWID;

CREATE TABLE member (
    catalogue INTEGER NOT NULL REFERENCES catalogue,
    entity INTEGER NOT NULL REFERENCES entity,
    generation INTEGER NOT NULL,
    PRIMARY KEY (catalogue, entity)
) WITHOUT ROWID;

CREATE TABLE reference (
    source_system INTEGER NOT NULL REFERENCES source_system,
    kind INTEGER NOT NULL,
    reference_key TEXT NOT NULL,  -- folded
    source_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL,     -- order of first declaration
    data TEXT NOT NULL,
    PRIMARY KEY (source_system, kind, reference_key)
) WITHOUT ROWID;

-- The four places of a wish, in the order it goes through them; the columns from `package` on are the same.
CREATE TABLE staged (
    id INTEGER PRIMARY KEY,
    entity INTEGER NOT NULL REFERENCES entity,
    kind INTEGER NOT NULL,
    verdict INTEGER NOT NULL,
    package INTEGER NOT NULL REFERENCES package,
    creates INTEGER NOT NULL,
    deletion_mark INTEGER NOT NULL,
    depth INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    file INTEGER REFERENCES file_name,
    line_number INTEGER NOT NULL,
    column_number INTEGER NOT NULL,
    field_groups TEXT NOT NULL,
    UNIQUE (package, entity)
);

CREATE TABLE parked (
    entity INTEGER PRIMARY KEY REFERENCES entity,
    package INTEGER NOT NULL REFERENCES package,
    creates INTEGER NOT NULL,
    deletion_mark INTEGER NOT NULL,
    depth INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    file INTEGER REFERENCES file_name,
    line_number INTEGER NOT NULL,
    column_number INTEGER NOT NULL,
    field_groups TEXT NOT NULL
);

CREATE TABLE pending (
    entity INTEGER PRIMARY KEY REFERENCES entity,
    kind INTEGER NOT NULL,
    state INTEGER NOT NULL,
    looked_up INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    package INTEGER NOT NULL REFERENCES package,
    creates INTEGER NOT NULL,
    deletion_mark INTEGER NOT NULL,
    depth INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    file INTEGER REFERENCES file_name,
    line_number INTEGER NOT NULL,
    column_number INTEGER NOT NULL,
    field_groups TEXT NOT NULL
);
CREATE INDEX pending_order ON pending (kind, depth, entity);
CREATE INDEX pending_unresolved ON pending (state) WHERE state <> 0;

CREATE TABLE newer (  -- wishes for objects whose operation is on its way
    entity INTEGER PRIMARY KEY REFERENCES entity,
    kind INTEGER NOT NULL,
    package INTEGER NOT NULL REFERENCES package,
    creates INTEGER NOT NULL,
    deletion_mark INTEGER NOT NULL,
    depth INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    file INTEGER REFERENCES file_name,
    line_number INTEGER NOT NULL,
    column_number INTEGER NOT NULL,
    field_groups TEXT NOT NULL
);

CREATE TABLE outcome (
    package INTEGER NOT NULL REFERENCES package,
    ordinal INTEGER NOT NULL,  -- order of first meeting
    entity INTEGER REFERENCES entity,  -- NULL: an object without an id
    source_kind INTEGER NOT NULL,
    source_id TEXT,            -- as written, where the entity's is not the same
    verdict INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    code TEXT,
    arguments TEXT,
    file INTEGER REFERENCES file_name,
    line_number INTEGER NOT NULL,
    column_number INTEGER NOT NULL,
    PRIMARY KEY (package, ordinal)
) WITHOUT ROWID;
CREATE UNIQUE INDEX outcome_entity ON outcome (package, entity);

CREATE TABLE finding (
    id INTEGER PRIMARY KEY,
    package INTEGER NOT NULL REFERENCES package,
    severity INTEGER NOT NULL,
    code TEXT NOT NULL,
    arguments TEXT,
    file INTEGER REFERENCES file_name,
    line_number INTEGER NOT NULL,
    column_number INTEGER NOT NULL,
    object_id TEXT
);
CREATE INDEX finding_package ON finding (package);

CREATE TABLE journal (
    id INTEGER PRIMARY KEY,
    timestamp INTEGER NOT NULL,
    operation TEXT NOT NULL,
    source_system TEXT NOT NULL,
    target_system TEXT NOT NULL,
    package TEXT NOT NULL,
    object_id TEXT NOT NULL,
    status TEXT NOT NULL,
    details TEXT NOT NULL
);
)sql";

}  // namespace obmen::ledger
