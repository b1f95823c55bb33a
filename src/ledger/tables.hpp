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

/// Version 1 to version 2.
inline constexpr std::string_view step_to_version_2 = R"sql(
-- Parts and what is known of objects.
ALTER TABLE entity ADD COLUMN owner INTEGER REFERENCES entity;  -- of a part: what it belongs to
ALTER TABLE entity ADD COLUMN observed BLOB;  -- what the CRM was seen to have: group number, hash; …
-- 1: was in the CRM before us and has no key of ours yet. It stays until a write has succeeded, whatever
-- becomes of the operations in between.
ALTER TABLE entity ADD COLUMN adopted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX entity_owner ON entity (owner) WHERE owner IS NOT NULL;

-- Sending order: crm::sending_rank of the kind.
ALTER TABLE pending ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
UPDATE pending SET rank = CASE kind WHEN 6 THEN 0 WHEN 1 THEN 1 WHEN 2 THEN 2 WHEN 3 THEN 3 WHEN 4 THEN 4
    WHEN 11 THEN 5 WHEN 7 THEN 6 WHEN 9 THEN 7 WHEN 8 THEN 8 WHEN 5 THEN 9 WHEN 10 THEN 10 ELSE 11 END;
DROP INDEX pending_order;
CREATE INDEX pending_order ON pending (rank, depth, entity);
-- 1: the receipt says already why this part waits
ALTER TABLE pending ADD COLUMN explained INTEGER NOT NULL DEFAULT 0;

CREATE INDEX reference_order ON reference (source_system, kind, ordinal);

-- Generations, here and in `member`, are package numbers: catalogue.generation is the newest complete full
-- export that has been merged, member.generation the newest package that has named the object.
CREATE TABLE full_export (
    package INTEGER NOT NULL REFERENCES package,
    catalogue INTEGER NOT NULL REFERENCES catalogue,
    state INTEGER NOT NULL,  -- 0: being read, 1: merged, its removals are due, 2: they are planned or held
    PRIMARY KEY (package, catalogue)
) WITHOUT ROWID;
CREATE INDEX full_export_due ON full_export (package) WHERE state = 1;

CREATE TABLE hold (
    package INTEGER NOT NULL REFERENCES package,
    catalogue INTEGER NOT NULL REFERENCES catalogue,
    present INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    finding INTEGER NOT NULL,  -- says so in the package's receipt
    PRIMARY KEY (package, catalogue)
) WITHOUT ROWID;
)sql";

/// Version 2 to version 3: what a delivery that is cut off must not forget, and the second family of methods.
inline constexpr std::string_view step_to_version_3 = R"sql(
-- 1: its object has vanished, or is another one now: the operation has not all of its fields, and is not sent
-- before its package has been planned once more
ALTER TABLE pending ADD COLUMN incomplete INTEGER NOT NULL DEFAULT 0;
CREATE INDEX pending_incomplete ON pending (package) WHERE incomplete = 1;

-- 1: read to the end once and merged; from there on it has verdicts, which reading it again must keep
ALTER TABLE package ADD COLUMN was_planned INTEGER NOT NULL DEFAULT 0;
UPDATE package SET was_planned = 1 WHERE state IN ('planned', 'delivering', 'applied', 'deferred')
    OR EXISTS (SELECT 1 FROM outcome o WHERE o.package = number AND o.verdict IN (1, 2, 4, 5, 6, 7));

-- 1: a card that people have deleted and that is not made again, or a part of one
ALTER TABLE entity ADD COLUMN left_gone INTEGER NOT NULL DEFAULT 0;

-- entity.adopted, 2: was in the CRM before us and has been written since; what people have in its parts stays.
-- part.state, 1: was sent, and nobody knows yet whether it has arrived.

-- The family of methods that the exchange was begun with (portal::ApiFamily); null before the first contact.
ALTER TABLE portal ADD COLUMN api TEXT;
UPDATE portal SET api = 'crm' WHERE EXISTS (SELECT 1 FROM entity WHERE remote_id IS NOT NULL)
    OR EXISTS (SELECT 1 FROM pending);

-- crm::sending_rank has two more kinds.
UPDATE pending SET rank = rank + 2 WHERE rank >= 3;
)sql";

