package io.datadialysis.realtime.demo;

import java.util.List;

/**
 * What one file says about one patient: the patient, an encounter and what was observed
 * there. Always written together, so that every foreign key finds its row.
 *
 * @param returning whether it has been loaded before, so that its rows are updated
 */
record DemoVisit(String patientId, String encounterId, List<String> observationIds, boolean returning) {

	DemoVisit again() {
		return this.returning ? this : new DemoVisit(this.patientId, this.encounterId, this.observationIds, true);
	}

}
