//! The two schemas are one: the same tables, columns, nullability and unique indexes. The full-text index alone
//! (`comment_search…`) is another one on each database.

use std::collections::BTreeSet;

use leserbrief::store::Tx;

use crate::harness::{Database, House};

const SQLITE_COLUMNS: &str = "select m.name || '.' || c.name || case when c.\"notnull\" = 1 then ' not null' else '' end \
    from sqlite_schema m join pragma_table_xinfo(m.name) c where m.type = 'table' and m.name not like 'sqlite%' and m.name not like 'comment_search%' and m.name <> '_sqlx_migrations'";
const POSTGRES_COLUMNS: &str = "select table_name || '.' || column_name || case when is_nullable = 'NO' then ' not null' else '' end \
    from information_schema.columns where table_schema = 'public' and table_name not like 'comment_search%' and table_name <> '_sqlx_migrations'";

const SQLITE_INDEXES: &str = "select m.name || ' (' || (select group_concat(x.name) from pragma_index_info(l.name) x) || ')' \
    || case when l.partial = 1 then ' partial' else '' end \
    from sqlite_schema m join pragma_index_list(m.name) l where m.type = 'table' and l.\"unique\" = 1 and m.name not like 'comment_search%' and m.name <> '_sqlx_migrations'";
const POSTGRES_INDEXES: &str = "select t.relname || ' (' || (select string_agg(a.attname, ',' order by k.n) \
      from unnest(i.indkey) with ordinality k(attnum, n) join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum) || ')' \
    || case when i.indpred is not null then ' partial' else '' end \
    from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace \
    where n.nspname = 'public' and i.indisunique and t.relname not like 'comment_search%' and t.relname <> '_sqlx_migrations'";

async fn lines(house: &House, sqlite: &'static str, postgres: &'static str) -> BTreeSet<String> {
    let mut tx = house.app.store.read().await.unwrap();
    let lines: Vec<String> = match &mut tx {
        Tx::Sqlite(tx) => sqlx::query_scalar(sqlite).fetch_all(&mut **tx).await.unwrap(),
        Tx::Postgres(tx) => sqlx::query_scalar(postgres).fetch_all(&mut **tx).await.unwrap(),
    };
    lines.into_iter().collect()
}

#[tokio::test]
async fn both_databases_have_the_same_schema() {
    let (sqlite, postgres) = (House::on(Database::Sqlite).await, House::on(Database::Postgres).await);
    let columns = lines(&sqlite, SQLITE_COLUMNS, POSTGRES_COLUMNS).await;
    assert!(columns.contains("comment.email_sealed not null") && columns.contains("comment.website"), "{columns:?}");
    assert_eq!(columns, lines(&postgres, SQLITE_COLUMNS, POSTGRES_COLUMNS).await);
    let indexes = lines(&sqlite, SQLITE_INDEXES, POSTGRES_INDEXES).await;
    assert!(indexes.contains("outbox (kind,site_id,moderator_id) partial"), "{indexes:?}");
    // SQLite's integer primary key is the row itself and has no index.
    let mut expected = lines(&postgres, SQLITE_INDEXES, POSTGRES_INDEXES).await;
    expected.remove("installation (id)");
    assert_eq!(indexes, expected);
}

#[test]
fn migrations_come_in_pairs() {
    let names = |folder: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(format!("{}/migrations/{folder}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}
