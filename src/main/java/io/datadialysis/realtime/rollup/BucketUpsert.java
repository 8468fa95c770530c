package io.datadialysis.realtime.rollup;

/**
 * The statement that adds changes to the buckets of all levels. What comes before the
 * horizon of a level is left out there.
 */
final class BucketUpsert {

	private BucketUpsert() {
	}

	/**
	 * Builds the statement.
	 * @param changes common table expressions, of which the last is called
	 * {@code changes (measure, second, name, detail, n, total, peak, first_at, last_at)}
	 * @param result the query whose rows the statement returns
	 * @return the statement
	 */
	static String sql(String changes, String result) {
		return "WITH " + changes + """
				, by_second AS (
				  SELECT measure, second AS start, name, detail, sum(n) AS n, sum(total) AS total, max(peak) AS peak,
				         min(first_at) AS first_at, max(last_at) AS last_at
				    FROM changes
				   GROUP BY measure, second, name, detail
				)""" + longer("by_minute", "1 minute", "by_second") + longer("by_hour", "1 hour", "by_minute")
				+ longer("by_day", "1 day", "by_hour") + """
						, upserted AS (
						  INSERT INTO realtime.rollup_bucket AS kept
						         (level, measure, start, name, detail, n, total, peak, first_at, last_at)
						  SELECT 0, * FROM by_second WHERE start >= (SELECT seconds_from FROM realtime.rollup_state)
						  UNION ALL
						  SELECT 1, * FROM by_minute WHERE start >= (SELECT minutes_from FROM realtime.rollup_state)
						  UNION ALL
						  SELECT 2, * FROM by_hour WHERE start >= (SELECT hours_from FROM realtime.rollup_state)
						  UNION ALL
						  SELECT 3, * FROM by_day
						  ON CONFLICT (measure, level, start, name, detail) DO UPDATE
						     SET n = kept.n + EXCLUDED.n,
						         total = coalesce(kept.total + EXCLUDED.total, kept.total, EXCLUDED.total),
						         peak = greatest(kept.peak, EXCLUDED.peak),
						         first_at = least(kept.first_at, EXCLUDED.first_at),
						         last_at = greatest(kept.last_at, EXCLUDED.last_at)
						)
						""" + result;
	}

	private static String longer(String name, String length, String from) {
		return ", " + name + " AS (SELECT measure, date_bin('" + length + "', start, TIMESTAMP '2000-01-01') AS start,"
				+ " name, detail, sum(n) AS n, sum(total) AS total, max(peak) AS peak, min(first_at) AS first_at,"
				+ " max(last_at) AS last_at FROM " + from + " GROUP BY 1, 2, 3, 4)";
	}

}