/// Version 3 to version 4: files on their way in, receipts on their way out, what the daemon remembers.
/// Times are milliseconds since 1970, UTC.
inline constexpr std::string_view step_to_version_4 = R"sql(
-- [[source]] that the package came from; empty: handed over by a person
ALTER TABLE package ADD COLUMN origin TEXT NOT NULL DEFAULT '';
-- how often it was tried to be sent, and when it is tried again; null: at once
ALTER TABLE package ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE package ADD COLUMN next_attempt INTEGER;
-- when it was first tried to be sent in vain; null: it does not wait
ALTER TABLE package ADD COLUMN waiting_since INTEGER;
-- hash of its files' bytes (packages that are the same are repeats), and of the settings that it was read under
ALTER TABLE package ADD COLUMN content TEXT NOT NULL DEFAULT '';
ALTER TABLE package ADD COLUMN meaning TEXT NOT NULL DEFAULT '';
-- the package that has the same content (state repeat), or that took its place (state superseded)
ALTER TABLE package ADD COLUMN other TEXT NOT NULL DEFAULT '';
ALTER TABLE package ADD COLUMN settled_at INTEGER;
-- 1: a person let a full export in that is older than what was applied
ALTER TABLE package ADD COLUMN takes_stale INTEGER NOT NULL DEFAULT 0;
-- ledger::ReceiptDue
ALTER TABLE package ADD COLUMN receipt_due INTEGER NOT NULL DEFAULT 0;
-- 1: planned already, and to be read again for the objects that failed
ALTER TABLE package ADD COLUMN retrying INTEGER NOT NULL DEFAULT 0;
-- 1: its private copies and rows are gone; the package's own row stays (generations are package numbers)
ALTER TABLE package ADD COLUMN pruned INTEGER NOT NULL DEFAULT 0;
CREATE INDEX package_content ON package (content);
CREATE INDEX package_receipt_due ON package (number) WHERE receipt_due <> 0;
CREATE INDEX journal_package ON journal (package);
CREATE INDEX package_origin ON package (origin) WHERE origin <> '';
CREATE VIEW package_row AS SELECT number, id, source, state, received_at, receipt_revision,
    EXISTS (SELECT 1 FROM hold h WHERE h.package = number) AS removals_held, was_planned, origin, other, attempts,
    next_attempt, settled_at, takes_stale, receipt_due, retrying, waiting_since, pruned
    FROM package;

CREATE TABLE source_file (  -- every file that a source shows, and what has become of it
    source TEXT NOT NULL,
    name BLOB NOT NULL,  -- bytes as the source has them
    size INTEGER NOT NULL,
    modified INTEGER,    -- null: the source does not tell
    identity TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    still_since INTEGER NOT NULL,  -- size, modified and identity have been the same since
    state INTEGER NOT NULL,        -- arrival::SourceFileState
    attempts INTEGER NOT NULL,
    copy TEXT NOT NULL,    -- name of the private copy, in the landing directory or in the spool; empty: none
    sha256 TEXT NOT NULL,
    package TEXT NOT NULL, -- that it went into; empty: none yet
    code TEXT,             -- why it waits
    arguments TEXT,
    PRIMARY KEY (source, name)
) WITHOUT ROWID;
CREATE INDEX source_file_package ON source_file (package) WHERE package <> '';

CREATE TABLE source_state (
    source TEXT PRIMARY KEY,
    paused INTEGER NOT NULL DEFAULT 0,
    listed_at INTEGER,       -- last listing that succeeded
    arrived_at INTEGER,      -- last package
    failing_since INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,  -- failures in a row
    next_attempt INTEGER,
    code TEXT,
    arguments TEXT,
    skew INTEGER,            -- of its clock to ours
    both_halves INTEGER NOT NULL DEFAULT 0  -- 1: an export of it has had goods and their offers
) WITHOUT ROWID;

CREATE TABLE receipt_delivery (  -- receipts on their way
    package TEXT NOT NULL,
    revision INTEGER NOT NULL,
    file TEXT NOT NULL,      -- its name; the bytes are in the outbox
    target TEXT NOT NULL,    -- [[source]] whose receipt target it goes to
    state INTEGER NOT NULL,  -- ledger::DeliveryState
    attempts INTEGER NOT NULL,
    next_attempt INTEGER,
    made_at INTEGER NOT NULL,
    delivered_at INTEGER,
    failing_since INTEGER,
    code TEXT,               -- why it has not arrived
    arguments TEXT,
    temporary TEXT NOT NULL DEFAULT '',  -- name at the target of an attempt that has not ended; empty: none
    arrived_as TEXT NOT NULL DEFAULT '', -- its name at the target
    PRIMARY KEY (package, revision)
) WITHOUT ROWID;
CREATE INDEX receipt_delivery_waiting ON receipt_delivery (target, made_at) WHERE state = 0;
CREATE INDEX receipt_delivery_temporary ON receipt_delivery (target) WHERE temporary <> '';

