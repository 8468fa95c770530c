package io.datadialysis.realtime.rollup;

import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Steps that change buckets: one at a time in the whole database, each on one snapshot of
 * it.
 */
@Component
class RollupTransactions {

	private final JdbcClient jdbc;

	private final TransactionTemplate transactions;

	RollupTransactions(DataSource dataSource, JdbcClient jdbc) {
		this.jdbc = jdbc;
		this.transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		// One snapshot for all statements of a step. A step that was overtaken by
		// another one fails and changes nothing.
		this.transactions.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
	}

	/**
	 * Runs a step.
	 * @param step what to do
	 * @return what the step returned; null when another server is at it
	 * @throws org.springframework.dao.DataAccessException when the step failed; nothing
	 * has changed then
	 * @throws org.springframework.transaction.TransactionException when there was no
	 * connection
	 */
	<T> @Nullable T run(Supplier<T> step) {
		return this.transactions.execute((status) -> {
			boolean locked = this.jdbc.sql("SELECT true FROM realtime.rollup_state FOR UPDATE SKIP LOCKED")
				.query(Boolean.class)
				.optional()
				.isPresent();
			return locked ? step.get() : null;
		});
	}

}
