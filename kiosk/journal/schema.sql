-- The newest schema, as all migrations together make it; a test compares them.
CREATE TABLE visits (
	visit_id VARCHAR(40) NOT NULL,
	ordinal INTEGER NOT NULL,
	began VARCHAR(32) NOT NULL,
	wrapped_key BLOB,
	step VARCHAR(32) NOT NULL,
	over BOOLEAN NOT NULL,
	cases VARCHAR(200) NOT NULL,
	last_seq INTEGER DEFAULT '0' NOT NULL,
	last_at VARCHAR(32) DEFAULT '' NOT NULL,
	seal BLOB DEFAULT (x'') NOT NULL,
	CONSTRAINT pk_visits PRIMARY KEY (visit_id),
	CONSTRAINT uq_visits_ordinal UNIQUE (ordinal)
);
CREATE INDEX ix_visits_unfinished ON visits (over, cases);
CREATE TABLE records (
	seq INTEGER NOT NULL,
	visit_id VARCHAR(40) NOT NULL,
	kind VARCHAR(8) NOT NULL,
	name VARCHAR(40) NOT NULL,
	number INTEGER,
	at VARCHAR(32) NOT NULL,
	payload BLOB NOT NULL,
	digest BLOB NOT NULL,
	CONSTRAINT pk_records PRIMARY KEY (seq),
	CONSTRAINT fk_records_visit_id_visits FOREIGN KEY(visit_id) REFERENCES visits (visit_id)
);
CREATE INDEX ix_records_visit_id ON records (visit_id);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