CREATE TABLE receipt_target (  -- places that receipts go to, while they are out of reach
    target TEXT PRIMARY KEY,
    attempts INTEGER NOT NULL,  -- failures in a row
    next_attempt INTEGER NOT NULL,
    failing_since INTEGER NOT NULL,
    code TEXT NOT NULL,
    arguments TEXT
) WITHOUT ROWID;

CREATE TABLE request (  -- what a person wants of the daemon
    id INTEGER PRIMARY KEY,
    verb TEXT NOT NULL,
    argument TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    done_at INTEGER,
    answer TEXT NOT NULL DEFAULT ''
);

CREATE TABLE alert (
    cause TEXT PRIMARY KEY,  -- what it is about, without figures: `source:1c`, `portal`, `package:ID`, …
    code TEXT NOT NULL,
    arguments TEXT,
    one_off INTEGER NOT NULL,    -- 1: something that has happened: it ends without an all-clear
    since INTEGER NOT NULL,
    told_at INTEGER,             -- null: not told yet
    cleared_at INTEGER,          -- null: stands; the row goes when that has been told
    ways INTEGER NOT NULL DEFAULT 0,      -- that the present news has gone: 1 mail, 2 command
    attempts INTEGER NOT NULL DEFAULT 0,  -- in vain, of the present news
    next_attempt INTEGER
) WITHOUT ROWID;

CREATE INDEX finding_expired ON finding (package) WHERE code = 'PKG-EXPIRED';

CREATE TABLE quiet_watch (  -- since when a source that has never brought anything is waited for
    source TEXT PRIMARY KEY,
    since INTEGER NOT NULL
) WITHOUT ROWID;
)sql";

/// Version 4 to version 5: records that need not be read again, clocks that are set, what people take back.
inline constexpr std::string_view step_to_version_5 = R"sql(
-- from when the lifetime of what it has parked counts, where the clock was set since it came; null: received_at
ALTER TABLE package ADD COLUMN counted_from INTEGER;
-- how often the portal went down while the operation was on the wire
ALTER TABLE pending ADD COLUMN outages INTEGER NOT NULL DEFAULT 0;
-- 1: it is over with (is_end); for SQL the one place that says so
ALTER TABLE package ADD COLUMN ended INTEGER
    GENERATED ALWAYS AS (state IN ('applied', 'rejected', 'repeat', 'superseded')) VIRTUAL;
CREATE INDEX package_open ON package (number) WHERE ended = 0 OR receipt_due <> 0;
CREATE TABLE forgotten (  -- packages whose files a source takes anew, until its next look
    source TEXT NOT NULL,
    package TEXT NOT NULL,
    PRIMARY KEY (source, package)
) WITHOUT ROWID;

-- The short way (known_records.hpp): stamps of the records of 1C whose wishes the CRM has, word for word.
ALTER TABLE entity DROP COLUMN raw_hash;
CREATE TABLE known_record (
    entity INTEGER PRIMARY KEY REFERENCES entity,
    package INTEGER NOT NULL,  -- that has planned it; counts from package.was_planned on
    source_kind INTEGER NOT NULL,
    product INTEGER,           -- stamp of its Товар; null: not known
    offer INTEGER,             -- of its Предложение
    product_additions INTEGER,
    offer_additions INTEGER
);
CREATE TABLE record_additions (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);  -- crm/additions.hpp
-- they grow whenever reference data changes that the meaning of Товар, of Предложение depends on
ALTER TABLE source_system ADD COLUMN product_revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source_system ADD COLUMN offer_revision INTEGER NOT NULL DEFAULT 0;

-- Values of single objects (FactKind::source_value, 8 in `reference`), of which there are as many as objects. A
-- table with row ids, because their data are long: in one without, all but a quarter of a page goes to pages of
-- its own.
CREATE TABLE object_value (
    id INTEGER PRIMARY KEY,
    source_system INTEGER NOT NULL,
    value_key TEXT NOT NULL,  -- folded
    data NOT NULL,            -- packed as a blob; JSON as a text, of earlier versions
    UNIQUE (source_system, value_key)
);
INSERT INTO object_value (source_system, value_key, data)
    SELECT source_system, reference_key, data FROM reference WHERE kind = 8;
