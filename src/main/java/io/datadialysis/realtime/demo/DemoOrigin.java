package io.datadialysis.realtime.demo;

import java.time.Duration;

import io.datadialysis.realtime.database.ConfiguredDatabase;
import io.datadialysis.realtime.database.DataOrigin;
import io.datadialysis.realtime.database.RowsOrigin;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Whether made-up rows are among those that are counted: while the demo pipeline writes,
 * and as long as rows of it are left in the embedded database. A configured database is
 * not searched: no demo row gets there unasked.
 */
@Component
class DemoOrigin implements RowsOrigin {

	private static final Duration KEPT = Duration.ofSeconds(30);

	private final boolean isWriting;

	private final boolean isEmbedded;

	private final JdbcTemplate jdbc;

	private DataOrigin left = DataOrigin.PIPELINE; // guarded by this

	private long askedNanoTime = System.nanoTime() - KEPT.toNanos(); // guarded by this

	DemoOrigin(ObjectProvider<DemoPipeline> pipeline, Environment environment, JdbcTemplate jdbc) {
		this.isWriting = pipeline.getIfAvailable() != null;
		this.isEmbedded = ConfiguredDatabase.key(environment) == null;
		this.jdbc = jdbc;
	}

	@Override
	public DataOrigin now() {
		if (this.isWriting) {
			return DataOrigin.DEMO;
		}
		return this.isEmbedded ? left() : DataOrigin.PIPELINE;
	}

	private synchronized DataOrigin left() {
		if (System.nanoTime() - this.askedNanoTime >= KEPT.toNanos()) {
			try {
				// A range of the key, in the collation C that the embedded database has:
				// '.' comes right after '-'.
				boolean isLeft = Boolean.TRUE.equals(this.jdbc.queryForObject(
						"SELECT EXISTS (SELECT 1 FROM public.audit_log WHERE audit_id >= 'demo-' AND audit_id < 'demo.')",
						Boolean.class));
				this.left = isLeft ? DataOrigin.DEMO : DataOrigin.PIPELINE;
				this.askedNanoTime = System.nanoTime();
			}
			catch (DataAccessException ex) {
				// The database is away, as health says beside this: what was known last
				// stands.
				return this.left;
			}
		}
		return this.left;
	}

}
