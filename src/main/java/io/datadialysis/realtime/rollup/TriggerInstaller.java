package io.datadialysis.realtime.rollup;

import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Creates the triggers where they are missing: at the first start, and when the pipeline
 * has made its tables anew. For that it needs a lock that waits for writers and that
 * other writers wait for, so it gives up after a moment and tries again later.
 */
final class TriggerInstaller {

	private static final Logger logger = LoggerFactory.getLogger(TriggerInstaller.class);

	private final JdbcClient jdbc;

	private final RollupTransactions transactions;

	TriggerInstaller(JdbcClient jdbc, RollupTransactions transactions) {
		this.jdbc = jdbc;
		this.transactions = transactions;
	}

	void installMissing(List<String> tables) {
		if (this.jdbc.sql("SELECT realtime.rollup_installed()").query(Boolean.class).single()) {
			return;
		}
		// First, so that no bucket is believed that missed a change.
		this.transactions.run(() -> this.jdbc.sql("SELECT realtime.rollup_rebuild()").query().listOfRows());
		// A transaction for each table: no table stays locked while another one is waited
		// for.
		for (String table : tables) {
			this.transactions.run(() -> {
				this.jdbc.sql("SET LOCAL lock_timeout = '500ms'").update();
				return this.jdbc.sql("SELECT realtime.rollup_install(:table)")
					.param("table", table)
					.query()
					.listOfRows();
			});
		}
		logger.info("The triggers on the pipeline's tables are in place");
	}

}
