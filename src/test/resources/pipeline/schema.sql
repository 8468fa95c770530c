-- What the pipeline runs at its start: everything with IF NOT EXISTS, nothing qualified.
CREATE TABLE IF NOT EXISTS audit_log (
  audit_id            varchar(50) PRIMARY KEY,
  event_type          varchar(50) NOT NULL,
  event_timestamp     timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  record_id           varchar(50),
  transformation_hash varchar(64),
  details             jsonb,
  source_adapter      varchar(50),
  severity            varchar(20),
  table_name          varchar(50),
  row_count           integer
);
CREATE INDEX IF NOT EXISTS idx_audit_timestamp ON audit_log (event_timestamp);
CREATE INDEX IF NOT EXISTS idx_audit_event_type ON audit_log (event_type);
CREATE INDEX IF NOT EXISTS idx_audit_severity ON audit_log (severity);
CREATE INDEX IF NOT EXISTS idx_audit_source_adapter ON audit_log (source_adapter);

CREATE TABLE IF NOT EXISTS logs (
  log_id                varchar(50) PRIMARY KEY,
  field_name            varchar(50) NOT NULL,
  original_hash         varchar(64) NOT NULL,
  timestamp             timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  rule_triggered        varchar(50) NOT NULL,
  record_id             varchar(50),
  source_adapter        varchar(50),
  ingestion_id          varchar(50),
  redacted_value        varchar(255),
  original_value_length integer
);
CREATE INDEX IF NOT EXISTS idx_logs_timestamp ON logs (timestamp);
CREATE INDEX IF NOT EXISTS idx_logs_field_name ON logs (field_name);
CREATE INDEX IF NOT EXISTS idx_logs_rule ON logs (rule_triggered);
CREATE INDEX IF NOT EXISTS idx_logs_ingestion_id ON logs (ingestion_id);

CREATE TABLE IF NOT EXISTS patients (
  patient_id                     varchar(50) PRIMARY KEY,
  identifiers                    text[],
  family_name                    varchar(255),
  given_names                    text[],
  name_prefix                    text[],
  name_suffix                    text[],
  date_of_birth                  date,
  gender                         varchar(20),
  deceased                       boolean,
  deceased_date                  timestamp,
  marital_status                 varchar(50),
  address_line1                  varchar(255),
  address_line2                  varchar(255),
  city                           varchar(100),
  state                          varchar(2),
  postal_code                    varchar(10),
  country                        varchar(3),
  address_use                    varchar(20),
  phone                          varchar(20),
  email                          varchar(255),
  fax                            varchar(20),
  emergency_contact_name         varchar(255),
  emergency_contact_relationship varchar(50),
  emergency_contact_phone        varchar(20),
  language                       varchar(10),
  managing_organization          varchar(100),
  ingestion_timestamp            timestamp NOT NULL,
  source_adapter                 varchar(50) NOT NULL,
  transformation_hash            varchar(64)
);
CREATE INDEX IF NOT EXISTS idx_patients_timestamp ON patients (ingestion_timestamp);

CREATE TABLE IF NOT EXISTS encounters (
  encounter_id        varchar(50) PRIMARY KEY,
  patient_id          varchar(50) NOT NULL REFERENCES patients (patient_id) ON DELETE CASCADE,
  status              varchar(20) NOT NULL,
  class_code          varchar(20) NOT NULL,
  type                varchar(50),
  service_type        varchar(50),
  priority            varchar(20),
  period_start        timestamp,
  period_end          timestamp,
  length_minutes      integer,
  reason_code         varchar(20),
  diagnosis_codes     text[],
  facility_name       varchar(255),
  location_address    varchar(255),
  participant_name    varchar(255),
  participant_role    varchar(50),
  service_provider    varchar(100),
  ingestion_timestamp timestamp NOT NULL,
  source_adapter      varchar(50) NOT NULL,
  transformation_hash varchar(64)
);
CREATE INDEX IF NOT EXISTS idx_encounters_timestamp ON encounters (ingestion_timestamp);
CREATE INDEX IF NOT EXISTS idx_encounters_patient_id ON encounters (patient_id);

CREATE TABLE IF NOT EXISTS observations (
  observation_id      varchar(50) PRIMARY KEY,
  patient_id          varchar(50) NOT NULL REFERENCES patients (patient_id) ON DELETE CASCADE,
  encounter_id        varchar(50) REFERENCES encounters (encounter_id) ON DELETE CASCADE,
  status              varchar(20) NOT NULL,
  category            varchar(50) NOT NULL,
  code                varchar(50),
  effective_date      timestamp,
  issued              timestamp,
  performer_name      varchar(255),
  value               varchar(255),
  unit                varchar(50),
  interpretation      text,
  body_site           varchar(50),
  method              varchar(50),
  device              varchar(100),
  reference_range     varchar(255),
  notes               text,
  ingestion_timestamp timestamp NOT NULL,
  source_adapter      varchar(50) NOT NULL,
  transformation_hash varchar(64)
);
CREATE INDEX IF NOT EXISTS idx_observations_timestamp ON observations (ingestion_timestamp);
CREATE INDEX IF NOT EXISTS idx_observations_patient_id ON observations (patient_id);
CREATE INDEX IF NOT EXISTS idx_observations_encounter_id ON observations (encounter_id);

CREATE TABLE IF NOT EXISTS change_audit_log (
  change_id           varchar(50) PRIMARY KEY DEFAULT gen_random_uuid()::text,
  table_name          varchar(50) NOT NULL,
  record_id           varchar(50) NOT NULL,
  field_name          varchar(100) NOT NULL,
  old_value           text,
  new_value           text,
  old_value_encrypted bytea,
  new_value_encrypted bytea,
  old_value_hash      varchar(64),
  new_value_hash      varchar(64),
  change_type         varchar(20) NOT NULL,
  changed_at          timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  ingestion_id        varchar(50),
  source_adapter      varchar(50),
  changed_by          varchar(100),
  encryption_key_id   varchar(100)
);
CREATE INDEX IF NOT EXISTS idx_change_audit_timestamp ON change_audit_log (changed_at);
CREATE INDEX IF NOT EXISTS idx_change_audit_record ON change_audit_log (table_name, record_id);
