-- How a window is put together, as in V2, but while rows are still being counted: a window of which more than half is
-- counted takes that part from buckets and only the rest from rows, so that it costs less with each step of the backfill.
-- The same holds where the longest buckets that may be used are kept for a part of the window only.
CREATE OR REPLACE FUNCTION realtime.rollup_cover(from_time timestamp, to_time timestamp, longest smallint DEFAULT 3)
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
  counted_from timestamp;
BEGIN
  -- "id > 0", which always holds, has the queue read by its index: it is nearly empty, but keeps free pages.
  SELECT * INTO STRICT state FROM realtime.rollup_state;
  kept := ARRAY[state.seconds_from, state.minutes_from, state.hours_from, '-infinity'::timestamp];
  -- Buckets that may be used, "longest" ones at most, begin where these do.
  counted_from := greatest(from_time, state.covered_from, kept[longest + 1]);
  IF counted_from > from_time + (ends - from_time) / 2 THEN
    level := -2; start := from_time; stop := ends; RETURN NEXT;
    RETURN;
  END IF;
  -- The finest level that still exists at each end. (date_bin rounds down.)
  LOOP
    a := date_bin(units[finest_a + 1], counted_from - interval '1 microsecond', origin) + units[finest_a + 1];
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
  IF EXISTS (SELECT FROM realtime.rollup_queue WHERE id > 0 AND measure IS NULL) OR NOT realtime.rollup_installed() THEN
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
