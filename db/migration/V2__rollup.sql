-- Counts by time bucket, kept up to date by triggers on the pipeline's tables. docs/architecture.md explains the parts;
-- in short: a trigger appends what its statement changed to a queue, in the writer's own transaction, and the server
-- folds the queue into buckets. Buckets and queue together are always what the tables hold.
-- The triggers themselves are created by the server (rollup_install), which waits for no writer longer than a moment.

CREATE TYPE realtime.measure AS ENUM (
  'redaction',         -- in the queue only: name, detail and adapter are field, rule and adapter
  'redaction_field',   -- in buckets only, as the next two: name is the field
  'redaction_rule',
  'redaction_adapter',
  'audit_event',       -- name and detail are event type and severity
  'record',            -- name is the table
  'load',              -- batches with a positive row_count: n is their sum, total the sum of their seconds
  'latency'            -- name is the step of the logarithmic scale, total the sum of the milliseconds
);

-- What statements have changed and no bucket counts yet. A row either counts one thing at many moments (times, each
-- counted sign times) or sums up one second (second, n, total, peak, first_at, last_at).
CREATE TABLE realtime.rollup_queue (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  measure  realtime.measure,             -- null: the table in "name" was truncated, what it held before is void
  name     text,
  detail   text,
  adapter  text,
  sign     smallint NOT NULL,            -- 1: the rows came, -1: they went
  times    timestamp[],
  second   timestamp,
  n        bigint,
  total    numeric,
  peak     numeric,                      -- highest rate of a single batch, records per second
  first_at timestamp,
  last_at  timestamp
) WITH (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0, vacuum_truncate = off);
-- vacuum_truncate: cutting off empty pages would take a lock that writers wait for.
-- Arrays of times are written as they are: compressing them would cost the writer more than it saves.
ALTER TABLE realtime.rollup_queue ALTER COLUMN times SET STORAGE EXTERNAL;