DELETE FROM reference WHERE kind = 8;

-- Sets of objects as bits (entity_set.hpp): members that a full export has named in passing, and objects that
-- are unchanged and have no row in `outcome`.
CREATE TABLE seen_member (
    catalogue INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    package INTEGER NOT NULL,
    entities BLOB NOT NULL,
    PRIMARY KEY (catalogue, chunk, package)
) WITHOUT ROWID;
CREATE TABLE unchanged_object (
    package INTEGER NOT NULL,
    source_kind INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    entities BLOB NOT NULL,
    PRIMARY KEY (package, source_kind, chunk)
) WITHOUT ROWID;
CREATE VIEW member_seen AS SELECT m.catalogue, m.entity, max(m.generation, coalesce((SELECT max(s.package)
    FROM seen_member s WHERE s.catalogue = m.catalogue AND s.chunk = m.entity / 4096
    AND has_bit(s.entities, m.entity % 4096)), 0)) AS generation FROM member m;
)sql";

/// Version 5 to version 6: what there are a million of takes less room, and less work. Runs with foreign keys
/// off: `entity` is made anew, with the same ids.
inline constexpr std::string_view step_to_version_6 = R"sql(
-- The index that finds an object by its key holds 31 bits of it instead of all of it; whoever adds a row looks
-- first (Entities::add).
CREATE TABLE entity_of_6 (
    id INTEGER PRIMARY KEY,
    source_system INTEGER NOT NULL,
    source_kind INTEGER NOT NULL,
    key_hash INTEGER NOT NULL,  -- of kind and key (StoredKey); two objects may have the same
    source_key NOT NULL,        -- folded; a GUID, or two joined by '#', as 16 or 32 bytes
    source_id TEXT,             -- as written, where that differs from the key
    kind INTEGER,               -- in the CRM; NULL: mentioned, never wished
    remote_id,                  -- a number where it is one
    confirmed BLOB,             -- group number, hash; …
    inherited BLOB,             -- section, unit and VAT that a product hands down to its variants
    owner INTEGER,              -- of a part: what it belongs to
    observed BLOB,              -- what the CRM was seen to have: group number, hash; …
    pinned_kind INTEGER,
    state INTEGER NOT NULL DEFAULT 0,      -- 1: described by reference data
    adopted INTEGER NOT NULL DEFAULT 0,    -- EntityRow::Adoption
    left_gone INTEGER NOT NULL DEFAULT 0   -- 1: a card that people have deleted, or a part of one
);
INSERT INTO entity_of_6 (id, source_system, source_kind, key_hash, source_key, source_id, kind, remote_id,
    confirmed, inherited, owner, observed, pinned_kind, state, adopted, left_gone)
    SELECT id, source_system, source_kind, key_hash(source_kind, source_key), source_key, source_id, kind,
    remote_id, confirmed, inherited, owner, observed, pinned_kind, state, adopted, left_gone FROM entity
    ORDER BY id;
DROP TABLE entity;
ALTER TABLE entity_of_6 RENAME TO entity;
CREATE INDEX entity_by_key ON entity (key_hash);
CREATE INDEX entity_owner ON entity (owner) WHERE owner IS NOT NULL;

-- What products hand down to their variants (crm/handed_down.hpp), out of object_value: at the product's number.
CREATE TABLE handed_down (
    entity INTEGER PRIMARY KEY,
    data NOT NULL  -- as in object_value
);
INSERT OR IGNORE INTO handed_down (entity, data) SELECT e.id, o.data FROM object_value o CROSS JOIN entity e
    ON e.key_hash = key_hash(2, stored_id(substr(o.value_key, 8))) AND e.source_kind = 2
    AND e.source_key = stored_id(substr(o.value_key, 8)) AND e.source_system = o.source_system
    WHERE o.value_key >= 'handed|' AND o.value_key < 'handed}';
DELETE FROM object_value WHERE value_key >= 'handed|' AND value_key < 'handed}';

