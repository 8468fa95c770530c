package io.datadialysis.realtime.snapshot;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.BadSqlGrammarException;

/** A feed could not be computed. */
final class ProblemException extends Exception {

	private static final long serialVersionUID = 1;

	private final transient Problem problem;

	ProblemException(Problem problem, DataAccessException cause) {
		super(problem.sentence(), cause);
		this.problem = problem;
	}

	Problem problem() {
		return this.problem;
	}

	/** What an exception of the database means for those who wait for the numbers. */
	static Problem classify(DataAccessException ex) {
		Throwable innermost = ex.getMostSpecificCause();
		if (ex instanceof QueryTimeoutException || innermost instanceof SQLTransientConnectionException) {
			// The latter: all connections are in use. When the database refuses new ones,
			// the pool names that as the cause.
			return Problem.DATABASE_SLOW;
		}
		if (ex instanceof BadSqlGrammarException) {
			return Problem.TABLES_MISSING;
		}
		if (ex instanceof DataAccessResourceFailureException) {
			return Problem.DATABASE_UNAVAILABLE;
		}
		String code = (innermost instanceof SQLException sql) ? sql.getSQLState() : null;
		// 08: connection; 57P: shutting down, crashed, starting up; 53: out of
		// connections, memory or disk
		boolean gone = code != null && (code.startsWith("08") || code.startsWith("57P") || code.startsWith("53"));
		return gone ? Problem.DATABASE_UNAVAILABLE : Problem.QUERY_FAILED;
	}

	/** The first line of what the database, or the way to it, had to say; for the log. */
	static String reason(Throwable ex) {
		String message = NestedExceptionUtils.getMostSpecificCause(ex).getMessage();
		return String.valueOf(message).lines().findFirst().orElse("");
	}

}
