"""What a person is shown: functions from data to a sheet."""
