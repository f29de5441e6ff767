-- The log's part of the database. Run as a whole after each migration; every statement can be run again.

CREATE TABLE IF NOT EXISTS needlework_head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one), seq bigint NOT NULL
);
INSERT INTO needlework_head (seq) VALUES (0) ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION needlework_actor() RETURNS text LANGUAGE sql STABLE AS $body$
  SELECT coalesce(nullif(current_setting('needlework.actor', true), ''), 'database:' || session_user)
$body$;

CREATE OR REPLACE FUNCTION needlework_now() RETURNS text LANGUAGE sql VOLATILE AS $body$
  SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
$body$;

-- A line waits here between the act and the commit of its transaction; nothing ever stays.
CREATE UNLOGGED TABLE IF NOT EXISTS needlework_pending (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at text NOT NULL DEFAULT needlework_now(),
  actor text NOT NULL DEFAULT needlework_actor(),
  action text NOT NULL, table_name text NOT NULL, row_id text NOT NULL,
  columns text NOT NULL DEFAULT '[]', row_sha256 text NOT NULL DEFAULT '', detail text NOT NULL DEFAULT ''
);

CREATE OR REPLACE FUNCTION needlework_sha(what text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $body$
  SELECT encode(sha256(convert_to(what, 'UTF8')), 'hex')
$body$;

-- A JSON string as Python's json.dumps writes it, ASCII only.
CREATE OR REPLACE FUNCTION needlework_json(what text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $body$
DECLARE said text := ''; one text; code integer;
BEGIN
  IF what !~ '[^ !#-\[\]-~]' THEN RETURN '"' || what || '"'; END IF;
  FOREACH one IN ARRAY string_to_array(what, NULL) LOOP
    code := ascii(one);
    said := said || CASE
      WHEN one = '"' THEN '\"' WHEN one = '\' THEN '\\'
      WHEN code = 8 THEN '\b' WHEN code = 9 THEN '\t' WHEN code = 10 THEN '\n'
      WHEN code = 12 THEN '\f' WHEN code = 13 THEN '\r'
      WHEN code BETWEEN 32 AND 126 THEN one
      WHEN code < 65536 THEN '\u' || lpad(to_hex(code), 4, '0')
      ELSE '\u' || to_hex(55296 + (code - 65536) / 1024) || '\u' || to_hex(56320 + (code - 65536) % 1024) END;
  END LOOP;
  RETURN '"' || said || '"';
END
$body$;

CREATE OR REPLACE FUNCTION needlework_digest(seq bigint, VARIADIC said text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $body$
  SELECT needlework_sha('[' || seq || ',' || string_agg(needlework_json(one), ',' ORDER BY place) || ']')
  FROM unnest(said) WITH ORDINALITY AS each (one, place)
$body$;

CREATE OR REPLACE FUNCTION needlework_watch() RETURNS trigger LANGUAGE plpgsql
  SET "TimeZone" = 'UTC' SET extra_float_digits = '1' SET bytea_output = 'hex' AS $body$
DECLARE skipped text[] := TG_ARGV[0]::text[]; was jsonb; is_ jsonb; changed text := '[]';
BEGIN
  IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD) - skipped; END IF;
  IF TG_OP <> 'DELETE' THEN is_ := to_jsonb(NEW) - skipped; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF was = is_ THEN RETURN NULL; END IF;
    IF was -> 'id' IS DISTINCT FROM is_ -> 'id' THEN
      RAISE EXCEPTION 'a row of % keeps its key', TG_TABLE_NAME;
    END IF;
    SELECT '[' || string_agg(needlework_json(key), ', ' ORDER BY key COLLATE "C") || ']' INTO changed
    FROM jsonb_object_keys(is_) AS key WHERE was -> key IS DISTINCT FROM is_ -> key;
  END IF;
  INSERT INTO needlework_pending (action, table_name, row_id, columns, row_sha256) VALUES (
    lower(TG_OP), TG_TABLE_NAME, replace(coalesce(is_, was) ->> 'id', '-', ''), changed,
    coalesce(needlework_sha(is_::text), ''));
  RETURN NULL;
END
$body$;

-- Key and hash of each row of a table, as the trigger above makes them.
CREATE OR REPLACE FUNCTION needlework_rows(of regclass, skipped text[]) RETURNS TABLE (row_id text, sha text)
  LANGUAGE plpgsql STABLE SET "TimeZone" = 'UTC' SET extra_float_digits = '1' SET bytea_output = 'hex' AS $body$
BEGIN
  RETURN QUERY EXECUTE format(
    'SELECT replace(t.id::text, ''-'', ''''), needlework_sha((to_jsonb(t) - $1)::text) FROM %s t', of) USING skipped;
END
$body$;

CREATE OR REPLACE FUNCTION needlework_chain() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE next bigint; last text; said text[];
BEGIN
  PERFORM pg_advisory_xact_lock(7309940836411106925);
  SELECT 1 + greatest(seq, coalesce((SELECT max(seq) FROM clinic_auditline), 0)) INTO next FROM needlework_head;
  last := coalesce((SELECT hash FROM clinic_auditline ORDER BY seq DESC LIMIT 1), '');
  said := ARRAY[NEW.at, NEW.actor, NEW.action, NEW.table_name, NEW.row_id, NEW.columns, NEW.row_sha256, NEW.detail, last];
  INSERT INTO clinic_auditline
    (seq, at, actor, action, table_name, row_id, columns, row_sha256, detail, previous, hash)
  VALUES (next, said[1], said[2], said[3], said[4], said[5], said[6], said[7], said[8], last,
          needlework_digest(next, VARIADIC said));
  UPDATE needlework_head SET seq = next;
  DELETE FROM needlework_pending WHERE n = NEW.n;
  RETURN NULL;
END
$body$;

CREATE OR REPLACE FUNCTION needlework_fits() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF NEW.seq IS DISTINCT FROM
       (SELECT 1 + greatest(seq, coalesce((SELECT max(seq) FROM clinic_auditline), 0)) FROM needlework_head)
     OR NEW.previous IS DISTINCT FROM coalesce((SELECT hash FROM clinic_auditline ORDER BY seq DESC LIMIT 1), '')
     OR NEW.hash IS DISTINCT FROM needlework_digest(NEW.seq, NEW.at, NEW.actor, NEW.action, NEW.table_name,
          NEW.row_id, NEW.columns, NEW.row_sha256, NEW.detail, NEW.previous) THEN
    RAISE EXCEPTION 'the log grows at its end only';
  END IF;
  RETURN NEW;
END
$body$;

CREATE OR REPLACE FUNCTION needlework_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'rows of % are added, never edited', TG_TABLE_NAME;
END
$body$;

-- A sealed row may lose what its trigger names, put to the blank that it names, where a decision says so.
CREATE OR REPLACE FUNCTION needlework_seal() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE blanks jsonb := TG_ARGV[0]::jsonb; was jsonb; is_ jsonb;
BEGIN
  IF TG_OP = 'UPDATE' AND EXISTS (
      SELECT 1 FROM clinic_decision WHERE table_name = TG_TABLE_NAME AND what = 'erased'
      AND row_id = replace(OLD.id::text, '-', '')) THEN
    was := to_jsonb(OLD);
    is_ := to_jsonb(NEW);
    IF NOT EXISTS (
        SELECT 1 FROM jsonb_each(is_) AS now (name, value)
        WHERE value IS DISTINCT FROM was -> name
        AND (NOT blanks ? name OR value IS DISTINCT FROM blanks -> name)) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'rows of % are added, never edited', TG_TABLE_NAME;
END
$body$;
