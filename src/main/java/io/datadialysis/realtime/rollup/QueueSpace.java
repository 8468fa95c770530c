package io.datadialysis.realtime.rollup;

import javax.sql.DataSource;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps free pages in the queue. A table that has none must be extended, and writers that
 * want to extend the same table wait for each other: that would be a lock of ours in
 * their way.
 */
@Component
class QueueSpace {

	/** Room for some seconds of many writers. */
	private static final long LEAST_BYTES = 8 << 20;

	private static final String SIZE = """
			SELECT least(pg_relation_size('realtime.rollup_queue'),
			             (SELECT pg_relation_size(reltoastrelid) FROM pg_class
			               WHERE oid = CAST('realtime.rollup_queue' AS regclass)))
			""";

	private static final String FILL = """
			INSERT INTO realtime.rollup_queue (measure, sign, name, times)
			SELECT CAST('record' AS realtime.measure), 1, repeat('x', 400), NULL FROM generate_series(1, 20000)
			UNION ALL
			SELECT 'record', 1, NULL, array_fill(TIMESTAMP '2000-01-01', ARRAY[2000]) FROM generate_series(1, 550)
			""";

	private final JdbcClient jdbc;

	private final TransactionTemplate transactions;

	QueueSpace(DataSource dataSource, JdbcClient jdbc) {
		this.jdbc = jdbc;
		this.transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
	}

	/** Makes the queue as large as it should be, once: rows that nobody ever sees. */
	void reserve() {
		if (this.jdbc.sql(SIZE).query(Long.class).single() < LEAST_BYTES) {
			this.transactions.executeWithoutResult((status) -> {
				this.jdbc.sql(FILL).update();
				status.setRollbackOnly();
			});
			reclaim();
		}
	}

	/**
	 * Makes the pages of folded rows free again, sooner than the database would by
	 * itself.
	 */
	void reclaim() {
		this.jdbc.sql("VACUUM (SKIP_LOCKED, INDEX_CLEANUP ON) realtime.rollup_queue").update();
	}

}