CREATE TABLE realtime.rollup_bucket (
  measure  realtime.measure NOT NULL,
  level    smallint NOT NULL,            -- 0: seconds, 1: minutes, 2: hours, 3: days (UTC)
  start    timestamp NOT NULL,           -- the bucket holds start <= time < start + its length
  name     text,
  detail   text,
  n        bigint NOT NULL,
  total    numeric,
  peak     numeric,
  first_at timestamp,
  last_at  timestamp,
  UNIQUE NULLS NOT DISTINCT (measure, level, start, name, detail)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

-- One row. Whoever changes buckets holds its lock.
CREATE TABLE realtime.rollup_state (
  only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  covered_from timestamp NOT NULL,       -- buckets hold everything from here on; infinity: nothing yet
  seconds_from timestamp NOT NULL,       -- buckets of this level exist from here on only
  minutes_from timestamp NOT NULL,
  hours_from   timestamp NOT NULL
);
INSERT INTO realtime.rollup_state VALUES (true, 'infinity', '-infinity', '-infinity', '-infinity');

-- The timings in a row's details, whatever a writer stored there: null unless it is a JSON number that a finite double
-- can hold. Milliseconds may be zero, seconds must be positive.
CREATE FUNCTION realtime.timing_ms(details jsonb) RETURNS numeric IMMUTABLE PARALLEL SAFE LANGUAGE sql RETURN
  CASE WHEN jsonb_typeof(details -> 'processing_time_ms') = 'number'
        AND CAST(details -> 'processing_time_ms' AS numeric) BETWEEN 0 AND 1.7976931348623157e308
       THEN CAST(details -> 'processing_time_ms' AS numeric) END;
CREATE FUNCTION realtime.timing_seconds(details jsonb) RETURNS numeric IMMUTABLE PARALLEL SAFE LANGUAGE sql RETURN
  CASE WHEN jsonb_typeof(details -> 'processing_time_seconds') = 'number'
        AND CAST(details -> 'processing_time_seconds' AS numeric) BETWEEN 4.9e-324 AND 1.7976931348623157e308
       THEN CAST(details -> 'processing_time_seconds' AS numeric) END;

-- The step of a duration on a scale whose steps are 2 % wide, so that the middle of a step is off by less than 1 %. What
-- rounds to 0.00 by far is one step, which also keeps the logarithm within what a double can hold.
CREATE FUNCTION realtime.latency_step(ms numeric) RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE sql RETURN
  CASE WHEN ms < 0.000001 THEN '-100000'
       ELSE CAST(CAST(floor(ln(CAST(ms AS double precision)) / ln(1.02::double precision)) AS integer) AS text) END;

-- Trigger functions run with the rights of the server's role, so a writer needs none on this schema. Names are
-- qualified and the search path is fixed, so nobody can slip in a function. Sorting is off because the plan is kept
-- from the first statement, maybe a small one, and a sort of many rows costs three times what hashing them does.
CREATE FUNCTION realtime.rollup_logs() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_sort = off AS $$
BEGIN
  IF TG_OP IN ('INSERT', 'UPDATE') THEN
    INSERT INTO realtime.rollup_queue (measure, name, detail, adapter, sign, times)
    SELECT 'redaction', field_name, rule_triggered, source_adapter, 1, array_agg(timestamp)
      FROM new_rows WHERE isfinite(timestamp) GROUP BY field_name, rule_triggered, source_adapter;
  END IF;
  IF TG_OP IN ('DELETE', 'UPDATE') THEN
    INSERT INTO realtime.rollup_queue (measure, name, detail, adapter, sign, times)
    SELECT 'redaction', field_name, rule_triggered, source_adapter, -1, array_agg(timestamp)
      FROM old_rows WHERE isfinite(timestamp) GROUP BY field_name, rule_triggered, source_adapter;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION realtime.rollup_records() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  came timestamp[];
  went timestamp[];
BEGIN
  IF TG_OP IN ('INSERT', 'UPDATE') THEN
    came := (SELECT array_agg(ingestion_timestamp) FROM new_rows WHERE isfinite(ingestion_timestamp));
  END IF;
  IF TG_OP IN ('DELETE', 'UPDATE') THEN
    went := (SELECT array_agg(ingestion_timestamp) FROM old_rows WHERE isfinite(ingestion_timestamp));
  END IF;
  -- An update that leaves the times as they were changes no number.
  IF came IS DISTINCT FROM went THEN
    IF came IS NOT NULL THEN
      INSERT INTO realtime.rollup_queue (measure, name, sign, times) VALUES ('record', TG_TABLE_NAME, 1, came);
    END IF;
    IF went IS NOT NULL THEN
      INSERT INTO realtime.rollup_queue (measure, name, sign, times) VALUES ('record', TG_TABLE_NAME, -1, went);
    END IF;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION realtime.rollup_audit_log() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_sort = off AS $$
BEGIN
  IF TG_OP IN ('INSERT', 'UPDATE') THEN
    INSERT INTO realtime.rollup_queue (measure, name, detail, sign, times)
    SELECT 'audit_event', event_type, severity, 1, array_agg(event_timestamp)
      FROM new_rows WHERE isfinite(event_timestamp) GROUP BY event_type, severity;
    INSERT INTO realtime.rollup_queue (measure, name, sign, second, n, total, peak, first_at, last_at)
    SELECT CAST('load' AS realtime.measure), NULL, 1, date_bin('1 second', event_timestamp, TIMESTAMP '2000-01-01'), sum(row_count), sum(seconds),
           max(row_count / seconds), min(event_timestamp), max(event_timestamp)
      FROM (SELECT event_timestamp, row_count, realtime.timing_seconds(details) AS seconds FROM new_rows
             WHERE event_type = 'BULK_PERSISTENCE' AND row_count > 0 AND isfinite(event_timestamp)) AS batch
     GROUP BY 4
    UNION ALL
    SELECT 'latency', realtime.latency_step(ms), 1, date_bin('1 second', event_timestamp, TIMESTAMP '2000-01-01'),
           count(*), sum(ms), NULL, NULL, NULL
      FROM (SELECT event_timestamp, realtime.timing_ms(details) AS ms FROM new_rows
             WHERE event_type = 'BULK_PERSISTENCE' AND isfinite(event_timestamp)) AS batch
     WHERE ms IS NOT NULL
     GROUP BY 2, 4;
  END IF;
  IF TG_OP IN ('DELETE', 'UPDATE') THEN
    INSERT INTO realtime.rollup_queue (measure, name, detail, sign, times)
    SELECT 'audit_event', event_type, severity, -1, array_agg(event_timestamp)
      FROM old_rows WHERE isfinite(event_timestamp) GROUP BY event_type, severity;
    -- No peak, first or last: what goes can't be taken off them, they are found anew.
    INSERT INTO realtime.rollup_queue (measure, name, sign, second, n, total)
    SELECT CAST('load' AS realtime.measure), NULL, -1, date_bin('1 second', event_timestamp, TIMESTAMP '2000-01-01'), -sum(row_count),
           -sum(realtime.timing_seconds(details))
      FROM old_rows WHERE event_type = 'BULK_PERSISTENCE' AND row_count > 0 AND isfinite(event_timestamp)
     GROUP BY 4
    UNION ALL
    SELECT 'latency', realtime.latency_step(ms), -1, date_bin('1 second', event_timestamp, TIMESTAMP '2000-01-01'),
           -count(*), -sum(ms)
      FROM (SELECT event_timestamp, realtime.timing_ms(details) AS ms FROM old_rows
             WHERE event_type = 'BULK_PERSISTENCE' AND isfinite(event_timestamp)) AS batch
     WHERE ms IS NOT NULL
     GROUP BY 2, 4;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION realtime.rollup_truncated() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO realtime.rollup_queue (name, sign) VALUES (TG_TABLE_NAME, -1);
  RETURN NULL;
END
$$;

-- Whether every change of the pipeline's tables reaches the queue: false after a table was dropped and made again.
CREATE FUNCTION realtime.rollup_installed() RETURNS boolean STABLE LANGUAGE sql RETURN (
  SELECT count(*) = 20 FROM pg_catalog.pg_trigger
   WHERE tgrelid IN (to_regclass('public.audit_log'), to_regclass('public.logs'), to_regclass('public.patients'),
                     to_regclass('public.encounters'), to_regclass('public.observations'))
     AND tgname IN ('realtime_insert', 'realtime_update', 'realtime_delete', 'realtime_truncate')
     AND tgenabled IN ('O', 'A'));

-- Creates the triggers of one table, where they are missing. To be called with a lock timeout.
CREATE FUNCTION realtime.rollup_install(table_name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  target text := format('public.%I', table_name);
  trigger_function text := CASE WHEN table_name IN ('audit_log', 'logs') THEN 'rollup_' || table_name
                                ELSE 'rollup_records' END;
BEGIN
  IF (SELECT count(*) = 4 FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass(target) AND tgenabled IN ('O', 'A')
         AND tgname IN ('realtime_insert', 'realtime_update', 'realtime_delete', 'realtime_truncate')) THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE OR REPLACE TRIGGER realtime_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows
                  FOR EACH STATEMENT EXECUTE FUNCTION realtime.%I()', target, trigger_function);
  EXECUTE format('CREATE OR REPLACE TRIGGER realtime_update AFTER UPDATE ON %s
                  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
                  FOR EACH STATEMENT EXECUTE FUNCTION realtime.%I()', target, trigger_function);
  EXECUTE format('CREATE OR REPLACE TRIGGER realtime_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows
                  FOR EACH STATEMENT EXECUTE FUNCTION realtime.%I()', target, trigger_function);
  EXECUTE format('CREATE OR REPLACE TRIGGER realtime_truncate AFTER TRUNCATE ON %s
                  FOR EACH STATEMENT EXECUTE FUNCTION realtime.rollup_truncated()', target);
END
$$;

-- Forgets all buckets; the server counts the tables again. For administrators, after changes that no trigger saw.
CREATE FUNCTION realtime.rollup_rebuild() RETURNS void LANGUAGE sql BEGIN ATOMIC
  UPDATE realtime.rollup_state SET covered_from = 'infinity';
  DELETE FROM realtime.rollup_bucket;
END;

-- How a window is put together: whole buckets, the longest that fit, and at its ends stretches of rows (level -1) that
-- no whole bucket covers. A single row of level -2 says that buckets can't answer now, only the tables can: not
-- everything is counted yet, a table was just truncated, or a trigger is missing.
CREATE FUNCTION realtime.rollup_cover(from_time timestamp, to_time timestamp, longest smallint DEFAULT 3)
  RETURNS TABLE (level smallint, start timestamp, stop timestamp) STABLE ROWS 10 LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  units interval[] := ARRAY['1 second', '1 minute', '1 hour', '1 day']::interval[]; -- of level 0 to 3, at 1 to 4
  origin timestamp := '2000-01-01';
  state realtime.rollup_state;
  kept timestamp[];
  ends timestamp := to_time + interval '1 microsecond';
  a timestamp;
  b timestamp;
  higher_a timestamp;
  higher_b timestamp;
  finest_a int := 0;
  finest_b int := 0;
BEGIN
  -- "id > 0", which always holds, has the queue read by its index: it is nearly empty, but keeps free pages.
  SELECT * INTO STRICT state FROM realtime.rollup_state;
  kept := ARRAY[state.seconds_from, state.minutes_from, state.hours_from, '-infinity'::timestamp];
  -- The finest level that still exists at each end. (date_bin rounds down.)
  LOOP
    a := date_bin(units[finest_a + 1], from_time - interval '1 microsecond', origin) + units[finest_a + 1];
    EXIT WHEN finest_a = longest OR a >= kept[finest_a + 1];
    finest_a := finest_a + 1;
  END LOOP;
  LOOP
    b := date_bin(units[finest_b + 1], ends, origin);
    EXIT WHEN finest_b = longest OR date_bin(units[finest_b + 2], ends, origin) >= kept[finest_b + 1];
    finest_b := finest_b + 1;
  END LOOP;
  IF a >= b OR a < kept[finest_a + 1] OR greatest(a, date_bin(units[least(finest_b + 2, 4)], ends, origin))
       < kept[finest_b + 1] THEN
    level := -1; start := from_time; stop := ends; RETURN NEXT;
    RETURN;
  END IF;
  IF a < state.covered_from OR EXISTS (SELECT FROM realtime.rollup_queue WHERE id > 0 AND measure IS NULL)
       OR NOT realtime.rollup_installed() THEN
    level := -2; start := from_time; stop := ends; RETURN NEXT;
    RETURN;
  END IF;
  IF from_time < a THEN
    level := -1; start := from_time; stop := a; RETURN NEXT;
  END IF;
  IF b < ends THEN
    level := -1; start := b; stop := ends; RETURN NEXT;
  END IF;
  FOR i IN 0 .. longest - 1 LOOP
    higher_a := CASE WHEN i < finest_a THEN a
                     ELSE date_bin(units[i + 2], a - interval '1 microsecond', origin) + units[i + 2] END;
    higher_b := CASE WHEN i < finest_b THEN b ELSE date_bin(units[i + 2], b, origin) END;
    IF higher_a >= higher_b THEN
      level := i; start := a; stop := b; RETURN NEXT;
      RETURN;
    END IF;
    IF a < higher_a THEN
      level := i; start := a; stop := higher_a; RETURN NEXT;
    END IF;
    IF higher_b < b THEN
      level := i; start := higher_b; stop := b; RETURN NEXT;
    END IF;
    a := higher_a;
    b := higher_b;
  END LOOP;
  level := longest; start := a; stop := b; RETURN NEXT;
END
$$;
