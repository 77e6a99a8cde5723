"""What the search looks things up in: folded words with their prefixes, and the vocabulary for misspelt ones."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE VIRTUAL TABLE title_search USING fts5(title_fold, words_fold, content='title', content_rowid='id', "
    "tokenize='ascii', prefix='1 2 3', detail=column, columnsize=0)",
    "INSERT INTO title_search(title_search) VALUES ('rebuild')",
    "CREATE TRIGGER title_search_insert AFTER INSERT ON title BEGIN "
    "INSERT INTO title_search(rowid, title_fold, words_fold) VALUES (NEW.id, NEW.title_fold, NEW.words_fold); END",
    "CREATE TRIGGER title_search_delete AFTER DELETE ON title BEGIN "
    "INSERT INTO title_search(title_search, rowid, title_fold, words_fold) "
    "VALUES ('delete', OLD.id, OLD.title_fold, OLD.words_fold); END",
    "CREATE TRIGGER title_search_update AFTER UPDATE OF title_fold, words_fold ON title BEGIN "
    "INSERT INTO title_search(title_search, rowid, title_fold, words_fold) "
    "VALUES ('delete', OLD.id, OLD.title_fold, OLD.words_fold); "
    "INSERT INTO title_search(rowid, title_fold, words_fold) VALUES (NEW.id, NEW.title_fold, NEW.words_fold); END",
    "CREATE TABLE search_term (id INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE) STRICT",
    "CREATE TABLE search_slip (slip TEXT NOT NULL, term_id INTEGER NOT NULL REFERENCES search_term (id), "
    "PRIMARY KEY (slip, term_id)) STRICT, WITHOUT ROWID",
)
POSTGRESQL = (
    # Not through a text-search parser: the words are exactly those that store.catalogue.folding made.
    "ALTER TABLE title ADD COLUMN search_words tsvector GENERATED ALWAYS AS "
    "(array_to_tsvector(string_to_array(trim(title_fold || ' ' || words_fold), ' '))) STORED",
    "CREATE INDEX search_words_index ON title USING gin (search_words) WITH (fastupdate = off)",
    'CREATE INDEX search_title_prefix ON title (title_fold COLLATE "C")',
    "CREATE TABLE search_term (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, term text NOT NULL UNIQUE)",
    "CREATE TABLE search_slip (slip text NOT NULL, term_id bigint NOT NULL REFERENCES search_term (id), "
    "PRIMARY KEY (slip, term_id))",
)


def upgrade() -> None:
    """Beside the tables of the models: they know nothing of it."""
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
