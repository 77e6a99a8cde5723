"""The search on PostgreSQL by the beginnings of words; on both databases an index that holds a copy's branch, too.

An index of whole words must gather every word with a beginning before it gives the first title (65 ms in a million
titles). The beginnings themselves are looked up at once, first among few titles: small indexes hold the oldest.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_PARTS = (2048, 8192, 32768, 131072)
# New titles wait in a short list (kB) that is put in order when it is full: half of a large import's time.
_INDEXED = "title USING gin (search_beginnings(title_fold || ' ' || words_fold)) WITH (gin_pending_list_limit = 64)"
POSTGRESQL = (
    "ALTER TABLE title DROP COLUMN search_words",  # its index goes with it
    # A number of four to eight digits is also one whole word, marked; nobody looks for so many digits of an ISBN.
    # What is longer than ten letters is compared by the search itself.
    """
    CREATE FUNCTION search_beginnings(folded text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$
        SELECT array_agg(DISTINCT beginning) FROM (
            SELECT '=' || word AS beginning FROM unnest(string_to_array(folded, ' ')) AS word
            WHERE word ~ '^[0-9]{4,8}$'
            UNION ALL
            SELECT left(word, size) FROM unnest(string_to_array(folded, ' ')) AS word, generate_series(1, 10) AS size
            WHERE size <= length(word) AND (size < 4 OR size > 8 OR word !~ '^[0-9]+$')
        ) AS beginnings
    $$
    """,
    *(f"CREATE INDEX search_beginnings_{some} ON {_INDEXED} WHERE id / {some} = 0" for some in _PARTS),
    f"CREATE INDEX search_beginnings_all ON {_INDEXED}",
    'CREATE INDEX search_term_prefix ON search_term (term COLLATE "C")',
)


def upgrade() -> None:
    """The text index of SQLite gives one title after the other, and stays."""
    for statement in () if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
    op.drop_index("ix_copy_title_id_state", "copy")
    op.create_index("ix_copy_title_id_state_branch", "copy", ["title_id", "state", "branch"])
