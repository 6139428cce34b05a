"""Match money to groups: schedules prepared by one and approved by another, paid once a bank statement says so."""
