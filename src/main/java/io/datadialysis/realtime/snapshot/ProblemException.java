package io.datadialysis.realtime.snapshot;

import java.sql.SQLException;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.BadSqlGrammarException;

/** A feed could not be computed. */
final class ProblemException extends Exception {

	private static final long serialVersionUID = 1;

	private final transient Problem problem;

	private final Instant at;

	ProblemException(Problem problem, Instant at, @Nullable DataAccessException cause) {
		super(problem.sentence(), cause);
		this.problem = problem;
		this.at = at;
	}

	/** When it was found. */
	Instant at() {
		return this.at;
	}

	Problem problem() {
		return this.problem;
	}

	/** What an exception of the database means for those who wait for the numbers. */
	static Problem classify(DataAccessException ex) {
		if (ex instanceof QueryTimeoutException) {
			return Problem.DATABASE_SLOW;
		}
		if (ex instanceof BadSqlGrammarException) {
			return Problem.TABLES_MISSING;
		}
		if (ex instanceof DataAccessResourceFailureException) {
			return Problem.DATABASE_UNAVAILABLE;
		}
		String code = (ex.getMostSpecificCause() instanceof SQLException sql) ? sql.getSQLState() : null;
		// 08: connection; 57P: shutting down, crashed, starting up; 53: out of
		// connections, memory or disk
		boolean gone = code != null && (code.startsWith("08") || code.startsWith("57P") || code.startsWith("53"));
		return gone ? Problem.DATABASE_UNAVAILABLE : Problem.QUERY_FAILED;
	}

}