-- Without an index: the id is the package's number times 2^40, and the object's.
CREATE TABLE staged_of_6 (
    id INTEGER PRIMARY KEY,
    entity INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    verdict INTEGER NOT NULL,
    package INTEGER NOT NULL,
    creates INTEGER NOT NULL,
    deletion_mark INTEGER NOT NULL,
    depth INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    file INTEGER,
    line_number INTEGER NOT NULL,
    column_number INTEGER NOT NULL,
    field_groups TEXT NOT NULL
);
INSERT INTO staged_of_6 (id, entity, kind, verdict, package, creates, deletion_mark, depth, hashes, file,
    line_number, column_number, field_groups) SELECT (package << 40) + entity, entity, kind, verdict, package,
    creates, deletion_mark, depth, hashes, file, line_number, column_number, field_groups FROM staged;
DROP TABLE staged;
ALTER TABLE staged_of_6 RENAME TO staged;
)sql";

/// Version 6 to version 7: what a package teaches before it is merged can be taken back.
inline constexpr std::string_view step_to_version_7 = R"sql(
-- The package that is being planned, until its merge begins (learning.hpp). Objects and values with higher
-- numbers have come with it.
CREATE TABLE learning (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    package INTEGER NOT NULL,
    last_entity INTEGER NOT NULL,
    last_object_value INTEGER NOT NULL,
    taking_back INTEGER NOT NULL DEFAULT 0
);
-- What stood before it in the rows that it has changed, in the order of the changes.
CREATE TABLE learnt_over (
    id INTEGER PRIMARY KEY,
    place INTEGER NOT NULL,  -- 1 reference, 2 object_value, 3 handed_down; of entity: 4 inherited,
                             -- 5 pinned_kind, 6 state
    number INTEGER NOT NULL, -- the row; the source system of reference data
    kind INTEGER,            -- of reference data, as its name
    name TEXT,
    data                     -- null: nothing
);
CREATE TRIGGER reference_is_new AFTER INSERT ON reference
WHEN EXISTS (SELECT 1 FROM learning WHERE taking_back = 0) BEGIN
    INSERT INTO learnt_over (place, number, kind, name)
        VALUES (1, NEW.source_system, NEW.kind, NEW.reference_key);
END;
CREATE TRIGGER reference_changes AFTER UPDATE OF data ON reference
WHEN EXISTS (SELECT 1 FROM learning WHERE taking_back = 0) BEGIN
    INSERT INTO learnt_over (place, number, kind, name, data)
        VALUES (1, OLD.source_system, OLD.kind, OLD.reference_key, OLD.data);
END;
CREATE TRIGGER object_value_changes AFTER UPDATE OF data ON object_value
WHEN EXISTS (SELECT 1 FROM learning WHERE taking_back = 0 AND last_object_value >= OLD.id) BEGIN
    INSERT INTO learnt_over (place, number, data) VALUES (2, OLD.id, OLD.data);
END;
CREATE TRIGGER handed_down_is_new AFTER INSERT ON handed_down
WHEN EXISTS (SELECT 1 FROM learning WHERE taking_back = 0 AND last_entity >= NEW.entity) BEGIN
    INSERT INTO learnt_over (place, number) VALUES (3, NEW.entity);
END;
CREATE TRIGGER handed_down_changes AFTER UPDATE OF data ON handed_down
WHEN EXISTS (SELECT 1 FROM learning WHERE taking_back = 0 AND last_entity >= OLD.entity) BEGIN
    INSERT INTO learnt_over (place, number, data) VALUES (3, OLD.entity, OLD.data);
END;
CREATE TRIGGER inherited_changes AFTER UPDATE OF inherited ON entity
WHEN EXISTS (SELECT 1 FROM learning WHERE taking_back = 0 AND last_entity >= OLD.id) BEGIN
    INSERT INTO learnt_over (place, number, data) VALUES (4, OLD.id, OLD.inherited);
END;
CREATE TRIGGER pinned_kind_changes AFTER UPDATE OF pinned_kind ON entity
WHEN EXISTS (SELECT 1 FROM learning WHERE taking_back = 0 AND last_entity >= OLD.id) BEGIN
    INSERT INTO learnt_over (place, number, data) VALUES (5, OLD.id, OLD.pinned_kind);
END;
CREATE TRIGGER state_changes AFTER UPDATE OF state ON entity
WHEN EXISTS (SELECT 1 FROM learning WHERE taking_back = 0 AND last_entity >= OLD.id) BEGIN
    INSERT INTO learnt_over (place, number, data) VALUES (6, OLD.id, OLD.state);
END;
)sql";

}  // namespace obmen::ledger
